import type { Body } from "@posthaste/core";
import { FormDataEncoder, type FormDataLike } from "form-data-encoder";
import type { Entry } from "./form.ts";
import { refuse } from "./refuse.ts";

/**
 * Writes the parts of a form: all the text from the first boundary to the last, and the contents of parts in between.
 *
 * @example
 * ```ts
 * const layout: Layout = (entries, boundary) => [
 *   ...entries.flatMap(({ name, body }) => [`--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n`, body, "\r\n"]),
 *   `--${boundary}--\r\n`,
 * ];
 * ```
 */
export type Layout = (entries: readonly Entry[], boundary: string) => (string | Body)[];

/** What browsers send for a `FormData`, written by form-data-encoder. */
export const webLayout: Layout = (entries, boundary) => {
  const list = () =>
    entries.map(({ name, filename = "blob", type, headers, text, body }) => {
      if (headers) refuse("ERR_HEADER", "headers", name);
      return [
        // Before names are escaped, which the encoder does (HTML, "multipart/form-data encoding algorithm").
        name.replace(/\r\n?|\n/g, "\r\n"),
        text ?? { [Symbol.toStringTag]: "File", name: filename, type, stream: list, body },
      ];
    });
  const form = { [Symbol.toStringTag]: "FormData", append: list, getAll: list, entries: list, [Symbol.iterator]: list };
  const decoder = new TextDecoder();
  const pieces = Array.from(
    new FormDataEncoder(form as unknown as FormDataLike, boundary) as Iterable<Uint8Array | { body: Body }>,
    (piece) => ("body" in piece ? piece.body : decoder.decode(piece, { stream: true })),
  );
  // oxlint-disable-next-line unicorn/no-confusing-array-with -- the encoder ends with an empty line more than browsers do
  return pieces.with(-1, `--${boundary}--\r\n`);
};
