import { HeaderList, HttpError, toBody, type Body, type BodyInit, type Header, type HeaderInit } from "@posthaste/core";

/** A part with more said about it than its content. */
export interface Part {
  /** The content. */
  value: BodyInit | FileLike | number | bigint | boolean;
  /** @default the name of a `File`; for other content that is no text, `"blob"` in the layout `"web"` and none in `"requests"` */
  filename?: string | undefined;
  /**
   * The part's Content-Type; `""` for none.
   *
   * @default the type of a `Blob` or `File`; where a file has none, `application/octet-stream` in the layout `"web"` and none in `"requests"`
   */
  type?: string | undefined;
  /** How many bytes a stream or iterable will give, which the sent bytes are held against. @default known where {@link toBody} knows it */
  length?: number | undefined;
  /** More header lines of the part, in the layout `"requests"` alone: RFC 7578 §4.8 has none. */
  headers?: HeaderInit | undefined;
}

/** A `File` or `Blob`, also one of another library. */
export interface FileLike {
  readonly size: number;
  readonly type: string;
  readonly name?: string;
  stream(): AsyncIterable<Uint8Array>;
}

/** A field's content: text is a plain field, `null` and `undefined` leave it out, anything else is a file. */
export type FieldValue = Part["value"] | Part | null | undefined;

/**
 * A form: a `FormData`, pairs of name and value in order, or a plain object. An array of values repeats the name.
 */
export type Form =
  | Iterable<readonly [name: string, value: FieldValue | readonly FieldValue[]]>
  | Readonly<Record<string, FieldValue | readonly FieldValue[]>>;

/** One part, ready for a layout to write. */
export interface Entry {
  name: string;
  /** What a field without a file name says. */
  text: string | undefined;
  filename: string | undefined;
  type: string | undefined;
  headers: readonly Header[];
  body: Body;
}

/** Whether a value comes with its own stream, as a `Blob` does. */
function isFileLike(value: object): value is FileLike {
  return "stream" in value && typeof value.stream === "function";
}

/**
 * The parts of a form.
 *
 * @throws HttpError `ERR_HEADER` for a type or header that could end its line, `ERR_BODY` for content that cannot be sent
 */
export function* entries(form: Form): Generator<Entry> {
  for (const [name, values] of Symbol.iterator in form ? form : Object.entries(form)) {
    for (const value of [values].flat() as FieldValue[]) if (value != null) yield entry(name, value);
  }
}

function entry(name: string, field: NonNullable<FieldValue>): Entry {
  const part = (typeof field === "object" && "value" in field ? field : { value: field }) as Part;
  const source = part.value;
  const file = typeof source === "object" && isFileLike(source) ? source : undefined;
  const text = typeof source === "object" ? undefined : String(source);
  const body = file
    ? { length: file.size, replayable: true, open: () => file.stream() }
    : toBody(text ?? (source as Exclude<BodyInit, string>));
  const filename = part.filename ?? file?.name;
  const type = part.type ?? file?.type;
  const headers = [...new HeaderList(part.headers)];
  for (const line of [["Content-Type", type ?? ""], ...headers] as const) {
    if (/[\r\n\0]/.test(line.join())) throw new HttpError("ERR_HEADER", `invalid header ${JSON.stringify(line[0])} of a part`);
  }
  return {
    name,
    text: filename === undefined && !type ? text : undefined,
    filename,
    type,
    headers,
    body: part.length === undefined ? body : { ...body, length: part.length, open: () => body.open() },
  };
}
