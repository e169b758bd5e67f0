import { randomBytes } from "node:crypto";
import { fileStream, guess_filename, isFileLike } from "./files.ts";
import { to_key_val_list, unpack, valuesOf } from "./encode-params.ts";
import { ValueError } from "./python/builtins.ts";
import { hasMethod, isBytes, isMapping, isText, itemsOf, native, str, toBytes, truth, utf8 } from "./python/values.ts";

/** Content that comes later: a Blob's, a stream's. */
export interface Streamed {
  readonly length: number | undefined;
  open(): AsyncIterable<Uint8Array>;
}

/** A multipart body of which a part is streamed. */
export class MultipartStream {
  /** Bytes in all, where every part's length is known. */
  readonly __length: number | undefined;
  readonly #pieces: readonly (Uint8Array | Streamed)[];

  constructor(pieces: readonly (Uint8Array | Streamed)[]) {
    this.#pieces = pieces;
    const lengths = pieces.map((piece) => piece.length);
    this.__length = lengths.includes(undefined)
      ? undefined
      : (lengths as number[]).reduce((sum, length) => sum + length, 0);
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

const escape = (text: string): string =>
  text.replace(/["\r\n]/g, (char) => ({ '"': "%22", "\r": "%0D", "\n": "%0A" })[char]!);

function disposition(name: unknown, filename: unknown): string {
  const param = (key: string, value: unknown): string =>
    value == null ? "" : `; ${key}="${escape(native(value as string))}"`;
  return `form-data${param("name", name)}${param("filename", filename)}`;
}

/** The header of one part, in urllib3's order: three first, then the others as given; empty ones are left out. */
function header(lines: Map<unknown, unknown>): string {
  const first = ["Content-Disposition", "Content-Type", "Content-Location"];
  const ordered = [
    ...first.map((name) => [name, lines.get(name)]),
    ...[...lines].filter(([name]) => !first.includes(name as string)),
  ];
  return ordered
    .filter((line) => truth(line[1]))
    .map(([name, value]) => `${str(name)}: ${str(value)}\r\n`)
    .join("");
}

/** The content of a file: what is in memory as bytes, the rest as what can be opened. */
function contentOf(file: unknown): Uint8Array | Streamed {
  if (typeof file === "string") return utf8(file);
  if (isBytes(file)) return toBytes(file);
  if (isFileLike(file)) return fileStream(file);
  if (hasMethod(file, "read")) {
    const content = file.read();
    if (!(content instanceof Promise)) return contentOf(content);
    return {
      length: undefined,
      async *open() {
        yield toBytes(isText(await content) ? utf8(native((await content) as string)) : new Uint8Array());
      },
    };
  }
  if (typeof file === "number" || typeof file === "bigint") return utf8(str(file));
  throw new TypeError("a bytes-like object is required");
}

/**
 * A `multipart/form-data` body and its Content-Type, as urllib3 lays it out: fields first, then files; no type is guessed.
 *
 * @throws ValueError without files, or with text for data
 */
export function encodeFiles(files: unknown, data: unknown): [body: Uint8Array | MultipartStream, contentType: string] {
  if (!truth(files)) throw new ValueError("Files must be provided.");
  if (isText(data)) throw new ValueError("Data must not be a string.");
  const boundary = randomBytes(16).toString("hex");
  const pieces: (Uint8Array | Streamed)[] = [];
  const part = (lines: Map<unknown, unknown>, content: Uint8Array | Streamed): void => {
    pieces.push(utf8(`--${boundary}\r\n${header(lines)}\r\n`), content, utf8("\r\n"));
  };
  for (const pair of to_key_val_list(truth(data) ? data : {})!) {
    const [field, values] = unpack(pair);
    for (const value of valuesOf(values)) {
      const name = isText(field) ? native(field) : str(field);
      part(
        new Map([["Content-Disposition", disposition(name, null)]]),
        isBytes(value) ? toBytes(value) : utf8(str(value)),
      );
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
    const lines = new Map<unknown, unknown>(isMapping(headers) ? itemsOf(headers) : []);
    lines
      .set("Content-Disposition", disposition(field, filename))
      .set("Content-Type", type ?? null)
      .set("Content-Location", null);
    part(lines, contentOf(file));
  }
  pieces.push(utf8(`--${boundary}--\r\n`));
  const inMemory = pieces.every((piece) => piece instanceof Uint8Array);
  return [inMemory ? Buffer.concat(pieces) : new MultipartStream(pieces), `multipart/form-data; boundary=${boundary}`];
}
