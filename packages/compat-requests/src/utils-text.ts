import { createDecoder, decode, detect, type Detector, isKnown, loadDetector, loadTables } from "@posthaste/encoding";
import { warn } from "#platform";
import { LookupError, RuntimeError } from "./python/builtins.ts";
import { fromUtf8, hex, latin1 } from "./python/values.ts";
import type { Response } from "./response.ts";
import { encodingOf } from "./utils-headers.ts";

/**
 * Text of bytes by one of Python's names for encodings.
 *
 * @throws LookupError for a name that is none
 */
export function decodeBytes(bytes: Uint8Array, encoding: string, errors: "replace" | "strict" = "replace"): string {
  // The two that nearly all responses have.
  if (errors === "replace") {
    if (/^utf-?8$/i.test(encoding)) return fromUtf8(bytes);
    if (encoding === "ISO-8859-1") return latin1(bytes);
  }
  try {
    return decode(bytes, encoding, { labels: "python", errors });
  } catch (error) {
    if ((error as { code?: string }).code === "ERR_OPTION") throw new LookupError(`unknown encoding: ${encoding}`);
    throw error;
  }
}

let detector: Detector | undefined;

/** What {@link detectEncoding} finds, or nothing where it needs what is not loaded. */
function detected(bytes: Uint8Array): string | null | undefined {
  try {
    return detect(bytes, detector).encoding;
  } catch (error) {
    if ((error as { code?: string }).code === "ERR_UNSUPPORTED") return undefined;
    throw error;
  }
}

/** The encoding that bytes seem to be in, as chardet spells it. @throws RuntimeError where {@link loadFor} was due before */
export function detectEncoding(bytes: Uint8Array): string | null {
  const encoding = detected(bytes);
  if (encoding === undefined) {
    throw new RuntimeError("What guesses encodings has not been loaded: await r.read() first, or set r.encoding");
  }
  return encoding;
}

/**
 * Where modules cannot be loaded when they are needed: loads what the text of some content will need. What guesses encodings
 * is large, and not for pictures: it is loaded for a content of no type, or of a type of text.
 */
export async function loadFor(content: Uint8Array | null, encoding: string | null, type: string | null): Promise<void> {
  if (encoding !== null) {
    if (!isKnown(encoding, { labels: "python" })) await loadTables();
  } else if (content && /^$|text|html|xml|script|json/i.test(type ?? "") && detected(content) === undefined) {
    detector = await loadDetector();
  }
}

/** Decodes pieces one after the other, and never splits a character. */
interface PieceDecoder {
  decode(piece: Uint8Array): string;
  end(): string;
}

/** @throws LookupError for a name that is none */
function pieceDecoder(encoding: string): PieceDecoder {
  let decoder: ReturnType<typeof createDecoder>;
  try {
    decoder = createDecoder(encoding, { labels: "python", errors: "replace" });
  } catch {
    throw new LookupError(`unknown encoding: ${encoding}`);
  }
  return { decode: (piece) => decoder.decode(piece), end: () => decoder.decode(new Uint8Array(), { final: true }) };
}

/** The encoding of the bytes of a JSON text, by its zeros or its byte order mark. From requests' `utils.guess_json_utf`. */
export function guess_json_utf(data: Uint8Array): string | null {
  const sample = data.subarray(0, 4);
  const start = hex(sample);
  if (start === "fffe0000" || start === "0000feff") return "utf-32";
  if (start.startsWith("efbbbf")) return "utf-8-sig";
  if (start.startsWith("fffe") || start.startsWith("feff")) return "utf-16";
  const zeros = Array.from(sample, (byte) => (byte === 0 ? "0" : "x")).join("");
  if (!zeros.includes("0")) return "utf-8";
  if (zeros === "0x0x" || zeros === "0x0") return "utf-16-be";
  if (zeros === "x0x0") return "utf-16-le";
  if (zeros === "000x" || zeros === "000") return "utf-32-be";
  if (zeros === "x000") return "utf-32-le";
  return null;
}

/** The encodings that a page names. Deprecated. From requests' `utils.get_encodings_from_content`. */
export function get_encodings_from_content(content: string): string[] {
  warn("In requests 3.0, get_encodings_from_content will be removed.", "DeprecationWarning");
  const lines = content.split(/[\n\r\u2028\u2029]/);
  return [
    ...lines.flatMap((line) => valuesAfter(line, /<meta/gi, /charset=["']*/gi, "charset=".length)),
    ...lines.flatMap((line) => valuesAfter(line, /<meta/gi, /content=["']*;?charset=/gi)),
    ...valuesAfter(lines[0]!, /^<\?xml/g, /encoding=["']*/g, "encoding=".length),
  ];
}

/**
 * What `open.*?key(.+?)["'>]` finds in a line, in time that grows with its length: by an expression of its own a page that
 * says `<meta charset=` again and again takes minutes, in Python too.
 *
 * @param least of the key's length what is no quote: where nothing else is left, a quote is the value
 */
function valuesAfter(line: string, open: RegExp, key: RegExp, least: number = Infinity): string[] {
  const found: string[] = [];
  const last = Math.max(...['"', "'", ">"].map((end) => line.lastIndexOf(end)));
  while (open.test(line)) {
    key.lastIndex = open.lastIndex;
    const match = key.exec(line);
    if (!match) break;
    const start = Math.min(key.lastIndex, last - 1);
    // What fails here fails for all that is behind it.
    if (start < Math.min(key.lastIndex, match.index + least)) break;
    const end = start + 1 + line.slice(start + 1).search(/["'>]/);
    found.push(line.slice(start, end));
    open.lastIndex = end + 1;
  }
  return found;
}

/** A response's text by its header's charset, or with U+FFFD for what is none. Deprecated. */
export function get_unicode_from_response(r: Response): string | null {
  warn("In requests 3.0, get_unicode_from_response will be removed.", "DeprecationWarning");
  const { content } = r;
  if (content === null) return null;
  const encoding = encodingOf(r.headers.get("content-type") ?? "");
  if (encoding) {
    try {
      return decodeBytes(content, encoding, "strict");
    } catch (error) {
      if (error instanceof LookupError) throw error;
    }
  }
  return decodeBytes(content, encoding || "utf-8");
}

/** Decodes pieces of a response by its encoding; without one they come as they are. */
export async function* stream_decode_response_unicode(
  iterator: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  r: { encoding: string | null },
): AsyncGenerator<string | Uint8Array, void, undefined> {
  if (r.encoding === null) {
    yield* iterator;
    return;
  }
  const decoder = pieceDecoder(r.encoding);
  for await (const piece of iterator) {
    const text = decoder.decode(piece);
    if (text) yield text;
  }
  const rest = decoder.end();
  if (rest) yield rest;
}

/** Pieces of text or bytes, of one length but the last. From requests' `utils.iter_slices`. */
export function* iter_slices<T extends string | Uint8Array>(
  string: T,
  slice_length: number | null,
): Generator<T, void, undefined> {
  const length =
    slice_length === null || slice_length === undefined || slice_length <= 0 ? string.length : slice_length;
  for (let at = 0; at < string.length; at += length) {
    yield (typeof string === "string" ? string.slice(at, at + length) : string.subarray(at, at + length)) as T;
  }
}
