import { type Body, HttpError } from "@posthaste/core";
import { toBody } from "@posthaste/core/body";
import { requestsLayout } from "@posthaste/multipart/requests";
import { InvalidHeader } from "./exceptions.ts";
import { fileStream, guess_filename, isFileLike } from "./files.ts";
import { to_key_val_list, unpack, valuesOf } from "./encode-params.ts";
import { ValueError } from "./python/builtins.ts";
import {
  concat,
  hasMethod,
  isBytes,
  isMapping,
  isText,
  itemsOf,
  native,
  randomHex,
  str,
  toBytes,
  truth,
  utf8,
} from "./python/values.ts";

type Entry = Parameters<typeof requestsLayout>[0][number];

/** A multipart body of which a part is streamed. */
export class MultipartStream {
  /** Bytes in all, where every part's length is known. */
  readonly __length: number | undefined;
  readonly #pieces: readonly (Uint8Array | Body)[];

  constructor(pieces: readonly (Uint8Array | Body)[]) {
    this.#pieces = pieces;
    // One that is not known makes NaN of it.
    this.__length = pieces.reduce((sum, { length }) => sum + length!, 0) || undefined;
  }

  /** Python's `len`; 0 where it is not known, which sends it in chunks. */
  __len__(): number {
    return this.__length ?? 0;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    for (const piece of this.#pieces) {
      if (piece instanceof Uint8Array) yield piece;
      else yield* piece.open();
    }
  }
}

/** The content of a file: what is in memory as bytes, the rest as what can be opened. */
function contentOf(file: unknown): Body {
  if (typeof file === "string") return toBody(utf8(file));
  if (isBytes(file)) return toBody(toBytes(file));
  if (isFileLike(file)) {
    const stream = fileStream(file);
    return streamed(stream.length, () => stream.open());
  }
  if (hasMethod(file, "read")) {
    const content = file.read();
    if (!(content instanceof Promise)) return contentOf(content);
    return streamed(undefined, async function* () {
      yield toBytes(isText(await content) ? utf8(native((await content) as string)) : new Uint8Array());
    });
  }
  if (typeof file === "number" || typeof file === "bigint") return toBody(utf8(str(file)));
  throw new TypeError("a bytes-like object is required");
}

function streamed(length: number | undefined, open: Body["open"]): Body {
  return { length, replayable: false, open };
}

/** A part's own header lines; urllib3 leaves out what is empty. */
function linesOf(headers: unknown): [string, string][] {
  const lines = isMapping(headers) ? itemsOf(headers).filter(([, value]) => truth(value)) : [];
  return lines.map(([name, value]) => [str(name), str(value)]);
}

/**
 * A `multipart/form-data` body and its Content-Type, as urllib3 lays it out: fields first, then files; no type is guessed.
 *
 * @throws ValueError without files, or with text for data; InvalidHeader for a part's header with a line end
 */
export function encodeFiles(files: unknown, data: unknown): [body: Uint8Array | MultipartStream, contentType: string] {
  if (!truth(files)) throw new ValueError("Files must be provided.");
  if (isText(data)) throw new ValueError("Data must not be a string.");
  const parts: Entry[] = [];
  const nothing = { filename: undefined, type: undefined, headers: undefined, text: undefined };
  for (const pair of to_key_val_list(truth(data) ? data : {})!) {
    const [field, values] = unpack(pair);
    const name = isText(field) ? native(field) : str(field);
    for (const value of valuesOf(values)) {
      parts.push({ ...nothing, name, body: toBody(isBytes(value) ? toBytes(value) : utf8(str(value))) });
    }
  }
  for (const pair of to_key_val_list(files)!) {
    const [field, spec] = unpack(pair);
    let [filename, file, type, headers]: unknown[] = [];
    if (Array.isArray(spec)) {
      if (spec.length < 2 || spec.length > 4)
        throw new ValueError(
          `${spec.length < 2 ? "not enough" : "too many"} values to unpack (expected 4${spec.length < 2 ? `, got ${spec.length}` : ""})`,
        );
      [filename, file, type, headers] = spec as unknown[];
    } else {
      filename = guess_filename(spec) || field;
      file = spec;
    }
    if (file == null) continue;
    parts.push({
      name: native(field as string),
      filename: filename == null ? undefined : native(filename as string),
      type: truth(type) ? str(type) : undefined,
      headers: linesOf(headers),
      text: undefined,
      body: contentOf(file),
    });
  }
  const boundary = randomHex(16);
  const pieces = layOut(parts, boundary).map((piece) =>
    typeof piece === "string" ? utf8(piece) : (piece.bytes ?? piece),
  );
  const inMemory = pieces.every((piece) => piece instanceof Uint8Array);
  return [inMemory ? concat(pieces) : new MultipartStream(pieces), `multipart/form-data; boundary=${boundary}`];
}

/** @throws InvalidHeader */
function layOut(parts: readonly Entry[], boundary: string): (string | Body)[] {
  try {
    return requestsLayout(parts, boundary);
  } catch (error) {
    throw error instanceof HttpError ? new InvalidHeader(error.message) : error;
  }
}
