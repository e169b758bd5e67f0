import type { HttpResponse } from "@posthaste/core";
import { decode, type DecodeOptions } from "./decode.ts";
import { detect, type Detector } from "./detect.ts";
import { isKnown } from "./labels.ts";
import { charsetOf, declaredIn, markOf } from "./sniff.ts";

/** How {@link text} finds the encoding. */
export interface TextOptions extends DecodeOptions {
  /**
   * Gives what guesses the encoding of content that does not say it; called when it is needed. {@link loadDetector} loads
   * jschardet. @default none
   */
  detector?: (() => Detector | Promise<Detector>) | undefined;
  /** The encoding where nothing else gives one. @default "utf-8" */
  fallback?: string | undefined;
}

/**
 * The text of a response, in the encoding that is, in this order: its byte order mark's, the one of its Content-Type, the one
 * that its markup declares, the guessed one, the fallback. A label that nothing knows is passed over.
 *
 * @throws HttpError `ERR_OPTION` for an unknown fallback; `ERR_DECODE` where bytes stand for nothing and errors are
 * `"strict"`; and what reading the body throws
 * @example
 * ```ts
 * const page = await text(await client.get("https://example.test/"), { detector: loadDetector });
 * ```
 */
export async function text(
  response: Pick<HttpResponse, "headers" | "bytes">,
  { detector, fallback = "utf-8", ...options }: TextOptions = {},
): Promise<string> {
  const bytes = await response.bytes();
  const mark = markOf(bytes);
  const known = (label: string | null | undefined) => label && isKnown(label, options) && label;
  const label =
    mark ||
    known(charsetOf(response.headers.get("content-type"))) ||
    known(declaredIn(bytes)) ||
    (detector && known(detect(bytes, await detector()).encoding)) ||
    fallback;
  // Python's codecs of these names drop the mark.
  return decode(bytes, label, mark ? { ...options, labels: "python" } : options);
}
