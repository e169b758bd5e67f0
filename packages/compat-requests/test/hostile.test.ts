import { once } from "node:events";
import { Readable } from "node:stream";
import { inspect } from "node:util";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { startRawServer } from "@posthaste/test-server";
import { polluted } from "@posthaste/test-server/pollution";
import { expect, test } from "vitest";
import requests, { auth, exceptions, utils } from "../src/index.ts";
import { reply } from "./replies.ts";

/** Little that becomes much: zeros, packed in no time. */
const packed = (size: number): Buffer =>
  brotliCompressSync(Buffer.alloc(size), { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } });

test("a polluted Object.prototype changes no request", async () => {
  await using evil = await startRawServer(() => {});
  await using server = await startRawServer([
    reply("ok"),
    reply("", { status: "302 Found", headers: ["Location: /landed"] }),
    reply("landed"),
  ]);
  await using session = new requests.Session();
  await session.get(`${server.url}/warm`);
  const members = {
    "x-evil": "1",
    allow_redirects: false,
    auth: ["evil", "pw"],
    cert: "/evil.pem",
    cookies: { evil: "1" },
    data: "evil",
    files: { evil: "x" },
    headers: { "x-evil": "1" },
    hooks: { response: () => expect.unreachable() },
    http: evil.url,
    json: { evil: 1 },
    max_redirects: 0,
    method: "DELETE",
    no_proxy: "*",
    params: { evil: "1" },
    proxies: { all: evil.url },
    proxy: { url: evil.url },
    request: {},
    server_hostname: "evil.test",
    stream: true,
    verify: false,
  };
  const text = await polluted(members, async () => (await session.get(`${server.url}/start`)).text);
  expect(text).toBe("landed");
  expect(server.requests.map(({ method, target }) => `${method} ${target}`)).toEqual([
    "GET /warm",
    "GET /start",
    "GET /landed",
  ]);
  for (const { headers, body } of server.requests) {
    expect(headers).toEqual(server.requests[0]!.headers);
    expect(body).toHaveLength(0);
  }
  expect(evil.connections).toHaveLength(0);
});

test("what holds credentials prints without them, and headers print on purpose", async () => {
  await using server = await startRawServer([reply("ok")]);
  await using session = new requests.Session();
  session.auth = ["ada", "SECRET"];
  session.proxies = { https: "http://user:SECRET@127.0.0.1:1" };
  const response = await session.get(server.url, { headers: { "X-Api-Key": "SECRET" } });
  const request = response.request;
  expect(String(request.headers)).toContain("SECRET");
  const error: unknown = await session.get("https://u:SECRET@127.0.0.1:1/").catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(exceptions.ProxyError);
  const [adapter] = session.adapters.values();
  const digest = new auth.HTTPDigestAuth("ada", "SECRET");
  for (const value of [response, request, session, adapter, digest, error, { nested: [response] }]) {
    expect(inspect(value, { depth: 9 })).not.toContain("SECRET");
    expect(JSON.stringify(value)).not.toContain("SECRET");
  }
  expect([inspect(response), JSON.stringify(request)]).toEqual(["<Response [200]>", '"<PreparedRequest [GET]>"']);
  expect(inspect(session)).toBe("<Session object>");
});

test("a redirect's body is read up to a limit, and so is what it decodes to", async () => {
  const bomb = packed(8 << 20);
  const head = "HTTP/1.1 302 Found\r\nLocation: /ok\r\n";
  await using server = await startRawServer(async (socket, { target }) => {
    if (target === "/ok") socket.write(reply("ok"));
    else if (target === "/bomb") {
      socket.write(`${head}Content-Encoding: br\r\nContent-Length: ${bomb.length}\r\n\r\n`);
      socket.write(bomb);
    } else socket.write(`${head}Connection: close\r\n\r\n`);
    if (target !== "/endless") return;
    while (!socket.destroyed) {
      if (!socket.write(Buffer.alloc(65_536))) {
        await Promise.race([once(socket, "drain"), once(socket, "close")]).catch(() => {});
      }
    }
  });
  await using session = new requests.Session();
  for (const path of ["/endless", "/bomb"]) {
    const response = await session.get(server.url + path);
    expect(response.text).toBe("ok");
    const { length } = response.history[0]!.content;
    expect([length >= 2 ** 20, length < 2 ** 22]).toEqual([true, true]);
  }
  session.max_redirect_body = 100;
  expect((await session.get(`${server.url}/bomb`)).history[0]!.content.length).toBeLessThan(2 ** 20);
});

test.each([
  ["br", packed(80 << 20)],
  ["gzip", gzipSync(Buffer.alloc(80 << 20))],
])(
  "a content in %s that grows too much fails where it is kept, and not where it is read in pieces",
  async (coding, bomb) => {
    const head = `HTTP/1.1 200 OK\r\nContent-Encoding: ${coding}\r\nContent-Length: ${bomb.length}\r\n\r\n`;
    await using server = await startRawServer((socket) => {
      socket.write(head);
      socket.write(bomb);
    });
    await expect(requests.get(server.url)).rejects.toBeInstanceOf(exceptions.ContentDecodingError);
    await using response = await requests.get(server.url, { stream: true });
    let length = 0;
    for await (const piece of response.iter_content(1 << 20)) length += piece.length;
    expect(length).toBe(80 << 20);
  },
);

test.each(["http://[", "http://[::1", "http://[v1]/"])("a redirect to %s is an InvalidURL", async (location) => {
  await using server = await startRawServer([reply("", { status: "302 Found", headers: [`Location: ${location}`] })]);
  const failing = requests.get(server.url);
  await expect(failing).rejects.toBeInstanceOf(exceptions.InvalidURL);
  await expect(failing).rejects.toBeInstanceOf(exceptions.ValueError);
});

test("the cause of a refused connection is the system's error", async () => {
  const error = (await requests.get("http://127.0.0.1:1/").catch((reason: unknown) => reason)) as Error;
  const codes: unknown[] = [];
  for (let at: unknown = error; at instanceof Error; at = at.cause) codes.push((at as NodeJS.ErrnoException).code);
  expect(codes.filter(Boolean)).toEqual(["ECONNREFUSED"]);
});

const challenge = 'WWW-Authenticate: Digest realm="r\\", uri=\\"/evil", nonce="n", qop="auth"';

test("quotes in what a digest answer is made of stay inside of theirs", async () => {
  await using server = await startRawServer([reply("", { status: "401 No", headers: [challenge] }), reply("ok")]);
  await requests.get(server.url, { auth: new auth.HTTPDigestAuth('a", uri="/evil', "p") });
  const answer = new Map(server.requests[1]!.headers).get("Authorization")!;
  expect(answer.replace(/"(?:[^"\\]|\\.)*"/g, '""').match(/\buri=/g)).toHaveLength(1);
  expect(answer).toContain('username="a\\", uri=\\"/evil"');
});

test("a user name with a backslash goes as it is, as in Python", async () => {
  await using server = await startRawServer([reply("", { status: "401 No", headers: [challenge] }), reply("ok")]);
  await requests.get(server.url, { auth: new auth.HTTPDigestAuth("DOMAIN\\ada", "p") });
  expect(new Map(server.requests[1]!.headers).get("Authorization")).toContain('username="DOMAIN\\ada"');
});

test("a digest challenge of another origin than the first is not answered", async () => {
  await using other = await startRawServer([reply("", { status: "401 No", headers: [challenge] })]);
  await using server = await startRawServer([
    reply("", { status: "401 No", headers: [challenge] }),
    reply("", { status: "302 Found", headers: [`Location: ${other.url}/`] }),
  ]);
  const response = await requests.get(server.url, { auth: new auth.HTTPDigestAuth("ada", "p") });
  expect([response.status_code, response.history.length]).toEqual([401, 1]);
  expect(other.requests.map(({ headers }) => new Map(headers).get("Authorization"))).toEqual([undefined]);
});

test("a challenge to a generator frees the connection", async () => {
  await using server = await startRawServer([reply("no", { status: "401 No", headers: [challenge] })]);
  await using session = new requests.Session();
  async function* once(): AsyncGenerator<string> {
    yield "a";
  }
  const sending = session.post(server.url, { data: once(), auth: new auth.HTTPDigestAuth("ada", "p") });
  await expect(sending).rejects.toBeInstanceOf(exceptions.UnrewindableBodyError);
  await session.close();
  await server.idle();
});

test("a stream that was read or closed before is not sent as an empty body", async () => {
  await using server = await startRawServer([]);
  const read = Readable.from(["abc"]);
  for await (const _ of read);
  const closed = Readable.from(["abc"]);
  closed.destroy();
  for (const data of [read, closed]) {
    await expect(requests.post(server.url, { data })).rejects.toBeInstanceOf(exceptions.ValueError);
  }
  expect(server.requests).toHaveLength(0);
});

test("values inside of themselves are told by dots, and what is nested too deep is a ValueError", async () => {
  await using server = await startRawServer([reply("ok")]);
  const inside: unknown[] = [];
  inside.push(inside);
  await requests.post(server.url, { data: { a: inside } });
  expect(server.requests[0]!.body.toString()).toBe("a=%5B%5B...%5D%5D");
  let deep: unknown[] = [];
  for (let level = 0; level < 20_000; level++) deep = [deep];
  await expect(requests.post(server.url, { data: { a: deep } })).rejects.toBeInstanceOf(exceptions.ValueError);
});

test("a cookie's value of another kind is a TypeError", async () => {
  const cookies = JSON.parse('{"constructor": {"prototype": {"evil": "1"}}}') as Record<string, string>;
  await expect(requests.get("http://127.0.0.1:1/", { cookies })).rejects.toBeInstanceOf(TypeError);
  expect(utils.dict_from_cookiejar(new requests.Session().cookies)).toEqual({});
});

test("a server's names are keys, __proto__ too", async () => {
  const headers = ['Link: <__proto__>, </a>; rel=__proto__; __proto__="x"', "Set-Cookie: __proto__=1"];
  await using server = await startRawServer([reply("", { headers })]);
  const { links, cookies } = await requests.get(server.url);
  const link = Object.fromEntries([
    ["url", "/a"],
    ["rel", "__proto__"],
    ["__proto__", "x"],
  ]);
  expect(Object.entries(links)).toEqual([["__proto__", link]]);
  expect(Object.getPrototypeOf(links)).toBe(Object.prototype);
  expect(Object.entries(cookies.get_dict())).toEqual([["__proto__", "1"]]);
  expect(Object.entries(utils.parse_dict_header("__proto__=a, b"))).toEqual([
    ["__proto__", "a"],
    ["b", null],
  ]);
  expect(Object.entries(utils._parse_content_type_header("a/b; __proto__=c")[1])).toEqual([["__proto__", "c"]]);
});
