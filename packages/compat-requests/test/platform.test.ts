import { isIP } from "node:net";
import { domainToASCII, domainToUnicode } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as browser from "../src/platform-browser.ts";
import * as node from "../src/platform-node.ts";
import { isIPv4, isIPv6 } from "../src/python/addresses.ts";
import { idnaLabel } from "../src/urllib3/idna.ts";

const bytes = fc.uint8Array({ maxLength: 20_000 });
const text = fc.string({ unit: "binary" });

describe("the two platforms", () => {
  test("have the same names", () => {
    expect(Object.keys(browser).toSorted()).toEqual(Object.keys(node).toSorted());
  });

  test("read and write text alike", () => {
    fc.assert(
      fc.property(bytes, text, (bytes, text) => {
        expect(browser.latin1(bytes)).toBe(node.latin1(bytes));
        expect(browser.fromUtf8(bytes)).toBe(node.fromUtf8(bytes));
        expect([...browser.utf8(text)]).toEqual([...node.utf8(text)]);
      }),
    );
    expect(browser.fromUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))).toBe("\ufeffa");
  });

  test("hash alike", () => {
    const names = fc.constantFrom("md5", "sha1", "sha256", "sha512");
    fc.assert(
      fc.property(names, text, (name, text) => {
        expect(browser.hash(name, text)).toBe(node.hash(name, text));
      }),
    );
  });

  test("know the last part of a path", () => {
    for (const path of ["a.txt", "/a/b.txt", "../c", ""]) expect(browser.baseName(path)).toBe(node.baseName(path));
  });
});

test("addresses are what Node takes for ones", () => {
  const piece = fc.constantFrom(..."1|ab|:|::|0|00ff|12345|1.2.3.4|01.2.3.4|256.1.1.1|%eth0|.|g|%".split("|"));
  const group = fc.integer({ min: 0, max: 0xffff }).map((number) => `:${number.toString(16)}`);
  const most = fc.array(fc.oneof(piece, group), { minLength: 1, maxLength: 12 }).map((parts) => parts.join(""));
  const number = fc.oneof(fc.integer({ min: 0, max: 300 }).map(String), fc.stringMatching(/^0\d?$/));
  const four = fc.array(number, { minLength: 3, maxLength: 5 }).map((numbers) => numbers.join("."));
  fc.assert(
    fc.property(fc.oneof(most, fc.ipV6(), fc.ipV4(), four), (text) => {
      expect([isIPv4(text), isIPv6(text)]).toEqual([isIP(text) === 4, isIP(text) === 6]);
    }),
    { numRuns: 1000 },
  );
});

test("labels are valid where they are to Node, and name what they are written for", () => {
  const letter = fc.constantFrom(...Array.from("aé-ßςñжщ中한ひカ٣अ\u0301\u200d・Ⅷ😀ａ"));
  const label = fc.oneof(fc.string({ unit: letter, minLength: 1, maxLength: 9 }), fc.string({ unit: "binary" }));
  fc.assert(
    fc.property(label, (label) => {
      const name = label.toLowerCase();
      const encoded = idnaLabel(label);
      if (encoded !== null) expect([domainToASCII(name), domainToUnicode(encoded)]).toEqual([encoded, name]);
      else if (/^[\p{L}\p{Nd}-]+$/u.test(name) && /^xn--.{1,59}$/.test(domainToASCII(name)))
        expect(domainToUnicode(domainToASCII(name))).not.toBe(name);
    }),
    { numRuns: 2000 },
  );
  expect(idnaLabel("Bücher")).toBe("xn--bcher-kva");
  expect(idnaLabel("☃")).toBeNull();
});
