import type { HttpResponse } from "@posthaste/core";
import { decode, type DecodeOptions } from "./decode.ts";
import { detect, loadDetector, type Detector } from "./detect.ts";
import { find } from "./labels.ts";
import { charsetOf, declaredIn, markOf } from "./sniff.ts";

/** How {@link text} finds the encoding. */
export interface TextOptions extends DecodeOptions {
  /**
   * What guesses the encoding of content that does not say it: `true` for jschardet, loaded when it is first needed, or one
   * of your own. @default false
   */
  detector?: Detector | boolean | undefined;
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
 * const page = await text(await client.get("https://example.test/"), { detector: true });
 * ```
 */
export async function text(
  response: Pick<HttpResponse, "headers" | "bytes">,
  { detector, fallback = "utf-8", ...options }: TextOptions = {},
): Promise<string> {
  const bytes = await response.bytes();
  const mark = markOf(bytes);
  // Python's codecs of these names drop the mark.
  if (mark) return decode(bytes, mark, { ...options, labels: "python" });
  const known = (label: string | null | undefined) => (label && find(label, options) ? label : undefined);
  const label =
    known(charsetOf(response.headers.get("content-type"))) ??
    known(declaredIn(bytes)) ??
    (detector ? known(detect(bytes, detector === true ? await loadDetector() : detector).encoding) : undefined) ??
    fallback;
  return decode(bytes, label, options);
}
