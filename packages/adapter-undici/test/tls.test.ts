import { createSecureServer } from "node:http2";
import type { Http2Server, IncomingHttpHeaders, ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { createServer } from "node:tls";
import { createAuthority, startRawServer, startTestServer } from "@posthaste/test-server";
import type { Authority, Certificate, IssueOptions } from "@posthaste/test-server";
import { describe, expect, test } from "vitest";
import { OK, client, failure, until } from "./helpers.ts";

const authority: Authority = await createAuthority();
const { ca } = authority;

async function secureServer(options?: IssueOptions & { alone?: boolean }) {
  return startRawServer((socket) => void socket.write(OK), { tls: await authority.issue(options) });
}

describe("TLS", () => {
  test.each([
    ["text", ca],
    ["bytes", new TextEncoder().encode(ca)],
    ["a list", [ca, Buffer.from(ca)]],
  ])("trusts the authorities it is given as %s", async (_, trusted) => {
    await using server = await secureServer();
    await using http = client();
    const response = await http.get(server.url, { connection: { tls: { ca: trusted } } });
    expect(await response.text()).toBe("ok");
    await using other = client({ connection: { tls: { ca: trusted } } });
    expect(await (await other.get(server.url)).text()).toBe("ok");
  });

  test.each<[string, IssueOptions, string]>([
    ["of an unknown authority", {}, ""],
    ["that signed itself", { selfSigned: true }, ca],
    ["that has expired", { expired: true }, ca],
    ["of another host", { names: ["other.test"] }, ca],
  ])("does not accept a certificate %s", async (_, options, trusted) => {
    await using server = await secureServer(options);
    await using http = client(trusted ? { connection: { tls: { ca } } } : {});
    const error = await failure(http.get(server.url));
    expect(error).toMatchObject({ code: "ERR_TLS", phase: "connect" });
    expect(error.message).toMatch(/^GET https:\/\/localhost:\d+\/: [^\n]+ \(ERR_TLS\)$/);
    expect(server.requests).toHaveLength(0);
    const careless = await http.get(server.url, { connection: { tls: { rejectUnauthorized: false } } });
    expect(await careless.text()).toBe("ok");
    // The one that was not asked for is none the wiser.
    expect(await failure(http.get(server.url))).toMatchObject({ code: "ERR_TLS" });
  });

  test("asks for the server name it is given, and verifies that", async () => {
    const names: unknown[] = [];
    const server = createServer(await authority.issue({ names: ["other.test"] }), (socket) => {
      names.push(socket.servername);
      socket.on("error", () => {}).end(OK);
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    await using http = client({ connection: { tls: { ca, servername: "other.test" } } });
    expect(await (await http.get(`https://127.0.0.1:${port}/`)).text()).toBe("ok");
    const tls = { ca };
    expect(await failure(http.get(`https://127.0.0.1:${port}/`, { connection: { tls } }))).toMatchObject({
      code: "ERR_TLS",
    });
    expect(names[0]).toBe("other.test");
    server.close();
  });

  test("an address is no server name, and is verified", async () => {
    await using server = await secureServer({ names: ["127.0.0.1"] });
    await using http = client({ connection: { tls: { ca } } });
    expect(await (await http.get(`https://127.0.0.1:${server.port}/`)).text()).toBe("ok");
    expect(await failure(http.get(server.url))).toMatchObject({ code: "ERR_TLS" });
  });

  test("a Host of the caller changes neither the server name nor the connection", async () => {
    await using server = await secureServer({ names: ["localhost"] });
    await using http = client({ connection: { tls: { ca } } });
    for (const host of ["a.test", "b.test", "a.test"])
      await (await http.get(server.url, { headers: { Host: host } })).text();
    expect(server.connections).toHaveLength(1);
  });

  test("shows a client's certificate", async () => {
    await using server = await startTestServer();
    const secure = await server.https({ clientCertificate: "require" });
    const certificate = await secure.authority.issue({ client: true, names: ["alice"] });
    await using http = client();
    const tls = { ca: secure.ca, ...certificate };
    await (await http.get(`${secure.url}/get`, { connection: { tls } })).bytes();
    expect(server.requests[0]!.clientName).toBe("alice");
    const error = await failure(http.get(`${secure.url}/get`, { connection: { tls: { ca: secure.ca } } }));
    // With TLS 1.3 the server says so after the handshake.
    expect(["ERR_TLS", "ERR_RESET"]).toContain(error.code);
  });

  test("opens an encrypted key with its passphrase", async () => {
    const { generateKeyPairSync } = await import("node:crypto");
    const { privateKey } = generateKeyPairSync("ec", {
      namedCurve: "P-256",
      publicKeyEncoding: { type: "spki", format: "pem" },
      privateKeyEncoding: { type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "secret" },
    });
    await using server = await secureServer();
    await using http = client();
    const open = (passphrase: string) =>
      http.get(server.url, { connection: { tls: { ca, key: privateKey, passphrase } } });
    expect(await (await open("secret")).text()).toBe("ok");
    expect(await failure(open("wrong"))).toMatchObject({ code: "ERR_TLS", phase: "connect" });
  });

  test.each([
    ["cert", "no PEM"],
    ["key", "no PEM"],
    ["ca", "-----BEGIN CERTIFICATE-----\nno\n-----END CERTIFICATE-----"],
  ])("a %s that is none is ERR_TLS", async (name, value) => {
    await using server = await secureServer();
    await using http = client();
    const error = await failure(http.get(server.url, { connection: { tls: { [name]: value } } }));
    expect(error).toMatchObject({ code: "ERR_TLS", phase: "connect" });
  });

  test("with a server that does not speak it is ERR_TLS", async () => {
    await using server = await startRawServer(() => {}, {
      onConnection: (socket) => void socket.write("HTTP/1.1 400 Bad\r\n\r\n"),
    });
    await using http = client();
    expect(await failure(http.get(`https://127.0.0.1:${server.port}/`))).toMatchObject({
      code: "ERR_TLS",
      phase: "connect",
    });
  });

  test("with a server that closes is ERR_TLS, and that resets ERR_CONNECT", async () => {
    await using closing = await startRawServer(() => {}, { onConnection: (socket) => void socket.end() });
    await using resetting = await startRawServer(() => {}, { onConnection: (socket) => void socket.resetAndDestroy() });
    await using http = client();
    expect(await failure(http.get(`https://127.0.0.1:${closing.port}/`))).toMatchObject({ code: "ERR_TLS" });
    expect(["ERR_CONNECT", "ERR_TLS"]).toContain(
      (await failure(http.get(`https://127.0.0.1:${resetting.port}/`))).code,
    );
  });

  test("resumes sessions", async () => {
    const reused: boolean[] = [];
    const server = createServer(await authority.issue(), (socket) => {
      reused.push(socket.isSessionReused());
      socket
        .on("error", () => {})
        .on("data", () => socket.end(OK.replace("200 OK\r\n", "200 OK\r\nConnection: close\r\n")));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    await using http = client({ connection: { tls: { ca } } });
    const url = `https://localhost:${(server.address() as AddressInfo).port}/`;
    for (let time = 0; time < 2; time++) await (await http.get(url)).text();
    expect(reused).toEqual([false, true]);
    server.close();
  });
});

describe("HTTP/2", () => {
  type Handler = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void;
  async function http2Server(handler: Handler, certificate?: Certificate) {
    const server = createSecureServer({ allowHTTP1: true, ...(certificate ?? (await authority.issue())) });
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
    await using http1 = await secureServer();
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
