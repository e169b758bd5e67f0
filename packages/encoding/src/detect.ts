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

type Library = Pick<typeof jschardet, "detect">;

function detectorOf(library: Library): Detector {
  return (bytes) => {
    const { encoding, confidence, language } = library.detect(bytes);
    return { encoding, confidence, language };
  };
}

/**
 * Loads jschardet (1.2 MB) as a {@link Detector}.
 *
 * @example
 * ```ts
 * const { encoding } = detect(bytes, await loadDetector());
 * ```
 */
export async function loadDetector(): Promise<Detector> {
  return detectorOf(await import("jschardet"));
}

function requireDetector(): Detector {
  const library = requireHere<Library>("jschardet");
  if (!library) throw new HttpError("ERR_UNSUPPORTED", "no synchronous detector here: give the one of loadDetector()");
  return detectorOf(library);
}

/**
 * Guesses the encoding of bytes: a byte order mark, plain ASCII and valid UTF-8 are seen at once; anything else goes to the
 * detector. Nothing at all is `"utf-8"`, as with requests.
 *
 * @param detector @default on Node jschardet, loaded synchronously when first needed
 * @throws HttpError `ERR_UNSUPPORTED` where a detector is needed, none is given, and this is not Node
 * @example
 * ```ts
 * detect(new TextEncoder().encode("naïve")); // { encoding: "utf-8", confidence: 1, language: null }
 * ```
 */
export function detect(bytes: Uint8Array, detector?: Detector): Detection {
  const encoding = markOf(bytes)?.toUpperCase() ?? obvious(bytes);
  return encoding ? { encoding, confidence: 1, language: null } : (detector ?? requireDetector())(bytes);
}

/** What needs no guessing. */
function obvious(bytes: Uint8Array): string | undefined {
  let ascii = bytes.length > 0;
  let last = 0;
  for (const byte of bytes) {
    // UTF-16 has NUL, ISO 2022 has escapes, HZ has "~{", and what is no text has other control characters.
    if ((byte < 32 && !(byte > 8 && byte < 14)) || (byte === 0x7b && last === 0x7e)) return undefined;
    if (byte > 127) ascii = false;
    last = byte;
  }
  if (ascii) return "ascii";
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return "utf-8";
  } catch {
    return undefined;
  }
}
