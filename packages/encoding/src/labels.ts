import { requireTables, type Tables } from "./tables.ts";

/** How a label is read. */
export interface LabelOptions {
  /**
   * Whose meaning of a label counts where they differ. `"whatwg"`: the Encoding Standard's, as in browsers, so that `latin1`
   * and `ascii` are windows-1252; what it lacks is read as Python does. `"python"`: Python's, so that `latin1` is
   * ISO 8859-1 and `ascii` ends at 0x7F; what Python lacks is read as the standard does. @default "whatwg"
   */
  labels?: "whatwg" | "python" | undefined;
  /** The single-byte encodings. @default on Node, loaded when first needed; elsewhere none, see {@link loadTables} */
  tables?: Tables | undefined;
}

/** What a label stands for. */
export interface Encoding {
  readonly name: string;
  /** Of a single-byte encoding: what stands from byte 0, or from 0x80; bytes that are left stand for themselves. */
  readonly chars?: string | undefined;
  /** What stands elsewhere than in the table: a byte in hexadecimal and its character, repeated. */
  readonly amended?: string | undefined;
}

const cp1252 = "€\ufffd‚ƒ„…†‡ˆ‰Š‹Œ\ufffdŽ\ufffd\ufffd‘’“”•–—˜™š›œ\ufffdžŸ";

type Rule = readonly [name: string, labels: RegExp, amended?: string];

/**
 * Python's names, without punctuation, of what is no single-byte encoding or is too common to load the tables for; and
 * (those with a third part) of what has another name in the tables, or other characters.
 */
const python: readonly Rule[] = [
  ["utf-8", /^(u(tf)?8|utf|utf8ucs[24]|cp65001)$/],
  ["utf-8-sig", /^utf8sig$/],
  ["utf-16", /^u(tf)?16$/],
  ["utf-16le", /^(utf16le|unicodelittleunmarked)$/],
  ["utf-16be", /^(utf16be|unicodebigunmarked)$/],
  ["utf-32", /^u(tf)?32$/],
  ["utf-32le", /^utf32le$/],
  ["utf-32be", /^utf32be$/],
  ["utf-7", /^(u(tf)?7|unicode11utf7)$/],
  ["ascii", /^((cs|us)?ascii|us|646|iso646us|iso646irv1991|isoir6|(cp|ibm)367|ansix341968|ansix341986)$/],
  ["iso-8859-1", /^((iso)?8859|iso88591|latin1?|l1|(cp|ibm)819|csisolatin1|isoir100)$/],
  ["windows-1252", /^(windows|cp)?1252$/],
  ["shift_jis", /^((cs)?s(hift)?jis(2004|x0213)?|(cp|ms)?932|mskanji|xmacjapanese)$/],
  ["euc-jp", /^(eucjp|ujis|(euc)?jisx0213|eucjis2004)$/],
  ["iso-2022-jp", /^(cs)?iso2022jp([123]|2004|ext)?$/],
  ["gb18030", /^gb18030(2000)?$/],
  ["gbk", /^(gbk|(euc)?gb2312(cn|(19)?80)?|chinese|euccn|(cs)?iso(58gb231280|ir58)|xmacsimpchinese|(cp|ms)?936)$/],
  ["big5", /^((cs)?big5(tw|hkscs)?|hkscs|xmactradchinese|(cp|ms)?950)$/],
  ["euc-kr", /^(euckr|korean|ksc5601(1987)?|ksx1001|xmackorean|(cp|ms)?949|uhc)$/],
  ["windows1255", /^(windows|cp)?1255$/, "ca\ufffd"],
  ["iso885911", /^(tis620(0|2529[01])?|isoir166)$/, "a0\ufffd"],
  ["maccroatian", /^maccroatian$/, "bdΩd8\uf8ffdb€"],
  ["maccyrillic", /^maccyrillic$/, "a2Ґb6ґff€"],
  ["macgreek", /^macgreek$/, "9c€af·ff\xad"],
  ["maciceland", /^maciceland$/, "bdΩdb€f0\uf8ff"],
  ["macroman", /^mac(intosh|roman)$/, "bdΩdb€f0\uf8ff"],
  ["macromania", /^macromanian$/, "afȘbdΩbfșdb€deȚdfțf0\uf8ff"],
  ["macturkish", /^macturkish$/, "bdΩf0\uf8fff5\uf8a0"],
  ["maccenteuro", /^mac(latin2|centraleurope)$/, ""],
  ["cp861", /^cpis$/, ""],
  ["cp1125", /^(ruscii|cp866u)$/, ""],
  ["hproman8", /^cp1051$/, ""],
  ["pt154", /^((cs)?(pt)?cp154|cyrillicasian)$/, ""],
  ["rk1048", /^kz1048$/, ""],
];

/** What Python's codecs call so. */
function asPython(label: string, tables: Tables = requireTables()): Encoding | undefined {
  // A year at the end of ISO 8859's names says nothing: ISO_8859-2:1987.
  const key = label
    .toLowerCase()
    .replace(/[^a-z\d]/g, "")
    .replace(/^(iso8859\d\d??)(19|20)\d\d$/, "$1");
  const rule = python.find(([, labels]) => labels.test(key));
  const [name, , amended] = rule ?? [key, key, ""];
  if (amended === undefined)
    return { name, chars: { ascii: "\ufffd".repeat(128), "iso-8859-1": "", "windows-1252": cp1252 }[name] };
  const chars = tables(name);
  return chars === undefined
    ? chars
    : { name: name.replace(/^iso/, "$&-").replace(/^(iso-8859|windows|koi8)/, "$&-"), chars, amended };
}

/** What the Encoding Standard calls so. */
function asStandard(label: string): Encoding | undefined {
  try {
    const name = new TextDecoder(label).encoding;
    // Node 22 takes it for ISO 8859-1. Bytes that stand for nothing are control characters here.
    return name === "windows-1252"
      ? { name, chars: cp1252.replace(/\ufffd/g, (_, at: number) => String.fromCharCode(at + 128)) }
      : { name };
  } catch {
    return undefined;
  }
}

/** Finds what a label stands for. */
export function find(label: string, { labels, tables }: LabelOptions = {}): Encoding | undefined {
  return labels === "python"
    ? (asPython(label, tables) ?? asStandard(label))
    : (asStandard(label) ?? asPython(label, tables));
}

/**
 * The name of the encoding that a label stands for, the same for all its labels, or undefined where nothing knows it. Case
 * does not matter, and for Python's labels punctuation does not either.
 *
 * @example
 * ```ts
 * lookup("UTF_8"); // "utf-8"
 * lookup("latin1"); // "windows-1252"
 * lookup("latin1", { labels: "python" }); // "iso-8859-1"
 * lookup("klingon"); // undefined
 * ```
 */
export function lookup(label: string, options?: LabelOptions): string | undefined {
  return find(label, options)?.name;
}
