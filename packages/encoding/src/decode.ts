import { HttpError } from "@posthaste/core";
import type iconv from "iconv-lite";
import { find, type Encoding, type LabelOptions } from "./labels.ts";
import { requireHere } from "./load.ts";
import { utf16, utf32 } from "./wide.ts";

/** How bytes are decoded. */
export interface DecodeOptions extends LabelOptions {
  /** What becomes of bytes that stand for nothing: U+FFFD, or an error. @default "replace" */
  errors?: "replace" | "strict" | undefined;
}

/** Decodes bytes that come in pieces. */
export interface Decoder {
  /**
   * The text of the next bytes; a character that is cut waits for its rest. With `final` nothing waits any longer, and the
   * decoder starts anew.
   *
   * @throws HttpError `ERR_DECODE` where bytes stand for nothing and errors are `"strict"`
   */
  decode(chunk: Uint8Array, options?: { final?: boolean | undefined }): string;
}

/** Decodes the next bytes and remembers what the ones after need. */
export type Step = (bytes: Uint8Array, final: boolean) => string;
/** Gives U+FFFD or throws. */
export type Bad = () => string;

function singleByte(chars: string): Step {
  const first = 256 - chars.length;
  return (bytes) => {
    const units = new Uint16Array(bytes);
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at]!;
      if (byte >= first) units[at] = chars.charCodeAt(byte - first) || byte;
    }
    let text = "";
    // In slices, for an engine's limit on arguments; spread instead would take five times as long.
    for (let at = 0; at < bytes.length; at += 8192) {
      text += String.fromCharCode.apply(undefined, units.subarray(at, at + 8192) as unknown as number[]);
    }
    return text;
  };
}

/**
 * What Node's `TextDecoder` lacks, UTF-7, and what it is faulty in: it has no 8 822 syllables of euc-kr and none of Hong Kong's
 * characters of big5, and swallows ASCII after a stray lead byte.
 */
function library(name: string): Step | undefined {
  const library = /^(big5|euc|gb|shift|utf-7)/.test(name) ? requireHere<typeof iconv>("iconv-lite") : undefined;
  let held: Uint8Array[] = [];
  return (
    library &&
    ((chunk, final) => {
      held.push(chunk);
      // Its own decoding of pieces loses characters, and what UTF-7 has open is seen only at its end.
      if (name === "utf-7" && !final) return "";
      const bytes = Buffer.concat(held);
      const decoder = library.getDecoder(name, { stripBOM: false });
      const text = decoder.write(bytes);
      // One U+FFFD for each byte of a character that is not whole.
      const rest = decoder.end() ?? "";
      held = [bytes.subarray(bytes.length - rest.length)];
      return final ? text + rest : text;
    })
  );
}

function start({ name, chars }: Encoding, { errors, labels }: DecodeOptions): Step {
  const fatal = errors === "strict";
  const bad = () => {
    if (fatal) throw new TypeError("invalid bytes");
    return "\ufffd";
  };
  const platform = (label: string, ignoreBOM = false): Step => {
    const decoder = new TextDecoder(label, { fatal, ignoreBOM });
    return (bytes, final) => decoder.decode(bytes, { stream: !final });
  };
  if (name.startsWith("utf-32")) return utf32(name[6], bad);
  if (name === "utf-16") return utf16(platform);
  if (name === "utf-8sig") return platform("utf-8");
  const step = chars === undefined ? library(name) : singleByte(chars);
  if (!step) return platform(name, labels === "python");
  return (bytes, final) => step(bytes, final).replaceAll("\ufffd", bad);
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
    decode(chunk, { final = false } = {}) {
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
  const rest = decoder.decode(new Uint8Array(), { final: true });
  if (rest) yield rest;
}
