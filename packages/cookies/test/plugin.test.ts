import { getEventListeners } from "node:events";
import { undiciAdapter } from "@posthaste/adapter-undici";
import { cookies, type CookieContext, type Jar } from "@posthaste/cookies";
import { toughJar } from "@posthaste/cookies/tough";
import { copy, createClient, HeaderList, HttpResponse, type HttpRequest, type Plugin } from "@posthaste/core";
import { startRawServer, startTestServer, type RawRequest } from "@posthaste/test-server";
import { describe, expect, test } from "vitest";

const answer = (status: string, ...headers: string[]) =>
  `HTTP/1.1 ${status}\r\n${headers.map((header) => `${header}\r\n`).join("")}Content-Length: 0\r\n\r\n`;
const ok = answer("200 OK");

/** The Cookie lines of a request as they went over the wire. */
const cookiesOf = (request: RawRequest | undefined) =>
  request?.headers.filter(([name]) => name.toLowerCase() === "cookie").map(([, value]) => value);

/** Follows Location once, and answers a 401 by sending again, each as the packages for it do. */
const redirectOnce: Plugin = {
  name: "redirect",
  stage: "redirect",
  async send(request, next) {
    const response = await next(copy(request));
    const location = response.headers.get("location");
    if (location === null) return response;
    await response.discard();
    return next(copy(request, { url: new URL(location, response.url).href }));
  },
};
const againAfter401: Plugin = {
  name: "auth",
  stage: "auth",
  async send(request, next) {
    const response = await next(copy(request));
    if (response.status !== 401) return response;
    await response.discard();
    return next(copy(request));
  },
};

describe("over real sockets", () => {
  test("stores what comes and sends it with the next request", async () => {
    await using server = await startTestServer();
    await using client = createClient({
      adapter: undiciAdapter(),
      plugins: [cookies({ jar: toughJar() }), redirectOnce],
    });
    const response = await client.get(`${server.url}/cookies/set?flavour=oat&size=2`);
    expect(await response.json()).toEqual({ cookies: { flavour: "oat", size: "2" } });
    const later = await client.get(`${server.url}/cookies`);
    expect(await later.json()).toEqual({ cookies: { flavour: "oat", size: "2" } });
    const deleted = await client.get(`${server.url}/cookies/delete?flavour`);
    expect(await deleted.json()).toEqual({ cookies: { size: "2" } });
  });

  test("puts nothing on the wire while the jar has nothing", async () => {
    await using server = await startRawServer([ok, ok]);
    await using bare = createClient({ adapter: undiciAdapter() });
    await using client = createClient({ adapter: undiciAdapter(), plugins: [cookies({ jar: toughJar() })] });
    await (await bare.get(server.url)).discard();
    await (await client.get(server.url)).discard();
    const [first, second] = server.requests;
    expect(second!.bytes.toString("latin1")).toBe(first!.bytes.toString("latin1"));
  });

  test("sees the cookies of a redirect, of a challenge and of an error", async () => {
    await using server = await startRawServer([
      answer("302 Found", "Location: /next", "Set-Cookie: hop=1; Path=/"),
      answer("401 Unauthorized", "Set-Cookie: challenge=2; Path=/"),
      answer("500 Internal Server Error", "Set-Cookie: error=3; Path=/"),
      ok,
    ]);
    await using client = createClient({
      adapter: undiciAdapter(),
      plugins: [againAfter401, cookies({ jar: toughJar() }), redirectOnce],
    });
    expect((await client.get(server.url)).status).toBe(500);
    await (await client.get(server.url)).discard();
    expect(server.requests.map(cookiesOf)).toEqual([
      [],
      ["hop=1"],
      ["hop=1; challenge=2"],
      ["hop=1; challenge=2; error=3"],
    ]);
  });

  test("reads every Set-Cookie line, whatever the case of its name", async () => {
    await using server = await startRawServer([
      answer("200 OK", "Set-Cookie: a=1, not another cookie", "SET-COOKIE: b=2", "set-cookie: c=3; Max-Age=0"),
      ok,
    ]);
    await using client = createClient({ adapter: undiciAdapter(), plugins: [cookies({ jar: toughJar() })] });
    await (await client.get(server.url)).discard();
    await (await client.get(server.url)).discard();
    expect(cookiesOf(server.requests[1])).toEqual(["a=1, not another cookie; b=2"]);
  });

  test("sends the bytes of a value back as they came", async () => {
    const bytes = Buffer.concat([
      Buffer.from("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nSet-Cookie: name="),
      Buffer.from("héé ☃ %41%"),
      Buffer.from("\r\n\r\n"),
    ]);
    await using server = await startRawServer([bytes, ok]);
    await using client = createClient({ adapter: undiciAdapter(), plugins: [cookies({ jar: toughJar() })] });
    await (await client.get(server.url)).discard();
    await (await client.get(server.url)).discard();
    expect(Buffer.from(cookiesOf(server.requests[1])![0]!, "latin1").toString()).toBe("name=héé ☃ %41%");
  });

  test("a Cookie header of the caller's goes alone, and what comes is stored all the same", async () => {
    const set = answer("200 OK", "Set-Cookie: jar=1");
    await using server = await startRawServer([set, set, ok]);
    await using client = createClient({ adapter: undiciAdapter(), plugins: [cookies({ jar: toughJar() })] });
    await (await client.get(server.url, { headers: { cookie: "own=1" } })).discard();
    await (await client.get(server.url, { headers: { COOKIE: "own=2" } })).discard();
    await (await client.get(server.url)).discard();
    expect(server.requests.map(cookiesOf)).toEqual([["own=1"], ["own=2"], ["jar=1"]]);
  });

  test("`cookies: false` neither sends nor stores", async () => {
    await using server = await startRawServer([
      answer("200 OK", "Set-Cookie: a=1"),
      answer("200 OK", "Set-Cookie: b=2"),
      ok,
    ]);
    await using client = createClient({ adapter: undiciAdapter(), plugins: [cookies({ jar: toughJar() })] });
    await (await client.get(server.url)).discard();
    await (await client.get(server.url, { cookies: false })).discard();
    await (await client.get(server.url)).discard();
    expect(server.requests.map(cookiesOf)).toEqual([[], [], ["a=1"]]);
  });

  test("a call may bring a jar of its own", async () => {
    await using server = await startRawServer([answer("200 OK", "Set-Cookie: a=1"), ok, ok]);
    await using client = createClient({ adapter: undiciAdapter(), plugins: [cookies({ jar: toughJar() })] });
    const jar = toughJar();
    await (await client.get(server.url, { cookies: { jar } })).discard();
    await (await client.get(server.url)).discard();
    await (await client.get(server.url, { cookies: { jar } })).discard();
    expect(server.requests.map(cookiesOf)).toEqual([[], [], ["a=1"]]);
  });

  test("a cookie goes to every port of its host (RFC 6265bis §8.5), and to no other host", async () => {
    await using one = await startRawServer([answer("302 Found", "Set-Cookie: a=1", "Location: /b"), ok, ok]);
    await using client = createClient({
      adapter: undiciAdapter(),
      plugins: [cookies({ jar: toughJar() }), redirectOnce],
    });
    const elsewhere = one.url.replace("127.0.0.1", "localhost");
    await using two = await startRawServer([answer("302 Found", `Location: ${elsewhere}/`, "Set-Cookie: b=2")]);
    await (await client.get(one.url)).discard();
    await (await client.get(two.url)).discard();
    expect(one.requests.map(cookiesOf)).toEqual([[], ["a=1"], []]);
    expect(two.requests.map(cookiesOf)).toEqual([["a=1"]]);
  });

  test("a response whose cookies cannot be stored is discarded, and its connection is free again", async () => {
    const body = "HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nContent-Length: 1000000\r\n\r\nx";
    await using server = await startRawServer([body]);
    const jar: Jar = { get: () => "", store: () => Promise.reject(new Error("the store is gone")) };
    await using client = createClient({ adapter: undiciAdapter(), plugins: [cookies({ jar })] });
    await expect(client.get(server.url)).rejects.toThrow("the store is gone");
    await server.connections[0]!.closed;
  });
});

interface Sent {
  request: HttpRequest;
  response: HttpResponse;
}

/** Sends through the plugin alone. */
function through(plugin: Plugin, given: Partial<HttpRequest> = {}, ...setCookies: string[]) {
  const sent: Sent[] = [];
  const request: HttpRequest = {
    method: "GET",
    url: "http://a.test/",
    headers: new HeaderList(),
    body: null,
    options: {},
    call: {},
    ...given,
  };
  const promise = plugin.send!(request, async (inner) => {
    const response = new HttpResponse({
      request: inner,
      status: 200,
      reason: "",
      headers: new HeaderList(setCookies.map((line) => ["Set-Cookie", line])),
      body: (async function* () {})(),
      async discard() {},
    });
    sent.push({ request: inner, response });
    return response;
  });
  return { request, sent, promise };
}

describe("the plugin alone", () => {
  const never = new Promise<never>(() => {});

  test("sends at once, and the very request, where the jar says at once that it has nothing", async () => {
    const { request, sent, promise } = through(cookies({ jar: { get: () => "", store() {} } }));
    expect(sent[0]!.request).toBe(request);
    expect(await promise).toBe(sent[0]!.response);
  });

  test("leaves the request as it was, for it may be sent again", async () => {
    const { request, sent, promise } = through(cookies({ jar: { get: () => "a=1", store() {} } }));
    await promise;
    expect(request.headers.has("cookie")).toBe(false);
    expect([...sent[0]!.request.headers]).toEqual([["Cookie", "a=1"]]);
  });

  test("waits for a jar that takes its time", async () => {
    const { sent, promise } = through(cookies({ jar: { get: async () => "a=1", store() {} } }));
    expect(sent).toEqual([]);
    await promise;
    expect(sent[0]!.request.headers.get("cookie")).toBe("a=1");
  });

  test("gives the response after its cookies are stored", async () => {
    const { promise: stored, resolve } = Promise.withResolvers<void>();
    const steps: string[] = [];
    const { promise } = through(cookies({ jar: { get: () => "", store: () => stored } }), {}, "a=1");
    const done = promise.then(() => steps.push("response"));
    void stored.then(() => steps.push("stored"));
    await new Promise((soon) => setImmediate(soon));
    expect(steps).toEqual([]);
    resolve();
    await done;
    expect(steps).toEqual(["stored", "response"]);
  });

  test("sends nothing where the jar cannot be read", async () => {
    const jar: Jar = { get: () => Promise.reject(new Error("the store is gone")), store() {} };
    const { sent, promise } = through(cookies({ jar }));
    await expect(promise).rejects.toThrow("the store is gone");
    expect(sent).toEqual([]);
  });

  test("a header that it made for an earlier hop, and that came back, is made anew", async () => {
    let value = "a=1";
    const plugin = cookies({ jar: { get: () => value, store() {} } });
    const first = through(plugin);
    await first.promise;
    const [{ request }] = first.sent as [Sent];
    value = "a=2";
    const second = through(plugin, copy(request));
    await second.promise;
    expect([...second.sent[0]!.request.headers]).toEqual([["Cookie", "a=2"]]);
    value = "";
    const third = through(plugin, copy(second.sent[0]!.request));
    await third.promise;
    expect([...third.sent[0]!.request.headers]).toEqual([]);
  });

  test.each([
    ["get", { get: () => never, store() {} }],
    ["store", { get: () => "", store: () => never }],
  ] satisfies [string, Jar][])("the call's signal ends a wait for %s, and no listener stays", async (_, jar) => {
    const controller = new AbortController();
    const { promise, sent } = through(cookies({ jar }), { options: { signal: controller.signal } }, "a=1");
    let discarded = 0;
    for (const { response } of sent) response.discard = async () => void discarded++;
    await new Promise((soon) => setImmediate(soon));
    controller.abort(new Error("enough"));
    await expect(promise).rejects.toThrow("enough");
    expect(discarded).toBe(sent.length);
    expect(getEventListeners(controller.signal, "abort")).toEqual([]);
  });

  test("no listener stays after an answer of the jar, and a signal that fired before ends it, too", async () => {
    const controller = new AbortController();
    const { signal } = controller;
    await through(cookies({ jar: { get: async () => "a=1", async store() {} } }), { options: { signal } }, "a=1")
      .promise;
    expect(getEventListeners(signal, "abort")).toEqual([]);
    controller.abort(new Error("enough"));
    const late = through(cookies({ jar: { get: () => never, store() {} } }), { options: { signal } });
    await expect(late.promise).rejects.toThrow("enough");
  });

  test.each([
    [undefined, "GET", "strict"],
    ["strict", "POST", "strict"],
    ["lax", "GET", "lax"],
    ["lax", "HEAD", "lax"],
    ["lax", "POST", "none"],
    ["lax", "GETAWAY", "none"],
    ["none", "GET", "none"],
  ] as const)("sameSite %s with %s is %s for the jar", async (sameSite, method, expected) => {
    const seen: CookieContext[] = [];
    const jar: Jar = {
      get: (_, context) => (seen.push(context), ""),
      store: (_, __, context) => void seen.push(context),
    };
    const plugin = cookies({ jar, ...(sameSite && { sameSite }) });
    await through(plugin, { method }, "a=1").promise;
    expect(seen).toEqual([{ sameSite: expected }, { sameSite: expected }]);
  });

  test("a function for sameSite is asked at every hop, and a call's goes before the plugin's", async () => {
    const seen: string[] = [];
    const jar: Jar = { get: (url, { sameSite }) => (seen.push(`${url} ${sameSite}`), ""), store() {} };
    const plugin = cookies({ jar, sameSite: ({ url }) => (url.includes("b.test") ? "none" : "strict") });
    await through(plugin).promise;
    await through(plugin, { url: "http://b.test/" }).promise;
    await through(plugin, { options: { cookies: { sameSite: "lax" } } as object }).promise;
    expect(seen).toEqual(["http://a.test/ strict", "http://b.test/ none", "http://a.test/ lax"]);
  });
});
