import { execFileSync } from "node:child_process";
import fc from "fast-check";
import iconv from "iconv-lite";
import { describe, expect, it } from "vitest";
import { decode, detect, loadDetector, type Detector } from "../src/index.ts";
import { encode, samples } from "./samples.ts";

const bytes = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));
const certain = (encoding: string) => ({ encoding, confidence: 1, language: null });
const refuse: Detector = () => {
  throw new Error("there was something to guess");
};

describe("detect needs no library for", () => {
  it.each([
    ["", "utf-8"],
    ["hello", "ascii"],
    ["a\tb\r\nc\f\x7f", "ascii"],
    ["C++, a + b-", "ascii"],
    ["na\xc3\xafve", "utf-8"],
    ["\xef\xbb\xbf", "UTF-8-SIG"],
    ["\xef\xbb\xbfna\xefve", "UTF-8-SIG"],
    ["\xff\xfeA\0", "UTF-16"],
    ["\xfe\xff\0A", "UTF-16"],
    ["\xff\xfe\0\0A\0\0\0", "UTF-32"],
    ["\0\0\xfe\xff\0\0\0A", "UTF-32"],
  ])("%j: %s", (text, encoding) => {
    expect(detect(bytes(text), refuse)).toEqual(certain(encoding));
  });

  it("any text in UTF-8", () => {
    // oxlint-disable-next-line no-control-regex
    const odd = /[\0-\x08\x0e-\x1f\ufffd\ufeff]|~\{/;
    fc.assert(
      fc.property(
        fc.string({ unit: "binary" }).filter((text) => !odd.test(text)),
        (text) => {
          const { encoding } = detect(new TextEncoder().encode(text), refuse);
          expect(decode(new TextEncoder().encode(text), encoding!)).toBe(text);
        },
      ),
    );
  });
});

describe("detect finds", () => {
  const cases = samples.flatMap(({ language, text, encodings }) =>
    encodings.map((encoding) => ({ language, encoding, text })),
  );
  it.each(cases)("$language in $encoding", ({ text, encoding }) => {
    const whole = encode(text, encoding);
    const found = detect(whole);
    expect(decode(whole, found.encoding!, { labels: "python" }), `taken for ${found.encoding}`).toBe(text);
    expect(found.confidence).toBeGreaterThan(0);
    expect(found.confidence).toBeLessThanOrEqual(1);
  });

  it("UTF-16 without a mark", () => {
    for (const order of ["utf-16le", "utf-16be"]) {
      const { encoding } = detect(iconv.encode("The old house stood by the river.", order));
      expect(encoding?.replaceAll("-", "").toLowerCase()).toBe(order.replaceAll("-", ""));
    }
  });

  it("no text in what is none", () => {
    const png = bytes("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89");
    expect(detect(png).encoding).toBeNull();
  });

  it("no UTF-7, which would let text pass for markup", () => {
    expect(detect(bytes("+ADw-script+AD4-alert(1)+ADw-/script+AD4-")).encoding).toBe("ascii");
  });
});

it("asks the detector that it is given", () => {
  const asked: Uint8Array[] = [];
  const answer = { encoding: "koi8-r", confidence: 0.5, language: "ru" };
  const whole = bytes("\xe1\xe2");
  expect(
    detect(whole, (given) => {
      asked.push(given);
      return answer;
    }),
  ).toBe(answer);
  expect(asked).toEqual([whole]);
});

it("finds the same with the detector that is loaded beforehand", async () => {
  const whole = encode(samples[5]!.text, "koi8-r");
  expect(detect(whole, await loadDetector())).toEqual(detect(whole));
});

describe("in another process", () => {
  const run = (code: string) =>
    execFileSync(process.execPath, ["-C", "@posthaste/source", "--input-type=module", "-e", code], {
      cwd: import.meta.dirname,
      encoding: "utf8",
    }).trim();

  it("no library is loaded before it is needed", () => {
    const code = `
      const { createRequire } = await import("node:module");
      const { cache } = createRequire(import.meta.url);
      const loaded = () => ["iconv-lite/lib", "iconv-lite/encodings/sbcs-data", "jschardet"]
        .filter((name) => Object.keys(cache).some((file) => file.replaceAll("\\\\", "/").includes(name)));
      const { decode, detect } = await import("../src/index.ts");
      const bytes = Uint8Array.of(0x41, 0x0a);
      for (const label of ["utf-8", "UTF8", "utf-16", "utf-8-sig", "ascii", "latin-1", "iso-8859-1"]) {
        decode(bytes, label, { labels: "python" });
      }
      detect(bytes);
      const seen = [loaded()];
      decode(bytes, "cp437");
      seen.push(loaded());
      decode(bytes, "big5");
      seen.push(loaded());
      detect(Uint8Array.of(0xe1, 0xe2));
      seen.push(loaded());
      console.log(JSON.stringify(seen));`;
    const tables = "iconv-lite/encodings/sbcs-data";
    expect(JSON.parse(run(code))).toEqual([
      [],
      [tables],
      ["iconv-lite/lib", tables],
      ["iconv-lite/lib", tables, "jschardet"],
    ]);
  });

  it("without Node's modules, tables and detector are loaded beforehand", () => {
    const code = `
      process.getBuiltinModule = undefined;
      const { decode, detect, isKnown, loadDetector, loadTables } = await import("../src/index.ts");
      const bytes = Uint8Array.of(0xe1, 0x80);
      const seen = [isKnown("cp437"), decode(bytes, "koi8-r"), decode(bytes, "latin1", { labels: "python" })];
      try {
        detect(bytes);
      } catch (error) {
        seen.push(error.code);
      }
      await loadTables();
      seen.push(isKnown("cp437"), decode(bytes, "cp437"), decode(bytes, "big5"));
      seen.push(typeof detect(bytes, await loadDetector()).encoding);
      console.log(JSON.stringify(seen));`;
    expect(JSON.parse(run(code))).toEqual([false, "А─", "á\x80", "ERR_UNSUPPORTED", true, "ßÇ", "\ufffd", "string"]);
  });
});
