import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createAuthority, startBusyServer, startProxy, startRawServer } from "@posthaste/test-server";
import { freePort, temporaryFolder } from "@posthaste/test-server/program";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import requests, { adapters, type RequestKwargs } from "../src/index.ts";
import * as exceptions from "../src/exceptions.ts";
import { failure, redirect, reply } from "./replies.ts";

type RequestException = InstanceType<typeof exceptions.RequestException>;

/** What a GET fails with; its request is looked at, too. */
async function errorOf(url: string, kwargs?: RequestKwargs): Promise<RequestException> {
  const error = await failure<RequestException>(requests.get(url, kwargs));
  expect(error).toBeInstanceOf(exceptions.RequestException);
  expect(error).toBeInstanceOf(exceptions.OSError);
  expect(error.request?.url).toContain(url);
  expect(error.response).toBeNull();
  return error;
}

describe("what goes wrong on the way is raised with its request", () => {
  test("nobody listens: ConnectionError with urllib3's error inside", async () => {
    const error = await errorOf(`http://127.0.0.1:${await freePort()}/x`);
    expect(error.constructor).toBe(exceptions.ConnectionError);
    expect(error.message).toMatch(/Max retries exceeded with url: \/x \(Caused by NewConnectionError\(/);
    expect(error.message).toContain("ECONNREFUSED");
  });

  test("no such host: ConnectionError that says so", async () => {
    const error = await errorOf("http://nobody.invalid/");
    expect(error.constructor).toBe(exceptions.ConnectionError);
    expect(error.message).toContain("NameResolutionError");
    expect(error.message).toContain("Failed to resolve 'nobody.invalid'");
  });

  test("no answer in time: ReadTimeout, which is a Timeout and no ConnectionError", async () => {
    await using server = await startRawServer(() => {});
    const error = await errorOf(server.url, { timeout: [5, 0.03] });
    expect(error).toBeInstanceOf(exceptions.ReadTimeout);
    expect(error).toBeInstanceOf(exceptions.Timeout);
    expect(error).not.toBeInstanceOf(exceptions.ConnectionError);
    expect(error.message).toContain("Read timed out. (read timeout=0.03)");
  });

  test("the total of a Timeout is as long as an answer may take at most", async () => {
    await using server = await startRawServer(() => {});
    const error = await errorOf(server.url, { timeout: new adapters.Timeout({ total: 0.03, read: 5 }) });
    expect(error).toBeInstanceOf(exceptions.ReadTimeout);
    expect(error.message).toContain("Read timed out. (read timeout=0.03)");
  });

  test("a server or a proxy that is silent before TLS: ReadTimeout after the connect timeout, as in Python", async () => {
    await using server = await startRawServer(() => {});
    const silent = [
      errorOf(server.url.replace("http:", "https:"), { timeout: [0.03, 5] }),
      errorOf("https://origin.test/", { timeout: [0.03, 5], proxies: { https: server.url } }),
    ];
    for (const error of await Promise.all(silent)) {
      expect(error).toBeInstanceOf(exceptions.ReadTimeout);
      expect(error.message).toMatch(/Read timed out. \(read timeout=0.03\)$/);
    }
  });

  test("no connection in time: ConnectTimeout, which is a Timeout and a ConnectionError", async () => {
    await using server = await startBusyServer();
    const error = await errorOf(server.url, { timeout: [0.03, 5] });
    expect(error).toBeInstanceOf(exceptions.ConnectTimeout);
    expect(error).toBeInstanceOf(exceptions.Timeout);
    expect(error).toBeInstanceOf(exceptions.ConnectionError);
    expect(error.message).toContain("(connect timeout=0.03)");
  });

  test("silence in the middle of the body: ConnectionError", async () => {
    await using server = await startRawServer(
      (socket) => void socket.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"),
    );
    const error = await failure<RequestException>(requests.get(server.url, { timeout: 0.03 }));
    expect(error.constructor).toBe(exceptions.ConnectionError);
    expect(error.message).toContain("Read timed out.");
  });

  test("a connection that breaks before the answer, and within it", async () => {
    await using before = await startRawServer((socket) => void socket.destroy());
    expect((await errorOf(before.url)).constructor).toBe(exceptions.ConnectionError);
    await using within = await startRawServer(
      (socket) => void socket.end("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"),
    );
    expect(await failure(requests.get(within.url))).toBeInstanceOf(exceptions.ChunkedEncodingError);
  });

  test("more redirects than allowed: TooManyRedirects with the last response", async () => {
    await using server = await startRawServer((socket) => void socket.write(redirect("/again")));
    await using s = new requests.Session();
    s.max_redirects = 2;
    const error = await failure<RequestException>(s.get(server.url));
    expect(error).toBeInstanceOf(exceptions.TooManyRedirects);
    expect(error.response?.status_code).toBe(302);
    expect(error.request?.url).toBe(`${server.url}/again`);
    expect(server.requests).toHaveLength(3);
  });

  test("a body that is not what its Content-Encoding says", async () => {
    const body = reply("no gzip", { headers: ["Content-Encoding: gzip"] });
    await using server = await startRawServer([body]);
    expect(await failure(requests.get(server.url))).toBeInstanceOf(exceptions.ContentDecodingError);
  });
});

describe("TLS", () => {
  const folder = temporaryFolder();
  afterAll(() => folder[Symbol.dispose]());
  const ca = join(folder.path, "ca.pem");
  let authority: Awaited<ReturnType<typeof createAuthority>>;
  beforeAll(async () => {
    authority = await createAuthority();
    writeFileSync(ca, authority.ca);
  });

  test("a certificate that nobody vouches for, that is over, or is another host's: SSLError", async () => {
    await using server = await startRawServer([], { tls: await authority.issue() });
    expect(await errorOf(server.url)).toBeInstanceOf(exceptions.SSLError);
    await using old = await startRawServer([], { tls: await authority.issue({ expired: true }) });
    expect((await errorOf(old.url, { verify: ca })).message).toContain("SSLError");
    await using other = await startRawServer([], { tls: await authority.issue({ names: ["other.test"] }) });
    const error = await errorOf(other.url, { verify: ca });
    expect(error).toBeInstanceOf(exceptions.SSLError);
    expect(error).toBeInstanceOf(exceptions.ConnectionError);
  });

  test("verify with the authority's file, and false, are both let through", async () => {
    await using server = await startRawServer((socket) => void socket.write(reply()), { tls: await authority.issue() });
    expect((await requests.get(server.url, { verify: ca })).text).toBe("ok");
    expect((await requests.get(server.url, { verify: false })).text).toBe("ok");
  });

  test("a client's certificate is shown", async () => {
    const { cert, key } = await authority.issue({ client: true, names: ["somebody"] });
    writeFileSync(join(folder.path, "client.crt"), cert);
    writeFileSync(join(folder.path, "client.key"), key);
    const tls = { ...(await authority.issue()), requestCert: true, ca: authority.ca };
    await using server = await startRawServer((socket) => void socket.write(reply()), { tls });
    const paths = ["crt", "key"].map((end) => join(folder.path, `client.${end}`)) as [string, string];
    expect((await requests.get(server.url, { verify: ca, cert: paths })).status_code).toBe(200);
    expect(await failure(requests.get(server.url, { verify: ca }))).toBeInstanceOf(exceptions.ConnectionError);
  });

  test("a path that is not there is a plain OSError, before anything is sent", async () => {
    await using server = await startRawServer([], { tls: await authority.issue() });
    for (const kwargs of [{ verify: "/none.pem" }, { verify: ca, cert: "/none.pem" }]) {
      const error = await failure(requests.get(server.url, kwargs));
      expect(error).toBeInstanceOf(exceptions.OSError);
      expect(error).not.toBeInstanceOf(exceptions.RequestException);
      expect(error.message).toContain("invalid path: /none.pem");
    }
    expect(server.connections).toHaveLength(0);
  });
});

describe("proxies", () => {
  test("that cannot be reached, or refuse: ProxyError, without the password", async () => {
    const proxies = { all: `http://user:hidden@127.0.0.1:${await freePort()}` };
    const unreachable = await errorOf("https://a.test/", { proxies });
    expect(unreachable).toBeInstanceOf(exceptions.ProxyError);
    expect(unreachable).toBeInstanceOf(exceptions.ConnectionError);
    expect(unreachable.message).not.toContain("hidden");
    await using proxy = await startProxy({ auth: { user: "user", password: "passwd" } });
    const refused = await errorOf("https://a.test/", { proxies: { https: proxy.url } });
    expect(refused).toBeInstanceOf(exceptions.ProxyError);
    expect(refused.message).toContain("Tunnel connection failed");
  });

  test("whose URL makes no sense: InvalidProxyURL", async () => {
    for (const url of ["http:/badproxy", "http:///"]) {
      const error = await failure(requests.get("http://a.test/", { proxies: { http: url } }));
      expect(error).toBeInstanceOf(exceptions.InvalidProxyURL);
      expect(error).toBeInstanceOf(exceptions.InvalidURL);
    }
  });
});

describe("bad input is refused before a socket opens", () => {
  let server: Awaited<ReturnType<typeof startRawServer>>;
  beforeAll(async () => {
    server = await startRawServer((socket) => void socket.write(reply()));
  });
  afterAll(async () => {
    expect(server.connections).toHaveLength(0);
    await server.close();
  });

  test.each([
    ["", exceptions.MissingSchema],
    ["127.0.0.1", exceptions.MissingSchema],
    ["//127.0.0.1/", exceptions.MissingSchema],
    ["http://", exceptions.InvalidURL],
    ["http://*.test/", exceptions.InvalidURL],
    ["http://.test/", exceptions.InvalidURL],
    ["http://127.0.0.1:port/", exceptions.InvalidURL],
    ["http://[::1/", exceptions.InvalidURL],
    ["ftp://127.0.0.1/", exceptions.InvalidSchema],
  ])("the URL %j", async (url, Kind) => {
    const error = await failure(requests.get(url));
    expect(error).toBeInstanceOf(Kind);
    expect(error).toBeInstanceOf(exceptions.ValueError);
  });

  test.each([
    ["X-A", "a\r\nX-B: b"],
    ["X-A", "a\n b"],
    ["X-A\r\nX-B", "b"],
    [" X-A", "b"],
    ["X-A", " b"],
    ["", "b"],
  ])("the header %j: %j", async (name, value) => {
    const error = await failure(requests.get(server.url, { headers: { [name]: value } }));
    expect(error).toBeInstanceOf(exceptions.InvalidHeader);
  });

  test("what the transport cannot send is a RequestException", async () => {
    const error = await failure(requests.request("CONNECT", "http://127.0.0.1:1/"));
    expect(error).toBeInstanceOf(exceptions.RequestException);
    expect(error.message).toContain("a tunnel");
  });

  test("a header's name that is no token is a ValueError", async () => {
    expect(await failure(requests.get(server.url, { headers: { "X-A ": "b" } }))).toBeInstanceOf(exceptions.ValueError);
  });

  test("a header's value that is no text, a part's header that has line ends, and a method with them", async () => {
    const headers = { "X-A": 1 } as unknown as Record<string, string>;
    expect(await failure(requests.get(server.url, { headers }))).toBeInstanceOf(exceptions.InvalidHeader);
    const files = { f: ["a", "b", "text/plain\r\nX-B: b"] as const };
    expect(await failure(requests.post(server.url, { files }))).toBeInstanceOf(exceptions.InvalidHeader);
    expect(await failure(requests.request("GET /x HTTP/1.1\r\nX-B: b\r\n\r\nGET", server.url))).toBeInstanceOf(
      exceptions.ValueError,
    );
  });

  test("by a rejection and not by a throw: unknown keywords, too many arguments, timeouts, JSON, cookies and files that cannot be", async () => {
    const cases: [() => Promise<unknown>, new (...args: never[]) => Error, string][] = [
      [() => requests.get(server.url, { prams: {} } as object), TypeError, "unexpected keyword argument 'prams'"],
      [() => requests.get(server.url, { timeout: 0 }), exceptions.ValueError, "timeout"],
      [() => requests.get(server.url, { timeout: -1 }), exceptions.ValueError, "timeout"],
      [() => requests.get(server.url, { timeout: "1" as unknown as number }), exceptions.ValueError, "Timeout"],
      [() => requests.get(server.url, { timeout: [1] as unknown as [1, 1] }), exceptions.ValueError, "timeout"],
      [() => requests.post(server.url, { json: Infinity }), exceptions.InvalidJSONError, "JSON"],
      [() => requests.post(server.url, { data: "text", files: { f: "x" } }), exceptions.ValueError, "Data must not be"],
      [() => requests.get(server.url, { hooks: { nothing: () => {} } }), exceptions.ValueError, "nothing"],
    ];
    for (const [call, Kind, words] of cases) {
      const error = await failure(call());
      expect(error).toBeInstanceOf(Kind);
      expect(error.message).toContain(words);
    }
  });
});
