import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { charsetOf, declaredIn, markOf } from "../src/index.ts";

describe("charsetOf", () => {
  it.each([
    ["text/html; charset=utf-8", "utf-8"],
    ["text/html;charset=UTF-8", "UTF-8"],
    ['text/html; charset="utf-8"', "utf-8"],
    ["text/html; Charset = utf-8 ; q=1", "utf-8"],
    ["text/html; boundary=x;charset=koi8-r", "koi8-r"],
    ['text/html; title="a;charset=b"; charset=c', "c"],
    ['text/html; title="a\\";charset=b"; charset=c', "c"],
    ["text/html; charset=a; charset=b", "a"],
    ["text/html; xcharset=a", undefined],
    ["text/html; charset=", undefined],
    ['text/html; charset=""', undefined],
    ["text/html", undefined],
    ["charset=a", undefined],
    ["", undefined],
    [null, undefined],
    [undefined, undefined],
  ])("%j → %j", (header, charset) => expect(charsetOf(header)).toBe(charset));

  it("reads back what is written", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[\w-]+$/), fc.stringMatching(/^[^"\\]*$/), (charset, other) => {
        expect(charsetOf(`a/b; other="${other}"; charset=${charset}`)).toBe(charset);
        expect(charsetOf(`a/b; other="${other}"; charset="${charset}"; last=1`)).toBe(charset);
      }),
    );
  });

  it("takes hostile headers in one pass", () => {
    for (const part of ['"', ";", "; ", '";', 'a="', "\\", "charset=", ";charset", ';charset="\\'] as const) {
      expect(() => charsetOf(part.repeat(20_000))).not.toThrow();
    }
  });
});

describe("markOf", () => {
  it.each([
    [[0xef, 0xbb, 0xbf], "UTF-8-SIG"],
    [[0xef, 0xbb], undefined],
    [[0xff, 0xfe], "UTF-16"],
    [[0xfe, 0xff, 0, 0], "UTF-16"],
    [[0xff, 0xfe, 0, 0], "UTF-32"],
    [[0xff, 0xfe, 0, 1], "UTF-16"],
    [[0, 0, 0xfe, 0xff], "UTF-32"],
    [[0, 0xef, 0xbb, 0xbf], undefined],
    [[], undefined],
  ])("%j → %j", (list, name) => expect(markOf(Uint8Array.from(list))).toBe(name));
});

describe("declaredIn", () => {
  it.each([
    ['<meta charset="gbk">', "gbk"],
    ["<meta charset=gbk>", "gbk"],
    ["<META CharSet = ' gbk '>", "gbk"],
    ['<html><head><meta http-equiv="Content-Type" content="text/html; charset=koi8-r">', "koi8-r"],
    ["<meta content='text/html;charset=koi8-r' http-equiv=content-type />", "koi8-r"],
    ['<meta name="x" content="y"><meta charset=a><meta charset=b>', "a"],
    ["<!-- <meta charset=a> --><meta charset=b>", "b"],
    ["<!-- <meta charset=a>", undefined],
    ["<metadata charset=a>", undefined],
    ["<p>charset=a</p>", undefined],
    ['<?xml version="1.0" encoding="iso-8859-2"?>', "iso-8859-2"],
    ["<?xml version='1.0' encoding = 'iso-8859-2' standalone='yes'?>", "iso-8859-2"],
    [' <?xml version="1.0" encoding="iso-8859-2"?>', undefined],
    ['<?xml version="1.0"?><meta charset=a>', "a"],
    ['<meta charset="utf-16le">', "utf-8"],
    ['<?xml version="1.0" encoding="UTF-16"?>', "utf-8"],
    ['<meta charset="utf-7">', "utf-8"],
    ["", undefined],
  ])("%j → %j", (text, label) => expect(declaredIn(new TextEncoder().encode(text))).toBe(label));

  it("looks no further than 1024 bytes", () => {
    const at = (place: number) => declaredIn(new TextEncoder().encode(" ".repeat(place) + "<meta charset=gbk>"));
    expect(at(1024 - 18)).toBe("gbk");
    expect(at(1024)).toBeUndefined();
  });
});
