import { tableOf } from "./tables.ts";

/** How a label is read. */
export interface LabelOptions {
  /**
   * Whose meaning of a label counts where they differ. `"whatwg"`: the Encoding Standard's, as in browsers, so that `latin1`
   * and `ascii` are windows-1252; what it lacks is read as Python does. `"python"`: Python's, so that `latin1` is
   * ISO 8859-1 and `ascii` ends at 0x7F; what Python lacks is read as the standard does. @default "whatwg"
   */
  labels?: "whatwg" | "python" | undefined;
}

/** What a label stands for. */
export interface Encoding {
  readonly name: string;
  /** Of a single-byte encoding: what its last bytes stand for. Those before, and those with NUL, stand for themselves. */
  readonly chars?: string | undefined;
}

/** Python's names, without punctuation and years, of what the tables lack, call otherwise, or need not be loaded for. */
const python = {
  ascii: "(us)?ascii|646",
  "iso-8859-1": "(iso)?88591?|latin1?",
  "utf-8": "utf|cp65001",
  shift_jis: "s(hift)?jis(x0213)?|(cp|ms)?932|mskanji",
  "euc-jp": "(euc)?jisx0213|eucji?[ps]|ujis",
  "iso-2022-jp": "iso2022jp([123]|ext)?",
  gbk: "isoir58|(euc)?gb2312(cn|80)?|euccn|(cp|ms)?936",
  gb18030: "gb18030",
  big5: "big5(tw|hkscs)?|hkscs|(cp|ms)?950",
  "euc-kr": "euckr|ks(c5601|x1001)|(cp|ms)?949|uhc",
  "x-mac-roman": "mac(intosh|roman)",
  "x-mac-cyrillic": "maccyrillic",
  maccenteuro: "mac(latin2|centraleurope)",
  pt154: "ptcp154",
  rk1048: "kz1048",
};

/** What Python calls so. */
function asPython(label: string): Encoding | undefined {
  // The year of a standard says nothing: ISO_8859-2:1987.
  const key = label
    .toLowerCase()
    .replace(/[^a-z\d]/g, "")
    .replace(/(?<=.{4})(19|20)\d\d$/, "");
  if (/^u(tf)?(7|8|8sig|(16|32)([bl]e)?)$/.test(key)) return { name: key.replace(/u(tf)?/, "utf-") };
  for (const [name, labels] of Object.entries(python)) {
    if (key.match(`^(${labels})$`)) {
      return { name, chars: { ascii: "\ufffd".repeat(128), "iso-8859-1": "" }[name] ?? tableOf(name) };
    }
  }
  const chars = tableOf(key);
  return chars ? { name: key, chars } : undefined;
}

/** What the Encoding Standard calls so. */
function asStandard(label: string): Encoding | undefined {
  try {
    const name = new TextDecoder(label).encoding;
    // Node 22 takes windows-1252 for ISO 8859-1. Here every byte stands for something, if only for itself.
    return { name, chars: name === "windows-1252" ? tableOf("cp1252")?.replaceAll("\ufffd", "\0") : undefined };
  } catch {
    return undefined;
  }
}

/** Finds what a label stands for. */
export function find(label: string, { labels }: LabelOptions = {}): Encoding | undefined {
  return labels === "python" ? (asPython(label) ?? asStandard(label)) : (asStandard(label) ?? asPython(label));
}

/**
 * Whether a label can be decoded by. Case does not matter, and punctuation does not in Python's labels.
 *
 * @example
 * ```ts
 * isKnown("UTF_8"); // true
 * isKnown("klingon"); // false
 * ```
 */
export function isKnown(label: string, options?: LabelOptions): boolean {
  return Boolean(find(label, options));
}
