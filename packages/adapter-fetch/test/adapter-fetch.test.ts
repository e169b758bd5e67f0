import { getEventListeners } from "node:events";
import { createClient, HeaderList } from "@posthaste/core";
import type { Adapter, BodyInit, Client, HttpError, HttpRequest } from "@posthaste/core";
import { toBody } from "@posthaste/core/body";
import { proxy } from "@posthaste/proxy";
import { redirect } from "@posthaste/redirect";
import { startRawServer, startTestServer, type TestServer } from "@posthaste/test-server";
import { rejection } from "@posthaste/test-server/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fetchAdapter } from "../src/index.ts";
import type { FetchAdapterOptions } from "../src/index.ts";

const client = (options?: FetchAdapterOptions): Client => createClient({ adapter: fetchAdapter(options) });

/** A client of an app without a network. */
const appClient = (fetch: NonNullable<FetchAdapterOptions["fetch"]>): Client => client({ fetch });

const failure = rejection<HttpError>;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

test("it says what it can in Node", () => {
  const { name, can } = fetchAdapter();
  expect(name).toBe("adapter-fetch");
  expect(can).toEqual({ manualRedirect: true, streamingRequest: true, streamingResponse: true });
  expect(fetchAdapter({ redirect: "follow" }).can.manualRedirect).toBe(false);
});

describe("redirects", () => {
  test("are responses", async () => {
    const response = await client().get(`${server.url}/redirect/2`);
    expect([response.status, response.headers.get("location")]).toEqual([302, "/relative-redirect/1"]);
    expect(response.url).toBe(`${server.url}/redirect/2`);
    await response.discard();
  });

  test("are followed by the plugin", async () => {
    const http = createClient({ adapter: fetchAdapter(), plugins: [redirect()] });
    const response = await http.get(`${server.url}/redirect/2`);
    expect([response.status, response.url, response.history.length]).toEqual([200, `${server.url}/get`, 2]);
    await response.discard();
  });

  test("are left to the platform where it is told to follow them", async () => {
    const response = await client({ redirect: "follow" }).get(`${server.url}/redirect/2`);
    expect([response.status, response.url]).toEqual([200, `${server.url}/get`]);
    await response.discard();
  });

  test("are told where the platform hides them", async () => {
    // As a browser does.
    const hidden = Object.create(Response.prototype, { status: { value: 0 }, type: { value: "opaqueredirect" } });
    const error = await failure(appClient(() => hidden as Response).get("https://app.test/?secret"));
    expect(error).toMatchObject({ code: "ERR_REDIRECT", phase: "headers" });
    expect(error.message).toBe("GET https://app.test/: opaqueredirect (ERR_REDIRECT)");
  });
});

describe("an app's own function", () => {
  test("gets the request and gives the response", async () => {
    const http = appClient(async (request) =>
      Response.json([request.method, request.url, request.headers.get("x-a"), await request.text()], {
        status: 201,
        statusText: "Made",
        headers: [
          ["Set-Cookie", "a=1"],
          ["Set-Cookie", "b=2"],
        ],
      }),
    );
    const response = await http.post("https://app.test/a?b#c", { headers: { "X-A": "1" }, body: "text" });
    expect([response.status, response.reason, response.url]).toEqual([201, "Made", "https://app.test/a?b#c"]);
    expect(response.headers.getAll("set-cookie")).toEqual(["a=1", "b=2"]);
    expect(await response.json()).toEqual(["POST", "https://app.test/a?b#c", "1", "text"]);
  });

  test("may be one that is not asynchronous, or fail", async () => {
    expect(await (await appClient(() => new Response("now")).get("https://app.test/")).text()).toBe("now");
    const problem = new RangeError("in the app");
    const fail = (): never => {
      throw problem;
    };
    for (const app of [fail, async () => fail()]) {
      const error = await failure(appClient(app).get("https://app.test/"));
      expect(error).toMatchObject({ code: "ERR_RESET", cause: problem, phase: "headers" });
      expect(error.message).toBe("GET https://app.test/: RangeError (ERR_RESET)");
    }
  });

  test("is told of an abort, and what it gives after that is not taken", async () => {
    const controller = new AbortController();
    const reasons: unknown[] = [];
    const http = appClient((request) => {
      controller.abort("why");
      reasons.push(request.signal.reason);
      return new Response("late");
    });
    expect(await failure(http.get("https://app.test/", { signal: controller.signal }))).toBe("why");
    expect(reasons).toEqual(["why"]);
  });

  test("has its content cancelled by an abort, by discard and by leaving the loop", async () => {
    const cancelled: unknown[] = [];
    const endless = () =>
      new Response(
        new ReadableStream({ pull: (to) => to.enqueue(new Uint8Array(9)), cancel: () => void cancelled.push(1) }),
      );
    const http = appClient(endless);
    const controller = new AbortController();
    const response = await http.get("https://app.test/", { signal: controller.signal });
    const reading = failure(response.bytes());
    controller.abort("why");
    expect(await reading).toBe("why");
    await (await http.get("https://app.test/")).discard();
    for await (const chunk of (await http.get("https://app.test/")).body) if (chunk) break;
    expect(cancelled).toHaveLength(3);
  });
});

describe("bodies", () => {
  const echo = appClient(async (request) => Response.json([request.headers.get("content-type"), await request.text()]));
  const sent = async (body: unknown, headers = {}): Promise<unknown> =>
    (await echo.post("https://app.test/", { body: body as BodyInit, headers })).json();

  test("of every kind are sent with their type", async () => {
    const text = "text/plain;charset=UTF-8";
    async function* pieces(): AsyncGenerator<string | Uint8Array> {
      yield "a";
      yield new TextEncoder().encode("é");
    }
    expect(await sent("é")).toEqual([text, "é"]);
    expect(await sent("é", { "Content-Type": "x/y" })).toEqual(["x/y", "é"]);
    expect(await sent(new Uint8Array([65, 66]))).toEqual([null, "AB"]);
    expect(await sent(new Uint8Array([65, 66]).buffer)).toEqual([null, "AB"]);
    expect(await sent(new DataView(new Uint8Array([65, 66]).buffer, 1))).toEqual([null, "B"]);
    expect(await sent(new Uint8ClampedArray([65, 66]))).toEqual([null, "AB"]);
    expect(await sent(new Blob(["AB"], { type: "x/y" }))).toEqual(["x/y", "AB"]);
    expect(await sent(new URLSearchParams("a=é"))).toEqual([
      "application/x-www-form-urlencoded;charset=UTF-8",
      "a=%C3%A9",
    ]);
    expect(await sent(toBody("é"))).toEqual([text, "é"]);
    expect(await sent(toBody(pieces()))).toEqual([null, "aé"]);
    expect(await sent(pieces())).toEqual([null, "aé"]);
    expect(await sent(["a", "b"])).toEqual([null, "ab"]);
    expect(await sent(new Response("aé").body)).toEqual([null, "aé"]);
    expect(await sent({ ...toBody(pieces()), contentType: "x/y" })).toEqual(["x/y", "aé"]);
    expect(await sent(["again"])).toEqual([null, "again"]);
    const form = new FormData();
    form.set("a", "1");
    expect(await sent(form)).toEqual([
      expect.stringMatching(/^multipart\/form-data; boundary=/),
      expect.stringContaining('name="a"'),
    ]);
  });

  test("are refused where they are none", async () => {
    async function* numbers(): AsyncGenerator<number> {
      yield 1;
    }
    expect(await failure(sent(numbers()))).toMatchObject({ code: "ERR_BODY" });
    await expect(sent({ a: 1 })).rejects.toThrow(TypeError);
    expect(await failure(echo.get("https://app.test/", { body: "a" }))).toMatchObject({
      code: "ERR_UNSUPPORTED",
      phase: "prepare",
    });
  });

  test("are not sent a second time, empty", async () => {
    async function* once(): AsyncGenerator<string> {
      yield "a";
    }
    const given = once();
    expect(await sent(given)).toEqual([null, "a"]);
    expect(await failure(sent(given))).toMatchObject({ code: "ERR_BODY_CONSUMED" });
  });

  test("fail with the error of their source, which is left", async () => {
    const problem = new Error("the source broke");
    const steps: string[] = [];
    async function* broken(): AsyncGenerator<string> {
      steps.push("begun");
      try {
        yield "a";
        throw problem;
      } finally {
        steps.push("left");
      }
    }
    expect(await failure(client().post(`${server.url}/post`, { body: broken() }))).toBe(problem);
    expect(steps).toEqual(["begun", "left"]);
  });
});

describe("what cannot be done is refused", () => {
  test("methods and headers that the platform does not send", async () => {
    const send = (method: string) => failure(client().request(server.url, { method }));
    expect(await send("TRACE")).toMatchObject({ code: "ERR_UNSUPPORTED", phase: "prepare" });
    expect(await send("CONNECT")).toMatchObject({ code: "ERR_UNSUPPORTED" });
  });

  test("a proxy that the plugin chose, while none is none", async () => {
    const http = createClient({ adapter: fetchAdapter(), plugins: [proxy({})] });
    const error = await failure(http.get(`${server.url}/get`, { proxy: "http://user:secret@proxy.test" }));
    expect(error).toMatchObject({ code: "ERR_UNSUPPORTED" });
    expect(error.message).not.toContain("secret");
    await (await http.get(`${server.url}/get`, { proxy: false })).discard();
  });
});

test("user information is not sent, and no message tells it or what stands in the query", async () => {
  const adapter: Adapter = fetchAdapter();
  const get = (url: string) =>
    adapter.send({
      method: "GET",
      url,
      headers: new HeaderList(),
      body: null,
      options: {},
      call: {},
    } satisfies HttpRequest);
  const { host } = new URL(server.url);
  const response = await get(`http://user:secret@${host}/headers`);
  expect(await response.text()).not.toMatch(/authorization/i);
  const error = await failure(get("http://user:secret@127.0.0.1:1/?token"));
  expect(error.message).toBe("GET http://127.0.0.1:1/: TypeError (ERR_RESET)");
  expect(error.cause).toBeInstanceOf(TypeError);
});

test("contents are decoded, and their headers stay", async () => {
  const response = await client().get(`${server.url}/gzip`);
  expect(response.headers.get("content-encoding")).toBe("gzip");
  expect(await response.json()).toMatchObject({ gzipped: true });
});

test("a content that ends too early is told", async () => {
  await using raw = await startRawServer(
    (socket) => void socket.end("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"),
  );
  const response = await client().get(raw.url);
  expect(await failure(response.bytes())).toMatchObject({ code: "ERR_BODY_TRUNCATED", phase: "body" });
});

test("a signal that many calls share has no listener left", async () => {
  const http = client();
  const { signal } = new AbortController();
  const ways = [
    async () => (await http.get(`${server.url}/get`, { signal })).bytes(),
    async () => (await http.get(`${server.url}/bytes/200000`, { signal })).discard(),
    async () => http.head(`${server.url}/get`, { signal }),
    async () => http.get(`${server.url}/status/204`, { signal }),
    async () => failure(http.get("http://127.0.0.1:1/", { signal })),
    async () => failure(http.request(server.url, { signal, method: "TRACE" })),
    async () => {
      for await (const chunk of (await http.get(`${server.url}/bytes/200000`, { signal })).body) if (chunk) break;
    },
  ];
  await Promise.all(Array.from({ length: 70 }, (_, index) => ways[index % ways.length]!()));
  expect(getEventListeners(signal, "abort")).toHaveLength(0);
  expect(await failure(http.get(server.url, { signal: AbortSignal.abort("why") }))).toBe("why");
});
