import { createHash } from "node:crypto";
import { undiciAdapter } from "@posthaste/adapter-undici";
import { createClient, HeaderList, type ConnectionOption, type HttpError, type Plugin } from "@posthaste/core";
import { startRawServer, startTestServer, type RawServer } from "@posthaste/test-server";
import { findProgram, freePort } from "@posthaste/test-server/program";
import { startSquid } from "@posthaste/test-server/squid";
import { rejection } from "@posthaste/test-server/promises";
import { describe, expect, test } from "vitest";
import { authDigest, parseChallenges } from "@posthaste/auth-digest";
import { proxyDigest, type ProxyDigestOptions } from "@posthaste/auth-digest/proxy";

const failure = rejection<HttpError>;

const user = { username: "user", password: "passwd" };

const reply = (status: number, head = "", body = ""): string =>
  `HTTP/1.1 ${status} X\r\n${head}Content-Length: ${body.length}\r\n\r\n${body}`;
const challenge = (nonce: string, more = ', qop="auth"'): string =>
  reply(407, `Proxy-Authenticate: Digest realm="r", nonce="${nonce}"${more}\r\n`, "who?");

/** A plugin that chooses the proxy as late as it can, as `@posthaste/proxy` does. */
const via = (url: string): Plugin => ({
  name: "via",
  stage: "wire",
  send: (request, next) =>
    next({ ...request, options: { ...request.options, ...({ connection: { proxy: { url } } } as ConnectionOption) } }),
});

function clientOf(proxy: string, options: ProxyDigestOptions = user, ...plugins: Plugin[]) {
  return createClient({ adapter: undiciAdapter(), plugins: [...plugins, proxyDigest(options), via(proxy)] });
}

const answersTo = ({ requests }: RawServer) =>
  requests.map(({ method, target, headers }) => {
    const value = new HeaderList(headers).get("proxy-authorization");
    const params = value === null ? undefined : parseChallenges(value)[0]!.params;
    return [method, target, params && `${params["uri"]} ${params["nonce"]} ${params["nc"]}`];
  });

describe("requests in absolute form", () => {
  test("are answered, and then in advance, over one connection", async () => {
    await using proxy = await startRawServer([challenge("a"), reply(200), reply(200)]);
    await using client = clientOf(proxy.url);
    const first = await client.get("http://origin.test/x?y#z");
    expect(first.history.map(({ status }) => status)).toEqual([407]);
    await client.get("http://other.test/");
    expect(answersTo(proxy)).toEqual([
      ["GET", "http://origin.test/x?y", undefined],
      ["GET", "http://origin.test/x?y", "http://origin.test/x?y a 00000001"],
      ["GET", "http://other.test/", "http://other.test/ a 00000002"],
    ]);
    expect(proxy.connections).toHaveLength(1);
  });

  test("do not take one answer for the other, where proxy and server ask", async () => {
    await using proxy = await startRawServer([
      challenge("p"),
      reply(401, 'WWW-Authenticate: Digest realm="r", nonce="s", qop="auth"\r\n'),
      reply(200),
    ]);
    await using client = clientOf(proxy.url, user, authDigest({ username: "somebody", password: "else" }));
    await client.get("http://origin.test/");
    expect(answersTo(proxy).map(([, , answer]) => answer)).toEqual([
      undefined,
      "http://origin.test/ p 00000001",
      "http://origin.test/ p 00000002",
    ]);
    const authorizations = proxy.requests.map(({ headers }) => new HeaderList(headers).get("authorization"));
    expect(authorizations.slice(0, 2)).toEqual([null, null]);
    expect(authorizations[2]).toContain('username="somebody"');
  });

  test("with wrong credentials get the 407", async () => {
    await using proxy = await startRawServer([challenge("a"), challenge("b")]);
    await using client = clientOf(proxy.url);
    const response = await client.get("http://origin.test/");
    expect([response.status, await response.text()]).toEqual([407, "who?"]);
  });

  test("a proxy that does not know the password is not believed", async () => {
    const info = reply(200, 'Proxy-Authentication-Info: rspauth="0123"\r\n');
    await using proxy = await startRawServer([challenge("a"), info]);
    await using client = clientOf(proxy.url);
    expect((await failure(client.get("http://origin.test/"))).code).toBe("ERR_AUTH");
  });
});

describe("nobody else gets an answer", () => {
  test("a server without a proxy", async () => {
    await using server = await startRawServer([challenge("a")]);
    await using client = createClient({ adapter: undiciAdapter(), plugins: [proxyDigest(user)] });
    expect((await client.get(server.url)).status).toBe(407);
    expect(server.requests).toHaveLength(1);
  });

  test("a proxy that is not among those named", async () => {
    await using proxy = await startRawServer([challenge("a"), challenge("b"), reply(200)]);
    await using client = clientOf(proxy.url, { ...user, proxies: ["http://proxy.test:3128"] });
    expect((await client.get("http://origin.test/")).status).toBe(407);
    await using named = clientOf(proxy.url, { ...user, proxies: ["http://proxy.test:3128", proxy.url] });
    expect((await named.get("http://origin.test/")).status).toBe(200);
  });

  test("a proxy with credentials of its own", async () => {
    await using proxy = await startRawServer([challenge("a"), challenge("b")]);
    await using client = clientOf(proxy.url.replace("//", "//basic:secret@"));
    expect((await client.get("http://origin.test/")).status).toBe(407);
    await using other = clientOf(proxy.url);
    const headers = { "Proxy-Authorization": "Bearer t" };
    expect((await other.get("http://origin.test/", { headers })).status).toBe(407);
    expect(proxy.requests).toHaveLength(2);
  });
});

describe("tunnels", () => {
  const refusal = (nonce: string, more?: string): string =>
    challenge(nonce, more).replace("Content-Length", "Connection: close\r\nContent-Length");

  test("are asked for again with an answer; what is refused then is the error", async () => {
    await using proxy = await startRawServer([refusal("a"), refusal("b"), refusal("c"), reply(502)]);
    await using client = clientOf(proxy.url);
    const error = await failure(client.put("https://origin.test/x", { body: "content" }));
    expect(error.code).toBe("ERR_PROXY");
    expect(error.response?.status).toBe(407);
    expect((await failure(client.get("https://origin.test:8443/"))).response?.status).toBe(502);
    expect(answersTo(proxy)).toEqual([
      ["CONNECT", "origin.test:443", undefined],
      ["CONNECT", "origin.test:443", "origin.test:443 a 00000001"],
      ["CONNECT", "origin.test:8443", undefined],
      ["CONNECT", "origin.test:8443", "origin.test:8443 c 00000001"],
    ]);
  });

  test("errors of another kind go through", async () => {
    await using client = clientOf(`http://127.0.0.1:${await freePort()}`);
    expect((await failure(client.get("https://origin.test/"))).code).toBe("ERR_PROXY");
  });
});

const squid = findProgram("squid");
const helper = "/usr/lib/squid/digest_file_auth";

function startDigesting() {
  const realm = "a proxy";
  const secret = createHash("md5").update(`${user.username}:${realm}:${user.password}`).digest("hex");
  return startSquid(squid!, (file) => ({
    files: { users: `${user.username}:${realm}:${secret}\n` },
    lines: [
      `auth_param digest program ${helper} -c ${file("users")}`,
      "auth_param digest children 1 startup=1",
      `auth_param digest realm ${realm}`,
    ],
  }));
}

describe.skipIf(!squid)("squid", () => {
  test("takes our answers, for requests and for tunnels, one after the other and many at a time", async () => {
    await using proxy = await startDigesting();
    await using server = await startTestServer();
    const { url: secure, ca } = await server.https();
    const plugins = [proxyDigest(user)];
    await using client = createClient({ adapter: undiciAdapter(), plugins });
    const connection = { proxy: { url: proxy.url }, tls: { ca } };
    for (const url of [server.url, secure, server.url, secure]) {
      const response = await client.post(`${url}/post`, { body: "hello", connection });
      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({ data: "hello" });
    }
    const many = Array.from({ length: 20 }, (_, index) =>
      client.get(`${index % 2 ? secure : server.url}/get`, { connection }),
    );
    for (const response of await Promise.all(many)) {
      expect(response.status).toBe(200);
      await response.discard();
    }
    // No tunnel for each request, though each is sent with an answer.
    const secureConnections = new Set(
      server.requests.filter((request) => request.secure).map((request) => request.connection),
    );
    expect(secureConnections.size).toBeLessThanOrEqual(11);
  });

  test("a 407 that comes through the tunnel is the server's own, and no word of the proxy", async () => {
    await using proxy = await startDigesting();
    await using server = await startTestServer();
    const { url, ca } = await server.https();
    await using client = createClient({ adapter: undiciAdapter(), plugins: [proxyDigest(user)] });
    const response = await client.get(`${url}/status/407`, { connection: { proxy: { url: proxy.url }, tls: { ca } } });
    await response.discard();
    expect(response.status).toBe(407);
    expect(server.requests).toHaveLength(1);
  });

  test("refuses wrong credentials", async () => {
    await using proxy = await startDigesting();
    await using server = await startTestServer();
    const { url, ca } = await server.https();
    await using client = createClient({
      adapter: undiciAdapter(),
      plugins: [proxyDigest({ ...user, password: "wrong" })],
    });
    const connection = { proxy: { url: proxy.url }, tls: { ca } };
    const response = await client.get(server.url, { connection });
    await response.discard();
    expect(response.status).toBe(407);
    const error = await failure(client.get(url, { connection }));
    expect([error.code, error.response?.status]).toEqual(["ERR_PROXY", 407]);
  });
});
