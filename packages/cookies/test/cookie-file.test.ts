import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { exportCookies, importCookies, toughJar, type ToughJar } from "@posthaste/cookies/tough";
import { startTestServer } from "@posthaste/test-server";
import { findProgram, temporaryFolder } from "@posthaste/test-server/program";
import fc from "fast-check";
import { Cookie } from "tough-cookie";
import { describe, expect, test, vi } from "vitest";

// Programs take their time to start on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const run = promisify(execFile);
const strict = { sameSite: "strict" } as const;
const url = "https://www.shop.com/a/";
/** In seconds; no cookie is kept for longer than 400 days. */
const end = Math.floor(Date.now() / 1000) + 100 * 24 * 60 * 60;
const later = new Date(end * 1000).toUTCString();

async function jarWith(...lines: string[]): Promise<ToughJar> {
  const jar = toughJar();
  await jar.store(url, lines, strict);
  return jar;
}

async function listOf(jar: ToughJar): Promise<unknown[]> {
  const { cookies } = await jar.cookieJar.serialize();
  return cookies.map(({ creation: _, lastAccessed: __, pathIsDefault: ___, ...cookie }) => cookie);
}

describe("cookies.txt", () => {
  test("is written as curl and Python write it", async () => {
    const jar = await jarWith(
      "session=1",
      "=nameless; Path=/x; Max-Age=0",
      "sameSite=4; SameSite=Strict; Path=/y",
      `wide=2; Domain=shop.com; Path=/; Expires=${later}; Secure; HttpOnly`,
    );
    expect((await exportCookies(jar, "netscape")).split("\n")).toEqual([
      "# Netscape HTTP Cookie File",
      "www.shop.com\tFALSE\t/a\tFALSE\t0\tsession\t1",
      "www.shop.com\tFALSE\t/x\tFALSE\t1\t\tnameless",
      "www.shop.com\tFALSE\t/y\tFALSE\t0\tsameSite\t4",
      `#HttpOnly_.shop.com\tTRUE\t/\tTRUE\t${end}\twide\t2`,
      "",
    ]);
  });

  test("an empty jar is a file without cookies", async () => {
    expect(await exportCookies(toughJar(), "netscape")).toBe("# Netscape HTTP Cookie File\n");
    expect(await importCookies(toughJar(), "")).toBe(0);
  });

  test("leaves out what it cannot hold", async () => {
    const jar = await jarWith("good=1");
    for (const value of ["tab\tbed", "line\nfeed", "carriage\rreturn"]) {
      await jar.cookieJar.store.putCookie(new Cookie({ key: "bad", value, domain: "www.shop.com", path: "/" }));
      expect(await exportCookies(jar, "netscape")).toBe(
        "# Netscape HTTP Cookie File\nwww.shop.com\tFALSE\t/a\tFALSE\t0\tgood\t1\n",
      );
    }
  });

  test("is read with comments, empty lines, CRLF, and the spellings of several writers", async () => {
    const text = [
      "# HTTP Cookie File",
      "",
      "  ",
      "# www.shop.com\tFALSE\t/\tFALSE\t0\tcomment\t1",
      "www.shop.com\tFALSE\t/\tFALSE\t0\thost\t1",
      ".SHOP.com\tTRUE\t/\tFALSE\t4133980799.25\twide\t2",
      "shop.com\tTRUE\t/\tTRUE\t\ttls\t3",
      "#HttpOnly_www.shop.com\tFALSE\t/\tFALSE\t0\thttp\t4",
      "www.shop.com\tFALSE\t/\tFALSE\t1\tgone\t5",
      "www.shop.com\tFALSE\t/\tFALSE\t0\tempty",
    ].join("\r\n");
    const jar = toughJar();
    expect(await importCookies(jar, text)).toBe(6);
    expect((await jar.get("https://www.shop.com/", strict)).split("; ").toSorted()).toEqual(
      ["host=1", "wide=2", "tls=3", "http=4", "empty="].toSorted(),
    );
    expect(await jar.get("http://api.shop.com/", strict)).toBe("wide=2");
    const scripts = await jar.cookieJar.getCookieString("https://www.shop.com/", { http: false });
    expect(scripts).not.toContain("http=4");
  });

  test.each([
    ["no cookies at all"],
    ["www.shop.com FALSE / FALSE 0 spaces s3cret"],
    ["www.shop.com\tFALSE\t/\tFALSE\tsoon\tname\ts3cret"],
    ["www.shop.com\tFALSE\t/\tFALSE\t-1\tname\ts3cret"],
    ["www.shop.com\tFALSE\t/\tFALSE\t0\tname\ts3cret\tmore"],
    ["\tFALSE\t/\tFALSE\t0\tname\ts3cret"],
    ["www.shop.com\tFALSE\tpath\tFALSE\t0\tname\ts3cret"],
  ])("%j is an error that names the line and no secret", async (line) => {
    const failed = importCookies(toughJar(), `# Netscape HTTP Cookie File\n\n${line}`);
    await expect(failed).rejects.toThrow(new SyntaxError("line 3 is no cookie"));
  });

  test("a malformed file brings in no cookie", async () => {
    const jar = toughJar();
    await expect(importCookies(jar, `www.shop.com\tFALSE\t/\tFALSE\t0\ta\t1\nrest`)).rejects.toThrow("line 2");
    expect(await listOf(jar)).toEqual([]);
  });
});

describe("JSON", () => {
  test("keeps everything", async () => {
    const jar = await jarWith(
      "session=1",
      `wide=2; Domain=shop.com; Path=/; Expires=${later}; Secure; HttpOnly; SameSite=Lax; Priority=High`,
    );
    const text = await exportCookies(jar);
    const copy = toughJar();
    expect(await importCookies(copy, text)).toBe(2);
    expect(await listOf(copy)).toEqual(await listOf(jar));
    expect(await exportCookies(copy)).toBe(text);
  });

  test.each(['{"cookies": [{"key": "a", "value": "s3cret"', '{"cookies": {"a": "s3cret"}}', "{}"])(
    "%s is an error without a secret",
    async (text) => {
      await expect(importCookies(toughJar(), text)).rejects.toThrow(/^(not JSON|no list of cookies)$/);
    },
  );

  test("entries that are no cookies are passed over", async () => {
    const jar = toughJar();
    const entries = [null, 1, "a=1", {}, { key: "a" }, { key: "a", value: "1", domain: "www.shop.com", path: "/" }];
    expect(await importCookies(jar, JSON.stringify({ cookies: entries }))).toBe(1);
  });
});

test("what is exported and imported is sent as before", async () => {
  const text = fc.string({ unit: fc.constantFrom("a", "=", "é", '"', " ", "#", ".", "%"), minLength: 1, maxLength: 8 });
  const line = fc
    .tuple(text, text, fc.subarray(["Secure", "HttpOnly", "Path=/", "Path=/a/b", "Domain=shop.com", "Max-Age=600"]))
    .map(([name, value, attributes]) => [`${name}=${value}`, ...attributes].join("; "));
  await fc.assert(
    fc.asyncProperty(
      fc.array(line, { maxLength: 5 }),
      fc.constantFrom("json", "netscape" as const),
      async (lines, format) => {
        const jar = await jarWith(...lines);
        const copy = toughJar();
        await importCookies(copy, await exportCookies(jar, format));
        for (const to of [url, "http://www.shop.com/a/b", "https://shop.com/", "http://other.com/"]) {
          const sorted = async (from: ToughJar) => (await from.get(to, strict)).split("; ").toSorted();
          expect(await sorted(copy)).toEqual(await sorted(jar));
        }
      },
    ),
    { numRuns: 200 },
  );
});

const curl = findProgram("curl");
const python = findProgram("python3");

describe.skipIf(!curl)("with curl", () => {
  test("its cookie file can be read", async () => {
    using folder = temporaryFolder();
    await using server = await startTestServer();
    const file = join(folder.path, "cookies.txt");
    await run(curl!, ["-sS", "-c", file, `${server.url}/response-headers?Set-Cookie=flavour%3Doat%3B%20HttpOnly`]);
    const jar = toughJar();
    expect(await importCookies(jar, await readFile(file, "latin1"))).toBe(1);
    expect(await jar.get(`${server.url}/`, strict)).toBe("flavour=oat");
    expect(JSON.stringify(await listOf(jar))).toContain('"httpOnly":true');
  });

  test("it can read ours", async () => {
    using folder = temporaryFolder();
    await using server = await startTestServer();
    const file = join(folder.path, "cookies.txt");
    const jar = toughJar();
    await jar.store(
      server.url,
      ["session=1", "kept=2; Max-Age=600; HttpOnly", "elsewhere=3; Path=/x", "gone=4; Max-Age=0"],
      strict,
    );
    await writeFile(file, await exportCookies(jar, "netscape"), { mode: 0o600, encoding: "latin1" });
    const { stdout } = await run(curl!, ["-sS", "-b", file, `${server.url}/cookies`]);
    expect(JSON.parse(stdout)).toEqual({ cookies: { session: "1", kept: "2" } });
  });
});

describe.skipIf(!python)("with Python", () => {
  const script = `
import http.cookiejar, sys
jar = http.cookiejar.MozillaCookieJar(sys.argv[1])
jar.load(ignore_discard=True, ignore_expires=True)
for c in sorted(jar, key=lambda c: str(c.name)):
    print(c.name, c.value, c.domain, c.path, c.secure, c.expires, c.domain_specified)
jar.save(ignore_discard=True, ignore_expires=True)
`;
  test("its MozillaCookieJar reads ours, and writes what we read", async () => {
    using folder = temporaryFolder();
    const file = join(folder.path, "cookies.txt");
    const jar = await jarWith("session=1", `wide=2; Domain=shop.com; Path=/; Expires=${later}; Secure`);
    await writeFile(file, await exportCookies(jar, "netscape"), { mode: 0o600, encoding: "latin1" });
    const { stdout } = await run(python!, ["-c", script, file]);
    expect(stdout.trim().split("\n")).toEqual([
      "session 1 www.shop.com /a False 0 False",
      `wide 2 .shop.com / True ${end} True`,
    ]);
    const copy = toughJar();
    expect(await importCookies(copy, await readFile(file, "latin1"))).toBe(2);
    expect(await copy.get(url, strict)).toBe("session=1; wide=2");
  });
});
