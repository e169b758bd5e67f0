import { createServer } from "node:http";
import { HeaderList } from "@posthaste/core";
import { createAuthority, listen, startProxy, startRawServer, startTestServer } from "@posthaste/test-server";
import { describe, expect, test } from "vitest";
import { OK, clients, failure, request, until } from "./client.ts";
import type { MakeAdapter } from "./client.ts";

const authority = await createAuthority();
const { ca } = authority;
const certificate = await authority.issue();
const auth = { user: "al:ice", password: "p@ss wörd" };
const userInfo = `${encodeURIComponent(auth.user)}:${encodeURIComponent(auth.password)}@`;
const basic = `Basic ${Buffer.from(`${auth.user}:${auth.password}`).toString("base64")}`;
const withUser = (url: string): string => url.replace("//", `//${userInfo}`);

/** Names and values in turn, as a list to look things up in. */
function listed(flat: readonly string[] = []): HeaderList {
  return new HeaderList(flat.flatMap((name, index) => (index % 2 === 0 ? [[name, flat[index + 1]!] as const] : [])));
}

export function proxySpecs(make: MakeAdapter): void {
  const client = clients(make);

  describe.each([
    ["http", {}],
    ["https", { tls: certificate }],
  ])("an %s proxy", (_, proxyOptions) => {
    const tls = { ca };

    test("is told the whole URL of an http target, and tunnels nothing", async () => {
      await using server = await startTestServer();
      await using proxy = await startProxy(proxyOptions);
      await using http = client({ connection: { proxy: { url: proxy.url, tls } } });
      const url = `http://origin.test:${server.port}/get?a=%20|b`;
      const response = await http.send(request(`${url}#fragment`, { headers: { "X-Own": "1" } }));
      expect((await response.json<{ args: unknown }>()).args).toEqual({ a: " |b" });
      expect(proxy.requests).toMatchObject([{ method: "GET", target: url }]);
      const sent = listed(server.requests[0]!.headers);
      expect([sent.getAll("host"), sent.get("X-Own")]).toEqual([[`origin.test:${server.port}`], "1"]);
    });

    test("shares its connections among http targets", async () => {
      await using server = await startTestServer();
      await using proxy = await startProxy(proxyOptions);
      await using http = client({ connection: { proxy: { url: proxy.url, tls } } });
      for (const host of ["a.test", "b.test", "localhost"]) {
        await (
          await http.get(`http://${host}:${server.port}/get`, {
            connection: { proxy: { url: proxy.url, tls, headers: { "X-N": host } } },
          })
        ).bytes();
      }
      expect(proxy.requests.map(({ connection }) => connection)).toEqual([1, 1, 1]);
      expect(proxy.requests.map(({ headers }) => listed(headers).get("x-n"))).toEqual([
        "a.test",
        "b.test",
        "localhost",
      ]);
    });

    test("tunnels to an https target", async () => {
      await using server = await startTestServer();
      const secure = await server.https();
      await using proxy = await startProxy(proxyOptions);
      await using http = client({ connection: { proxy: { url: proxy.url, tls }, tls: { ca: secure.ca } } });
      for (let time = 0; time < 2; time++) expect((await http.get(`${secure.url}/get`)).status).toBe(200);
      expect(proxy.requests[0]).toMatchObject({ method: "CONNECT", target: `localhost:${secure.port}` });
      expect(listed(proxy.requests[0]!.headers).getAll("host")).toEqual([`localhost:${secure.port}`]);
      expect(server.requests[0]).toMatchObject({ url: "/get", secure: true });
    });

    test("gets its credentials and its headers, and nobody else does", async () => {
      await using server = await startTestServer();
      const secure = await server.https();
      await using proxy = await startProxy({ ...proxyOptions, auth });
      const headers = [
        ["X-Proxy", "1"],
        ["x-proxy", "2"],
      ] as const;
      await using http = client({
        connection: { proxy: { url: withUser(proxy.url), headers, tls }, tls: { ca: secure.ca } },
      });
      await (await http.get(`${server.url}/get`)).bytes();
      await (await http.get(`${secure.url}/get`)).bytes();
      for (const { headers: flat } of proxy.requests) {
        expect(listed(flat).get("Proxy-Authorization")).toBe(basic);
        expect(listed(flat).filter(([name]) => name.toLowerCase() === "x-proxy")).toEqual(headers);
      }
      expect(proxy.requests.map(({ method }) => method)).toEqual(["GET", "CONNECT"]);
      expect(listed(server.requests[0]!.headers).has("Proxy-Authorization")).toBe(false);
      const tunnelled = listed(server.requests[1]!.headers);
      expect([tunnelled.has("Proxy-Authorization"), tunnelled.has("X-Proxy")]).toEqual([false, false]);
    });

    test("that refuses is ERR_PROXY with its answer for an https target, and a response for an http one", async () => {
      await using proxy = await startProxy({ ...proxyOptions, auth });
      await using http = client({ connection: { proxy: { url: proxy.url.replace("//", "//al%3Aice:wrong@"), tls } } });
      const error = await failure(http.get("https://origin.test/"));
      expect(error).toMatchObject({ code: "ERR_PROXY", phase: "connect" });
      expect(error.message).toContain("the proxy answered 407 Proxy Authentication Required");
      expect(error.message).not.toContain("wrong");
      const { response } = error;
      expect([response?.status, response?.reason, response?.headers.get("proxy-authenticate")]).toEqual([
        407,
        "Proxy Authentication Required",
        'Basic realm="test-proxy"',
      ]);
      expect(await response?.bytes()).toEqual(new Uint8Array());
      await response?.discard();
      const plain = await http.get("http://origin.test/");
      expect([plain.status, plain.headers.get("proxy-authenticate")]).toEqual([407, 'Basic realm="test-proxy"']);
      await plain.discard();
    });

    test("that cannot reach the target is ERR_PROXY, or a response", async () => {
      await using proxy = await startProxy(proxyOptions);
      await using http = client({ connection: { proxy: { url: proxy.url, tls } } });
      const error = await failure(http.get("https://origin.test:1/"));
      expect(error).toMatchObject({ code: "ERR_PROXY", phase: "connect" });
      expect(error.response?.status).toBe(502);
      expect((await http.get("http://origin.test:1/")).status).toBe(502);
    });

    test("leads to a certificate that is verified", async () => {
      await using server = await startTestServer();
      const secure = await server.https();
      await using proxy = await startProxy(proxyOptions);
      const via = { url: proxy.url, tls };
      await using http = client();
      const untrusted = failure(http.get(`${secure.url}/get`, { connection: { proxy: via } }));
      expect(await untrusted).toMatchObject({ code: "ERR_TLS", phase: "connect" });
      const wrongName = `https://other.test:${secure.port}/get`;
      const connection = { proxy: via, tls: { ca: secure.ca } };
      expect(await failure(http.get(wrongName, { connection }))).toMatchObject({ code: "ERR_TLS" });
      expect(server.requests).toHaveLength(0);
    });
  });

  test("proxy: null is no proxy", async () => {
    await using server = await startTestServer();
    await using http = client({ connection: { proxy: { url: "http://127.0.0.1:1" } } });
    expect((await http.get(`${server.url}/get`, { connection: { proxy: null } })).status).toBe(200);
    expect(await failure(http.get(`${server.url}/get`))).toMatchObject({ code: "ERR_PROXY" });
  });

  test("one with other credentials gets a tunnel of its own", async () => {
    await using server = await startTestServer();
    const secure = await server.https();
    await using proxy = await startProxy();
    await using http = client({ connection: { tls: { ca: secure.ca } } });
    for (const user of ["a", "b", "a"]) {
      const url = proxy.url.replace("//", `//${user}:x@`);
      await (await http.get(`${secure.url}/get`, { connection: { proxy: { url } } })).bytes();
    }
    expect(
      proxy.requests.map(({ headers }) =>
        Buffer.from(listed(headers).get("proxy-authorization")!.slice(6), "base64").toString(),
      ),
    ).toEqual(["a:x", "b:x"]);
  });

  test("the caller's own Proxy-Authorization goes before the URL's", async () => {
    await using server = await startTestServer();
    await using proxy = await startProxy();
    await using http = client({ connection: { proxy: { url: withUser(proxy.url) } } });
    await (await http.get(`${server.url}/get`, { headers: { "proxy-authorization": "Bearer x" } })).bytes();
    const connection = { proxy: { url: withUser(proxy.url), headers: { "Proxy-Authorization": "Bearer y" } } };
    await (await http.get(`${server.url}/get`, { connection })).bytes();
    expect(proxy.requests.map(({ headers }) => listed(headers).getAll("proxy-authorization"))).toEqual([
      ["Bearer x"],
      ["Bearer y"],
    ]);
  });

  test.each([
    ["http://127.0.0.1:1", "http://origin.test/"],
    ["http://127.0.0.1:1", "https://origin.test/"],
    ["https://127.0.0.1:1", "https://origin.test/"],
    ["http://no-such-host.invalid", "http://origin.test/"],
  ])("a proxy at %s that is not there is ERR_PROXY for %s", async (url, target) => {
    await using http = client({ connection: { proxy: { url } } });
    expect(await failure(http.get(target))).toMatchObject({ code: "ERR_PROXY", phase: "connect" });
  });

  test.each([
    [{ expired: true }, "CERT_HAS_EXPIRED"],
    [{ commonName: "localhost", names: [] }, "ERR_TLS_CERT_ALTNAME_INVALID"],
  ])("an https proxy with a bad certificate, %j, is ERR_PROXY", async (options, code) => {
    await using proxy = await startProxy({ tls: await authority.issue(options) });
    await using http = client({ connection: { proxy: { url: proxy.url, tls: { ca } } } });
    const error = await failure(http.get("https://origin.test/"));
    expect(error).toMatchObject({ code: "ERR_PROXY", phase: "connect" });
    expect(error.cause).toMatchObject({ cause: { code } });
  });

  describe("a proxy's answer to CONNECT", () => {
    const target = "https://origin.test/";

    test.each([
      ["that is not HTTP", "SSH-2.0\r\n\r\n", /not HTTP/],
      ["with a broken header", "HTTP/1.1 200 OK\r\nno colon\r\n\r\n", /malformed header/],
      ["with bytes after it", "HTTP/1.1 200 OK\r\n\r\nhello", /bytes of its own/],
      ["without an end", `HTTP/1.1 200 OK\r\nX: ${"x".repeat(3000)}`, /over 2000 bytes/],
      ["that is long, and at once", `HTTP/1.1 200 OK\r\nX: ${"x".repeat(3000)}\r\n\r\n`, /over 2000 bytes/],
      ["behind informational ones without end", "HTTP/1.1 100 Continue\r\n\r\n".repeat(100), /over 2000 bytes/],
    ])("%s is ERR_PROXY", async (_, answer, message) => {
      await using server = await startRawServer(() => {}, { onHead: (socket) => void socket.write(answer) });
      await using http = client({ maxHeaderSize: 2000, connection: { proxy: { url: server.url } } });
      const error = await failure(http.get(target));
      expect(error).toMatchObject({ code: "ERR_PROXY", phase: "connect" });
      expect(error.message).toMatch(message);
      await server.idle();
    });

    test.each([
      ["closes", (socket: { end(): void }) => socket.end()],
      ["resets", (socket: { resetAndDestroy(): void }) => socket.resetAndDestroy()],
    ])("that never comes because the proxy %s is ERR_PROXY", async (_, end) => {
      await using server = await startRawServer(() => {}, { onHead: (socket) => end(socket) });
      await using http = client({ connection: { proxy: { url: server.url } } });
      expect(await failure(http.get(target))).toMatchObject({ code: "ERR_PROXY", phase: "connect" });
    });

    test.each([201, 204, 299])("of %i is no tunnel, and ERR_PROXY with the answer", async (status) => {
      const answer = `HTTP/1.1 ${status} Odd\r\nX-A: 1\r\n\r\n`;
      await using server = await startRawServer(() => {}, { onHead: (socket) => void socket.write(answer) });
      await using http = client({ connection: { proxy: { url: server.url } } });
      const error = await failure(http.get(target));
      expect(error).toMatchObject({ code: "ERR_PROXY", phase: "connect", response: { status, reason: "Odd" } });
      expect(error.message).toContain(`the proxy answered ${status} Odd`);
      expect(error.response?.headers.get("x-a")).toBe("1");
      await server.idle();
      expect(server.connections[0]!.received.toString()).toMatch(/^CONNECT [^]*\r\n\r\n$/);
    });

    test("may come in pieces, after an informational one, with Latin-1 in it", async () => {
      await using server = await startRawServer(() => {}, {
        onHead: async (socket) => {
          for (const byte of "HTTP/1.1 103 Early\r\n\r\nHTTP/1.0 403 N\xe9\r\nX-A:  \xe9 \r\nX-A: 2\r\n\r\n") {
            await new Promise((resolve) => socket.write(Buffer.from(byte, "latin1"), resolve));
          }
        },
      });
      await using http = client({ connection: { proxy: { url: server.url } } });
      const { response } = await failure(http.get(target));
      expect([response?.status, response?.reason, [...(response?.headers ?? [])]]).toEqual([
        403,
        "N\xe9",
        [
          ["X-A", "\xe9"],
          ["X-A", "2"],
        ],
      ]);
    });

    test("is to a request with the port of an IPv6 literal, byte for byte", async () => {
      await using server = await startRawServer(() => {}, { onHead: (socket) => void socket.end() });
      const headers = { "X-One": "1" };
      await using http = client({ connection: { proxy: { url: server.url.replace("//", "//u:p@"), headers } } });
      await failure(http.get("https://[::1]/"));
      const credentials = Buffer.from("u:p").toString("base64");
      expect(server.connections[0]!.received.toString()).toBe(
        `CONNECT [::1]:443 HTTP/1.1\r\nHost: [::1]:443\r\nX-One: 1\r\nProxy-Authorization: Basic ${credentials}\r\n\r\n`,
      );
    });

    test("is not waited for once the call is aborted", async () => {
      await using server = await startRawServer(() => {});
      await using http = client({ connection: { proxy: { url: server.url } } });
      const controller = new AbortController();
      const call = failure(http.get(target, { signal: controller.signal }));
      await until(() => (server.connections[0]?.received.length ?? 0) > 0);
      controller.abort("why");
      expect(await call).toBe("why");
      await server.idle();
    });
  });

  test.each([
    ["ftp://127.0.0.1", "ERR_OPTION", {}],
    ["127.0.0.1:8080", "ERR_OPTION", {}],
    ["http://user:secret@:80", "ERR_OPTION", {}],
    ["", "ERR_OPTION", {}],
    ["http://127.0.0.1:1", "ERR_HEADER", { "X\r\nY": "1" }],
    ["http://127.0.0.1:1", "ERR_HEADER", { X: "1\r\nY: 2" }],
  ])("the proxy %j is refused with %s", async (url, code, headers) => {
    await using http = client();
    for (const target of ["http://origin.test/", "https://origin.test/"]) {
      const error = await failure(http.get(target, { connection: { proxy: { url, headers } } }));
      expect(error).toMatchObject({ code, phase: "prepare" });
      expect(error.message).not.toContain("secret");
    }
  });

  test("an upload through a proxy is streamed", async () => {
    const seen: string[] = [];
    const patient = createServer((message, response) => {
      message.on("data", (chunk: Buffer) => seen.push(chunk.toString()));
      message.on("end", () => response.end(OK));
    });
    await using server = await listen(patient);
    await using proxy = await startProxy();
    await using http = client({ connection: { proxy: { url: proxy.url } } });
    async function* slowly(): AsyncGenerator<string> {
      yield "first";
      await until(() => seen.length > 0);
      yield "second";
    }
    await http.post(`http://127.0.0.1:${server.port}/`, { body: slowly() });
    expect(seen).toEqual(["first", "second"]);
  });
}
