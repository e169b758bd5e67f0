import { inspect } from "node:util";
import type { SameSite } from "@posthaste/cookies";
import { sameSiteOf, toughJar, type ToughJar, type ToughJarOptions } from "@posthaste/cookies/tough";
import { HeaderList } from "@posthaste/core";
import fc from "fast-check";
import { MemoryCookieStore } from "tough-cookie";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

const strict = { sameSite: "strict" } as const;

/** A jar that has taken these Set-Cookie lines from a URL. */
async function jarWith(url: string, lines: string | readonly string[], options?: ToughJarOptions): Promise<ToughJar> {
  const jar = toughJar(options);
  await jar.store(url, [lines].flat(), strict);
  return jar;
}

/** What goes to `to` after these lines came from `from`. */
async function sent(from: string, lines: string | readonly string[], to = from): Promise<string> {
  return (await jarWith(from, lines)).get(to, strict);
}

describe("how long cookies are kept (RFC 6265bis §5.5)", () => {
  const day = 24 * 60 * 60 * 1000;

  test.each([
    ["Max-Age=34560001", 400],
    ["Max-Age=99999999999999999999", 400],
    ["Expires=Fri, 31 Dec 9999 23:59:59 GMT", 400],
    ["Max-Age=86400", 1],
    ["Expires=Fri, 31 Dec 9999 23:59:59 GMT; Max-Age=86400", 1],
  ])("%s is %i days", async (attribute, days) => {
    const before = Date.now();
    const jar = await jarWith("http://shop.com/", `a=1; ${attribute}`);
    const [cookie] = await jar.cookieJar.getCookies("http://shop.com/");
    const expires = Number(cookie!.expires);
    expect(expires).toBeGreaterThanOrEqual(before + days * day);
    expect(expires).toBeLessThanOrEqual(Date.now() + days * day);
  });

  test("a session's cookies have no end", async () => {
    const jar = await jarWith("http://shop.com/", "a=1");
    expect((await jar.cookieJar.getCookies("http://shop.com/"))[0]!.expires).toBe("Infinity");
  });
});

describe("which cookies are kept (RFC 6265bis §5.6, §5.7)", () => {
  test.each<[line: string, expected: string]>([
    ["a=1", "a=1"],
    ["a=1; b=2", "a=1"],
    ["  a  =  1  ", "a=1"],
    ["a=", "a="],
    ["a=1=2", "a=1=2"],
    ['a="quoted value"', 'a="quoted value"'],
    ["flag", "flag"],
    ["=value", "value"],
    ["", ""],
    ["=", ""],
    [";", ""],
    ["; Path=/", ""],
    ["a=1; Path=/; path=/elsewhere", ""],
    ["a=1; Max-Age=0", ""],
    ["a=1; Max-Age=-5", ""],
    ["a=1; Max-Age=60", "a=1"],
    ["a=1; Max-Age=99999999999999999999", "a=1"],
    ["a=1; Max-Age=soon", "a=1"],
    ["a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT", ""],
    ["a=1; Expires=Fri, 31 Dec 9999 23:59:59 GMT", "a=1"],
    ["a=1; Expires=Sun Nov 6 08:49:37 1994", ""],
    ["a=1; Expires=never", "a=1"],
    ["a=1; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "a=1"],
    ["a=1; Expires=Fri, 31 Dec 9999 23:59:59 GMT; Max-Age=0", ""],
    ["a\x07b=1", ""],
    ["a=1\x7f", ""],
    ["a=1; Path=/\x01", ""],
    ["a=1\0; Path=/", ""],
    ["a=1\t; Path=/", "a=1"],
    ["a=h\xc3\xa9", "a=h\xc3\xa9"],
    ["__proto__=1", "__proto__=1"],
    ["a=1; __proto__=2; constructor", "a=1"],
    ["a=1; SameSite=Sometimes", "a=1"],
    ["a=1; HttpOnly", "a=1"],
  ])("%j gives %j", async (line, expected) => {
    expect(await sent("http://www.shop.example.com/", line)).toBe(expected);
  });

  test.each<[host: string, domain: string, others: Record<string, boolean>]>([
    [
      "www.shop.com",
      "shop.com",
      { "shop.com": true, "a.b.shop.com": true, "xshop.com": false, "shop.com.evil": false },
    ],
    ["www.shop.com", ".SHOP.com", { "shop.com": true, "www.shop.com": true }],
    ["www.shop.com", "www.shop.com", { "www.shop.com": true, "a.www.shop.com": true, "shop.com": false }],
    ["www.shop.com", "other.com", { "www.shop.com": false, "other.com": false }],
    ["www.shop.com", "a.www.shop.com", { "www.shop.com": false, "a.www.shop.com": false }],
    ["www.shop.com", "com", { "www.shop.com": false, "other.com": false }],
    ["www.shop.co.uk", "co.uk", { "www.shop.co.uk": false, "other.co.uk": false }],
    ["www.shop.co.uk", "CO.UK", { "www.shop.co.uk": false, "other.co.uk": false }],
    ["me.github.io", "github.io", { "me.github.io": false, "you.github.io": false }],
    ["github.io", "github.io", { "github.io": true, "you.github.io": false }],
    ["127.0.0.1", "127.0.0.1", { "127.0.0.1": true }],
    ["127.0.0.1", "0.0.1", { "127.0.0.1": false, "10.0.0.1": false }],
    ["[::1]", "[::1]", { "127.0.0.1": false }],
    ["localhost", "localhost", { localhost: true }],
    ["www.shop.com", "__proto__", { "www.shop.com": false }],
    ["www.shop.com", "b\xfccher.example", { "www.shop.com": false }],
    ["www.shop.com", "a b", { "www.shop.com": false }],
    ["www.shop.com", "%", { "www.shop.com": false }],
    ["nas.local", "local", { "nas.local": false, "other.local": false }],
    ["www.a.example", ".example", { "www.a.example": false }],
    ["www.shop.com", "x: \xc2\xa0", { "www.shop.com": false }],
    ["xn--bcher-kva.example", "xn--bcher-kva.example", { "b\xfccher.example": true }],
  ])("%s with Domain=%s", async (host, domain, others) => {
    const jar = await jarWith(`http://${host}/`, `a=1; Domain=${domain}`);
    for (const [other, matches] of Object.entries(others)) {
      expect([other, await jar.get(`http://${other}/`, strict)]).toEqual([other, matches ? "a=1" : ""]);
    }
    expect(Object.prototype).not.toHaveProperty("a");
  });

  test.each([
    ["http://shop.com", "http://shop.com:8080", "a=1"],
    ["http://shop.com", "https://shop.com", "a=1"],
    ["http://shop.com", "http://www.shop.com", ""],
    ["http://[::1]", "http://[::1]:8080", "a=1"],
    ["http://intranet", "http://intranet", "a=1"],
    ["http://svc.local", "http://svc.local", "a=1"],
    // tough-cookie takes the bare names for public suffixes and throws.
    ["http://test", "http://test", ""],
    ["http://example", "http://example", ""],
    ["http://local", "http://local", ""],
  ])("without Domain, from %s to %s: %j", async (from, to, expected) => {
    expect(await sent(`${from}/`, "a=1", `${to}/`)).toBe(expected);
  });

  test.each([
    ["/", "/any/where", true],
    ["/docs", "/docs", true],
    ["/docs", "/docs/web", true],
    ["/docs/", "/docs/web", true],
    ["/docs/", "/docs", false],
    ["/docs", "/docsets", false],
    ["/docs", "/", false],
    ["/Docs", "/docs", false],
    ["docs", "/base/x", true],
    ["", "/base/x", true],
    ["/%C3%A9", "/%C3%A9/x", true],
    ["/%C3%A9", "/%c3%a9", false],
    ["/100%25", "/100%25/x", true],
    ["/a%2Fb", "/a/b", false],
  ])("Path=%s for %s: %j", async (path, to, matches) => {
    const found = await sent("http://a.test/base/page", `a=1; Path=${path}`, `http://a.test${to}`);
    expect(found).toBe(matches ? "a=1" : "");
  });

  test("without Path the directory of the URL counts, as it is sent", async () => {
    const jar = await jarWith("http://a.test/%C3%A9/page?x=/y", "a=1");
    expect(await jar.get("http://a.test/%C3%A9/other", strict)).toBe("a=1");
    expect(await jar.get("http://a.test/other", strict)).toBe("");
  });

  test.each([
    ["https://a.test/", "a=1; Secure", "https://a.test/", "a=1"],
    ["https://a.test/", "a=1; Secure", "http://a.test/", ""],
    ["http://a.test/", "a=1; Secure", "https://a.test/", ""],
    // A trustworthy origin without TLS, as in browsers.
    ["http://localhost/", "a=1; Secure", "http://localhost/", "a=1"],
    ["http://127.0.0.1/", "a=1; Secure", "http://127.0.0.1/", "a=1"],
  ])("from %s: %s; to %s: %j", async (from, line, to, expected) => {
    expect(await sent(from, line, to)).toBe(expected);
  });

  test("what came over plain http does not stand before a secure cookie", async () => {
    const jar = await jarWith("https://www.shop.com/a/", "id=safe; Secure; Path=/a; Domain=shop.com");
    await jar.store("http://www.shop.com/a/", ["id=evil; Path=/a/b", "id=evil; Path=/a", "id=evil; Path=/"], strict);
    // The last path does not lie within the secure cookie's, so that one stays before it.
    expect(await jar.get("https://www.shop.com/a/b/c", strict)).toBe("id=safe; id=evil");
    await jar.store("https://www.shop.com/a/", ["id=new; Path=/a; Domain=shop.com"], strict);
    expect(await jar.get("https://www.shop.com/a/b/c", strict)).toBe("id=new; id=evil");
  });

  test.each([
    ["__Secure-a=1; Secure", true],
    ["__Secure-a=1", false],
    ["__SECURE-a=1", false],
    ["__secure-a=1; Secure", true],
    ["__Host-a=1; Secure; Path=/", true],
    ["__Host-a=1; Secure", false],
    ["__Host-a=1; Path=/", false],
    ["__Host-a=1; Secure; Path=/x", false],
    ["__Host-a=1; Secure; Path=/; Domain=a.test", false],
    ["__hOST-a=1; Secure; Path=/; Domain=a.test", false],
    ["__Host-a=1; Secure; Path=/; Domain=", true],
    ["=__Host-a=1; Secure; Path=/", false],
    [" = __secure-a=1; Secure", false],
    ["__Host-a; Secure; Path=/", false],
    ["=__Secure-a; Secure", false],
    ["__Hosta=1", true],
  ])("%s is kept: %j", async (line, kept) => {
    expect(await sent("https://a.test/x/", line)).toBe(kept ? line.split(";")[0] : "");
  });

  test.each<[attribute: string, from: SameSite, to: SameSite, sent: boolean]>([
    ["Strict", "strict", "strict", true],
    ["Strict", "strict", "lax", false],
    ["Strict", "strict", "none", false],
    ["Lax", "strict", "lax", true],
    ["Lax", "strict", "none", false],
    ["None", "none", "none", true],
    ["Strict", "none", "strict", false],
    ["Lax", "none", "strict", false],
    ["Lax", "lax", "strict", true],
  ])("SameSite=%s set in context %s goes in context %s: %j", async (attribute, from, to, expected) => {
    const jar = toughJar();
    await jar.store("https://a.test/", [`a=1; SameSite=${attribute}; Secure`], { sameSite: from });
    expect(await jar.get("https://a.test/", { sameSite: to })).toBe(expected ? "a=1" : "");
  });

  test("longer paths go first, then older cookies (§5.8.3)", async () => {
    const lines = ["a=1; Path=/", "b=2; Path=/x", "c=3; Path=/", "d=4; Path=/x/y", "a=5; Path=/"];
    expect(await sent("http://a.test/x/y/", lines)).toBe("d=4; b=2; a=5; c=3");
  });

  test("cookies without a name", async () => {
    expect(await sent("http://a.test/", ["=", "a=1", "=b=2", "b=3", "=c=4"])).toBe("a=1; c=4; b=3");
  });

  test("a line that came later replaces one of the same name, domain and path", async () => {
    expect(await sent("http://a.test/", ["a=1", "a=2", "a=3; Path=/x", "A=4"])).toBe("a=2; A=4");
  });
});

describe("time", () => {
  beforeEach(() => void vi.useFakeTimers({ now: new Date("2030-01-01"), toFake: ["Date"] }));
  afterEach(() => void vi.useRealTimers());

  test("Max-Age counts from when the cookie came, however often it is used", async () => {
    const jar = await jarWith("http://a.test/", "a=1; Max-Age=60");
    for (let seconds = 0; seconds < 60; seconds += 20) {
      expect(await jar.get("http://a.test/", strict)).toBe("a=1");
      vi.setSystemTime(Date.now() + 20_000);
    }
    expect(await jar.get("http://a.test/", strict)).toBe("");
  });

  test("an expired cookie leaves the store when it is looked up", async () => {
    const jar = await jarWith("http://a.test/", ["a=1; Expires=Tue, 01 Jan 2030 00:00:10 GMT", "b=2"]);
    vi.setSystemTime(Date.now() + 10_000);
    expect(await jar.get("http://a.test/", strict)).toBe("b=2");
    expect((await jar.cookieJar.serialize()).cookies.map(({ key }) => key)).toEqual(["b"]);
  });

  test("beyond `maxPerDomain` no cookie goes for one of another domain's, which is not kept", async () => {
    const jar = toughJar({ maxPerDomain: 1 });
    await jar.store("https://a.test/", ["a=1"], strict);
    await jar.store("https://b.test/", ["b=1; Domain=a.test"], strict);
    expect(await jar.get("https://a.test/", strict)).toBe("a=1");
  });

  test("beyond `maxPerDomain` expired cookies go first, then insecure, then long unused ones", async () => {
    const jar = toughJar({ maxPerDomain: 3 });
    const url = "https://a.test/";
    const step = async (...lines: string[]) => {
      vi.setSystemTime(Date.now() + 1000);
      await jar.store(url, lines, strict);
    };
    const keys = async () =>
      (await jar.cookieJar.serialize()).cookies
        .map(({ key }) => String(key))
        .toSorted((a, b) => (a < b ? -1 : 1))
        .join("");
    await step("s=1; Secure; Path=/s");
    await step("e=1; Max-Age=1; Path=/e");
    await step("f=1; Path=/f");
    await step("g=1; Path=/g");
    expect(await keys()).toBe("fgs");
    vi.setSystemTime(Date.now() + 1000);
    expect(await jar.get("https://a.test/f", strict)).toBe("f=1");
    await step("h=1; Path=/h");
    expect(await keys()).toBe("fhs");
    await step("h=2; Path=/h");
    expect(await keys()).toBe("fhs");
    await step("t=1; Secure");
    await step("u=1; Secure");
    expect(await keys()).toBe("stu");
    await step("v=1; Secure");
    expect(await keys()).toBe("tuv");
  });
});

describe("limits", () => {
  test("a cookie of more than 4096 bytes is ignored, unless told otherwise", async () => {
    const url = "http://a.test/";
    expect(await sent(url, `a=${"x".repeat(4095)}; Path=/`)).toHaveLength(4097);
    expect(await sent(url, `a=${"x".repeat(4096)}; Path=/`)).toBe("");
    const jar = await jarWith(url, ["a=123", "b=12"], { maxSize: 3 });
    expect(await jar.get(url, strict)).toBe("b=12");
  });

  test("one domain holds 180 cookies, unless told otherwise, and does not push out another's", async () => {
    const lines = Array.from({ length: 200 }, (_, index) => `c${index}=1`);
    const jar = await jarWith("http://a.test/", lines);
    await jar.store("http://b.test/", ["b=1"], strict);
    expect((await jar.get("http://a.test/", strict)).split("; ")).toHaveLength(180);
    expect(await jar.get("http://b.test/", strict)).toBe("b=1");
  });

  test("the jar holds `maxCount` cookies at most", async () => {
    const jar = toughJar({ maxCount: 100 });
    let most = 0;
    for (let site = 0; site < 300; site++) {
      await jar.store(`http://site${site}.com/`, ["a=1"], strict);
      most = Math.max(most, (await jar.cookieJar.serialize()).cookies.length);
    }
    expect(most).toBeLessThanOrEqual(100);
    expect(most).toBeGreaterThan(90);
    expect(await jar.get("http://site299.com/", strict)).toBe("a=1");
    expect(await jar.get("http://site0.com/", strict)).toBe("");
  });
});

describe("the jar", () => {
  test("answers at once with the memory store, empty or not", async () => {
    const jar = toughJar();
    expect(jar.get("http://a.test/", strict)).toBe("");
    await jar.store("http://a.test/", ["a=1"], strict);
    expect(jar.get("http://a.test/", strict)).toBe("a=1");
    expect(jar.get("http://b.test/", strict)).toBe("");
  });

  test("does not look into a store that can hold nothing yet", () => {
    const find = vi.spyOn(MemoryCookieStore.prototype, "findCookies");
    expect(toughJar().get("http://a.test/", strict)).toBe("");
    expect(find).not.toHaveBeenCalled();
    find.mockRestore();
  });

  test("sends cookies that were put into its cookieJar", async () => {
    const jar = toughJar();
    await jar.cookieJar.setCookie("a=1", "http://a.test/");
    expect(jar.get("http://a.test/", strict)).toBe("a=1");
    await jar.cookieJar.removeAllCookies();
    expect(jar.get("http://a.test/", strict)).toBe("");
  });

  test("takes tough-cookie's own options", async () => {
    const jar = await jarWith("http://www.shop.com/", "a=1; Domain=com", { rejectPublicSuffixes: false });
    expect(await jar.get("http://other.com/", strict)).toBe("");
    const local = await jarWith("https://localhost/", "a=1; Secure", { allowSecureOnLocal: false });
    expect(await local.get("http://localhost/", strict)).toBe("");
  });

  test("shows no cookie where it is logged or serialised", async () => {
    const jar = await jarWith("http://a.test/", "session=s3cret");
    for (const shown of [
      inspect(jar, { depth: 9, showHidden: true, getters: false }),
      JSON.stringify(jar),
      JSON.stringify({ jar }),
    ]) {
      expect(shown).not.toContain("s3cret");
    }
  });
});

describe("sameSiteOf", () => {
  const context = (page: string, navigation: boolean, url: string) =>
    sameSiteOf(page, navigation)({ url, method: "GET", headers: new HeaderList(), body: null, options: {}, call: {} });

  test.each([
    ["https://app.shop.co.uk/x", "https://api.shop.co.uk/", "strict"],
    ["https://app.shop.co.uk/x", "https://other.co.uk/", "cross"],
    ["https://app.shop.co.uk/x", "http://api.shop.co.uk/", "cross"],
    ["https://me.github.io/", "https://you.github.io/", "cross"],
    ["https://github.io/", "https://github.io:8080/", "strict"],
    ["http://127.0.0.1/", "http://127.0.0.1:8080/", "strict"],
    ["http://127.0.0.1/", "http://127.0.0.2/", "cross"],
    ["http://localhost/", "http://localhost/", "strict"],
    ["http://app.test/", "http://api.app.test/", "strict"],
  ])("%s asks for %s: %s", (page, url, expected) => {
    expect(context(page, false, url)).toBe(expected === "cross" ? "none" : expected);
    expect(context(page, true, url)).toBe(expected === "cross" ? "lax" : expected);
  });
});

describe("whatever comes", () => {
  const word = fc.constantFrom(
    "a",
    "__Host-a",
    "=",
    ";",
    " ",
    "1",
    "Domain=",
    "Path=",
    "/",
    "a.test",
    "Max-Age=",
    "-1",
  );
  const line = fc.oneof(
    fc.array(word, { maxLength: 12 }).map((words) => words.join("")),
    fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)), maxLength: 60 }),
  );
  const host = fc.constantFrom(
    "a.test",
    "b.a.test",
    "b.test",
    "127.0.0.1",
    "[::1]",
    "localhost",
    "test",
    "com",
    "a.test.",
  );

  test("the jar never fails, gives nothing that a header cannot hold, and nothing to a foreign host", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 4 }), host, async (lines, from) => {
        const jar = await jarWith(`http://${from}/x/y`, lines);
        const own = await jar.get(`http://${from}/x/y`, strict);
        expect(own).toMatch(/^[\t -~\x80-\xff]*$/);
        expect(await jar.get("http://foreign.example/x/y", strict)).toBe("");
      }),
      { numRuns: 500 },
    );
  });
});
