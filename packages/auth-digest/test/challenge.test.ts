import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseChallenges } from "@posthaste/auth-digest";

describe("parseChallenges", () => {
  test.each<[string, unknown]>([
    ["", []],
    ["Basic", [{ scheme: "basic", params: {} }]],
    ['Basic realm="a, b"', [{ scheme: "basic", params: { realm: "a, b" } }]],
    [
      'Newauth realm="apps", type=1, title="Login to \\"apps\\"", Basic realm="simple"',
      [
        { scheme: "newauth", params: { realm: "apps", type: "1", title: 'Login to "apps"' } },
        { scheme: "basic", params: { realm: "simple" } },
      ],
    ],
    ['Digest realm = "a" ,nonce\t=b', [{ scheme: "digest", params: { realm: "a", nonce: "b" } }]],
    ['DIGEST REALM="A",,, QOP="auth,auth-int",', [{ scheme: "digest", params: { realm: "A", qop: "auth,auth-int" } }]],
    [
      'Digest nonce=abc==, opaque=, realm=""',
      [{ scheme: "digest", params: { nonce: "abc==", opaque: "", realm: "" } }],
    ],
    [
      "Negotiate abc, Basic realm=x",
      [
        { scheme: "negotiate", params: {} },
        { scheme: "basic", params: { realm: "x" } },
      ],
    ],
    [
      "Negotiate, NTLM",
      [
        { scheme: "negotiate", params: {} },
        { scheme: "ntlm", params: {} },
      ],
    ],
    ['Digest realm="a", realm="b"', [{ scheme: "digest", params: { realm: "a" } }]],
    ['Digest realm="never ends', [{ scheme: "digest", params: { realm: "never ends" } }]],
    ['Digest realm="ends in a backslash\\', [{ scheme: "digest", params: { realm: "ends in a backslash" } }]],
    ['realm="of nobody", Digest nonce=a', [{ scheme: "digest", params: { nonce: "a" } }]],
    ['Digest realm="a" nonce="b"', [{ scheme: "digest", params: { realm: "a", nonce: "b" } }]],
    ['=,"=,', []],
  ])("%s", (header, expected) => {
    expect(parseChallenges(header)).toEqual(expected);
  });

  test("no header, no challenge", () => {
    expect(parseChallenges(null)).toEqual([]);
  });

  test("what was written comes back", () => {
    const token = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,8}$/);
    const value = fc.string({ unit: fc.constantFrom(" ", "a", '"', "\\", ",", "=", "\t", "\xe9", "/") });
    const challenge = fc.record({
      scheme: token,
      params: fc.uniqueArray(fc.tuple(token, value), { selector: ([name]) => name.toLowerCase() }),
    });
    fc.assert(
      fc.property(fc.array(challenge), (challenges) => {
        const header = challenges.map(
          ({ scheme, params }) =>
            `${scheme} ${params.map(([name, text]) => `${name}="${text.replaceAll(/["\\]/g, "\\$&")}"`).join(", ")}`,
        );
        expect(parseChallenges(header.join(", "))).toEqual(
          challenges.map(({ scheme, params }) => ({
            scheme: scheme.toLowerCase(),
            params: Object.fromEntries(params.map(([name, text]) => [name.toLowerCase(), text])),
          })),
        );
      }),
    );
  });

  test("never throws, and gives nothing but text", () => {
    const text = fc.string({
      unit: fc.constantFrom("Digest", "__proto__", "constructor", " ", "\t", ",", "=", '"', "\\", "a"),
    });
    fc.assert(
      fc.property(text, (header) => {
        for (const { scheme, params } of parseChallenges(header)) {
          for (const part of [scheme, ...Object.entries(params).flat()]) expect(part).toBeTypeOf("string");
        }
      }),
    );
    expect(({} as Record<string, unknown>)["a"]).toBeUndefined();
  });

  // Each would take minutes if its time grew with the square of its length.
  test.each([
    ["spaces", " "],
    ["commas", ","],
    ["quotes", '"'],
    ["equals signs", "="],
    ["backslashes", "\\"],
    ["openings", 'a="'],
    ["escapes without end", '"\\'],
    ["names with spaces", "a  "],
    ["names without values", "a= ,"],
    ["one long name", "a"],
    ["tabs and equals signs", "a\t=\t"],
    ["schemes", "Digest,"],
  ])("a megabyte of %s is no trouble", (_, piece) => {
    const long = piece.repeat(1e6 / piece.length);
    for (const header of [long, `Digest ${long}`, `Digest realm="${long}`, `Digest realm=${long}`, `${long}!`]) {
      expect(Array.isArray(parseChallenges(header))).toBe(true);
    }
  });
});
