import { inspect } from "node:util";
import { startRawServer, startTestServer, type TestServer } from "@posthaste/test-server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { copy, createClient, HeaderList, HttpError, type HttpRequest, type Plugin, type Stage } from "../src/index.ts";
import { nodeAdapter } from "./node-adapter.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const client = createClient({ adapter: nodeAdapter() });
const path = (at: string) => server.url + at;

interface Echo {
  method: string;
  args: Record<string, unknown>;
  headers: Record<string, string>;
  data: string;
  json: unknown;
  url: string;
}

describe("calls", () => {
  test.each(["get", "post", "put", "patch", "delete", "options", "head"] as const)(
    "%s sends its method",
    async (verb) => {
      await using raw = await startRawServer(["HTTP/1.1 204 No Content\r\n\r\n"]);
      const response = await client[verb](`${raw.url}/x`);
      expect(response).toMatchObject({ status: 204, reason: "No Content", url: `${raw.url}/x`, history: [] });
      await response.discard();
      expect(raw.requests[0]!.bytes.toString("latin1")).toMatch(new RegExp(`^${verb.toUpperCase()} /x HTTP/1.1\r\n`));
    },
  );

  test("request takes any method and upper-cases it", async () => {
    const response = await client.request(path("/anything"), { method: "patch", body: "x" });
    expect(await response.json<Echo>()).toMatchObject({ method: "PATCH", data: "x" });
  });

  test("json sends JSON with its type, unless the headers have one", async () => {
    const echo = await (await client.post(path("/post"), { json: { a: ["é"] } })).json<Echo>();
    expect(echo.json).toEqual({ a: ["é"] });
    expect(echo.headers["Content-Type"]).toBe("application/json");
    const own = await client.post(path("/post"), { json: 1, headers: { "content-type": "application/x+json" } });
    expect((await own.json<Echo>()).headers["Content-Type"]).toBe("application/x+json");
  });

  test("query is appended to the URL's own: repeated for arrays, left out for null and undefined", async () => {
    const query = { b: ["x y", 2], c: null, d: undefined, e: false, ü: "&" };
    const response = await client.get(path("/get?a=1"), { query });
    expect(response.url).toBe(path("/get?a=1&b=x+y&b=2&e=false&%C3%BC=%26"));
    expect((await response.json<Echo>()).args).toEqual({ a: "1", b: ["x y", "2"], e: "false", ü: "&" });
    const pairs = await client.get(path("/get"), { query: new URLSearchParams("a=1&a=2") });
    expect((await pairs.json<Echo>()).args).toEqual({ a: ["1", "2"] });
  });

  test("baseUrl resolves relative URLs, and a URL object is as good as a string", async () => {
    const based = createClient({ adapter: nodeAdapter(), defaults: { baseUrl: `${server.url}/anything/v1/` } });
    expect((await (await based.get("users")).json<Echo>()).url).toBe(path("/anything/v1/users"));
    expect((await (await based.get("/get")).json<Echo>()).url).toBe(path("/get"));
    expect((await client.get(new URL(path("/get")))).status).toBe(200);
  });

  test("default headers give way to a call's, name by name, repeats kept", async () => {
    await using raw = await startRawServer(["HTTP/1.1 204 No Content\r\n\r\n"]);
    const based = createClient({ adapter: nodeAdapter(), defaults: { headers: { "X-A": "1", "x-B": "2" } } });
    const headers = [
      ["X-b", "3"],
      ["X-B", "4"],
    ] as const;
    await (await based.get(raw.url, { headers })).discard();
    const sent = raw.requests[0]!.bytes.toString("latin1");
    expect(sent).toContain("X-A: 1\r\nX-b: 3\r\nX-B: 4\r\n");
    expect(sent).not.toContain("x-B");
  });

  test("the defaults are left as they were", async () => {
    const defaults = { headers: { A: "1" } };
    const based = createClient({ adapter: nodeAdapter(), defaults });
    await (await based.get(path("/get"), { headers: { A: "2" } })).discard();
    expect(defaults).toEqual({ headers: { A: "1" } });
  });

  test("send sends a request as it is", async () => {
    await using raw = await startRawServer(["HTTP/1.1 204 No Content\r\n\r\n"]);
    const request: HttpRequest = {
      method: "M-SEARCH",
      url: `${raw.url}/a|b#part`,
      headers: new HeaderList(),
      body: null,
      options: {},
      call: {},
    };
    expect((await client.send(request)).status).toBe(204);
    expect(raw.requests[0]!.bytes.toString("latin1")).toMatch(/^M-SEARCH \/a\|b HTTP/);
  });

  test("a signal ends the call, before and while it runs", async () => {
    await using silent = await startRawServer(() => {});
    await expect(client.get(silent.url, { signal: AbortSignal.abort(new Error("early")) })).rejects.toThrow("early");
    const controller = new AbortController();
    const call = client.get(silent.url, { signal: controller.signal });
    await silent.waitForRequests(1);
    controller.abort(new Error("late"));
    await expect(call).rejects.toThrow("late");
  });

  test("options on a polluted prototype are none", async () => {
    Object.assign(Object.prototype, { json: { evil: true }, bogus: 1 });
    try {
      const echo = await (await client.post(path("/post"), { body: "x" })).json<Echo>();
      expect(echo.data).toBe("x");
    } finally {
      for (const key of ["json", "bogus"]) Reflect.deleteProperty(Object.prototype, key);
    }
  });
});

describe("the body of a response", () => {
  test("is read once: as bytes, text, JSON or chunks", async () => {
    const response = await client.get(path("/encoding/utf8"));
    const text = await response.text();
    expect(text).toContain("∮ E⋅da = Q");
    for (const again of [() => response.bytes(), () => response.text(), () => response.json()]) {
      await expect(again()).rejects.toMatchObject({ code: "ERR_BODY_CONSUMED", phase: "body" });
    }
    const chunks: Uint8Array[] = [];
    for await (const chunk of (await client.get(path("/encoding/utf8"))).body) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe(text);
  });

  test("many chunks become the same bytes", async () => {
    const bytes = await (await client.get(path("/bytes/300000?seed=1"))).bytes();
    expect(bytes.length).toBe(300_000);
    const again = await (await client.get(path("/stream-bytes/300000?seed=1&chunk_size=1000"))).bytes();
    expect(again.length).toBe(300_000);
  });

  test("text drops a byte order mark; an empty body is empty; what is no JSON is a SyntaxError", async () => {
    const answer = (body: string) => `HTTP/1.1 200 OK\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
    await using raw = await startRawServer([Buffer.from(answer("\ufeffa")), answer(""), answer("{")]);
    expect(await (await client.get(raw.url)).text()).toBe("a");
    expect(await (await client.get(raw.url)).bytes()).toEqual(new Uint8Array());
    await expect((await client.get(raw.url)).json()).rejects.toBeInstanceOf(SyntaxError);
  });

  test("discard frees the connection, at any time and again; then the body cannot be read", async () => {
    const head = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart";
    await using raw = await startRawServer([head, head]);
    const unread = await client.get(raw.url);
    await unread.discard();
    await unread.discard();
    await raw.connections[0]!.closed;
    await expect(unread.text()).rejects.toMatchObject({ code: "ERR_BODY_CONSUMED" });
    const begun = await client.get(raw.url);
    for await (const chunk of begun.body) {
      expect(Buffer.from(chunk).toString()).toBe("part");
      break;
    }
    await raw.connections[1]!.closed;
  });
});

describe("plugins", () => {
  const trace = (name: string, stage: Stage | undefined, seen: string[]): Plugin => ({
    name,
    ...(stage && { stage }),
    prepare: () => void seen.push(`prepare ${name}`),
    async send(request, next) {
      seen.push(`> ${name}`);
      const response = await next(request);
      seen.push(`< ${name}`);
      return response;
    },
    close: () => void seen.push(`close ${name}`),
  });

  test("stages order them, then the array; prepare runs once per call; close closes all", async () => {
    const seen: string[] = [];
    const plugins = [
      trace("d", "decode", seen),
      trace("w1", "wire", seen),
      trace("c", undefined, seen),
      trace("w2", "wire", seen),
      trace("r", "retry", seen),
    ];
    const traced = createClient({ adapter: nodeAdapter(), plugins });
    expect(traced.order).toEqual(["c", "r", "w1", "w2", "d", "node-test"]);
    await (await traced.get(path("/get"))).discard();
    const names = ["c", "r", "w1", "w2", "d"];
    expect(seen.splice(0)).toEqual([
      ...names.map((name) => `prepare ${name}`),
      ...names.map((name) => `> ${name}`),
      ...names.toReversed().map((name) => `< ${name}`),
    ]);
    await traced[Symbol.asyncDispose]();
    expect(seen).toEqual(names.map((name) => `close ${name}`));
  });

  test("a plugin that sends twice sends copies, with one call state and headers of their own", async () => {
    const key = Symbol("count");
    const twice: Plugin = {
      name: "twice",
      stage: "retry",
      async send(request, next) {
        for (let i = 0; ; i++) {
          const again = copy(request);
          again.headers.append("X-Try", String(i));
          const response = await next(again);
          if (response.status === 200) return response;
          await response.discard();
        }
      },
    };
    const count: Plugin = {
      name: "count",
      stage: "wire",
      send(request, next) {
        request.call[key] = ((request.call[key] as number | undefined) ?? 0) + 1;
        return next(request);
      },
    };
    await using raw = await startRawServer([
      "HTTP/1.1 503 Busy\r\nContent-Length: 1\r\n\r\nx",
      "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    ]);
    const response = await createClient({ adapter: nodeAdapter(), plugins: [count, twice] }).get(raw.url);
    expect(response.request.call[key]).toBe(2);
    expect(response.request.headers.getAll("x-try")).toEqual(["1"]);
  });

  test("an unknown stage, a name twice and an option that nothing reads are refused", async () => {
    const seen: string[] = [];
    const make = (...plugins: Plugin[]) => createClient({ adapter: nodeAdapter(), plugins });
    expect(() => make(trace("a", "nowhere" as Stage, seen))).toThrow(/ERR_OPTION/);
    expect(() => make(trace("a", "call", seen), trace("a", "wire", seen))).toThrow(/invalid \["a","a","node-test"\]/);
    const bogus = { retries: 3 } as object;
    await expect(client.get(path("/get"), bogus)).rejects.toThrow('invalid "retries" (ERR_OPTION)');
    await expect(createClient({ adapter: nodeAdapter(), defaults: bogus }).get(path("/get"))).rejects.toThrow(
      /retries/,
    );
  });
});

describe("bad input is refused before a socket opens", () => {
  test.each<[string, HttpError["code"], (url: string) => Promise<unknown>]>([
    ["a relative URL without a base", "ERR_URL", () => client.get("/nowhere")],
    ["an invalid URL", "ERR_URL", () => client.get("http://a b/")],
    ["an invalid URL with secrets", "ERR_URL", () => client.get("http://u:secret@[x/p?secret#secret")],
    ["another scheme with secrets", "ERR_URL", () => client.get("ftp://u:secret@h/p?secret#secret")],
    ["another scheme", "ERR_URL", () => client.get("ftp://127.0.0.1/")],
    ["a URL without a host", "ERR_URL", () => client.get("mailto:a@example.test")],
    ["CR in a method", "ERR_METHOD", (url) => client.request(url, { method: "GET\r" })],
    ["LF in a method", "ERR_METHOD", (url) => client.request(url, { method: "G\nT" })],
    ["NUL in a method", "ERR_METHOD", (url) => client.request(url, { method: "G\0" })],
    ["a space in a method", "ERR_METHOD", (url) => client.request(url, { method: "G T" })],
    ["CRLF in a header name", "ERR_HEADER", (url) => client.get(url, { headers: { "a\r\nb": "c" } })],
    ["an empty header name", "ERR_HEADER", (url) => client.get(url, { headers: { "": "c" } })],
    ["CR in a header value", "ERR_HEADER", (url) => client.get(url, { headers: { "X-A": "secret\r" } })],
    ["LF in a header value", "ERR_HEADER", (url) => client.get(url, { headers: { "X-A": "secret\nX: y" } })],
    ["NUL in a header value", "ERR_HEADER", (url) => client.get(url, { headers: { "X-A": "secret\0" } })],
    ["a character beyond latin-1", "ERR_HEADER", (url) => client.get(url, { headers: { "X-A": "secret€" } })],
    ["a header value that is a number", "ERR_HEADER", (url) => client.get(url, { headers: { "X-A": 1 as never } })],
    ["a header value that is null", "ERR_HEADER", (url) => client.get(url, { headers: { "X-A": null as never } })],
    ["a header value that is an array", "ERR_HEADER", (url) => client.get(url, { headers: { "X-A": ["a"] as never } })],
  ])("%s", async (_, code, call) => {
    await using raw = await startRawServer([]);
    const error = await call(raw.url).then(
      () => expect.unreachable("it was sent"),
      (reason: unknown) => reason as HttpError,
    );
    expect(error).toBeInstanceOf(HttpError);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(/^invalid ".*"|^invalid "/);
    expect(error.message).not.toContain("secret");
    expect(raw.connections).toHaveLength(0);
  });

  test("what a plugin adds is checked like the rest", async () => {
    const evil: Plugin = {
      name: "evil",
      stage: "wire",
      send: (request, next) => (request.headers.append("X", "\n"), next(request)),
    };
    await using raw = await startRawServer([]);
    const injecting = createClient({ adapter: nodeAdapter(), plugins: [evil] });
    await expect(injecting.get(raw.url)).rejects.toMatchObject({ code: "ERR_HEADER" });
    expect(raw.connections).toHaveLength(0);
  });
});

describe("HttpError", () => {
  test("names method, origin and path, cause and code on one line, and hides what may be secret", async () => {
    const headers = { Authorization: "Bearer hunter2" };
    const error = await client.get("http://user:pass%40@127.0.0.1:1/path?token=hunter2#part", { headers }).then(
      () => expect.unreachable("port 1 answered"),
      (reason: unknown) => reason as HttpError,
    );
    expect(error.message).toBe("GET http://127.0.0.1:1/path: connect ECONNREFUSED 127.0.0.1:1 (ERR_CONNECT)");
    expect(error).toMatchObject({ name: "HttpError", code: "ERR_CONNECT", phase: "connect" });
    expect(error.cause).toMatchObject({ code: "ECONNREFUSED" });
    expect(error.request?.headers.get("authorization")).toBe("Bearer hunter2");
    expect(error.response).toBeUndefined();
    expect(error.stack).toMatch(/^HttpError: GET /);
    for (const shown of [JSON.stringify(error), inspect(error, { depth: 9 }), String(error)]) {
      expect(shown).toContain("ERR_CONNECT");
      expect(shown).not.toMatch(/hunter2|pass/);
    }
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      code: "ERR_CONNECT",
      phase: "connect",
      message: error.message,
    });
  });

  test("stays one line for a URL that nobody parsed", async () => {
    const request = { method: "GET", headers: new HeaderList(), body: null, options: {}, call: {} };
    const error = await client.send({ ...request, url: "http://127.0.0.1:1/path\r\nforged line\n?token" }).then(
      () => expect.unreachable("port 1 answered"),
      (reason: unknown) => reason as HttpError,
    );
    expect(new HttpError("ERR_LIMIT", "too much", { request: error.request }).message).toBe(
      "GET http://127.0.0.1:1/path: too much (ERR_LIMIT)",
    );
    expect(error.message).not.toMatch(/\s.*\n|forged/);
  });

  test("without a cause it has none", () => {
    expect("cause" in new HttpError("ERR_LIMIT", "too much")).toBe(false);
  });
});
