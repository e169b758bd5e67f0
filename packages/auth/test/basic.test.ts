import { basic, basicCredentials } from "@posthaste/auth";
import { HttpError } from "@posthaste/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

describe("basicCredentials", () => {
  test.each([
    // RFC 7617 §2 and §2.1.
    ["Aladdin", "open sesame", "utf-8", "QWxhZGRpbjpvcGVuIHNlc2FtZQ=="],
    ["test", "123£", "utf-8", "dGVzdDoxMjPCow=="],
    ["test", "123£", "latin1", "dGVzdDoxMjOj"],
    ["", "", "utf-8", "Og=="],
    ["user:with:colons", "", "utf-8", "dXNlcjp3aXRoOmNvbG9uczo="],
    // Normalization Form C: one code point, not two.
    ["u\u0308", "\u{1f511}", "utf-8", "w7w68J+UkQ=="],
  ] as const)("%s, %s in %s", (user, password, encoding, expected) => {
    expect(basicCredentials(user, password, encoding)).toBe(`Basic ${expected}`);
  });

  test("is UTF-8 where nothing is said", () => {
    expect(basicCredentials("ü", "€")).toBe(basicCredentials("ü", "€", "utf-8"));
  });

  test("a password of megabytes is none of its problems", () => {
    expect(basicCredentials("u", "é".repeat(100_000))).toHaveLength("Basic ".length + Math.ceil(200_002 / 3) * 4);
  });

  test("what latin1 has no byte for is an error that does not show it", () => {
    const failed = () => basicCredentials("user", "s3cret☃", "latin1");
    expect(failed).toThrow(new HttpError("ERR_AUTH", "not in latin1"));
  });

  test("any credentials come out as they went in", () => {
    const unit = fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code));
    fc.assert(
      fc.property(fc.string({ unit }), fc.string({ unit }), (user, password) => {
        const value = basicCredentials(user, password);
        expect(value).toMatch(/^Basic [A-Za-z0-9+/]+={0,2}$/);
        const decoded = Buffer.from(value.slice(6), "base64").toString();
        expect(decoded).toBe(`${user}:${password}`.normalize().toWellFormed());
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const password = Buffer.from(bytes).toString("latin1");
        const decoded = Buffer.from(basicCredentials("", password, "latin1").slice(6), "base64");
        expect(decoded.subarray(1)).toEqual(Buffer.from(bytes));
      }),
    );
  });
});

describe("basic", () => {
  test.each([
    ["with:colon", "passwd"],
    ["user\n", "passwd"],
    ["user", "pass\0wd"],
    ["user", "pass\x7fwd"],
  ])("refuses %j, %j, which RFC 7617 §2 rules out, without showing it", (user, password) => {
    expect(() => basic(user, password)).toThrow(new HttpError("ERR_AUTH", "a colon or control character"));
  });

  test("a password may have colons", () => {
    expect(() => basic("user", ":pass:wd:")).not.toThrow();
  });

  test("an origin must be a URL", () => {
    expect(() => basic("user", "passwd", { origins: ["example.test"] })).toThrow(TypeError);
  });
});
