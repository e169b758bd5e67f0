import { createAuthority, startRawServer } from "@posthaste/test-server";
import { temporaryFolder } from "@posthaste/test-server/program";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import requests, { cookies, models } from "../src/index.ts";
import { isPublicSuffix } from "../src/python/public-suffix.ts";
import { header, reply } from "./replies.ts";

const folder = temporaryFolder();
const verify = join(folder.path, "ca.pem");
let tls: { key: string; cert: string };
beforeAll(async () => {
  const authority = await createAuthority();
  tls = await authority.issue({ names: ["localhost"] });
  writeFileSync(verify, authority.ca);
});
afterAll(() => folder[Symbol.dispose]());

type Visit = readonly [url: string, ...cookies: string[]];

/** Goes to URLs that set cookies: what is in the jar then, and the Cookie header that the last one got. */
async function visit(...visits: Visit[]): Promise<{ kept: string[]; sent: string | undefined }> {
  const answers = visits.map(([, ...lines]) => reply("ok", { headers: lines.map((line) => `Set-Cookie: ${line}`) }));
  let turn = 0;
  const answer = (): string => answers[turn++]!;
  // A proxy for the names of http; of https the server has those that the Host header says.
  await using plain = await startRawServer((socket) => void socket.write(answer()));
  await using secure = await startRawServer((socket) => void socket.write(answer()), { tls });
  await using session = new requests.Session();
  session.trust_env = false;
  let sent: string | undefined;
  for (const [url] of visits) {
    const { protocol, host, pathname } = new URL(url);
    if (protocol === "https:") {
      await session.get(secure.url + pathname, { headers: { Host: host }, verify });
      sent = header(secure.requests.at(-1), "cookie");
    } else {
      await session.get(url, { proxies: { http: plain.url } });
      sent = header(plain.requests.at(-1), "cookie");
    }
  }
  return { kept: Array.from(session.cookies, ({ name, value }) => `${name}=${value}`), sent };
}

describe("a cookie of a public suffix", () => {
  test.each([
    ["http://shop.co.uk./", "co.uk.", "http://other.co.uk./"],
    ["http://shop.co.uk./", ".co.uk.", "http://other.co.uk./"],
    ["http://me.github.io./", "github.io.", "http://you.github.io./"],
    ["http://shop.com./", "com.", "http://other.com./"],
  ])("is refused from %s for Domain=%s", async (from, domain, to) => {
    expect(await visit([from, `k=v; Domain=${domain}`], [to])).toEqual({ kept: [], sent: undefined });
  });

  test.each(["k=v; Domain=github.io", "k=v; Domain=.github.io", "k=v"])(
    "is the host's own, and of none below: %s",
    async (cookie) => {
      const from: Visit = ["http://github.io/", cookie];
      expect(await visit(from, ["http://github.io/"])).toEqual({ kept: ["k=v"], sent: "k=v" });
      expect(await visit(from, ["http://me.github.io/"])).toEqual({ kept: ["k=v"], sent: undefined });
    },
  );

  test("is taken back by the host", async () => {
    const gone = "k=; Domain=github.io; Max-Age=0";
    expect(await visit(["http://github.io/", "k=v; Domain=github.io"], ["http://github.io/", gone])).toEqual({
      kept: [],
      sent: "k=v",
    });
  });

  test("is no concern of others: they go to subdomains, and so do those that the user sets", async () => {
    const below: Visit = ["http://a.example.com./"];
    expect((await visit(["http://example.com./", "k=v; Domain=example.com."], below)).sent).toBe("k=v");
    expect((await visit(["http://example.com./", "k=v"], below)).sent).toBe("k=v");
    const jar = new cookies.RequestsCookieJar();
    jar.set("k", "v", { domain: ".github.io" });
    const request = new models.Request("GET", "http://me.github.io/").prepare();
    expect(cookies.get_cookie_header(jar, request)).toBe("k=v");
  });

  test.each([
    ["co.uk", true],
    ["co.uk.", true],
    ["github.io.", true],
    ["com.", true],
    ["example.co.uk.", false],
    ["localhost.", false],
    ["intranet", false],
    ["127.0.0.1", false],
  ])("%s: %s", (domain, expected) => {
    expect(isPublicSuffix(domain)).toBe(expected);
  });
});

describe("a cookie of an address", () => {
  test.each([
    ["http://127.0.0.1/", "0.0.1", "http://10.0.0.1/"],
    ["http://127.0.0.1/", ".0.0.1", "http://10.0.0.1/"],
    ["http://127.0.0.1/", "0.0.1", "http://127.0.0.1/"],
    ["http://1.2.3.4/", "3.4", "http://9.9.3.4/"],
    ["http://[::ffff:1.2.3.4]/", ".3.4]", "http://[::ffff:9.9.3.4]/"],
  ])("of %s with Domain=%s does not go to %s", async (from, domain, to) => {
    expect((await visit([from, `k=v; Domain=${domain}`], [to])).sent).toBeUndefined();
  });

  test.each(["k=v", "k=v; Domain=127.0.0.1", "k=v; Domain=.127.0.0.1"])("goes there: %s", async (cookie) => {
    expect((await visit(["http://127.0.0.1/", cookie], ["http://127.0.0.1/"])).sent).toBe("k=v");
  });

  test("in brackets goes there", async () => {
    expect((await visit(["http://[::1]/", "k=v"], ["http://[::1]/"])).sent).toBe("k=v");
  });

  test("is not needed by cookies without a domain", () => {
    const jar = cookies.cookiejar_from_dict({ k: "v" });
    const request = new models.Request("GET", "http://127.0.0.1/").prepare();
    expect(cookies.get_cookie_header(jar, request)).toBe("k=v");
  });
});

describe("a name that promises something", () => {
  const [http, https] = ["http://a.example.com/", "https://a.example.com/"];

  test.each([
    [https, "__Secure-k=v; Secure"],
    [https, "__Secure-k=v; Secure; Domain=example.com; Path=/x"],
    [https, "__Host-k=v; Secure; Path=/"],
  ])("is taken from %s: %s", async (from, cookie) => {
    expect((await visit([from, cookie])).kept).toEqual([cookie.split(";")[0]]);
  });

  test.each([
    [https, "__Secure-k=v"],
    [http, "__Secure-k=v; Secure"],
    [https, "__SECURE-k=v"],
    [https, "__Host-k=v; Path=/"],
    [http, "__Host-k=v; Secure; Path=/"],
    [https, "__Host-k=v; Secure"],
    [https, "__Host-k=v; Secure; Path=/x"],
    [https, "__Host-k=v; Secure; Path=/; Domain=a.example.com"],
    [https, "__host-k=v; Secure; Path=/; Domain=example.com"],
    [https, "__Host-k; Path=/"],
  ])("and breaks it is refused from %s: %s", async (from, cookie) => {
    expect((await visit([from, cookie, "other=1"])).kept).toEqual(["other=1"]);
  });
});

describe("plain http", () => {
  const [http, https] = ["http://a.example.com/", "https://a.example.com/"];
  const secure: Visit = [https, "k=mine; Secure; Domain=example.com"];

  test.each([
    [http, "k=evil; Domain=example.com"],
    [http, "k=evil; Domain=example.com; Secure"],
    [http, "k=; Domain=example.com; Max-Age=0"],
    [http, "k=evil"],
    ["http://b.example.com/", "k=evil; Domain=example.com; Path=/deep"],
  ])("%s does not take the place of a Secure cookie: %s", async (url, cookie) => {
    expect(await visit(secure, [url, cookie], [https])).toEqual({ kept: ["k=mine"], sent: "k=mine" });
  });

  test("may do so below another path, or on another domain", async () => {
    const own: Visit = [`${https}login/in`, "k=mine; Secure; Path=/login"];
    expect((await visit(own, [http, "k=other"])).kept).toEqual(["k=mine", "k=other"]);
    expect((await visit(secure, ["http://example.org/", "k=other"])).kept).toEqual(["k=mine", "k=other"]);
  });

  test("may replace what is not Secure, and https may replace all", async () => {
    expect((await visit([https, "k=1"], [http, "k=2"])).kept).toEqual(["k=2"]);
    expect((await visit(secure, [https, "k=new; Domain=example.com"])).kept).toEqual(["k=new"]);
    expect((await visit(secure, [https, "k=; Domain=example.com; Max-Age=0"])).kept).toEqual([]);
  });

  test("may set a Secure cookie, as in Python, which it does not get itself", async () => {
    const set: Visit = [http, "k=v; Secure"];
    expect(await visit(set, [http])).toEqual({ kept: ["k=v"], sent: undefined });
    expect((await visit(set, [https])).sent).toBe("k=v");
  });
});

test("a cookie is taken back by those alone who could have set it", async () => {
  const mine = ["http://a.example.com/", "k=v; Domain=example.com"] as const;
  const back = "k=; Domain=example.com; Max-Age=0";
  expect((await visit(mine, ["http://a.example.org/", back])).kept).toEqual(["k=v"]);
  expect((await visit(mine, ["http://b.example.com/", back])).kept).toEqual([]);
});

test("of a domain's cookies the latest 180 are kept, and of a server's none beyond 4096 bytes", async () => {
  const many = Array.from({ length: 400 }, (_, at) => `c${at}=1; Path=/${at % 3}`);
  const { kept } = await visit(["http://a.test/", ...many]);
  expect(kept).toHaveLength(180);
  expect(kept).toContain("c399=1");
  const [fits, large] = [4095, 4096].map((size) => `k${size}=${"v".repeat(size - 4)}`);
  expect((await visit(["http://a.test/", fits!, large!.replace("=", "=vvvvv")])).kept).toEqual([fits]);
});

test.each([{ a: "b; evil=1" }, { "a; evil": "1" }])("%j is no cookie, but two", async (jar) => {
  await expect(requests.get("http://127.0.0.1:1/", { cookies: jar })).rejects.toThrow('A cookie has no ";"');
});
