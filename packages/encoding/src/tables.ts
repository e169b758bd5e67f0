import { requireHere } from "./load.ts";

/**
 * Where single-byte encodings come from: gives the 256 characters of an encoding, or the 128 of its upper half, with U+FFFD
 * for bytes that stand for nothing, by its name in lower case and without punctuation (`"cp437"`, `"iso88592"`).
 */
export type Tables = (name: string) => string | undefined;

type Data = Readonly<Record<string, string | { readonly chars?: string }>>;

/** iconv-lite's data without its code: that loads in a third of the time and needs no `Buffer` in browsers. */
function tablesOf(...parts: (Data | undefined)[]): Tables {
  const data: Data = Object.assign(Object.create(null), ...parts);
  return (name) => {
    let entry: Data[string] | undefined = name;
    while (typeof entry === "string") entry = data[entry];
    return entry?.chars;
  };
}

/**
 * Loads the tables of single-byte encodings, which come from iconv-lite: ISO 8859, DOS, Windows and Mac code pages. Only for
 * synchronous decoding where there is no Node: on Node they are loaded at their first use.
 *
 * @example
 * ```ts
 * decode(bytes, "cp437", { tables: await loadTables() });
 * ```
 */
export async function loadTables(): Promise<Tables> {
  const parts = await Promise.all([
    import("iconv-lite/encodings/sbcs-data-generated.js"),
    import("iconv-lite/encodings/sbcs-data.js"),
  ]);
  return tablesOf(...parts.map((part) => part.default));
}

let required: Tables | undefined;

/** The tables, loaded synchronously and once; none where that cannot be done. */
export function requireTables(): Tables {
  return (required ??= tablesOf(
    ...["", "-generated"].map((part) => requireHere<Data>(`iconv-lite/encodings/sbcs-data${part}.js`)),
  ));
}
