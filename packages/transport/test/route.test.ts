import type { ConnectionOptions } from "@posthaste/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Fingerprints, parseProxy } from "../src/route.ts";

describe("parseProxy", () => {
  test.each([
    ["http://proxy.test", "http://proxy.test:80", "proxy.test", 80],
    ["HTTPS://Proxy.test/", "https://proxy.test:443", "proxy.test", 443],
    ["http://[::1]:3128", "http://[::1]:3128", "::1", 3128],
    ["socks5://proxy.test", "socks5://proxy.test:1080", "proxy.test", 1080],
    ["socks5h://proxy.test:1", "socks5h://proxy.test:1", "proxy.test", 1],
  ])("%s", (url, origin, hostname, port) => {
    expect(parseProxy({ url })).toMatchObject({ origin, hostname, port, headers: [] });
  });

  test("decodes credentials, where they are encoded", () => {
    const credentials = (url: string): string => {
      const [, value = ""] = parseProxy({ url }).headers[0] ?? [];
      return Buffer.from(value.slice("Basic ".length), "base64").toString();
    };
    expect(credentials("http://al%3Aice:p%40ss@proxy.test")).toBe("al:ice:p@ss");
    expect(credentials("http://alice:100%@proxy.test")).toBe("alice:100%");
    expect(credentials("http://alice@proxy.test")).toBe("alice:");
    expect(parseProxy({ url: "socks5://a%20b:c@proxy.test" }).socks).toEqual({
      resolves: false,
      user: "a b",
      password: "c",
    });
    expect(parseProxy({ url: "socks5h://proxy.test" }).socks).toEqual({ resolves: true, user: "", password: "" });
  });
});

describe("Fingerprints.key", () => {
  const pem = fc.constantFrom("a", "b", Buffer.from("a"), new Uint8Array(Buffer.from("b")));
  const tls = fc.record(
    {
      ca: fc.oneof(pem, fc.array(pem, { maxLength: 2 })),
      cert: pem,
      key: pem,
      passphrase: fc.constantFrom("a", "b"),
      rejectUnauthorized: fc.boolean(),
      servername: fc.constantFrom("a", "b"),
    },
    { requiredKeys: [] },
  );
  const settings = fc.record(
    {
      proxy: fc.oneof(
        fc.constant(null),
        fc.record(
          {
            url: fc.constantFrom("http://a:b@p.test", "http://c:d@p.test", "http://p.test:81", "socks5://p.test"),
            headers: fc.constantFrom({ X: "1" }, { X: "2" }),
            tls,
          },
          { requiredKeys: ["url"] },
        ),
      ),
      tls,
      socketPath: fc.constantFrom("a", "b"),
      localAddress: fc.constantFrom("a", "b"),
    },
    { requiredKeys: [] },
  ) as fc.Arbitrary<ConnectionOptions>;
  const copy = (value: unknown): unknown =>
    value instanceof Uint8Array
      ? new Uint8Array(value)
      : Array.isArray(value)
        ? value.map(copy)
        : value && typeof value === "object"
          ? Object.fromEntries(Object.entries(value).map(([name, part]) => [name, copy(part)]))
          : value;
  /** What makes a difference for a tunnel. */
  const meaning = ({ proxy, socketPath, ...rest }: ConnectionOptions): string =>
    JSON.stringify(
      [socketPath, socketPath === undefined ? proxy || undefined : undefined, rest],
      (_, value: unknown) => {
        if (value instanceof Uint8Array) return Buffer.from(value).toString();
        const object = value as { type?: unknown; data?: number[]; ca?: unknown } | null;
        // Buffer has a JSON form of its own.
        if (object?.type === "Buffer") return Buffer.from(object.data!).toString();
        if (!object || typeof object !== "object" || Array.isArray(object)) return object;
        const sorted = Object.fromEntries(Object.entries(object).toSorted(([a], [b]) => (a < b ? -1 : 1)));
        if ("ca" in sorted) sorted["ca"] = [sorted["ca"]].flat();
        return sorted;
      },
    );

  test("is the same for equal settings, and only for those", () => {
    const fingerprints = new Fingerprints();
    fc.assert(
      fc.property(settings, settings, (one, other) => {
        const key = fingerprints.key(one, 1, true);
        expect(fingerprints.key(copy(one) as ConnectionOptions, 1, true)).toBe(key);
        expect(fingerprints.key(one, 2, true)).not.toBe(key);
        const empty = (options: ConnectionOptions): boolean =>
          [options.tls, options.proxy?.tls].some(
            (part) => part && (Object.keys(part).length === 0 || (Array.isArray(part.ca) && part.ca.length === 0)),
          );
        if (empty(one) || empty(other)) return;
        expect(fingerprints.key(other, 1, true) === key).toBe(meaning(one) === meaning(other));
      }),
      { numRuns: 1000 },
    );
  });

  test("leaves out a proxy's credentials and headers where they go with each request", () => {
    const fingerprints = new Fingerprints();
    const key = (url: string, header: string, secure: boolean): string =>
      fingerprints.key({ proxy: { url, headers: { X: header } } }, 1, secure);
    expect(key("http://a:b@p.test", "1", false)).toBe(key("http://c:d@p.test", "2", false));
    expect(key("http://a:b@p.test", "1", true)).not.toBe(key("http://c:d@p.test", "1", true));
    expect(key("http://a:b@p.test", "1", true)).not.toBe(key("http://a:b@p.test", "2", true));
    expect(key("socks5://a:b@p.test", "1", false)).not.toBe(key("socks5://c:d@p.test", "1", false));
  });

  test("does not tell certificates apart by mistake when it has forgotten some", () => {
    const fingerprints = new Fingerprints();
    const keys = new Set<string>();
    for (let index = 0; index < 300; index++)
      keys.add(fingerprints.key({ tls: { ca: `certificate ${index}` } }, 1, true));
    expect(keys.size).toBe(300);
  });
});
