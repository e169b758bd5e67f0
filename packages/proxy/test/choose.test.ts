import { HttpError } from "@posthaste/core";
import { fromEnvironment, proxyFor, type ProxyMap } from "@posthaste/proxy";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const url = (choice: ReturnType<typeof proxyFor>) => choice && choice.url;

describe("proxyFor", () => {
  test("takes the most specific key of the scheme, and then of all", () => {
    const key = "https://example.test";
    const steps: [string, string][] = [
      ["https://example.test:8443", "http://p1/"],
      [key, "http://p2/"],
      ["https", "http://p3/"],
      ["all://example.test:8443", "http://p4/"],
      ["all://example.test", "http://p5/"],
      ["all", "http://p6/"],
    ];
    for (let from = 0; from < steps.length; from++) {
      expect(url(proxyFor("https://example.test:8443/x", Object.fromEntries(steps.slice(from))))).toBe(steps[from]![1]);
    }
    expect(proxyFor("https://example.test:8443/", {})).toBeUndefined();
    const rest = Object.fromEntries(steps);
    expect(url(proxyFor("https://EXAMPLE.test/", rest))).toBe("http://p2/");
    expect(url(proxyFor("https://example.test:443/", rest))).toBe("http://p2/");
    expect(url(proxyFor("https://www.example.test/", rest))).toBe("http://p3/");
    expect(url(proxyFor("http://example.test:8443/", rest))).toBe("http://p4/");
    expect(url(proxyFor("http://user:password@example.test/", rest))).toBe("http://p5/");
    expect(url(proxyFor("http://other.test/", rest))).toBe("http://p6/");
  });

  test("takes IPv6 hosts in brackets", () => {
    expect(url(proxyFor("http://[::1]:81/", { "http://[::1]": "p" }))).toBe("http://p/");
    expect(url(proxyFor("http://[0:0::1]:81/", { "http://[::1]:81": "p" }))).toBe("http://p/");
  });

  test("says nothing, or none", () => {
    expect(proxyFor("http://a.test/", { https: "p" })).toBeUndefined();
    expect(proxyFor("http://a.test/", { http: undefined, https: "p" })).toBeUndefined();
    expect(proxyFor("http://a.test/", { no: "b.test" })).toBeUndefined();
    expect(proxyFor("http://a.test/", { http: null, all: "p" })).toBeNull();
    expect(proxyFor("http://a.test/", { http: "", all: "p" })).toBeNull();
    expect(proxyFor("http://a.test/", { all: "p", no: "a.test" })).toBeNull();
    expect(proxyFor("http://a.test/", { "http://a.test": "p", no: "*" })).toBeNull();
    expect(proxyFor("http://a.test/", false)).toBeNull();
    expect(proxyFor("http://a.test/", "")).toBeNull();
  });

  test("takes one for all, and a URL object", () => {
    expect(proxyFor(new URL("https://a.test/"), "http://u:p@proxy.test:3128")).toEqual({
      url: "http://u:p@proxy.test:3128/",
    });
  });

  test.each([
    ["proxy.test:3128", "http://proxy.test:3128/"],
    ["proxy.test", "http://proxy.test/"],
    ["user:pass@proxy.test:3128", "http://user:pass@proxy.test:3128/"],
    ["127.0.0.1:3128", "http://127.0.0.1:3128/"],
    ["[::1]:3128", "http://[::1]:3128/"],
    ["HTTP://proxy.test:3128/", "http://proxy.test:3128/"],
    ["https://proxy.test", "https://proxy.test/"],
    ["socks5://127.0.0.1:1080", "socks5://127.0.0.1:1080"],
    ["socks5h://u:p%40@proxy.test", "socks5h://u:p%40@proxy.test"],
    ["SOCKS5://proxy.test", "socks5://proxy.test"],
  ])("reads %s", (given, expected) => {
    expect(proxyFor("http://a.test/", given)).toEqual({ url: expected });
  });

  test.each([
    "socks4://p",
    "socks://p",
    "ftp://p",
    "file:///p",
    "://p",
    "http://",
    "http://:3128",
    "h t t p",
    "http://p:x",
  ])("refuses %s without naming it", (given) => {
    const secret = given.replace("://", "://user:s3cret@");
    let error: unknown;
    try {
      proxyFor("http://a.test/", secret);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(HttpError);
    expect(error).toMatchObject({ code: "ERR_OPTION" });
    expect(String(error)).not.toContain("s3cret");
  });

  test("hands on headers and TLS settings", () => {
    const given = { url: "proxy.test", headers: { "X-Token": "1" }, tls: { rejectUnauthorized: false } };
    expect(proxyFor("http://a.test/", { all: given })).toEqual({ ...given, url: "http://proxy.test/" });
    expect(given.url).toBe("proxy.test");
  });

  test("takes nothing from a polluted prototype", () => {
    const prototype = Object.prototype as Record<string, unknown>;
    prototype["all"] = "http://evil.test";
    prototype["no"] = "*";
    try {
      expect(proxyFor("http://a.test/", {})).toBeUndefined();
      expect(url(proxyFor("http://a.test/", { http: "p" }))).toBe("http://p/");
    } finally {
      delete prototype["all"];
      delete prototype["no"];
    }
  });
});

describe("no", () => {
  const bypassed = (target: string, no: string) => proxyFor(target, { all: "http://proxy.test", no }) === null;

  test.each([
    // Names: themselves and what is below them.
    ["http://example.test/", "example.test", true],
    ["http://www.example.test/", "example.test", true],
    ["http://a.b.example.test/", "example.test", true],
    ["http://www.example.test/", ".example.test", true],
    ["http://example.test/", ".example.test", true],
    ["http://www.example.test/", "*.example.test", true],
    ["http://notexample.test/", "example.test", false],
    ["http://notexample.test/", ".example.test", false],
    ["http://example.test.evil.test/", "example.test", false],
    ["http://test/", "example.test", false],
    ["http://EXAMPLE.test/", "example.TEST", true],
    ["http://example.test./", "example.test", true],
    ["http://example.test/", "example.test.", true],
    ["http://bücher.test/", "bücher.test", true],
    ["http://bücher.test/", "xn--bcher-kva.test", true],
    // Lists.
    ["http://c.test/", "a.test,b.test, c.test", true],
    ["http://c.test/", "a.test b.test\tc.test", true],
    ["http://c.test/", ",,c.test,", true],
    ["http://c.test/", "a.test,b.test", false],
    ["http://c.test/", " , .,,*.", false],
    // All.
    ["http://c.test/", "*", true],
    ["http://c.test/", "a.test, *", true],
    ["http://[::1]/", "*", true],
    // Ports.
    ["http://a.test:8080/", "a.test:8080", true],
    ["http://sub.a.test:8080/", ".a.test:8080", true],
    ["http://a.test:8081/", "a.test:8080", false],
    ["http://a.test/", "a.test:80", true],
    ["https://a.test/", "a.test:443", true],
    ["https://a.test/", "a.test:80", false],
    ["http://a.test:8080/", "a.test", true],
    ["http://a.test/", "a.test:", false],
    // IPv4.
    ["http://10.1.2.3/", "10.1.2.3", true],
    ["http://10.1.2.3/", "1.2.3", false],
    ["http://10.1.2.3/", "2.3", false],
    ["http://110.1.2.3/", "10.1.2.3", false],
    ["http://10.1.2.3:8080/", "10.1.2.3:8080", true],
    ["http://10.1.2.3:8080/", "10.1.2.3:80", false],
    ["http://0x0a.1.2.3/", "10.1.2.3", true],
    ["http://10.1.2.3/", "10.0.0.0/8", true],
    ["http://11.1.2.3/", "10.0.0.0/8", false],
    ["http://10.1.2.3/", "10.1.2.3/32", true],
    ["http://10.1.2.2/", "10.1.2.3/32", false],
    ["http://10.1.2.2/", "10.1.2.3/31", true],
    ["http://192.168.255.1/", "192.168.128.0/17", true],
    ["http://192.168.127.1/", "192.168.128.0/17", false],
    ["http://192.168.127.1/", "0.0.0.0/0", true],
    ["http://10.1.2.3:81/", "10.0.0.0/8:81", true],
    ["http://10.1.2.3:82/", "10.0.0.0/8:81", false],
    ["http://10.1.2.3/", "10.0.0.0/33", false],
    ["http://10.1.2.3/", "10.0.0.0/", false],
    ["http://10.1.2.3/", "10.0.0.0/x", false],
    ["http://name.test/", "0.0.0.0/0", false],
    ["http://name.test/", "name.test/8", false],
    // IPv6.
    ["http://[::1]/", "::1", true],
    ["http://[::1]/", "[::1]", true],
    ["http://[::1]/", "0:0:0:0:0:0:0:1", true],
    ["http://[::1]:8080/", "[::1]:8080", true],
    ["http://[::1]:8081/", "[::1]:8080", false],
    ["http://[::2]/", "::1", false],
    ["http://[fd00::1:2]/", "fd00::/8", true],
    ["http://[fc00::1:2]/", "fd00::/8", false],
    ["http://[FE80::1]/", "fe80::/10", true],
    ["http://[2001:db8:1:2::3]/", "2001:DB8:1::/48", true],
    ["http://[2001:db8:2:2::3]/", "[2001:db8:1::]/48", false],
    ["http://[2001:db8::]/", "2001:db8::", true],
    ["http://[1:2:3:4:5:6:7:8]/", "1:2:3:4:5:6:7:8/128", true],
    ["http://[1:2:3:4:5:6:7:9]/", "1:2:3:4:5:6:7:8/128", false],
    ["http://[1:2:3:4:5:6:7:9]/", "1:2:3:4:5:6:7:8/127", true],
    ["http://[1:2:3:4:5:6:7:a]/", "1:2:3:4:5:6:7:8/127", false],
    ["http://[1:2:3:4:5:6:7:9]/", "1:2:3:4:5:6:7:8/126", true],
    ["http://[2001:db8::1]/", "::/0", true],
    ["http://name.test/", "::/0", false],
    ["http://[2001:db8::1]/", "2001:db8::/129", false],
    ["http://[2001:db8::1]/", "2001:zz::/16", false],
    ["http://[2001:db8::1]/", "[2001:db8::1", false],
    // An IPv4 address in an IPv6 one is still that address.
    ["http://[::ffff:10.1.2.3]/", "10.0.0.0/8", true],
    ["http://[::ffff:10.1.2.3]/", "10.1.2.3", true],
    ["http://10.1.2.3/", "::ffff:10.0.0.0/104", true],
    ["http://[::10.1.2.3]/", "10.0.0.0/8", false],
  ])("%s by %j: %j", (target, no, expected) => {
    expect(bypassed(target, no)).toBe(expected);
  });

  test("a network holds the addresses that share its bits", () => {
    const address = fc.integer({ min: 0, max: 2 ** 32 - 1 });
    const dotted = (value: number) => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join(".");
    fc.assert(
      fc.property(address, address, fc.integer({ min: 0, max: 32 }), fc.boolean(), (one, other, bits, near) => {
        const host = near ? (one ^ (other % 16)) >>> 0 : other;
        const shared = bits === 0 || one >>> (32 - bits) === host >>> (32 - bits);
        expect(bypassed(`http://${dotted(host)}/`, `${dotted(one)}/${bits}`)).toBe(shared);
        expect(bypassed(`http://[::ffff:${dotted(host)}]/`, `::ffff:${dotted(one)}/${bits + 96}`)).toBe(shared);
      }),
    );
  });

  test("an IPv6 address is named by each of its forms", () => {
    fc.assert(
      fc.property(fc.ipV6(), fc.ipV6(), (one, other) => {
        const canonical = (text: string) => new URL(`http://[${text}]`).hostname;
        expect(bypassed(`http://[${one}]/`, other)).toBe(canonical(one) === canonical(other));
        expect(bypassed(`http://[${one}]/`, one)).toBe(true);
        expect(bypassed(`http://[${one}]:81/`, `[${one}]:81`)).toBe(true);
        expect(bypassed(`http://${canonical(one)}/`, `${one}/128`)).toBe(true);
      }),
    );
  });

  test("no text makes it fail", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...Array.from("ab.:/[]0128,* \tü")) }),
        fc.webUrl(),
        (no, target) => {
          expect(typeof bypassed(target, no)).toBe("boolean");
        },
      ),
    );
  });
});

describe("fromEnvironment", () => {
  test.each<[string, Record<string, string>, ProxyMap]>([
    ["nothing", {}, {}],
    [
      "upper case",
      { HTTP_PROXY: "a", HTTPS_PROXY: "b", ALL_PROXY: "c", NO_PROXY: "d" },
      { http: "a", https: "b", all: "c", no: "d" },
    ],
    [
      "lower case",
      { http_proxy: "a", https_proxy: "b", all_proxy: "c", no_proxy: "d" },
      { http: "a", https: "b", all: "c", no: "d" },
    ],
    ["lower case first", { http_proxy: "a", HTTP_PROXY: "b", no_proxy: "c", NO_PROXY: "d" }, { http: "a", no: "c" }],
    ["empty is none", { http_proxy: "", HTTP_PROXY: "b", HTTPS_PROXY: "" }, {}],
    ["CGI", { REQUEST_METHOD: "GET", HTTP_PROXY: "evil", HTTPS_PROXY: "b", ALL_PROXY: "c" }, { https: "b", all: "c" }],
    ["CGI, lower case", { REQUEST_METHOD: "", http_proxy: "a", HTTP_PROXY: "evil" }, { http: "a" }],
    ["others", { FTP_PROXY: "a", proxy: "b", Http_Proxy: "c" }, {}],
  ])("%s", (_, env, expected) => {
    expect(fromEnvironment(env)).toEqual(expected);
  });

  test("under CGI on Windows, where names are found in any case, Proxy counts for nothing", () => {
    const given: Record<string, string> = { REQUEST_METHOD: "GET", HTTP_PROXY: "evil" };
    const windows = new Proxy(given, { get: (target, name) => target[String(name).toUpperCase()] });
    expect(windows["http_proxy"]).toBe("evil");
    expect(fromEnvironment(windows)).toEqual({});
  });
});
