import { readFileSync } from "node:fs";
import { crc32 } from "node:zlib";
import { describe, expect, it } from "vitest";
import { decode, isKnown } from "../src/index.ts";

interface Recorded {
  count: number;
  group: number;
  longest: number;
  labels: Record<string, string[]>;
  encodings: Record<string, { alphabet: string; starts: string[]; digests: string }>;
}

const recorded = JSON.parse(readFileSync(new URL("recorded.json", import.meta.url), "utf8")) as Recorded;
const options = { labels: "python" } as const;

/** The strings that record.py makes. */
function* strings(alphabet: Uint8Array, starts: Uint8Array[]): Generator<Uint8Array> {
  let state = 1;
  const below = (limit: number) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
  for (let count = 0; count < recorded.count; count++) {
    const start = starts[below(starts.length)]!;
    const rest = Array.from({ length: below(recorded.longest) }, () => alphabet[below(alphabet.length)]!);
    yield Uint8Array.of(...start, ...rest);
  }
}

function digest(text: string): string {
  const points = Uint32Array.from(text, (char) => char.codePointAt(0)!);
  return crc32(new Uint8Array(points.buffer)).toString(16).padStart(8, "0");
}

const fromHex = (hex: string) => Uint8Array.from(Buffer.from(hex, "hex"));

describe("decode makes of 2 000 strings what Python makes of them:", () => {
  it.each(Object.entries(recorded.encodings))("%s", (name, { alphabet, starts, digests }) => {
    const texts = [...strings(fromHex(alphabet), starts.map(fromHex))].map((bytes) => decode(bytes, name, options));
    for (let at = 0; at < texts.length; at += recorded.group) {
      const found = digest(texts.slice(at, at + recorded.group).join("\n"));
      const place = (at / recorded.group) * 8;
      expect(found, `strings from ${at}`).toBe(digests.slice(place, place + 8));
    }
  });
});

describe("Python's labels", () => {
  const unknown = [
    "charmap",
    "cp037",
    "cp1006",
    "cp1026",
    "cp1140",
    "cp273",
    "cp424",
    "cp500",
    "cp875",
    "hz",
    "idna",
    "iso2022_kr",
    "johab",
    "mac_arabic",
    "mac_farsi",
    "mac_romanian",
    "palmos",
    "punycode",
    "raw_unicode_escape",
    "undefined",
    "unicode_escape",
  ];

  it("are known but for those of the README", () => {
    expect(Object.keys(recorded.labels).filter((codec) => !isKnown(codec, options))).toEqual(unknown);
  });

  it("mean what their codec's name means but for these", () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const other: string[] = [];
    for (const [codec, aliases] of Object.entries(recorded.labels)) {
      if (unknown.includes(codec)) continue;
      const text = decode(bytes, codec, options);
      for (const alias of aliases) {
        if (!isKnown(alias, options) || decode(bytes, alias, options) !== text) other.push(alias);
      }
    }
    expect(other).toEqual([
      "x_mac_trad_chinese",
      "cp866u",
      "ruscii",
      "cp_is",
      "x_mac_korean",
      "x_mac_simp_chinese",
      "cp1051",
      "strk1048_2002",
      "cp154",
      "csptcp154",
      "cyrillic_asian",
      "x_mac_japanese",
      "tis_620_2529_0",
      "unicodebigunmarked",
      "unicodelittleunmarked",
      "unicode_1_1_utf_7",
      "utf8_ucs2",
      "utf8_ucs4",
    ]);
  });
});
