import { HttpError } from "@posthaste/core";
import { find, type Encoding, type LabelOptions } from "./labels.ts";
import { utf7 } from "./utf7.ts";

/** How bytes are decoded. */
export interface DecodeOptions extends LabelOptions {
  /** What becomes of bytes that stand for nothing: U+FFFD, or an error. @default "replace" */
  errors?: "replace" | "strict" | undefined;
}

/** Decodes bytes that come in pieces. */
export interface Decoder {
  /** The encoding's name, as {@link lookup} gives it. */
  readonly encoding: string;
  /**
   * The text of the next bytes; a character that is cut waits for its rest. With `final` nothing waits any longer, and the
   * decoder starts anew.
   *
   * @throws HttpError `ERR_DECODE` where bytes stand for nothing and errors are `"strict"`
   */
  decode(chunk?: Uint8Array, options?: { final?: boolean | undefined }): string;
}

/** Decodes the next bytes and remembers what the ones after need. */
export type Step = (bytes: Uint8Array, final: boolean) => string;
/** Gives U+FFFD or throws. */
export type Bad = () => string;

function join(a: Uint8Array, b: Uint8Array): Uint8Array {
  const all = new Uint8Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}

function platform(name: string, fatal: boolean, ignoreBOM: boolean): Step {
  const decoder = new TextDecoder(name, { fatal, ignoreBOM });
  return (bytes, final) => decoder.decode(bytes, { stream: !final });
}

function singleByte({ chars = "", amended = "" }: Encoding, bad: Bad): Step {
  const map = Uint16Array.from({ length: 256 }, (_, byte) => byte);
  const from = chars.length > 128 ? 0 : 128;
  for (let at = 0; at < chars.length; at++) map[from + at] = chars.charCodeAt(at);
  for (const [, byte, char] of amended.matchAll(/(..)(.)/g)) map[Number.parseInt(byte!, 16)] = char!.charCodeAt(0);
  return (bytes) => {
    const units = new Uint16Array(bytes.length);
    for (let at = 0; at < bytes.length; at++) units[at] = map[bytes[at]!]!;
    let text = "";
    // In slices, for an engine's limit on arguments.
    for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...units.subarray(at, at + 8192));
    if (text.includes("\ufffd")) bad();
    return text;
  };
}

/** Python's utf-16: the byte order mark decides and is dropped; without one it is little-endian. */
function utf16(fatal: boolean): Step {
  let step: Step | undefined;
  let head: Uint8Array = new Uint8Array();
  return (bytes, final) => {
    if (!step) {
      bytes = head = join(head, bytes);
      if (head.length < 2 && !final) return "";
      step = platform(head[0] === 0xfe && head[1] === 0xff ? "utf-16be" : "utf-16le", fatal, false);
    }
    return step(bytes, final);
  };
}

/** Without a fixed byte order, as Python's utf-32: as with {@link utf16}. */
function utf32(little: boolean | undefined, bad: Bad): Step {
  let held: Uint8Array = new Uint8Array();
  return (chunk, final) => {
    const bytes = join(held, chunk);
    const view = new DataView(bytes.buffer);
    let text = "";
    let at = 0;
    if (little === undefined && bytes.length > 3) {
      const mark = view.getUint32(0);
      little = mark !== 0xfeff;
      if (!little || mark === 0xfffe0000) at = 4;
    }
    for (; at + 4 <= bytes.length; at += 4) {
      const point = view.getUint32(at, little);
      text += point > 0x10ffff || point >> 11 === 27 ? bad() : String.fromCodePoint(point);
    }
    held = bytes.slice(at);
    return final && held.length > 0 ? text + bad() : text;
  };
}

function start(encoding: Encoding, { errors, labels }: DecodeOptions): Step {
  const { name, chars } = encoding;
  const fatal = errors === "strict";
  const bad = () => {
    if (fatal) throw new TypeError("bytes that stand for nothing");
    return "\ufffd";
  };
  if (chars !== undefined) return singleByte(encoding, bad);
  if (name === "utf-7") return utf7(bad);
  if (name === "utf-16") return utf16(fatal);
  if (name.startsWith("utf-32")) return utf32(name.at(6) ? name.endsWith("le") : undefined, bad);
  if (name === "utf-8-sig") return platform("utf-8", fatal, false);
  return platform(name, fatal, labels === "python");
}

/**
 * A decoder for bytes that come in pieces, which never splits a character.
 *
 * @throws HttpError `ERR_OPTION` for a label that nothing knows
 * @example
 * ```ts
 * const decoder = createDecoder("utf-8");
 * decoder.decode(Uint8Array.of(0xc3)); // ""
 * decoder.decode(Uint8Array.of(0xa9)); // "é"
 * decoder.decode(Uint8Array.of(0xc3), { final: true }); // "\ufffd"
 * ```
 */
export function createDecoder(label: string, options: DecodeOptions = {}): Decoder {
  const encoding = find(label, options);
  if (!encoding) throw new HttpError("ERR_OPTION", `unknown encoding ${JSON.stringify(label)}`);
  let step: Step | undefined;
  return {
    encoding: encoding.name,
    decode(chunk = new Uint8Array(), { final = false } = {}) {
      try {
        return (step ??= start(encoding, options))(chunk, final);
      } catch (cause) {
        throw new HttpError("ERR_DECODE", `the content is not ${encoding.name}`, { phase: "body", cause });
      } finally {
        if (final) step = undefined;
      }
    },
  };
}

/**
 * Decodes bytes by a label of the Encoding Standard or of Python.
 *
 * @throws HttpError `ERR_OPTION` for a label that nothing knows; `ERR_DECODE` where bytes stand for nothing and errors are
 * `"strict"`
 * @example
 * ```ts
 * decode(Uint8Array.of(0x80), "latin1"); // "€"
 * decode(Uint8Array.of(0x80), "latin1", { labels: "python" }); // "\x80"
 * decode(Uint8Array.of(0x80), "cp437"); // "Ç"
 * ```
 */
export function decode(bytes: Uint8Array, label: string, options?: DecodeOptions): string {
  return createDecoder(label, options).decode(bytes, { final: true });
}

/**
 * Decodes a stream of bytes, such as a response's body, into pieces of text, none of them empty.
 *
 * @throws HttpError as {@link decode}
 * @example
 * ```ts
 * for await (const piece of decodeStream(response.body, "shift_jis")) process.stdout.write(piece);
 * ```
 */
export async function* decodeStream(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  label: string,
  options?: DecodeOptions,
): AsyncGenerator<string, void, undefined> {
  const decoder = createDecoder(label, options);
  for await (const chunk of chunks) {
    const piece = decoder.decode(chunk);
    if (piece) yield piece;
  }
  const rest = decoder.decode(undefined, { final: true });
  if (rest) yield rest;
}
