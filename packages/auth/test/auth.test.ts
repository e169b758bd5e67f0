import { getEventListeners } from "node:events";
import { inspect } from "node:util";
import { undiciAdapter } from "@posthaste/adapter-undici";
import { auth, basic, bearer, urlCredentials, type AuthMethod } from "@posthaste/auth";
import { createClient, HttpError, type Plugin } from "@posthaste/core";
import { redirect } from "@posthaste/redirect";
import { startProxy, startRawServer, startTestServer } from "@posthaste/test-server";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { memoryAdapter, type Answer } from "./support.ts";

const basicOf = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
const alice = basicOf("alice", "s3cret");
const to = (location: string): Answer => [302, { Location: location }];
const ok: Answer = [200];

describe("over real sockets", () => {
  test("basic, bearer and credentials in the URL", async () => {
    await using server = await startTestServer();
    await using client = createClient({
      adapter: undiciAdapter(),
      plugins: [auth([urlCredentials(), basic("user", "passwd")])],
    });
    const first = await client.get(`${server.url}/basic-auth/user/passwd`);
    expect(await first.json()).toEqual({ authenticated: true, user: "user" });
    const second = await client.get(`${server.url}/bearer`, { auth: bearer("t-1") });
    expect(await second.json()).toEqual({ authenticated: true, token: "t-1" });
    const third = await client.get(`${server.url.replace("//", "//m%C3%BC:p%40ss%3A@")}/basic-auth/m%C3%BC/p@ss:`);
    expect(await third.json()).toEqual({ authenticated: true, user: "mü" });
    const fourth = await client.get(`${server.url}/basic-auth/user/passwd`, { auth: false });
    expect(fourth.status).toBe(401);
    await fourth.discard();
  });

  test("user information shows neither in the request nor in the response's URL", async () => {
    await using server = await startRawServer(["HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"]);
    await using client = createClient({ adapter: undiciAdapter(), plugins: [auth(urlCredentials())] });
    const response = await client.get(`${server.url.replace("//", "//alice:s3cret@")}/path?q=1#there`);
    expect(response.url).toBe(`${server.url}/path?q=1#there`);
    const [request] = server.requests;
    expect(request!.target).toBe("/path?q=1");
    expect(request!.headers).toContainEqual(["Authorization", alice]);
    expect(request!.bytes.toString("latin1")).not.toContain("s3cret");
  });

  test("nothing leaks to another host, over redirects there and back", async () => {
    await using server = await startRawServer((socket, { target, headers }) => {
      const [, host] = headers.find(([name]) => name.toLowerCase() === "host")!;
      const port = host.split(":")[1];
      const next = {
        "/1": `http://b.test:${port}/2`,
        "/2": `http://x:y@b.test:${port}/3`,
        "/3": `http://a.test:${port}/4`,
      }[target];
      socket.write(`HTTP/1.1 ${next ? `302 Found\r\nLocation: ${next}` : "200 OK"}\r\nContent-Length: 0\r\n\r\n`);
    });
    await using proxy = await startProxy();
    await using client = createClient({
      adapter: undiciAdapter({ connection: { proxy: { url: proxy.url } } }),
      plugins: [redirect(), auth([urlCredentials(), basic("never", "used")])],
    });
    const response = await client.get(`http://alice:s3cret@a.test:${server.port}/1`);
    expect(response.url).toBe(`http://a.test:${server.port}/4`);
    expect(response.history.map(({ url }) => url).join()).not.toContain("@");
    const sent = server.requests.map(
      ({ target, headers }) => `${target} ${headers.find(([name]) => name === "Authorization")?.[1]}`,
    );
    expect(sent).toEqual([`/1 ${alice}`, "/2 undefined", "/3 undefined", `/4 ${alice}`]);
  });
});

describe("which hops get credentials", () => {
  const plugins = [redirect(), auth(basic("alice", "s3cret"))] as const;

  test.each([
    ["the same origin", "/next", true],
    ["the same origin with its port", "http://a.test:80/next", true],
    ["another port", "http://a.test:8080/next", false],
    ["another scheme", "https://a.test/next", false],
    ["a subdomain", "http://b.a.test/next", false],
    ["a host that begins alike", "http://a.test.evil/next", false],
    ["a host in the user information", "http://a.test@evil/next", false],
  ])("%s", async (_, location, expected) => {
    const { adapter, requests } = memoryAdapter(({ url }) => (url.endsWith("/1") ? to(location) : ok));
    await createClient({ adapter, plugins }).get("http://a.test/1");
    expect(requests[1]!.headers.get("authorization")).toBe(expected ? alice : null);
  });

  test("`origins` says where they go, whatever the first URL is", async () => {
    const { adapter, sent } = memoryAdapter(({ url }) =>
      url === "http://a.test/" ? to("https://API.test:8443/x") : ok,
    );
    const method = basic("alice", "s3cret", { origins: ["https://api.test:8443/any/path", "http://c.test"] });
    await createClient({ adapter, plugins: [redirect(), auth(method)] }).get("http://a.test/");
    expect(sent()).toEqual(["http://a.test/ null", `https://api.test:8443/x ${alice}`]);
  });

  test("a method may look at each hop itself", async () => {
    const { adapter, sent } = memoryAdapter(({ url }) => (url === "http://a.test/" ? to("http://b.test/") : ok));
    const method: AuthMethod = {
      origins: "*",
      credentials: ({ url }, first) => `Custom ${new URL(url).host} ${first.host}`,
    };
    await createClient({ adapter, plugins: [redirect(), auth(method)] }).get("http://a.test/");
    expect(sent()).toEqual(["http://a.test/ Custom a.test a.test", "http://b.test/ Custom b.test a.test"]);
  });

  test("no origin but the first gets anything, whatever the way, the methods and their order", async () => {
    const origin = fc.constantFrom(
      "http://a.test",
      "https://a.test",
      "http://a.test:81",
      "http://b.a.test",
      "http://[::1]",
    );
    const hop = fc.tuple(origin, fc.constantFrom("", "eve:pass@"), fc.constantFrom(302, 307, 401));
    const methods = fc.shuffledSubarray(["basic", "bearer", "url", "refresh", "async"] as const, { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(
        origin,
        fc.boolean(),
        fc.array(hop, { maxLength: 6 }),
        methods,
        async (start, named, way, names) => {
          const all: Record<(typeof names)[number], AuthMethod> = {
            basic: basic("alice", "s3cret"),
            bearer: bearer("s3cret"),
            url: urlCredentials(),
            refresh: bearer("s3cret", { refresh: () => "s3cret-2" }),
            async: { credentials: async () => "Custom s3cret" },
          };
          const answers = way.map(([next, user, status]): Answer => [
            status,
            { Location: `${next.replace("//", `//${user}`)}/` },
          ]);
          const { adapter, requests } = memoryAdapter(() => answers.shift() ?? ok);
          const client = createClient({ adapter, plugins: [redirect(), auth(names.map((name) => all[name]))] });
          await client.get(`${named ? start.replace("//", "//alice:s3cret@") : start}/`);
          for (const { url, headers } of requests) {
            expect(url).not.toContain("@");
            if (new URL(url).origin !== start) expect([...headers]).toEqual([]);
          }
          expect(requests[0]!.headers.has("authorization")).toBe(named || names.some((name) => name !== "url"));
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe("what stands before what", () => {
  test("the first method that has something", async () => {
    const { adapter, sent } = memoryAdapter(() => ok);
    const none: AuthMethod = { credentials: async () => undefined };
    const elsewhere = basic("x", "y", { origins: ["http://b.test"] });
    const client = createClient({
      adapter,
      plugins: [auth([none, urlCredentials(), elsewhere, bearer("t-1"), basic("x", "y")])],
    });
    await client.get("http://a.test/");
    await client.get("http://alice:s3cret@a.test/");
    await client.get("http://a.test/", { auth: [none, elsewhere] });
    expect(sent()).toEqual(["http://a.test/ Bearer t-1", `http://a.test/ ${alice}`, "http://a.test/ null"]);
  });

  test("a header of the caller's, unless it is to be replaced", async () => {
    const { adapter, requests } = memoryAdapter(() => ok);
    const headers = { Before: "1", authorization: "Own x", After: "2" };
    await createClient({ adapter, plugins: [auth(basic("alice", "s3cret"))] }).get("http://a.test/", { headers });
    const plugins = [auth(basic("alice", "s3cret"), { replace: true })] as const;
    await createClient({ adapter, plugins }).get("http://a.test/", { headers });
    expect(requests.map((request) => [...request.headers])).toEqual([
      Object.entries(headers),
      [
        ["Before", "1"],
        ["Authorization", alice],
        ["After", "2"],
      ],
    ]);
  });

  test("several plugins in one client, each under its name", async () => {
    const { adapter, sent } = memoryAdapter(() => ok);
    const one = auth(urlCredentials(), { name: "auth-url" });
    const two = auth(basic("bob", "pw", { origins: ["http://b.test"] }), { name: "auth-b" });
    const client = createClient({ adapter, plugins: [one, two, auth(bearer("t-1"))] });
    expect(client.order).toEqual(["auth-url", "auth-b", "auth", "memory"]);
    for (const url of ["http://alice:s3cret@b.test/", "http://b.test/", "http://c.test/"]) await client.get(url);
    expect(sent()).toEqual([
      `http://b.test/ ${alice}`,
      `http://b.test/ ${basicOf("bob", "pw")}`,
      "http://c.test/ Bearer t-1",
    ]);
    expect(() => createClient({ adapter, plugins: [auth([]), auth([])] })).toThrow(HttpError);
  });

  test("the caller's request stays as it is", async () => {
    const { adapter, requests } = memoryAdapter(() => ok);
    const seen: string[] = [];
    const look: Plugin = {
      name: "look",
      async send(request, next) {
        const response = await next(request);
        seen.push(`${request.url} ${request.headers.length}`);
        return response;
      },
    };
    const client = createClient({ adapter, plugins: [look, auth(urlCredentials())] });
    await client.get("http://alice:s3cret@a.test/");
    expect(seen).toEqual(["http://alice:s3cret@a.test/ 0"]);
    expect(requests[0]!.url).toBe("http://a.test/");
  });
});

describe("credentials in the URL", () => {
  test.each([
    ["alice:s3cret", "alice", "s3cret"],
    ["alice", "alice", ""],
    ["alice:", "alice", ""],
    [":s3cret", "", "s3cret"],
    ["al%3Aice:s%2F%3F%23%40", "al:ice", "s/?#@"],
    ["m%C3%BC:%F0%9F%94%91", "mü", "🔑"],
    ["a%20b:100%", "a b", "100%"],
    ["a:%zz%41", "a", "%zz%41"],
    ["a:%ff", "a", "%ff"],
  ])("%s", async (userinfo, user, password) => {
    const { adapter, sent } = memoryAdapter(() => ok);
    await createClient({ adapter, plugins: [auth(urlCredentials())] }).get(`http://${userinfo}@a.test/x`);
    expect(sent()).toEqual([`http://a.test/x ${basicOf(user, password)}`]);
  });

  test.each(["http://a.test/", "http://@a.test/", "http://:@a.test/", "http://a.test/@x:y@", "http://a.test/?@"])(
    "%s has none",
    async (url) => {
      const { adapter, sent } = memoryAdapter(() => ok);
      await createClient({ adapter, plugins: [auth(urlCredentials())] }).get(url);
      expect(sent()).toEqual([`${new URL(url).href} null`]);
    },
  );

  test("in latin1", async () => {
    const { adapter, sent } = memoryAdapter(() => ok);
    const client = createClient({ adapter, plugins: [auth(urlCredentials({ encoding: "latin1" }))] });
    await client.get("http://m%C3%BC:x@a.test/");
    expect(sent()).toEqual([`http://a.test/ Basic ${Buffer.from("mü:x", "latin1").toString("base64")}`]);
    const failed = client.get("http://%E2%98%83:s3cret@a.test/");
    await expect(failed).rejects.toMatchObject({ code: "ERR_AUTH" });
    await expect(failed).rejects.not.toThrow("s3cret");
  });

  test.each([
    ["another method", basic("bob", "pw"), basicOf("bob", "pw")],
    ["no method", false, "null"],
  ] as const)("are dropped with %s", async (_, method, expected) => {
    const { adapter, sent } = memoryAdapter(() => ok);
    await createClient({ adapter, plugins: [auth([])] }).get("http://alice:s3cret@a.test/", { auth: method });
    expect(sent()).toEqual([`http://a.test/ ${expected}`]);
  });

  test("last for redirects within the origin, and those of a Location are not used", async () => {
    const { adapter, sent } = memoryAdapter(({ url }) =>
      url.endsWith("/1") ? to("/2") : url.endsWith("/2") ? to("http://eve:pass@a.test/3") : ok,
    );
    const client = createClient({ adapter, plugins: [redirect(), auth(urlCredentials())] });
    await client.get("http://alice:s3cret@a.test/1");
    expect(sent()).toEqual(["1", "2", "3"].map((path) => `http://a.test/${path} ${alice}`));
  });

  test("a URL that cannot be parsed goes on as it is, to be refused", async () => {
    const { adapter, requests } = memoryAdapter(() => ok);
    const client = createClient({ adapter, plugins: [auth(urlCredentials())] });
    const [request] = await client.get("http://a.test/").then(() => requests);
    await expect(client.send({ ...request!, url: "/relative" })).rejects.toMatchObject({ code: "ERR_URL" });
  });
});

describe("waiting for credentials", () => {
  const never = new Promise<never>(() => {});

  test("the call's signal ends it, and no listener stays", async () => {
    const { adapter, requests } = memoryAdapter(() => ok);
    const client = createClient({ adapter, plugins: [auth(bearer(() => never))] });
    const controller = new AbortController();
    const { signal } = controller;
    const failed = client.get("http://a.test/", { signal });
    await new Promise((soon) => setImmediate(soon));
    expect(getEventListeners(signal, "abort")).toHaveLength(1);
    controller.abort(new Error("enough"));
    await expect(failed).rejects.toThrow("enough");
    expect(getEventListeners(signal, "abort")).toEqual([]);
    await expect(client.get("http://a.test/", { signal })).rejects.toThrow("enough");
    expect(requests).toEqual([]);
  });

  test("no listener stays after a call", async () => {
    const { adapter } = memoryAdapter(() => ok);
    const { signal } = new AbortController();
    await createClient({ adapter, plugins: [auth(bearer(async () => "t-1"))] }).get("http://a.test/", { signal });
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  test.each([
    ["rejects", () => Promise.reject(new Error("no s3cret today"))],
    [
      "throws",
      () => {
        throw new Error("no s3cret today");
      },
    ],
  ])("a function that %s is an ERR_AUTH with its error as the cause", async (_, token) => {
    const { adapter, requests } = memoryAdapter(() => ok);
    const client = createClient({ adapter, plugins: [auth(bearer(token))] });
    const error: unknown = await client.get("http://a.test/x?q=1").catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "ERR_AUTH", cause: new Error("no s3cret today") });
    expect((error as HttpError).message).toBe("GET http://a.test/x: no credentials (ERR_AUTH)");
    expect(JSON.stringify(error)).not.toContain("s3cret");
    expect(requests).toEqual([]);
  });
});

test("plugins and methods show no secret where they are logged or serialised", () => {
  const methods = [
    basic("alice", "s3cret", { origins: ["http://a.test"] }),
    bearer("s3cret", { refresh: () => "s3cret" }),
    urlCredentials(),
  ];
  for (const it of [...methods, auth(methods)]) {
    for (const shown of [inspect(it, { depth: 9, showHidden: true }), JSON.stringify(it)]) {
      expect(shown).not.toMatch(/s3cret|czNjcmV0/);
    }
  }
});

test("a token that would end the line is refused, and not shown", async () => {
  const { adapter, requests } = memoryAdapter(() => ok);
  const failed = createClient({ adapter, plugins: [auth(bearer("s3cret\r\nX-Evil: 1"))] }).get("http://a.test/");
  await expect(failed).rejects.toMatchObject({ code: "ERR_HEADER" });
  await expect(failed).rejects.not.toThrow("s3cret");
  expect(requests).toEqual([]);
});
