import type { Body, BodyInit, HeaderInit } from "@posthaste/core";
import { toBody } from "@posthaste/core/body";
import { refuse } from "./refuse.ts";

/** A part about which more is said than its content. */
export interface Part {
  /** The content. A stream or an iterable is read while it is sent, and once. */
  value: BodyInit | FileLike | number | bigint | boolean;
  /** @default the name of a `File`; for other content that is no text, `"blob"`, and none in the layout of requests */
  filename?: string | undefined;
  /**
   * The part's Content-Type. Text with one is sent as a file.
   *
   * @default the type of a `Blob` or `File`; where a file has none, `application/octet-stream`, and none in the layout of requests
   */
  type?: string | undefined;
  /** The bytes that a stream or an iterable will give; the upload fails when it gives more or less. @default not known */
  length?: number | undefined;
  /** Further header lines. Only the layout of requests has them: RFC 7578 §4.8 does not. */
  headers?: HeaderInit | undefined;
}

/** A `Blob` or `File`, the platform's or a library's. */
export interface FileLike {
  /** In bytes. */
  readonly size: number;
  readonly type: string;
  readonly name?: string;
  /** Called for each sending. */
  stream(): AsyncIterable<Uint8Array>;
}

/** What a field holds: text, numbers and booleans are plain fields, all else is a file; `null` and `undefined` leave it out. */
export type FieldValue = Part["value"] | Part | null | undefined;

/**
 * A form: a `FormData`, pairs of name and value in order, or a plain object. An array of values repeats the name.
 *
 * @example
 * ```ts
 * const form: Form = {
 *   title: "Notes",
 *   tag: ["a", "b"],
 *   file: { value: createReadStream("notes.txt"), filename: "notes.txt", type: "text/plain", length: 120 },
 * };
 * ```
 */
export type Form =
  | Iterable<readonly [name: string, value: FieldValue | readonly FieldValue[]]>
  | Readonly<Record<string, FieldValue | readonly FieldValue[]>>;

/** One part, as a {@link Layout} gets it. */
export interface Entry {
  name: string;
  filename: string | undefined;
  /** May be empty, and holds no line ending. */
  type: string | undefined;
  headers: HeaderInit | undefined;
  /** The content of a plain field, which has neither a file name nor a type. */
  text: string | undefined;
  /** The content of any part. */
  body: Body;
}

/** The parts of a form, in order. */
export function entries(form: Form): Entry[] {
  return Array.from(Symbol.iterator in form ? form : Object.entries(form)).flatMap(([name, values]) =>
    [values].flat().flatMap((field) => {
      if (field == null) return [];
      const part = (Object(field).value === undefined ? { value: field } : field) as Part;
      const value = part.value as FileLike;
      const text = Object(value) === value ? undefined : String(part.value as number);
      const body = value.stream
        ? { length: value.size, replayable: true, open: () => value.stream() }
        : toBody(text ?? (value as Blob));
      const { filename = value.name, type = value.type, headers, length = body.length } = part;
      if (/[\r\n\0]/.test(type)) refuse("ERR_HEADER", "type", type);
      return {
        name,
        filename,
        type,
        headers,
        text: (filename ?? type) ? undefined : text,
        body: { length, replayable: body.replayable, open: () => body.open() },
      };
    }),
  );
}
