import { undiciAdapter } from "@posthaste/adapter-undici";
import { copy, createClient, HeaderList, type HttpError, type Plugin } from "@posthaste/core";
import { redirect } from "@posthaste/redirect";
import { startRawServer, startTestServer, type RawReply } from "@posthaste/test-server";
import { rejection } from "@posthaste/test-server/promises";
import { afterAll, describe, expect, test } from "vitest";

const failure = rejection<HttpError>;

const server = await startTestServer();
const client = createClient({ adapter: undiciAdapter(), plugins: [redirect()], defaults: { baseUrl: server.url } });
afterAll(async () => {
  await client.close();
  await server.close();
});

const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const to = (location: string, status = 302): string =>
  `HTTP/1.1 ${status} Found\r\nLocation: ${location}\r\nContent-Length: 0\r\n\r\n`;

/** A scripted server, and a client for it alone. */
async function scripted(replies: readonly RawReply[], ...plugins: Plugin[]) {
  const raw = await startRawServer(replies);
  const adapter = undiciAdapter();
  const plain = createClient({ adapter, plugins: [redirect(), ...plugins], defaults: { baseUrl: raw.url } });
  return {
    raw,
    client: plain,
    targets: () => raw.requests.map(({ method, target }) => `${method} ${target}`),
    async [Symbol.asyncDispose]() {
      await plain.close();
      await raw.close();
    },
  };
}

describe("following", () => {
  test.each(["redirect", "relative-redirect", "absolute-redirect"])("/%s", async (route) => {
    const response = await client.get(`/${route}/3`);
    expect(response.status).toBe(200);
    expect(response.url).toBe(`${server.url}/get`);
    expect(response.history.map(({ status }) => status)).toEqual([302, 302, 302]);
    expect(response.history.map(({ url }) => new URL(url).pathname)[0]).toBe(`/${route}/3`);
    expect(response.history.map(({ history }) => history.length)).toEqual([0, 1, 2]);
    expect(response.history[2]!.history).toEqual(response.history.slice(0, 2));
    await response.discard();
  });

  test("without a redirect, the history is empty", async () => {
    const response = await client.get("/get");
    expect(response.history).toEqual([]);
    await response.discard();
  });

  test("what was answered within a hop stands in the history where it happened", async () => {
    const challenge = "HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n";
    const answering: Plugin = {
      name: "answering",
      stage: "auth",
      async send(request, next) {
        const first = await next(copy(request));
        if (first.status !== 401) return first;
        await first.discard();
        const second = await next(copy(request));
        second.history = [...second.history, first];
        return second;
      },
    };
    await using it = await scripted([challenge, to("/2"), to("/3"), challenge, OK], answering);
    const response = await it.client.get("/1");
    expect(response.history.map(({ status }) => status)).toEqual([401, 302, 302, 401]);
    expect(await response.text()).toBe("ok");
  });

  test("a fragment is carried over and not sent", async () => {
    await using it = await scripted([to("/2"), OK]);
    const response = await it.client.get("/1#part");
    expect(response.url).toBe(`${it.raw.url}/2#part`);
    expect(it.targets()).toEqual(["GET /1", "GET /2"]);
    await response.discard();
  });

  test("raw UTF-8 in Location is sent as escapes", async () => {
    await using it = await scripted([to(Buffer.from("/über/中?ö").toString("latin1")), OK]);
    await (await it.client.get("/1")).discard();
    expect(it.targets()).toEqual(["GET /1", "GET /%C3%BCber/%E4%B8%AD?%C3%B6"]);
  });

  test("false gives the redirect", async () => {
    const response = await client.get("/redirect/2", { redirect: false });
    expect(response.status).toBe(302);
    expect(response.history).toEqual([]);
    expect(await response.text()).toContain("Redirecting");
  });
});

describe("the content", () => {
  test.each([307, 308])("is sent again after %i", async (status) => {
    for (const body of ["hello", new Blob(["hello"]), new URLSearchParams({ hello: "" })]) {
      await using it = await scripted([to("/2", status), OK]);
      await (await it.client.post("/1", { body })).discard();
      expect(it.targets()).toEqual(["POST /1", "POST /2"]);
      const [first, second] = it.raw.requests;
      expect(second!.body.toString()).toContain("hello");
      expect(second!.head.replace("/2", "/1")).toBe(first!.head);
    }
  });

  test.each([301, 302, 303])("is dropped with POST after %i", async (status) => {
    await using it = await scripted([to("/2", status), OK]);
    await (await it.client.post("/1", { json: { a: 1 }, headers: { "X-Kept": "1" } })).discard();
    expect(it.targets()).toEqual(["POST /1", "GET /2"]);
    const { body, headers } = it.raw.requests[1]!;
    expect(body.length).toBe(0);
    const names = headers.map(([name]) => name.toLowerCase());
    expect(names).toContain("x-kept");
    for (const name of ["content-type", "content-length", "transfer-encoding"]) expect(names).not.toContain(name);
  });

  test("that can be read only once ends the call, with the redirect", async () => {
    async function* body() {
      yield "hello";
    }
    await using it = await scripted([to("/2", 307), to("/2", 303), OK]);
    const error = await failure(it.client.post("/1", { body: body() }));
    expect(error).toMatchObject({ code: "ERR_BODY_CONSUMED", response: { status: 307 } });
    expect(it.targets()).toEqual(["POST /1"]);
    const response = await it.client.post("/1", { body: body() });
    expect(await response.text()).toBe("ok");
    expect(it.targets()).toEqual(["POST /1", "POST /1", "GET /2"]);
  });
});

describe("limits", () => {
  test("20 are followed, and not one more", async () => {
    const response = await client.get("/redirect/20");
    expect(response.history).toHaveLength(20);
    await response.discard();
    const error = await failure(client.get("/redirect/21"));
    expect(error).toMatchObject({ code: "ERR_REDIRECT", phase: "headers" });
    expect(error.response?.status).toBe(302);
    expect(error.response?.history).toHaveLength(20);
    expect(error.response?.headers.get("location")).toBe("/get");
  });

  test("max is the plugin's option and the call's", async () => {
    await using own = createClient({
      adapter: undiciAdapter(),
      plugins: [redirect({ max: 1 })],
      defaults: { baseUrl: server.url },
    });
    await (await own.get("/redirect/1")).discard();
    expect((await failure(own.get("/redirect/2"))).code).toBe("ERR_REDIRECT");
    await (await own.get("/redirect/2", { redirect: { max: 2 } })).discard();
    expect((await failure(own.get("/redirect/1", { redirect: { max: 0 } }))).code).toBe("ERR_REDIRECT");
    await (await own.get("/get", { redirect: { max: 0 } })).discard();
  });

  test("a loop ends", async () => {
    await using it = await scripted([to("/b"), to("/a"), to("/b"), to("/a")]);
    const error = await failure(it.client.get("/a", { redirect: { max: 3 } }));
    expect(error.code).toBe("ERR_REDIRECT");
    expect(it.targets()).toEqual(["GET /a", "GET /b", "GET /a", "GET /b"]);
  });

  test("another scheme is refused", async () => {
    const error = await failure(client.get("/redirect-to", { query: { url: "ftp://127.0.0.1/x" } }));
    expect(error).toMatchObject({ code: "ERR_REDIRECT", response: { status: 302 } });
  });
});

describe("beforeRedirect", () => {
  test("sees each hop", async () => {
    const seen: string[] = [];
    const response = await client.get("/relative-redirect/2", {
      redirect: {
        beforeRedirect(next, { status, url }) {
          seen.push(`${new URL(url).pathname} ${status} ${new URL(next.url).pathname}`);
        },
      },
    });
    expect(seen).toEqual(["/relative-redirect/2 302 /relative-redirect/1", "/relative-redirect/1 302 /get"]);
    await response.discard();
  });

  test("changes or replaces the request", async () => {
    const response = await client.get("/redirect/2", {
      redirect: {
        async beforeRedirect(next, { history }) {
          next.headers.set("X-Hop", String(history.length));
          await Promise.resolve();
          return history.length ? copy(next, { url: `${server.url}/headers` }) : undefined;
        },
      },
    });
    expect(await response.json()).toMatchObject({ headers: { "X-Hop": "1" } });
    expect(response.url).toBe(`${server.url}/headers`);
  });

  test("stops with false, and leaves the body to read", async () => {
    const second = await client.get("/redirect/3", {
      redirect: { beforeRedirect: (_, { history }) => (history.length === 1 ? false : undefined) },
    });
    expect(second.status).toBe(302);
    expect(second.history).toHaveLength(1);
    await second.discard();
    const stopped = await client.get("/absolute-redirect/2", { redirect: { beforeRedirect: () => false } });
    expect(await stopped.text()).toContain("Redirecting");
  });

  test("may read the redirect's body", async () => {
    const texts: string[] = [];
    const response = await client.get("/absolute-redirect/2", {
      redirect: { beforeRedirect: async (_, found) => void texts.push(await found.text()) },
    });
    expect(texts).toHaveLength(2);
    expect(texts[0]).toContain("Redirecting");
    await response.discard();
  });

  test("throws for the caller, and the redirect is dropped", async () => {
    const problem = new Error("no further");
    let dropped = false;
    const call = client.get("/redirect/2", {
      redirect: {
        beforeRedirect(_, response) {
          const discard = response.discard.bind(response);
          response.discard = () => {
            dropped = true;
            return discard();
          };
          throw problem;
        },
      },
    });
    await expect(call).rejects.toBe(problem);
    expect(dropped).toBe(true);
  });
});

describe("the connection", () => {
  const chunked = (body: string): string =>
    `HTTP/1.1 302 Found\r\nLocation: /2\r\nTransfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;

  test.each([
    ["without a body", to("/2")],
    ["with a body of known length", to("/2").replace("h: 0", "h: 60000") + "x".repeat(60_000)],
    ["with a chunked body", chunked("x".repeat(60_000))],
  ])("is used again after a redirect %s", async (_, reply) => {
    await using it = await scripted([reply, OK, reply, OK, reply, OK]);
    for (let call = 0; call < 3; call++) expect(await (await it.client.get("/1")).text()).toBe("ok");
    // A pool may open a second connection before it knows that the first is free again, but no third one.
    expect(it.raw.connections.length).toBeLessThan(3);
    expect(it.raw.connections.every(({ open }) => open)).toBe(true);
  });

  test("is given up where the redirect's body is too long to wait for", async () => {
    const endless: RawReply = (socket) => {
      socket.write("HTTP/1.1 302 Found\r\nLocation: /2\r\nTransfer-Encoding: chunked\r\n\r\n");
      const more = (): void => {
        while (!socket.destroyed && socket.write(`10000\r\n${"x".repeat(65_536)}\r\n`));
      };
      socket.on("drain", more);
      more();
    };
    await using it = await scripted([endless, OK]);
    const response = await it.client.get("/1");
    expect(await response.text()).toBe("ok");
    expect(it.raw.requests.map(({ connection }) => connection)).toEqual([1, 2]);
    await it.raw.connections[0]!.closed;
  });

  test("may break within the redirect's body", async () => {
    const broken: RawReply = (socket) => {
      socket.end(to("/2").replace("h: 0", "h: 10") + "x");
    };
    await using it = await scripted([broken, OK]);
    expect(await (await it.client.get("/1")).text()).toBe("ok");
  });

  test("is freed where the redirect is not followed", async () => {
    const refused = to("ftp://x/").replace("h: 0", "h: 5") + "hello";
    await using it = await scripted([refused, refused, refused, OK]);
    for (const redirect of [{}, { max: 0 }, {}]) {
      expect((await failure(it.client.get("/1", { redirect }))).code).toBe("ERR_REDIRECT");
    }
    await (await it.client.get("/2")).discard();
    expect(it.raw.connections.length).toBeLessThan(3);
    expect(it.raw.connections.every(({ open }) => open)).toBe(true);
  });

  test("is freed where a decoder fails before it reads", async () => {
    let discarded = 0;
    const decoder: Plugin = {
      name: "decoder",
      stage: "decode",
      async send(request, next) {
        const response = await next(request);
        const discard = response.discard.bind(response);
        response.discard = () => {
          discarded++;
          return discard();
        };
        response.body = {
          [Symbol.asyncIterator]() {
            throw new Error("unknown encoding");
          },
        };
        return response;
      },
    };
    await using it = await scripted([to("/2").replace("h: 0", "h: 5") + "hello", OK], decoder);
    const response = await it.client.get("/1");
    expect(discarded).toBe(1);
    await response.discard();
  });
});

describe("a redirect whose body does not end", () => {
  const stuck: RawReply = (socket) => {
    socket.write(to("/2").replace("h: 0", "h: 10") + "x");
  };

  test("is followed all the same", async () => {
    await using it = await scripted([stuck, OK]);
    const response = await it.client.get("/1", { timeout: { read: Infinity } });
    expect(await response.text()).toBe("ok");
  });

  test("is not followed after an abort", async () => {
    const controller = new AbortController();
    await using it = await scripted([stuck, OK]);
    const call = it.client.get("/1", {
      signal: controller.signal,
      redirect: { beforeRedirect: () => controller.abort(new Error("enough")) },
    });
    await expect(call).rejects.toThrow("enough");
    expect(it.targets()).toEqual(["GET /1"]);
  });
});

describe("plugins further in", () => {
  test("start each hop from what was asked for", async () => {
    const adding: Plugin = {
      name: "adding",
      stage: "auth",
      send(request, next) {
        request.headers.append("Authorization", "Basic added");
        request.headers.append("X-Added", "1");
        return next(request);
      },
    };
    await using other = await startRawServer([OK]);
    await using it = await scripted([to("/2"), to(other.url)], adding);
    const asked = {
      method: "GET",
      url: `${it.raw.url}/1`,
      headers: new HeaderList({ Accept: "*/*" }),
      body: null,
      options: {},
      call: {},
    };
    await (await it.client.send(asked)).discard();
    expect([...asked.headers]).toEqual([["Accept", "*/*"]]);
    for (const { headers } of it.raw.requests) {
      expect(headers.filter(([name]) => name === "X-Added")).toHaveLength(1);
    }
    expect(other.requests[0]!.headers.filter(([name]) => name === "X-Added")).toHaveLength(1);
  });

  test("share the state of the call over all hops", async () => {
    const key = Symbol("hops");
    const counts: unknown[] = [];
    const counting: Plugin = {
      name: "counting",
      stage: "wire",
      send(request, next) {
        counts.push((request.call[key] = Number(request.call[key] ?? 0) + 1));
        return next(request);
      },
    };
    await using it = await scripted([to("/2"), OK, OK], counting);
    await (await it.client.get("/1")).discard();
    await (await it.client.get("/1")).discard();
    expect(counts).toEqual([1, 2, 1]);
  });
});

test("with false, nothing stands between the caller and the stage below", () => {
  const answer = Promise.resolve() as unknown as ReturnType<Parameters<NonNullable<Plugin["send"]>>[1]>;
  const request = { options: { redirect: false } } as never;
  expect(redirect().send!(request, (sent) => (expect(sent).toBe(request), answer))).toBe(answer);
});
