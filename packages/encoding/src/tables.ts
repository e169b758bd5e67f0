import { requireHere } from "./load.ts";

type Data = Readonly<Record<string, string | { readonly chars?: string }>>;

/** Loaded once. This is iconv-lite's data without its code: that is quicker, and needs no Buffer in browsers. */
let data: Data | undefined;

/**
 * Loads the tables of single-byte encodings: ISO 8859, DOS, Windows and Mac code pages, from iconv-lite. Where there is no
 * Node, those of them that `TextDecoder` lacks are unknown before; on Node they are loaded when first needed.
 *
 * @example
 * ```ts
 * await loadTables();
 * decode(Uint8Array.of(0x80), "cp437"); // "Ç"
 * ```
 */
export async function loadTables(): Promise<void> {
  // @ts-expect-error -- it has no types of its own
  const generated = await import("iconv-lite/encodings/sbcs-data-generated.js");
  // @ts-expect-error -- nor has this
  const written = await import("iconv-lite/encodings/sbcs-data.js");
  data = { ...generated.default, ...written.default };
}

/**
 * What the bytes of a single-byte encoding stand for, U+FFFD where nothing: all 256, or the 128 from 0x80. Labels are in
 * lower case and without punctuation.
 */
export function tableOf(label: string): string | undefined {
  data ??= {
    ...requireHere<Data>("iconv-lite/encodings/sbcs-data-generated.js"),
    ...requireHere<Data>("iconv-lite/encodings/sbcs-data.js"),
  };
  const entry = data[label];
  return typeof entry === "string" ? tableOf(entry) : entry?.chars;
}
