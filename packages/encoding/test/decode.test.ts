import { describe, expect, it } from "vitest";
import { createDecoder, decode, decodeStream, detect, isKnown } from "../src/index.ts";

const bytes = (...list: number[]) => Uint8Array.from(list);

describe("decode", () => {
  it("reads latin1 and ascii as the labels' owner does", () => {
    expect(decode(bytes(0x80, 0x81), "latin1")).toBe("€\x81");
    expect(decode(bytes(0x80, 0x81), "latin1", { labels: "python" })).toBe("\x80\x81");
    expect(decode(bytes(0x41, 0x80), "ascii", { labels: "python" })).toBe("A\ufffd");
    expect(decode(bytes(0x80, 0x81), "cp1252", { labels: "python" })).toBe("€\ufffd");
  });

  it("reads what TextDecoder lacks", () => {
    expect(decode(bytes(0x80, 0xe1), "cp437")).toBe("Çß");
    expect(decode(bytes(0xff, 0xfe, 0, 0, 0x41, 0, 0, 0), "utf-32")).toBe("A");
    expect(decode(new TextEncoder().encode("a+AOk-b+-"), "utf-7")).toBe("aéb+");
    expect(decode(bytes(0xef, 0xbb, 0xbf, 0x41), "utf-8-sig", { labels: "python" })).toBe("A");
    expect(decode(bytes(0xef, 0xbb, 0xbf, 0x41), "utf-8", { labels: "python" })).toBe("\ufeffA");
    expect(decode(bytes(0xfe, 0xff, 0, 0x41), "utf-16", { labels: "python" })).toBe("A");
  });

  it("gives clear errors", () => {
    expect(() => decode(bytes(), "klingon")).toThrow('unknown encoding "klingon" (ERR_OPTION)');
    expect(() => decode(bytes(0x81), "cp1252", { errors: "strict", labels: "python" })).toThrow("ERR_DECODE");
    expect(() => decode(bytes(0x81), "utf-8", { errors: "strict" })).toThrow("ERR_DECODE");
  });

  it("splits no character", async () => {
    const decoder = createDecoder("utf-8");
    expect([...new TextEncoder().encode("é€😀")].map((byte) => decoder.decode(bytes(byte))).join("|")).toBe(
      "|é|||€||||😀",
    );
    const pieces: string[] = [];
    for await (const piece of decodeStream([bytes(0x82), bytes(0xa0, 0x82)], "shift_jis")) pieces.push(piece);
    expect(pieces).toEqual(["あ", "\ufffd"]);
  });
});

describe("isKnown", () => {
  it("knows Python's spellings", () => {
    for (const label of ["UTF8", "utf_8", "U8", "cp65001", "iso8859_15", "ISO_8859-2:1987"])
      expect(isKnown(label)).toBe(true);
    for (const label of ["nothing", "constructor", ""]) expect(isKnown(label)).toBe(false);
  });
});

describe("detect", () => {
  it("sees what is obvious", () => {
    expect(detect(bytes()).encoding).toBe("utf-8");
    expect(detect(bytes(0x41)).encoding).toBe("ascii");
    expect(detect(bytes(0xc3, 0xa9)).encoding).toBe("utf-8");
    expect(detect(bytes(0xef, 0xbb, 0xbf)).encoding).toBe("UTF-8-SIG");
  });

  it("asks jschardet otherwise", () => {
    const text =
      "\xcf\xf0\xe8\xe2\xe5\xf2, \xec\xe8\xf0! \xdd\xf2\xee \xef\xf0\xee\xe2\xe5\xf0\xea\xe0 \xea\xee\xe4\xe8\xf0\xee\xe2\xea\xe8.";
    expect(detect(Uint8Array.from(text, (char) => char.charCodeAt(0)))).toMatchObject({ encoding: "Windows-1251" });
  });
});
