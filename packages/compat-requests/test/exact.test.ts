import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { startProxy, startRawServer, startTestServer } from "@posthaste/test-server";
import { describe, expect, test } from "vitest";
import requests, { adapters, exceptions } from "../src/index.ts";
import { failure, reply } from "./replies.ts";

const { HTTPAdapter, Retry } = adapters;
const latin1 = (text: string): Uint8Array => Buffer.from(text, "latin1");

/** What Python's requests sent; `exact/record.py` writes it. */
const golden = JSON.parse(readFileSync(new URL("exact/golden.json", import.meta.url), "utf8")) as {
  sent: Record<string, string>;
};

function exactSession(kwargs: adapters.HTTPAdapterKwargs = {}): InstanceType<typeof requests.Session> {
  const s = new requests.Session();
  s.trust_env = false;
  s.mount("http://", new HTTPAdapter({ exact: true, ...kwargs }));
  s.mount("https://", new HTTPAdapter({ exact: true, ...kwargs }));
  return s;
}

function* chunks(): Generator<Uint8Array | string> {
  yield latin1("first");
  yield new Uint8Array();
  yield latin1("x".repeat(70_000));
  yield "té";
}

/** What can be read and says not how much there is. */
function unsized(content: Uint8Array): { read(size: number): Uint8Array } {
  let at = 0;
  return { read: (size) => content.subarray(at, (at += size)) };
}

type Session = InstanceType<typeof requests.Session>;
const calls: Record<string, (s: Session, url: string) => Promise<unknown>> = {
  GET: (s, url) => s.get(url),
  "GET with framing of the caller's": (s, url) =>
    s.get(url, { headers: { hOST: "other.test", connection: "x, Keep-Alive", "X-Latin": "é" } }),
  "GET without the default lines": (s, url) =>
    s.get(url, { headers: { Connection: null, Accept: null, "Accept-Encoding": null } }),
  "GET with content": (s, url) => s.get(url, { data: latin1("abc") }),
  HEAD: (s, url) => s.head(url),
  OPTIONS: (s, url) => s.options(url),
  DELETE: (s, url) => s.delete(url),
  "DELETE with content": (s, url) => s.delete(url, { json: { a: 1 } }),
  "POST without content": (s, url) => s.post(url),
  "POST bytes": (s, url) => s.post(url, { data: latin1("\x00\xffabc") }),
  "POST large bytes": (s, url) => s.post(url, { data: latin1("y".repeat(200_000)) }),
  "POST form": (s, url) => s.post(url, { data: { a: "1", b: "é" } }),
  "POST form of nothing": (s, url) => s.post(url, { data: { a: null } }),
  "POST chunked": (s, url) => s.post(url, { data: chunks() }),
  "POST chunked, empty": (s, url) => s.post(url, { data: [][Symbol.iterator]() }),
  "POST chunked from what has no length": (s, url) => s.post(url, { data: unsized(latin1("z".repeat(40_000))) }),
  "POST expecting 100": (s, url) => s.post(url, { data: latin1("abc"), headers: { Expect: "100-continue" } }),
  "POST with a length of the caller's": (s, url) =>
    s.post(url, { data: latin1("abc"), headers: { "content-length": "7" } }),
  "PUT empty": (s, url) => s.put(url),
  "PUT empty bytes": (s, url) => s.put(url, { data: new Uint8Array() }),
  "PATCH text": (s, url) => s.patch(url, { data: "text" }),
  multipart: (s, url) =>
    s.post(url, {
      data: { field: "value" },
      files: { file: ["näme.txt", latin1("content\r\n"), "text/plain"], other: latin1("more") },
    }),
};

/** With names for what is another each time, as `record.py` has them. */
function named(bytes: Uint8Array, port: number): string {
  const text = Buffer.from(bytes)
    .toString("latin1")
    .replaceAll(`:${port}`, ":<port>")
    .replace(/User-Agent: [^\r]*/, "User-Agent: <agent>")
    .replace(/Accept-Encoding: gzip[^\r]*/, "Accept-Encoding: <default>")
    .replaceAll(/(.)\1{999,}/g, (run: string) => `<${run[0]} ${run.length}>`);
  const [, boundary] = /boundary=([0-9a-f]{32})/.exec(text) ?? [];
  return boundary === undefined ? text : text.replaceAll(boundary, "<boundary>");
}

describe("with exact, the bytes are Python's, framing headers included", () => {
  test("every call has a recording, and every recording a call", () => {
    expect(Object.keys(calls)).toEqual(Object.keys(golden.sent));
  });

  test.each(Object.entries(calls))("%s", async (name, call) => {
    await using server = await startRawServer((socket) => void socket.write(reply()));
    await using s = exactSession();
    await call(s, `${server.url}/path?q=1`);
    expect(named(server.connections[0]!.received, server.port)).toBe(golden.sent[name]);
  });
});

describe("an exact adapter", () => {
  test("keeps connections, and closes them", async () => {
    await using server = await startRawServer((socket) => void socket.write(reply()));
    const s = exactSession();
    await s.get(server.url);
    await s.post(server.url, { data: "x" });
    expect(server.connections).toHaveLength(1);
    await s.close();
    await server.idle();
  });

  test("that never sent anything can be closed", async () => {
    await exactSession().close();
  });

  test("retries and fails as the other does", async () => {
    await using server = await startRawServer([
      "HTTP/1.1 503 Later\r\nContent-Length: 0\r\n\r\n",
      reply(),
      "SSH-2.0\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    ]);
    await using s = exactSession({ max_retries: new Retry({ total: 1, status_forcelist: [503] }) });
    expect((await s.get(server.url)).status_code).toBe(200);
    await using plain = exactSession();
    expect(await failure(plain.get(server.url))).toBeInstanceOf(exceptions.ConnectionError);
    expect(await failure(plain.get(server.url))).toBeInstanceOf(exceptions.InvalidHeader);
    expect(await failure(plain.get("http://127.0.0.1:1/"))).toBeInstanceOf(exceptions.ConnectionError);
  });

  test("says Host as Python does, with a proxy and with TLS", async () => {
    await using server = await startTestServer();
    const secure = await server.https();
    await using proxy = await startProxy();
    await using s = exactSession();
    s.verify = false;
    await s.get(`http://origin.test:${server.port}/get`, { proxies: { http: proxy.url } });
    await s.get(`${secure.url}/get`);
    const hosts = server.requests.map(({ headers }) => headers.slice(0, 2));
    expect(hosts).toEqual([
      ["Host", `origin.test:${server.port}`],
      ["Host", `localhost:${secure.port}`],
    ]);
  });

  test.each([
    ["a length that is not the content's is corrected", "content-length", "7", "abc", "Content-Length: 3"],
    ["a length without content is corrected", "content-length", "7", null, "Content-Length: 0"],
    ["chunks beside a length are left out", "transfer-encoding", "chunked", "abc", "Content-Length: 3"],
  ])("sends no message of which nobody can tell the end: %s", async (_, name, value, body, line) => {
    await using server = await startRawServer((socket) => void socket.write(reply()));
    await using s = exactSession();
    const request = new requests.Request("POST", server.url, { data: body }).prepare();
    if (!body) request.headers.delete("Content-Length");
    request.headers.set(name === "content-length" ? "Content-Length" : "Transfer-Encoding", value);
    await s.send(request);
    const head = server.requests[0]!.head;
    expect(head.match(/^(?:content-length|transfer-encoding): .*$/gim) ?? []).toEqual([line]);
  });

  test("says so, and only then", () => {
    const [plain, exact] = [new HTTPAdapter(), new HTTPAdapter({ exact: true })];
    expect([plain.exact, exact.exact]).toEqual([false, true]);
    expect(plain.poolmanager.connection_pool_kw).toMatchObject({ maxsize: 10, block: false });
    expect(plain.poolmanager.connection_pool_kw).not.toHaveProperty("exact");
    expect(exact.poolmanager.connection_pool_kw).toMatchObject({ maxsize: 10, block: false, exact: true });
  });
});

test("the adapter over node:http is loaded when something is sent over it", () => {
  const script = `
    import { registerHooks } from "node:module";
    const loaded = [];
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
    const { adapters } = await import("@posthaste/compat-requests");
    new adapters.HTTPAdapter({ exact: true });
    process.exitCode = loaded.some((url) => url.includes("adapter-node")) ? 1 : loaded.length > 10 ? 0 : 2;`;
  const flags = ["--conditions=@posthaste/source", "--input-type=module", "--eval", script];
  expect(spawnSync(process.execPath, flags, { cwd: import.meta.dirname }).status).toBe(0);
});
