import { undiciAdapter } from "@posthaste/adapter-undici";
import { createClient, HeaderList, type HttpError, type HttpResponse, type Plugin } from "@posthaste/core";
import { startRawServer, startTestServer, type RawReply } from "@posthaste/test-server";
import { rejection } from "@posthaste/test-server/promises";
import { describe, expect, test } from "vitest";
import { authDigest, parseChallenges, type DigestOptions } from "@posthaste/auth-digest";

const failure = rejection<HttpError>;

const mufasa = { username: "Mufasa", password: "Circle of Life" };

const reply = (status: number, head = "", body = ""): string =>
  `HTTP/1.1 ${status} X\r\n${head}Content-Length: ${body.length}\r\n\r\n${body}`;
const challenge = (nonce: string, more = ', qop="auth"'): string =>
  reply(401, `WWW-Authenticate: Digest realm="r", nonce="${nonce}"${more}\r\n`, "who?");

function clientOf(credentials: DigestOptions = mufasa, ...plugins: Plugin[]) {
  return createClient({ adapter: undiciAdapter(), plugins: [authDigest(credentials), ...plugins] });
}

/** The parameters of the answers that a raw server got; `undefined` where a request had none. */
function answersTo({ requests }: { requests: readonly { headers: readonly (readonly [string, string])[] }[] }) {
  return requests.map(({ headers }) => {
    const value = new HeaderList(headers).get("authorization");
    return value === null ? undefined : parseChallenges(value)[0]!.params;
  });
}

async function statusOf(response: HttpResponse): Promise<number> {
  await response.discard();
  return response.status;
}

describe("with the embedded server", () => {
  const algorithms = ["MD5", "SHA-256", "SHA-512-256", "SHA-512"].flatMap((name) => [name, `${name}-sess`]);

  test.each(algorithms.flatMap((algorithm) => ["auth", "auth-int", "both"].map((qop) => [algorithm, qop])))(
    "%s, %s",
    async (algorithm, qop) => {
      await using server = await startTestServer();
      await using client = clientOf({ ...mufasa, qop: "auth-int" });
      const url = `${server.url}/digest-auth/${qop}/Mufasa/Circle of Life/${algorithm}`;
      const first = await client.post(url, { body: "hello", query: { a: "ü" } });
      expect([await statusOf(first), first.history.map(({ status }) => status)]).toEqual([200, [401]]);
      // Answered in advance from now on; each request is hashed anew.
      for (const body of [new Blob(["a blob"]), new URLSearchParams({ a: "1" }), null]) {
        const next = await client.post(url, { body });
        expect([await statusOf(next), next.history]).toEqual([200, []]);
      }
      expect(server.requests).toHaveLength(5);
    },
  );

  test.each(["MD5", "SHA-256", "SHA-512-256", "SHA-512"])("%s in the way of RFC 2069", async (algorithm) => {
    await using server = await startTestServer();
    await using client = clientOf();
    const url = `${server.url}/digest-auth/rfc2069/Mufasa/Circle of Life/${algorithm}`;
    expect(await statusOf(await client.get(url))).toBe(200);
    expect(await statusOf(await client.get(url))).toBe(200);
    expect(server.requests).toHaveLength(3);
  });

  test("a wrong password is sent once", async () => {
    await using server = await startTestServer();
    await using client = clientOf({ username: "Mufasa", password: "wrong" });
    const response = await client.get(`${server.url}/digest-auth/auth/Mufasa/Circle of Life`);
    expect([await statusOf(response), response.history.length]).toEqual([401, 1]);
    expect(server.requests).toHaveLength(2);
  });

  test("a nonce that has gone stale is renewed", async () => {
    await using server = await startTestServer();
    await using client = clientOf();
    const url = `${server.url}/digest-auth/auth/Mufasa/Circle of Life/MD5/2`;
    const lengths: number[] = [];
    for (let i = 0; i < 6; i++) {
      const response = await client.get(url);
      expect(await statusOf(response)).toBe(200);
      lengths.push(response.history.length);
    }
    expect(lengths).toEqual([1, 0, 1, 0, 1, 0]);
  });

  test("many at a time, against a server that takes each count once and in order", async () => {
    await using server = await startTestServer();
    await using client = clientOf();
    const url = `${server.url}/digest-auth/auth/Mufasa/Circle of Life/SHA-256`;
    for (let round = 0; round < 3; round++) {
      const responses = await Promise.all(Array.from({ length: 30 }, () => client.get(url)));
      expect(await Promise.all(responses.map(statusOf))).toEqual(responses.map(() => 200));
    }
    const counts = new Set<string>();
    const sent = answersTo({
      requests: server.requests.map(({ headers }) => ({
        headers: headers.flatMap((name, index) => (index % 2 === 0 ? [[name, headers[index + 1]!] as const] : [])),
      })),
    }).filter((params) => params !== undefined);
    for (const { nonce, nc } of sent) counts.add(`${nonce} ${nc}`);
    expect(counts.size).toBe(sent.length);
  });

  test("a user name beyond ASCII", async () => {
    await using server = await startTestServer();
    await using client = clientOf({ username: "Jäsøn Döe", password: "pässwörd" });
    const url = `${server.url}/digest-auth/auth/${encodeURIComponent("Jäsøn Döe")}/${encodeURIComponent("pässwörd")}`;
    expect(await statusOf(await client.get(url))).toBe(200);
  });
});

describe("on the wire", () => {
  test("the first request asks, the second answers, the third answers in advance", async () => {
    await using server = await startRawServer([challenge("a"), reply(200), reply(200)]);
    await using client = clientOf();
    await client.get(`${server.url}/x?y=z#f`);
    await client.put(server.url, { body: "content" });
    const [first, second, third] = answersTo(server);
    expect(first).toBeUndefined();
    expect(second).toMatchObject({
      username: "Mufasa",
      realm: "r",
      nonce: "a",
      uri: "/x?y=z",
      nc: "00000001",
      qop: "auth",
    });
    expect(third).toMatchObject({ nonce: "a", uri: "/", nc: "00000002" });
    // The challenge was dropped in a way that frees its connection.
    expect(server.connections).toHaveLength(1);
  });

  test("what a URL says is what is hashed, byte by byte", async () => {
    await using server = await startRawServer([challenge("a"), reply(200)]);
    await using client = clientOf();
    const url = `${server.url}/a/../b|c'%7e?q=^`;
    await client.send({ method: "GET", url, headers: new HeaderList(), body: null, options: {}, call: {} });
    expect(server.requests.map(({ target }) => target)).toEqual(["/a/../b|c'%7e?q=^", "/a/../b|c'%7e?q=^"]);
    expect(answersTo(server)[1]?.["uri"]).toBe("/a/../b|c'%7e?q=^");
  });

  test("the strongest of several challenges in several lines", async () => {
    const lines = [
      'WWW-Authenticate: Basic realm="r", Digest realm="r", nonce="a", qop="auth"',
      'WWW-Authenticate: Digest realm="r", nonce="b", qop="auth-conf", algorithm=SHA-512, Digest realm="r", nonce="c", algorithm=SHA-256',
      'www-authenticate: Digest realm="r", nonce="d", algorithm=SHA-512-256-sess, qop="auth", Digest realm="r", nonce="e", algorithm=SHA-3',
    ];
    await using server = await startRawServer([reply(401, `${lines.join("\r\n")}\r\n`), reply(200)]);
    await using client = clientOf();
    await client.get(server.url);
    expect(answersTo(server)[1]).toMatchObject({ nonce: "d", algorithm: "SHA-512-256-sess" });
  });

  test.each([
    ["no challenge", ""],
    ["another scheme", 'WWW-Authenticate: Basic realm="r"\r\n'],
    ["an unknown algorithm", 'WWW-Authenticate: Digest realm="r", nonce="a", algorithm=SHA-3\r\n'],
    ["an unknown quality of protection", 'WWW-Authenticate: Digest realm="r", nonce="a", qop="auth-conf"\r\n'],
    ["rubbish", `WWW-Authenticate: ${'Digest realm="\\'.repeat(100)}\r\n`],
  ])("%s: the 401 is returned as it is", async (_, head) => {
    await using server = await startRawServer([reply(401, head, "no")]);
    await using client = clientOf();
    const response = await client.get(server.url);
    expect([response.status, await response.text(), response.history]).toEqual([401, "no", []]);
  });

  test("other statuses with a challenge are not answered", async () => {
    await using server = await startRawServer([
      reply(200, 'WWW-Authenticate: Digest realm="r", nonce="a"\r\n'),
      reply(407, 'Proxy-Authenticate: Digest realm="r", nonce="a"\r\n'),
    ]);
    await using client = clientOf();
    expect([await statusOf(await client.get(server.url)), await statusOf(await client.get(server.url))]).toEqual([
      200, 407,
    ]);
  });

  test("userhash", async () => {
    await using server = await startRawServer([challenge("a", ", userhash=true, charset=UTF-8"), reply(200)]);
    await using client = clientOf({ username: "Jäsøn", password: "p" });
    await client.get(server.url);
    expect(answersTo(server)[1]).toMatchObject({ userhash: "true" });
    expect(answersTo(server)[1]?.["username"]).toMatch(/^[0-9a-f]{32}$/);
  });

  test("a user name that could end the line is refused before anything is sent", async () => {
    await using server = await startRawServer([challenge("a")]);
    await using client = clientOf({ username: "a\r\nX-Evil: 1", password: "secret" });
    const error = await failure(client.get(server.url));
    expect(error.code).toBe("ERR_HEADER");
    expect(error.message).not.toContain("secret");
    expect(server.requests).toHaveLength(1);
  });

  test("history is left alone where that is asked for", async () => {
    await using server = await startRawServer([challenge("a"), reply(200)]);
    await using client = clientOf({ ...mufasa, history: false });
    expect((await client.get(server.url)).history).toEqual([]);
  });
});

describe("no endless loop", () => {
  test("a server to which every nonce is stale", async () => {
    await using server = await startRawServer((socket) => void socket.write(challenge("a", ", stale=TRUE")));
    await using client = clientOf();
    const response = await client.get(server.url);
    expect([await statusOf(response), response.history.length]).toEqual([401, 2]);
    expect(server.requests).toHaveLength(3);
  });

  test("a session that the server forgot, without a word of staleness", async () => {
    await using server = await startRawServer([challenge("a"), reply(200), challenge("b"), reply(200), reply(200)]);
    await using client = clientOf();
    for (let i = 0; i < 3; i++) expect(await statusOf(await client.get(server.url))).toBe(200);
    expect(answersTo(server).map((params) => params && `${params["nonce"]} ${params["nc"]}`)).toEqual([
      undefined,
      "a 00000001",
      "a 00000002",
      "b 00000001",
      "b 00000002",
    ]);
  });
});

describe("bodies that cannot be sent again", () => {
  const stream = async function* () {
    yield "once";
  };

  test("the 401 is returned as it is", async () => {
    await using server = await startRawServer([challenge("a")]);
    await using client = clientOf();
    const response = await client.post(server.url, { body: stream() });
    expect([response.status, await response.text()]).toEqual([401, "who?"]);
  });

  test("go with an answer in advance", async () => {
    await using server = await startRawServer([challenge("a"), reply(200), reply(200)]);
    await using client = clientOf();
    await client.get(server.url);
    expect(await statusOf(await client.post(server.url, { body: stream() }))).toBe(200);
    expect(server.requests[2]?.body.toString()).toBe("once");
    expect(answersTo(server)[2]).toMatchObject({ nc: "00000002" });
  });

  test("cannot be hashed first, so they go without an answer where the content counts", async () => {
    await using server = await startRawServer([
      challenge("a", ', qop="auth-int"'),
      reply(200),
      challenge("b", ', qop="auth-int"'),
    ]);
    await using client = clientOf();
    await client.post(server.url, { body: "twice" });
    expect(await statusOf(await client.post(server.url, { body: stream() }))).toBe(401);
    expect(answersTo(server)[2]).toBeUndefined();
    expect(server.requests[2]?.body.toString()).toBe("once");
  });
});

describe("Authentication-Info", () => {
  const info = (value: string): string => reply(200, `Authentication-Info: ${value}\r\n`);

  test("the next nonce is used, and counted from 1", async () => {
    const replies = [challenge("a"), info('nextnonce="b"'), info('nextnonce="b"'), info('nextnonce="c"'), reply(200)];
    await using server = await startRawServer(replies);
    await using client = clientOf();
    for (let i = 0; i < 4; i++) await client.get(server.url);
    expect(answersTo(server).map((params) => params && `${params["nonce"]} ${params["nc"]}`)).toEqual([
      undefined,
      "a 00000001",
      "b 00000001",
      "b 00000002",
      "c 00000001",
    ]);
  });

  test("a server that does not know the password is not believed", async () => {
    await using server = await startRawServer([challenge("a"), info('rspauth="0123", nc=00000001'), reply(200)]);
    await using client = clientOf();
    const error = await failure(client.get(server.url));
    expect(error.code).toBe("ERR_AUTH");
    expect(error.response?.status).toBe(200);
    expect(error.message).toBe(`GET ${server.url}/: wrong rspauth (ERR_AUTH)`);
    await client.get(server.url);
    expect(server.connections).toHaveLength(1);
  });

  test("without an answer there is nothing to check", async () => {
    await using server = await startRawServer([info('rspauth="0123"')]);
    await using client = clientOf();
    expect(await statusOf(await client.get(server.url))).toBe(200);
  });
});

describe("where answers go", () => {
  test("in advance only to the protection space", async () => {
    const protectedArea = challenge("a", ', qop="auth", domain="/in http://other.test/ http://[ /also"');
    await using server = await startRawServer([protectedArea, ...Array.from({ length: 5 }, () => reply(200))]);
    await using client = clientOf();
    for (const path of ["/in/1", "/in/2", "/out", "/", "/also/x"]) await client.get(server.url + path);
    expect(answersTo(server).map((params) => params?.["uri"])).toEqual([
      undefined,
      "/in/1",
      "/in/2",
      undefined,
      undefined,
      "/also/x",
    ]);
  });

  /** A redirect that keeps every header, as none should. */
  const carelessRedirect: Plugin = {
    name: "careless",
    stage: "redirect",
    async send(request, next) {
      const response = await next(request);
      const url = response.headers.get("location");
      if (url === null) return response;
      await response.discard();
      return next({ ...request, url });
    },
  };

  test("never to another origin than the call's first", async () => {
    await using thief = await startRawServer([challenge("t")]);
    await using server = await startRawServer([
      challenge("a"),
      reply(200),
      reply(302, `Location: ${thief.url}/\r\n`),
      challenge("b"),
      reply(302, `Location: ${thief.url.replace("127.0.0.1", "localhost")}/\r\n`),
    ]);
    await using client = clientOf(mufasa, carelessRedirect);
    await client.get(server.url);
    expect(await statusOf(await client.get(server.url))).toBe(401);
    expect(answersTo(thief)).toEqual([undefined]);
  });

  test("to other origins that are named, and to no others", async () => {
    await using other = await startRawServer([challenge("o"), reply(200)]);
    await using server = await startRawServer([
      challenge("a"),
      reply(302, `Location: ${other.url}/\r\n`),
      challenge("b"),
    ]);
    await using client = clientOf(
      { ...mufasa, origins: [new URL(server.url).origin, new URL(other.url).origin] },
      carelessRedirect,
    );
    expect(await statusOf(await client.get(server.url))).toBe(200);
    expect(answersTo(other)[1]).toMatchObject({ nonce: "o" });
    const elsewhere = { digest: { ...mufasa, origins: ["http://elsewhere.test"] } };
    expect(await statusOf(await client.get(server.url, elsewhere))).toBe(401);
    expect(server.requests).toHaveLength(3);
  });

  test("not where the request has an Authorization of its own", async () => {
    await using server = await startRawServer([challenge("a")]);
    await using client = clientOf();
    const response = await client.get(server.url, { headers: { Authorization: "Bearer t" } });
    expect(await statusOf(response)).toBe(401);
    expect(server.requests).toHaveLength(1);
  });

  test("credentials of a call go before those of the plugin, and null is none", async () => {
    const replies: RawReply[] = [challenge("a"), reply(200), challenge("b"), reply(200), reply(200), challenge("c")];
    await using server = await startRawServer(replies);
    await using client = clientOf();
    const scar = { username: "Scar", password: "x" };
    await client.get(server.url);
    await client.get(server.url, { digest: scar });
    await client.get(server.url, { digest: scar });
    expect(await statusOf(await client.get(server.url, { digest: false }))).toBe(401);
    expect(
      answersTo(server).map((params) => params && `${params["username"]} ${params["nonce"]} ${params["nc"]}`),
    ).toEqual([undefined, "Mufasa a 00000001", undefined, "Scar b 00000001", "Scar b 00000002", undefined]);
  });

  test("without credentials the plugin does nothing", async () => {
    await using server = await startRawServer([challenge("a")]);
    await using client = createClient({ adapter: undiciAdapter(), plugins: [authDigest()] });
    expect(await statusOf(await client.get(server.url))).toBe(401);
  });
});
