import fc from "fast-check";
import iconv from "iconv-lite";
import { describe, expect, it } from "vitest";
import { createDecoder, decode, decodeStream, isKnown, loadTables, type DecodeOptions } from "../src/index.ts";

const bytes = (...list: number[]) => Uint8Array.from(list);
const all = bytes(...Array.from({ length: 256 }, (_, byte) => byte));
const python: DecodeOptions = { labels: "python" };
const strict: DecodeOptions = { errors: "strict" };

const labels =
  "utf-8 utf-8-sig utf-16 utf-16-le utf-16-be utf-32 utf-32-be utf-7 latin-1 ascii cp1252 koi8-r cp437 iso-8859-8 shift_jis euc-jp iso-2022-jp gbk gb18030 big5 euc-kr".split(
    " ",
  );

/** Bytes that often make sense in some encoding. */
const stuff = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 6 }),
      fc.string({ unit: "binary", maxLength: 4 }).map((text) => new TextEncoder().encode(text)),
      fc.string({ unit: "grapheme-ascii", maxLength: 4 }).map((text) => iconv.encode(text, "utf16le")),
      fc.constantFrom(bytes(0xff, 0xfe), bytes(0xfe, 0xff), bytes(0xef, 0xbb, 0xbf), bytes(0x1b, 0x24, 0x42)),
      fc.constantFrom(...["+AOk-", "+2D3eAA-", "+-"].map((text) => new TextEncoder().encode(text))),
    ),
    { maxLength: 8 },
  )
  .map((parts) => Uint8Array.from(parts.flatMap((part) => [...part])));

/** The same bytes in pieces. */
const pieces = fc.tuple(stuff, fc.array(fc.nat({ max: 40 }), { maxLength: 5 })).map(([whole, cuts]) => {
  const at = [0, ...cuts.map((cut) => Math.min(cut, whole.length)).toSorted((a, b) => a - b), whole.length];
  return { whole, parts: at.slice(1).map((end, index) => whole.subarray(at[index], end)) };
});

describe("labels", () => {
  it("are read as browsers read them by default", () => {
    const controls: Record<number, string> = { 0x81: "\x81", 0x8d: "\x8d", 0x8f: "\x8f", 0x90: "\x90", 0x9d: "\x9d" };
    for (const label of ["latin1", "ascii", "iso-8859-1", "windows-1252"]) {
      const text = decode(all, label);
      expect(text.slice(0x80, 0x84)).toBe("€\x81‚ƒ");
      for (const [byte, char] of Object.entries(controls)) expect(text[Number(byte)]).toBe(char);
      expect(text.slice(0, 0x80) + text.slice(0xa0)).toBe(
        String.fromCharCode(...all.subarray(0, 0x80), ...all.subarray(0xa0)),
      );
    }
    expect(decode(bytes(0xe1), " KOI8-R\n")).toBe("А");
  });

  it("are read as Python reads them where that is asked for", () => {
    expect(decode(all, "latin1", python)).toBe(String.fromCharCode(...all));
    expect(decode(bytes(0x41, 0x80), "ascii", python)).toBe("A\ufffd");
    expect(decode(bytes(0x80, 0x81), "cp1252", python)).toBe("€\ufffd");
  });

  it("of the one are known to the other", () => {
    expect(decode(bytes(0x80), "cp437")).toBe("Ç");
    expect(decode(bytes(0x82, 0xa0), "x-sjis", python)).toBe("あ");
  });

  it("may be spelt in any way that Python allows", () => {
    for (const label of ["UTF8", "utf_8", "U8", "cp65001", "iso8859_15", "ISO_8859-2:1987", "Windows-1251", "866"]) {
      expect(isKnown(label), label).toBe(true);
    }
  });

  it("that mean nothing are unknown", () => {
    for (const label of ["klingon", "", "constructor", "__proto__", "utf-9", "base64", "hex", "binary"]) {
      for (const options of [{}, python]) expect(isKnown(label, options), label).toBe(false);
    }
    expect(() => decode(bytes(), 'a"\n')).toThrow('unknown encoding "a\\"\\n" (ERR_OPTION)');
  });

  it("never throw", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (label) => {
        expect(typeof isKnown(label)).toBe("boolean");
        expect(typeof isKnown(label, python)).toBe("boolean");
      }),
    );
  });
});

describe("byte order marks", () => {
  const mark = bytes(0xef, 0xbb, 0xbf, 0x41);

  it("are dropped as in browsers, or as Python's codecs do", () => {
    expect(decode(mark, "utf-8")).toBe("A");
    expect(decode(mark, "utf-8", python)).toBe("\ufeffA");
    expect(decode(mark, "utf-8-sig", python)).toBe("A");
    expect(decode(bytes(0xff, 0xfe, 0x41, 0), "utf-16le")).toBe("A");
    expect(decode(bytes(0xff, 0xfe, 0x41, 0), "utf-16-le", python)).toBe("\ufeffA");
  });

  it("give the order", () => {
    expect(decode(bytes(0xfe, 0xff, 0, 0x41), "utf-16", python)).toBe("A");
    expect(decode(bytes(0xff, 0xfe, 0x41, 0), "utf-16", python)).toBe("A");
    expect(decode(bytes(0x41, 0), "utf-16", python)).toBe("A");
    expect(decode(bytes(0, 0, 0xfe, 0xff, 0, 0, 0, 0x41), "utf-32")).toBe("A");
    expect(decode(bytes(0xff, 0xfe, 0, 0, 0x41, 0, 0, 0), "utf-32")).toBe("A");
    expect(decode(bytes(0x41, 0, 0, 0), "utf-32")).toBe("A");
  });
});

describe("what Node's TextDecoder cannot do", () => {
  it("is UTF-7", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(decode(iconv.encode(text, "utf-7"), "utf-7")).toBe(text);
      }),
    );
  });

  it("is all of Hangul", () => {
    for (const label of ["euc-kr", "cp949"]) {
      expect(decode(bytes(0x8c, 0x63, 0xb9, 0xe6, 0xb0, 0xa2, 0xc7, 0xcf), label)).toBe("똠방각하");
    }
  });

  it("is Hong Kong's Big5", () => {
    expect(decode(bytes(0x88, 0x59, 0xa4, 0xa4), "big5")).toBe("À中");
  });

  it("is to keep ASCII after half a character", () => {
    for (const label of ["big5", "shift_jis", "euc-jp", "euc-kr"]) {
      expect(decode(bytes(0xfd, 0x3c), label)).toBe("\ufffd<");
    }
  });
});

describe("errors", () => {
  const invalid: [string, number[], DecodeOptions?][] = [
    ["utf-8", [0xc3]],
    ["utf-8-sig", [0xff]],
    ["utf-16", [0, 0xdc], python],
    ["utf-16", [0], python],
    ["utf-32", [0, 0, 0x11, 0]],
    ["utf-32", [0, 0xd8, 0, 0]],
    ["utf-32", [0x41]],
    ["ascii", [0x80], python],
    ["cp1252", [0x81], python],
    ["cp857", [0xd5]],
    ["shift_jis", [0x81]],
    ["big5", [0xff]],
    ["gb18030", [0xff]],
  ];

  it.each(invalid)("%s %j", (label, list, options) => {
    expect(decode(bytes(...list), label, options)).toBe("\ufffd");
    expect(() => decode(bytes(...list), label, { ...options, errors: "strict" })).toThrow(
      expect.objectContaining({ name: "HttpError", code: "ERR_DECODE", phase: "body" }),
    );
  });

  it("are none where nothing is wrong", () => {
    for (const label of labels) {
      if (/16|32/.test(label)) continue;
      expect(decode(bytes(0x41, 0x0a), label, strict)).toBe("A\n");
    }
    expect(decode(new TextEncoder().encode("\ufffd"), "utf-8", strict)).toBe("\ufffd");
  });

  it("do not outlive the end", () => {
    const decoder = createDecoder("utf-8", strict);
    expect(() => decoder.decode(bytes(0xc3), { final: true })).toThrow("ERR_DECODE");
    expect(decoder.decode(bytes(0x41))).toBe("A");
  });
});

describe("in pieces", () => {
  // Node's TextDecoder drops a mark after a first character that comes in pieces.
  const unmarked = (text: string) => text.replaceAll("\ufeff", "");

  it.each(
    labels.flatMap((label): [string, DecodeOptions][] => [
      [label, {}],
      [label, python],
    ]),
  )("%s %j gives the same text", async (label, options) => {
    await fc.assert(
      fc.asyncProperty(pieces, async ({ whole, parts }) => {
        const text = decode(whole, label, options);
        const decoder = createDecoder(label, options);
        const read = parts.map((part) => decoder.decode(part)).join("");
        expect(unmarked(read + decoder.decode(bytes(), { final: true }))).toBe(unmarked(text));
        // Anew after the end.
        expect(decoder.decode(whole, { final: true })).toBe(text);
        const streamed: string[] = [];
        for await (const piece of decodeStream(parts, label, options)) streamed.push(piece);
        expect(unmarked(streamed.join(""))).toBe(unmarked(text));
        expect(streamed).not.toContain("");
      }),
      { numRuns: 40 },
    );
  });

  it("no character is split", () => {
    const decoder = createDecoder("utf-8");
    const read = Array.from(new TextEncoder().encode("é€😀"), (byte) => decoder.decode(bytes(byte)));
    expect(read.join("|")).toBe("|é|||€||||😀");
  });

  it("the source is left when the reader leaves", async () => {
    let left = false;
    async function* source() {
      try {
        yield bytes(0x41);
        yield bytes(0x42);
      } finally {
        left = true;
      }
    }
    for await (const piece of decodeStream(source(), "utf-8")) {
      expect(piece).toBe("A");
      break;
    }
    expect(left).toBe(true);
  });
});

it("has the same tables when they are loaded beforehand", async () => {
  const before = decode(all, "cp850");
  await loadTables();
  expect(decode(all, "cp850")).toBe(before);
});

it("takes long texts", () => {
  const long = new Uint8Array(300_000).fill(0xe9);
  expect(decode(long, "cp1252")).toBe("é".repeat(300_000));
  expect(decode(long, "latin-1", python)).toBe("é".repeat(300_000));
});
