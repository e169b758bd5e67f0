import { createSecureServer } from "node:http2";
import type { Http2Server, IncomingHttpHeaders, ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { OK, clients, failure, until } from "@posthaste/adapter-specs/client";
import { tlsSpecs } from "@posthaste/adapter-specs/tls";
import { createAuthority, startRawServer } from "@posthaste/test-server";
import { describe, expect, test } from "vitest";
import { undiciAdapter } from "../src/index.ts";

const client = clients(undiciAdapter);

tlsSpecs(undiciAdapter);

describe("HTTP/2", async () => {
  const authority = await createAuthority();
  const { ca } = authority;
  type Handler = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void;
  async function http2Server(handler: Handler) {
    const server = createSecureServer({ allowHTTP1: true, ...(await authority.issue()) });
    let sessions = 0;
    server.on("session", () => sessions++);
    server.on("stream", (stream, headers) => {
      stream.on("error", () => {});
      handler(stream, headers);
    });
    server.on("request", (message, response) => {
      if (message.httpVersionMajor === 1) response.end("one");
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const url = `https://localhost:${(server.address() as AddressInfo).port}`;
    return { url, sessions: () => sessions, [Symbol.asyncDispose]: () => close(server) };
  }
  const close = (server: Http2Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()));
  const options = { allowH2: true, connection: { tls: { ca } } };

  test("is spoken where it is allowed, many calls over one connection", async () => {
    await using server = await http2Server((stream, headers) => {
      stream.respond({ ":status": 201, "x-a": "1", "set-cookie": ["a=1", "b=2"] });
      stream.end(`${headers[":method"]} ${headers[":path"]} ${headers["x-b"]}`);
    });
    await using http = client(options);
    const call = async (_: unknown, index: number): Promise<string> => {
      const response = await http.get(`${server.url}/${index}?q`, { headers: { "X-B": "2" } });
      expect([response.status, response.reason, response.headers.getAll("set-cookie")]).toEqual([
        201,
        "",
        ["a=1", "b=2"],
      ]);
      return response.text();
    };
    const calls = Array.from({ length: 50 });
    expect(await Promise.all(calls.map(call))).toEqual(calls.map((_, index) => `GET /${index}?q 2`));
    expect(server.sessions()).toBe(1);
  });

  test("carries bodies both ways", async () => {
    await using server = await http2Server((stream) => {
      stream.respond({ ":status": 200 });
      stream.pipe(stream);
    });
    await using http = client(options);
    const body = new Uint8Array(500_000).map((_, index) => index % 251);
    expect(Buffer.from(await (await http.post(server.url, { body })).bytes()).equals(body)).toBe(true);
    const text = await (await http.post(server.url, { body: new Blob(["a", "b"]).stream() })).text();
    expect(text).toBe("ab");
  });

  test("is not, where it is not allowed or not known", async () => {
    await using server = await http2Server(() => {});
    await using plain = client({ connection: { tls: { ca } } });
    expect(await (await plain.get(server.url)).text()).toBe("one");
    await using http1 = await startRawServer((socket) => void socket.write(OK), { tls: await authority.issue() });
    await using both = client(options);
    const calls = Array.from({ length: 5 }, async () => (await both.get(http1.url)).text());
    expect(await Promise.all(calls)).toEqual(["ok", "ok", "ok", "ok", "ok"]);
  });

  test("a call that is aborted or times out leaves the others alone", async () => {
    const waiting: ServerHttp2Stream[] = [];
    await using server = await http2Server((stream, headers) => {
      if (headers[":path"] === "/never") return;
      waiting.push(stream);
    });
    await using http = client(options);
    const controller = new AbortController();
    const good = http.get(server.url);
    const aborted = failure(http.get(`${server.url}/never`, { signal: controller.signal }));
    await until(() => waiting.length === 1);
    const late = failure(http.get(`${server.url}/never`, { timeout: { read: 30 } }));
    expect(await late).toMatchObject({ code: "ERR_TIMEOUT_READ", phase: "headers" });
    controller.abort("why");
    expect(await aborted).toBe("why");
    waiting[0]!.respond({ ":status": 200 });
    waiting[0]!.end("good");
    expect(await (await good).text()).toBe("good");
    expect(server.sessions()).toBe(1);
  });

  test("a body that is cut short is truncated", async () => {
    await using server = await http2Server((stream) => {
      stream.respond({ ":status": 200 });
      stream.write("abc", () => stream.destroy(new Error("broken")));
    });
    await using http = client(options);
    const response = await http.get(server.url);
    expect(await failure(response.bytes())).toMatchObject({ code: "ERR_BODY_TRUNCATED", phase: "body" });
  });

  test.each([
    ["is reset", (stream: ServerHttp2Stream) => stream.close(2)],
    ["loses its connection", (stream: ServerHttp2Stream) => stream.session?.destroy()],
  ])("a call that %s before the head is ERR_RESET, and the next one is served", async (_, end) => {
    await using server = await http2Server((stream, headers) => {
      if (headers[":path"] === "/bad") return end(stream);
      stream.respond({ ":status": 200 });
      return stream.end("ok");
    });
    await using http = client(options);
    expect(await (await http.get(server.url)).text()).toBe("ok");
    expect(await failure(http.post(`${server.url}/bad`))).toMatchObject({ code: "ERR_RESET", phase: "headers" });
    expect(await (await http.get(server.url)).text()).toBe("ok");
  });

  test("one failed attempt fails all that waited for it", async () => {
    await using server = await startRawServer(() => {});
    await using http = client({ ...options, timeout: { connect: 50 } });
    const calls = Array.from({ length: 5 }, () => failure(http.get(`https://127.0.0.1:${server.port}/`)));
    const codes = (await Promise.all(calls)).map(({ code }) => code);
    expect(codes).toEqual(Array.from(calls, () => "ERR_TIMEOUT_CONNECT"));
    expect(server.connections).toHaveLength(1);
  });

  test("an aborted first call leaves the others an attempt of their own", async () => {
    await using server = await http2Server((stream) => {
      stream.respond({ ":status": 200 });
      stream.end("ok");
    });
    await using http = client(options);
    const controller = new AbortController();
    const first = failure(http.get(server.url, { signal: controller.signal }));
    const second = http.get(server.url);
    await Promise.resolve();
    controller.abort("why");
    expect(await first).toBe("why");
    expect(await (await second).text()).toBe("ok");
  });

  test("close() ends it", async () => {
    await using server = await http2Server(() => {});
    const http = client(options);
    const call = failure(http.get(server.url));
    await until(() => server.sessions() > 0);
    await http.close();
    expect(await call).toMatchObject({ code: "ERR_CLOSED" });
  });
});
