import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { request } from "undici";
import type { TestServer } from "../src/index.ts";
import { startTestServer } from "../src/index.ts";

let server: TestServer;
beforeAll(async () => void (server = await startTestServer()));
afterAll(() => server.close());

interface Got {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly text: string;
}

async function get(path: string, headers: Record<string, string> = {}, body?: string): Promise<Got> {
  const response = await request(server.url + path, {
    method: body === undefined ? "GET" : "POST",
    headers,
    body: body ?? null,
  });
  return { status: response.statusCode, headers: response.headers, text: await response.body.text() };
}

const basic = (text: string): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(text).toString("base64")}`,
});

test("/basic-auth", async () => {
  const path = "/basic-auth/%C3%BCser/p%3Aa%2Fss";
  expect(await get(path)).toMatchObject({ status: 401, headers: { "www-authenticate": 'Basic realm="Fake Realm"' } });
  expect((await get(path, basic("üser:wrong"))).status).toBe(401);
  const { status, text } = await get(path, basic("üser:p:a/ss"));
  expect([status, JSON.parse(text)]).toEqual([200, { authenticated: true, user: "üser" }]);
});

test("/hidden-basic-auth", async () => {
  expect((await get("/hidden-basic-auth/u/p")).status).toBe(404);
  expect((await get("/hidden-basic-auth/u/p", basic("u:p"))).status).toBe(200);
});

test("/bearer", async () => {
  expect(await get("/bearer")).toMatchObject({ status: 401, headers: { "www-authenticate": "Bearer" } });
  expect((await get("/bearer", basic("u:p"))).status).toBe(401);
  const { text } = await get("/bearer", { authorization: "Bearer abc" });
  expect(JSON.parse(text)).toEqual({ authenticated: true, token: "abc" });
});

/** An independent client: computes the answer to a challenge, with any part of it changed. */
function answer(
  challenge: string,
  given: {
    path: string;
    method?: string;
    body?: string;
    nc?: string;
    password?: string;
    change?: Record<string, string>;
  },
): Record<string, string> {
  const offered = Object.fromEntries(
    [...challenge.matchAll(/(\w+)="?([^",]+(?:, auth-int)?)"?/g)].map(([, k = "", v = ""]) => [k, v]),
  );
  const { realm = "", nonce = "", opaque = "", algorithm = "MD5" } = offered;
  const { path: uri, method = "GET", body = "", nc = "00000001", password = "pass", change = {} } = given;
  const H = (text: string): string =>
    createHash(algorithm.replace("-sess", "").replace("SHA-512-256", "SHA512-256").replace("SHA-", "SHA"))
      .update(text)
      .digest("hex");
  const qop = offered["qop"]?.split(", ").at(-1);
  const cnonce = "c0ffee";
  const plain = H(`user:${realm}:${password}`);
  const ha1 = algorithm.endsWith("-sess") ? H(`${plain}:${nonce}:${cnonce}`) : plain;
  const ha2 = H(qop === "auth-int" ? `${method}:${uri}:${H(body)}` : `${method}:${uri}`);
  const response = H(qop === undefined ? `${ha1}:${nonce}:${ha2}` : `${ha1}:${nonce}:${nc}:${cnonce}:${qop}:${ha2}`);
  const all = {
    username: "user",
    realm,
    nonce,
    uri,
    response,
    opaque,
    algorithm,
    ...(qop === undefined ? {} : { qop, nc, cnonce }),
    ...change,
  };
  const bare = new Set(["algorithm", "qop", "nc"]);
  const parts = Object.entries(all).map(([k, v]) => (bare.has(k) ? `${k}=${v}` : `${k}="${v}"`));
  return { authorization: `Digest ${parts.join(", ")}` };
}

const challengeOf = ({ headers }: Got): string => headers["www-authenticate"] as string;

describe("/digest-auth", () => {
  const path = "/digest-auth/auth/user/pass";

  test("challenges as httpbin does", async () => {
    const { status, headers } = await get(`${path}/SHA-256/3`);
    expect(status).toBe(401);
    expect(headers["www-authenticate"]).toMatch(
      /^Digest realm="[^"]+", nonce="[0-9a-f]{32}", qop="auth", opaque="[0-9a-f]{32}", algorithm=SHA-256, stale=FALSE$/,
    );
    expect(headers["set-cookie"]).toEqual(["stale_after=3; Path=/", "fake=fake_value; Path=/"]);
  });

  test.each(
    ["MD5", "SHA-256", "SHA-512", "SHA-512-256", "MD5-sess", "SHA-256-sess"].flatMap((algorithm) =>
      // A session needs a cnonce, which there is none of in RFC 2069.
      ["auth", "auth-int", "both", ...(algorithm.endsWith("-sess") ? [] : ["rfc2069"])].map((qop) => [algorithm, qop]),
    ),
  )("%s with qop %s", async (algorithm, qop) => {
    const target = `/digest-auth/${qop}/user/pass/${algorithm}?a=1`;
    const challenge = challengeOf(await get(target));
    const wrong = await get(
      target,
      answer(challenge, { path: target, method: "POST", body: "x", password: "no" }),
      "x",
    );
    expect([wrong.status, challengeOf(wrong).endsWith("stale=FALSE")]).toEqual([401, true]);
    const right = await get(target, answer(challenge, { path: target, method: "POST", body: "x" }), "x");
    expect([right.status, JSON.parse(right.text)]).toEqual([200, { authenticated: true, user: "user" }]);
  });

  test("checks every part of the answer", async () => {
    const challenge = challengeOf(await get(path));
    const verdict = async (change: Record<string, string>): Promise<number> =>
      (await get(path, answer(challenge, { path, change }))).status;
    const bad = [
      { response: "0".repeat(32) },
      { username: "other" },
      { realm: "other" },
      { uri: "/get" },
      { nc: "1" },
      { nc: "00000002" },
      { cnonce: "" },
      { cnonce: "other" },
      { opaque: "other" },
      { qop: "auth-int" },
      { algorithm: "SHA-256" },
      { nonce: "other" },
    ];
    expect(await Promise.all(bad.map(verdict))).toEqual(bad.map(() => 401));
    expect(await verdict({})).toBe(200);
  });

  test("auth-int covers the body", async () => {
    const target = "/digest-auth/auth-int/user/pass";
    const headers = answer(challengeOf(await get(target)), { path: target, method: "POST", body: "one" });
    expect((await get(target, headers, "two")).status).toBe(401);
    expect((await get(target, headers, "one")).status).toBe(200);
  });

  test("does not accept a qop it has not offered, nor none", async () => {
    const both = challengeOf(await get("/digest-auth/rfc2069/user/pass"));
    const withQop = both.replace("opaque", 'qop="auth", opaque');
    expect((await get(path, answer(withQop, { path }))).status).toBe(401);
    const without = challengeOf(await get(path)).replace('qop="auth", ', "");
    expect((await get(path, answer(without, { path }))).status).toBe(401);
  });

  test("a replay and an unknown nonce are stale", async () => {
    const challenge = challengeOf(await get(path));
    const stale = async (headers: Record<string, string>): Promise<string> => {
      const got = await get(path, headers);
      return `${got.status} ${/stale=\w+/.exec(got.headers["www-authenticate"]?.toString() ?? "")?.[0]}`;
    };
    expect(await stale(answer(challenge, { path, nc: "00000002" }))).toBe("200 undefined");
    expect(await stale(answer(challenge, { path, nc: "00000002" }))).toBe("401 stale=TRUE");
    expect(await stale(answer(challenge, { path, nc: "00000001" }))).toBe("401 stale=TRUE");
    expect(await stale(answer(challenge, { path, nc: "0000000a" }))).toBe("200 undefined");
    expect(await stale(answer(challenge.replace(/nonce="\w+"/, 'nonce="x"'), { path }))).toBe("401 stale=TRUE");
    expect(await stale(answer(challenge.replace(/nonce="\w+"/, 'nonce="x"'), { path, password: "no" }))).toBe(
      "401 stale=FALSE",
    );
  });

  test("stale_after counts the answers", async () => {
    const target = `${path}/MD5/2`;
    const challenge = challengeOf(await get(target));
    const nth = (nc: string): Promise<Got> => get(target, answer(challenge, { path: target, nc }));
    expect((await nth("00000001")).headers["set-cookie"]).toEqual(["fake=fake_value; Path=/", "stale_after=1; Path=/"]);
    expect((await nth("00000002")).headers["set-cookie"]).toEqual(["fake=fake_value; Path=/", "stale_after=0; Path=/"]);
    const third = await nth("00000003");
    expect(challengeOf(third)).toContain("stale=TRUE");
    expect(third.headers["set-cookie"]).toHaveLength(3);
    const again = await get(target, answer(challengeOf(third), { path: target }));
    expect(again.status).toBe(200);
  });

  test("proves itself in Authentication-Info", async () => {
    const target = "/digest-auth/auth-int/user/pass";
    const challenge = challengeOf(await get(target));
    const { headers, text } = await get(target, answer(challenge, { path: target }));
    // The same computation without a method, over the body of the response.
    const mirror = answer(challenge, { path: target, method: "", body: text })["authorization"];
    const [, response] = /response="(\w+)"/.exec(mirror ?? "") ?? [];
    expect(headers["authentication-info"]).toBe(`rspauth="${response}", cnonce="c0ffee", nc=00000001, qop=auth-int`);
  });

  test("require-cookie", async () => {
    const target = `${path}?require-cookie=1`;
    const first = await get(target);
    const headers = answer(challengeOf(first), { path: target });
    expect((await get(target, headers)).status).toBe(401);
    expect(await get(target, { ...headers, cookie: "a=1" })).toMatchObject({
      status: 403,
      text: expect.stringContaining("missing cookie") as string,
    });
    expect((await get(target, { ...headers, cookie: "fake=fake_value" })).status).toBe(200);
  });
});
