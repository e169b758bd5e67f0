import { HttpError, type Body } from "@posthaste/core";
import { FormDataEncoder } from "form-data-encoder";
import type { Entry } from "./form.ts";

/** Writes the parts of a form between boundaries. */
export type Writer = (entries: Iterable<Entry>, boundary: string) => Iterable<Uint8Array | Body>;

/** A part as form-data-encoder takes a file. */
interface Upload {
  readonly [Symbol.toStringTag]: "File";
  name: string;
  type: string;
  size: number;
  lastModified: number;
  stream(): AsyncIterable<Uint8Array>;
  body: Body;
}

/** "multipart/form-data encoding algorithm" (HTML): each line ending of a name becomes CRLF, and is escaped then. */
const normalize = (name: string): string => name.replace(/\r\n?|\n/g, "\r\n");

/** The layout of browsers, by form-data-encoder. */
export function* web(entries: Iterable<Entry>, boundary: string): Generator<Uint8Array | Body> {
  const list: [string, string | Upload][] = [];
  for (const { name, text, filename = "blob", type = "", headers, body } of entries) {
    if (headers.length) throw new HttpError("ERR_HEADER", "parts have headers of their own in the layout \"requests\" alone");
    list.push([
      normalize(name),
      text ?? {
        [Symbol.toStringTag]: "File",
        name: filename,
        type,
        size: NaN,
        lastModified: 0,
        stream: () => body.open(),
        body,
      },
    ]);
  }
  const form = {
    [Symbol.toStringTag]: "FormData",
    append() {},
    getAll: () => [],
    entries: () => list.values(),
    [Symbol.iterator]: () => list.values(),
  };
  const pieces = [...new FormDataEncoder(form, boundary).values()] as (Uint8Array | Upload)[];
  // The encoder ends with an empty line more than browsers do.
  const end = pieces.pop() as Uint8Array;
  for (const piece of [...pieces, end.subarray(0, -2)]) yield "body" in piece ? piece.body : piece;
}

const escape = (text: string): string =>
  text.replace(/["\r\n]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`);

/** The layout of Python's requests (urllib3's `encode_multipart_formdata`): values as they are, and no type but a given one. */
export function* requests(entries: Iterable<Entry>, boundary: string): Generator<Uint8Array | Body> {
  const encoder = new TextEncoder();
  let end = "";
  for (const { name, filename, type, headers, body } of entries) {
    const disposition = `form-data; name="${escape(name)}"${filename === undefined ? "" : `; filename="${escape(filename)}"`}`;
    const lines = [
      ["Content-Disposition", disposition],
      ["Content-Type", type],
      // requests overwrites these three, by their exact names.
      ...headers.filter(([header]) => !/^Content-(Disposition|Type|Location)$/.test(header)),
    ].filter((line) => line[1]);
    yield encoder.encode(`${end}--${boundary}\r\n${lines.map((line) => `${line.join(": ")}\r\n`).join("")}\r\n`);
    yield body;
    end = "\r\n";
  }
  yield encoder.encode(`${end}--${boundary}--\r\n`);
}
