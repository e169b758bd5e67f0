import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { answer, parseChallenges, type Challenge, type DigestRequest, type DigestState } from "@posthaste/auth-digest";

const challengeOf = (header: string): Challenge => parseChallenges(header)[0]!;

/** The parameters of an answer; its grammar is that of a challenge. */
const paramsOf = (header: string | undefined): Record<string, string> => challengeOf(header ?? "").params;

const state = (changes?: Partial<DigestState>): DigestState => ({
  username: "Mufasa",
  password: "Circle of Life",
  count: 1,
  cnonce: "c",
  ...changes,
});
const get: DigestRequest = { method: "GET", uri: "/" };

describe("the worked examples of RFC 7616", () => {
  const cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";
  const rest =
    'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"';

  test.each([
    ["MD5", "8ca523f5e9506fed4657c9700eebdbec"],
    ["SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"],
  ])("§3.9.1 with %s", (algorithm, response) => {
    const challenge = challengeOf(
      `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, ${rest}`,
    );
    const request = { method: "GET", uri: "/dir/index.html" };
    expect(answer(challenge, request, state({ cnonce }))?.header).toBe(
      'Digest username="Mufasa", realm="http-auth@example.org", uri="/dir/index.html", ' +
        `algorithm=${algorithm}, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", nc=00000001, ` +
        `cnonce="${cnonce}", qop=auth, response="${response}", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`,
    );
  });

  // With the values of erratum 4897: the RFC's own are of SHA-512 cut short, which is not SHA-512/256 (FIPS 180-4 §5.3.6.2).
  const jason = state({
    username: "Jäsøn Doe",
    password: "Secret, or not?",
    cnonce: "NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v",
  });
  const doe = { method: "GET", uri: "/doe.json" };
  const unhashed =
    'Digest realm="api@example.org", qop="auth", algorithm=SHA-512-256, nonce="5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK", ' +
    'opaque="HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS", charset=UTF-8';
  const parameters =
    'realm="api@example.org", uri="/doe.json", algorithm=SHA-512-256, nonce="5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK", ' +
    'nc=00000001, cnonce="NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v", qop=auth, ' +
    'response="3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5", ' +
    'opaque="HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS"';

  test("§3.9.2 with a hashed user name", () => {
    expect(answer(challengeOf(`${unhashed}, userhash=true`), doe, jason)?.header).toBe(
      `Digest username="793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b", ${parameters}, userhash=true`,
    );
  });

  test("§3.9.2 with the user name as it is", () => {
    expect(answer(challengeOf(unhashed), doe, jason)?.header).toBe(
      `Digest username*=UTF-8''J%C3%A4s%C3%B8n%20Doe, ${parameters}`,
    );
  });

  test("the figures that §3.9.2 prints are of SHA-512 cut short", () => {
    const cut = (text: string): string => createHash("sha512").update(text).digest("hex").slice(0, 64);
    expect(cut("Jäsøn Doe:api@example.org")).toBe("488869477bf257147b804c45308cd62ac4e25eb717b12b298c79e62dcea254ec");
  });
});

test("the worked example of RFC 2617 §3.5", () => {
  const challenge = challengeOf(
    'Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"',
  );
  const request = { method: "GET", uri: "/dir/index.html" };
  const { header } = answer(challenge, request, state({ password: "Circle Of Life", cnonce: "0a4f113b" }))!;
  // Parameter by parameter: their order means nothing, and the two RFCs differ in it.
  const expected = [
    'username="Mufasa"',
    'realm="testrealm@host.com"',
    'nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"',
    'uri="/dir/index.html"',
    "qop=auth",
    "nc=00000001",
    'cnonce="0a4f113b"',
    'response="6629fae49393a05397450978507c4ef1"',
    'opaque="5ccc069c403ebaf9f0171e9517f40e41"',
  ];
  expect(
    header
      .replace(/^Digest /, "")
      .split(", ")
      .toSorted(),
  ).toEqual(expected.toSorted());
});

describe("against Node's own hashes", () => {
  const names: Record<string, string> = {
    MD5: "md5",
    SHA: "sha1",
    "SHA-256": "sha256",
    "SHA-512": "sha512",
    "SHA-512-256": "sha512-256",
  };
  const ascii = fc.string({ unit: fc.constantFrom("a", "b", " ", ":", "/", "+", "=", "-"), minLength: 1 });
  const arbitrary = fc.record({
    algorithm: fc.constantFrom(
      undefined,
      ...Object.keys(names).flatMap((name) => [name, `${name}-sess`, name.toLowerCase()]),
    ),
    qop: fc.constantFrom(undefined, "auth", "auth-int", "auth,auth-int", "auth-int, auth", "AUTH"),
    realm: ascii,
    nonce: ascii,
    username: fc.string({ unit: "grapheme" }),
    password: fc.string({ unit: "grapheme" }),
    count: fc.integer({ min: 1, max: 0xffffffff }),
    cnonce: ascii,
    bodyHash: fc.option(fc.stringMatching(/^[0-9a-f]{32}$/), { nil: undefined }),
  });

  test("every algorithm and quality of protection", () => {
    fc.assert(
      fc.property(arbitrary, ({ algorithm, qop, realm, nonce, bodyHash, ...own }) => {
        const params = { realm, nonce, ...(algorithm && { algorithm }), ...(qop && { qop }) };
        const given = answer({ scheme: "digest", params }, { method: "PUT", uri: "/a?b=c", bodyHash }, own);
        const offered = (qop ?? "").toLowerCase().split(/,\s*/);
        const chosen =
          bodyHash && offered.includes("auth-int") ? "auth-int" : offered.find((one) => one !== "auth-int");
        if (chosen === undefined) {
          expect(given).toBeUndefined();
          return;
        }
        const name = (algorithm ?? "MD5").toUpperCase();
        const hash = (...parts: (string | undefined)[]) =>
          createHash(names[name.replace("-SESS", "")]!).update(parts.join(":")).digest("hex");
        let secret = hash(own.username, realm, own.password);
        if (name.endsWith("-SESS")) secret = hash(secret, nonce, own.cnonce);
        const count = own.count.toString(16).padStart(8, "0");
        const finish = (...a2: (string | undefined)[]) =>
          chosen ? hash(secret, nonce, count, own.cnonce, chosen, hash(...a2)) : hash(secret, nonce, hash(...a2));
        const sent = paramsOf(given?.header);
        expect(sent["response"]).toBe(finish("PUT", "/a?b=c", ...(chosen === "auth-int" ? [bodyHash] : [])));
        expect(sent["nc"]).toBe(chosen ? count : undefined);
        expect(sent["qop"]).toBe(chosen || undefined);
        expect(given?.rspauth).toBe(chosen === "auth" ? finish("", "/a?b=c") : undefined);
      }),
    );
  });
});

describe("what cannot be answered", () => {
  test.each([
    'Digest realm="r", nonce="n", algorithm=SHA-3',
    'Digest realm="r", nonce="n", algorithm=""',
    'Digest realm="r", nonce="n", algorithm=constructor',
    'Digest realm="r", nonce="n", qop="auth-conf"',
    'Digest realm="r", nonce="n", qop="auth-int"',
  ])("%s", (header) => {
    expect(answer(challengeOf(header), get, state())).toBeUndefined();
  });
});

describe("user names", () => {
  const sent = (username: string, extra = "") =>
    answer(challengeOf(`Digest realm="r", nonce="n", qop="auth"${extra}`), get, state({ username }))!.header;

  test("quotes and backslashes are escaped", () => {
    expect(sent('a"b\\c')).toContain('username="a\\"b\\\\c", ');
  });

  test("without a charset, UTF-8 as it is, one character a byte", () => {
    expect(sent("é€")).toContain('username="\xc3\xa9\xe2\x82\xac", ');
  });

  test("with charset=UTF-8, percent-encoded where it is not ASCII, and in NFC", () => {
    expect(sent("plain", ", charset=utf-8")).toContain('username="plain", ');
    expect(sent("e\u0301*'()%", ", charset=UTF-8")).toContain("username*=UTF-8''%C3%A9%2A%27%28%29%25, ");
  });

  test("with charset=UTF-8, line ends cannot get out of their place", () => {
    expect(sent("a\r\nX: b", ", charset=UTF-8")).toContain("username*=UTF-8''a%0D%0AX%3A%20b, ");
  });

  test("hashed, nothing else is told", () => {
    const header = sent("Jäsøn", ", charset=UTF-8, userhash=true");
    expect(header).toMatch(/^Digest username="[0-9a-f]{32}", .*, userhash=true$/);
    expect(header).not.toContain("username*");
  });

  test("half a surrogate pair is no disaster", () => {
    expect(sent("\ud800", ", charset=UTF-8")).toContain("username*=UTF-8''%EF%BF%BD");
  });
});

describe("what the server chose", () => {
  test("comes back as it was, in the case and the bytes it had", () => {
    const challenge = challengeOf('Digest realm="r\\"\\\\\xe9", nonce="a\\"b", opaque="", algorithm=md5-SESS');
    expect(answer(challenge, get, state())?.header).toMatch(
      /^Digest username="Mufasa", realm="r\\"\\\\\xe9", uri="\/", algorithm=md5-SESS, nonce="a\\"b", response="\w{32}", opaque=""$/,
    );
  });

  test("its bytes are what is hashed", () => {
    const challenge = challengeOf('Digest realm="\xc3\xa9", nonce="n"');
    const hash = (bytes: string) => createHash("md5").update(bytes, "latin1").digest("hex");
    expect(paramsOf(answer(challenge, get, state({ username: "u", password: "p" }))?.header)["response"]).toBe(
      hash(`${hash("u:\xc3\xa9:p")}:n:${hash("GET:/")}`),
    );
  });
});
