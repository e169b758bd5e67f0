import { once } from "node:events";
import http from "node:http";
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { buffer, text } from "node:stream/consumers";
import tls from "node:tls";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ProxyAgent, request } from "undici";
import type { HttpsListener, ProxyServer, TestServer } from "../src/index.ts";
import { createAuthority, startProxy, startRawServer, startTestServer } from "../src/index.ts";

let origin: TestServer;
let secure: HttpsListener;
let proxy: ProxyServer;
beforeAll(async () => {
  origin = await startTestServer();
  secure = await origin.https();
  proxy = await startProxy();
});
afterAll(async () => {
  await proxy.close();
  await origin.close();
});

/** One request to a proxy as a client of its own would send it. */
async function ask(
  url: string,
  target: string,
  options: http.RequestOptions = {},
  body = "",
): Promise<IncomingMessage> {
  const outgoing = http.request(url, { agent: false, path: target, ...options });
  outgoing.end(body);
  const [response] = (await once(outgoing, "response")) as [IncomingMessage];
  return response;
}

/** Opens a tunnel; the status tells whether it is one. */
async function connect(url: string, target: string, headers: http.OutgoingHttpHeaders = {}): Promise<[number, Socket]> {
  const outgoing = http.request(url, { agent: false, method: "CONNECT", path: target, headers });
  outgoing.end();
  const [response, socket] = (await once(outgoing, "connect")) as [IncomingMessage, Socket];
  return [response.statusCode ?? 0, socket];
}

const basic = (credentials: string): Record<string, string> => ({
  "Proxy-Authorization": `Basic ${Buffer.from(credentials).toString("base64")}`,
});

describe("absolute form", () => {
  test("is forwarded without what is meant for the proxy", async () => {
    const target = `http://origin.test:${origin.port}/anything?x=1`;
    const headers = {
      "X-A": "1",
      "Proxy-Connection": "keep-alive",
      Connection: "X-Hop",
      "X-Hop": "1",
      ...basic("a:b"),
    };
    const response = await ask(
      proxy.url,
      target,
      { method: "POST", headers: { Host: "origin.test", ...headers } },
      "body",
    );
    expect(response.statusCode).toBe(200);
    const shown = JSON.parse(await text(response)) as { headers: object };
    expect(shown).toMatchObject({
      data: "body",
      method: "POST",
      args: { x: "1" },
      url: "http://origin.test/anything?x=1",
    });
    expect(Object.keys(shown.headers)).toEqual(["Connection", "Content-Length", "Host", "X-A"]);
    expect(proxy.requests.at(-1)).toMatchObject({ method: "POST", target });
    expect(proxy.requests.at(-1)?.headers).toContain("Proxy-Connection");
  });

  test.each(["localhost", "127.0.0.1", "127.1.2.3", "[::1]", "a.localhost", "a.b.test"])("goes to %s", async (host) => {
    expect((await ask(proxy.url, `http://${host}:${origin.port}/status/204`)).resume().statusCode).toBe(204);
  });

  test.each([
    ["http://example.com/", 403],
    ["http://10.0.0.1/", 403],
    ["http://128.0.0.1/", 403],
    ["http://test.example/", 403],
    ["https://localhost/", 400],
    ["/get", 400],
  ])("does not go to %s", async (target, status) => {
    expect((await ask(proxy.url, target)).resume().statusCode).toBe(status);
  });

  test("is 502 where nothing listens", async () => {
    const { port, close } = await startRawServer([]);
    await close();
    expect((await ask(proxy.url, `http://localhost:${port}/`)).resume().statusCode).toBe(502);
  });

  test("an answer cut off is cut off for the client", async () => {
    await using raw = await startRawServer([
      (socket) => void socket.end("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"),
    ]);
    const response = await ask(proxy.url, `${raw.url}/`);
    await expect(buffer(response)).rejects.toThrow("aborted");
  });
});

describe("CONNECT", () => {
  test("opens a tunnel", async () => {
    const [status, socket] = await connect(proxy.url, `localhost:${secure.port}`);
    expect(status).toBe(200);
    const inner = tls.connect({ socket, servername: "localhost", ca: secure.ca });
    inner.end("GET /ip HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    expect(await text(inner)).toContain('"origin": "127.0.0.1"');
    expect(proxy.requests.at(-1)).toMatchObject({ method: "CONNECT", target: `localhost:${secure.port}` });
  });

  test("works for undici, and its sockets go with it", async () => {
    await using own = await startProxy();
    const dispatcher = new ProxyAgent({ uri: own.url, requestTls: { ca: secure.ca } });
    const { body } = await request(`${secure.url}/get`, { dispatcher });
    await body.dump();
    expect(own.openSockets).toBe(2);
    await dispatcher.close();
    await own.idle();
    expect(own.requests).toHaveLength(1);
  });

  test.each([
    ["example.com:443", 403],
    ["localhost", 400],
    ["[::2]:80", 403],
  ])("to %s is refused", async (target, expected) => {
    const [status, socket] = await connect(proxy.url, target);
    expect([status, (await buffer(socket)).length]).toEqual([expected, 0]);
  });

  test("is 502 where nothing listens", async () => {
    const { port, close } = await startRawServer([]);
    await close();
    expect((await connect(proxy.url, `localhost:${port}`))[0]).toBe(502);
  });

  test("ends with the end of either side", async () => {
    await using raw = await startRawServer([(socket) => void socket.end("bye")]);
    const [, socket] = await connect(proxy.url, `[::1]:${raw.port}`);
    socket.write("GET / HTTP/1.1\r\n\r\n");
    expect(await text(socket)).toBe("bye");
    await raw.idle();
  });
});

describe("options", () => {
  test("auth", async () => {
    await using own = await startProxy({ auth: { user: "us:er", password: "pä" } });
    const target = `${origin.url}/status/204`;
    const refused = await ask(own.url, target);
    expect([refused.resume().statusCode, refused.headers["proxy-authenticate"]]).toEqual([
      407,
      'Basic realm="test-proxy"',
    ]);
    expect((await ask(own.url, target, { headers: basic("us:er:pä") })).resume().statusCode).toBe(204);
    const tunnel = `localhost:${origin.port}`;
    expect((await connect(own.url, tunnel, basic("us:er:no")))[0]).toBe(407);
    expect((await connect(own.url, tunnel, basic("us:er:pä")))[0]).toBe(200);
    expect(own.requests).toHaveLength(4);
  });

  test("tls", async () => {
    const authority = await createAuthority();
    await using own = await startProxy({ tls: await authority.issue() });
    expect(own.url).toBe(`https://localhost:${own.port}`);
    const dispatcher = new ProxyAgent({ uri: own.url, proxyTls: { ca: authority.ca }, requestTls: { ca: secure.ca } });
    const { body } = await request(`${secure.url}/ip`, { dispatcher });
    expect(await body.json()).toEqual({ origin: "127.0.0.1" });
    expect(own.requests[0]).toMatchObject({ method: "CONNECT", connection: 1 });
    await dispatcher.close();
  });

  test("close destroys tunnels", async () => {
    const own = await startProxy();
    const [, socket] = await connect(own.url, `localhost:${origin.port}`);
    const gone = once(
      socket.on("error", () => {}),
      "close",
    );
    await own.close();
    expect(own.openSockets).toBe(0);
    await gone;
  });
});
