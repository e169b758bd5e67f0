import { HttpError } from "@posthaste/core";
import type jschardet from "jschardet";
import { requireHere } from "./load.ts";
import { markOf } from "./sniff.ts";

/** What bytes seem to be. */
export interface Detection {
  /** As chardet and requests spell it (`"ascii"`, `"utf-8"`, `"Windows-1252"`, `"EUC-JP"`), or null for what is no text. */
  encoding: string | null;
  /** From 0 to 1. */
  confidence: number;
  /** As an ISO 639 code, where the bytes gave a hint. */
  language: string | null;
}

/** Guesses the encoding of bytes. */
export type Detector = (bytes: Uint8Array) => Detection;

/**
 * Loads jschardet (1.2 MB) as a {@link Detector}.
 *
 * @example
 * ```ts
 * const { encoding } = detect(bytes, await loadDetector());
 * ```
 */
export async function loadDetector(): Promise<Detector> {
  return (await import("jschardet")).detect;
}

/**
 * Guesses the encoding of bytes: a byte order mark, plain ASCII and valid UTF-8 are seen at once; anything else goes to the
 * detector. Nothing at all is `"utf-8"`, as with requests.
 *
 * @param detector - What to ask; by default jschardet, which Node loads synchronously when it is first needed.
 * @throws HttpError `ERR_UNSUPPORTED` where a detector is needed, none is given, and none can be loaded synchronously
 * @example
 * ```ts
 * detect(new TextEncoder().encode("naïve")); // { encoding: "utf-8", confidence: 1, language: null }
 * ```
 */
export function detect(bytes: Uint8Array, detector?: Detector): Detection {
  const encoding = markOf(bytes) ?? plain(bytes);
  if (encoding) return { encoding, confidence: 1, language: null };
  const guess = detector ?? requireHere<typeof jschardet>("jschardet")?.detect;
  if (!guess) throw new HttpError("ERR_UNSUPPORTED", "no detector");
  return guess(bytes);
}

/** What needs no guessing. */
function plain(bytes: Uint8Array): string | undefined {
  const text = new TextDecoder().decode(bytes);
  // UTF-16 has NUL, ISO 2022 has escapes, HZ has "~{", what is no text has other control characters, what is no UTF-8 U+FFFD.
  // oxlint-disable-next-line no-control-regex
  if (/[\0-\x08\x0e-\x1f\ufffd]|~\{/.test(text)) return undefined;
  return /^[\t-\x7f]+$/.test(text) ? "ascii" : "utf-8";
}
