import type { ReadStream } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import type { Readable } from "node:stream";
import { baseName, sizeOf, warn } from "#platform";
import { FileModeWarning, UnrewindableBodyError } from "./exceptions.ts";
import { OSError } from "./python/builtins.ts";
import { hasMethod, isBytes, isPlain, isText, native, toBytes, utf8 } from "./python/values.ts";

/** JavaScript's own kinds of file: what Python's `open` and `BytesIO` are there. */
export type FileLike = Blob | FileHandle | NodeJS.ReadableStream | ReadableStream<Uint8Array>;

/** A handle of `node:fs/promises`, whose `read` is not Python's. */
function isHandle(value: unknown): value is FileHandle {
  return hasMethod(value, "createReadStream") && typeof (value as { fd?: unknown }).fd === "number";
}

/** A stream of Node, whose `read` is not Python's. */
function isNodeStream(value: unknown): value is NodeJS.ReadableStream & Partial<ReadStream> {
  return hasMethod(value, "pipe") && hasMethod(value, Symbol.asyncIterator);
}

/** Whether it is a stream of Node that was read to its end, or closed: sent now, it would be empty. */
export function isSpent(value: unknown): boolean {
  return isNodeStream(value) && ((value as Readable).readableEnded || (value as Readable).destroyed);
}

/** Whether `value` is one of JavaScript's own kinds of file. */
export function isFileLike(value: unknown): value is FileLike {
  return value instanceof Blob || isHandle(value) || isNodeStream(value) || value instanceof ReadableStream;
}

/** Bytes from where it stands to its end, where that can be known. */
function lengthOf(file: FileLike): number | undefined {
  if (file instanceof Blob) return file.size;
  if (isHandle(file)) return sizeOf(file.fd);
  if (isNodeStream(file) && typeof file.path === "string") {
    const { start = 0, end = Infinity } = file as ReadStream & { start?: number; end?: number };
    return Math.max(0, Math.min(sizeOf(file.path), end + 1) - start);
  }
  return undefined;
}

/** A file's length, and a way to read it. */
export function fileStream(file: FileLike): { length: number | undefined; open(): AsyncIterable<Uint8Array> } {
  return {
    length: lengthOf(file),
    open: () => {
      if (file instanceof Blob) return file.stream();
      if (isHandle(file)) return file.createReadStream({ autoClose: false, start: 0 });
      return file as AsyncIterable<Uint8Array>;
    },
  };
}

/**
 * How many bytes are left in a body: of text its UTF-8, of a file what is behind its position, of a dictionary its keys, 0 where it cannot be known.
 * From requests' `utils.super_len`.
 */
export function super_len(o: unknown): number {
  if (typeof o === "string") return utf8(o).length;
  if (isBytes(o)) return toBytes(o).length;
  if (isFileLike(o)) return lengthOf(o) ?? 0;
  const it = o as {
    __len__?(): number;
    len?: number;
    length?: number;
    size?: number;
    fileno?(): number;
    mode?: string;
    tell?(): number;
    seek?(offset: number, whence?: number): unknown;
  };
  let total: number | null = null;
  let position = 0;
  if (hasMethod(o, "__len__")) total = o.__len__() as number;
  else if (Array.isArray(o) || typeof it.length === "number") total = it.length!;
  else if (o instanceof Map || o instanceof Set) total = o.size;
  else if (typeof it.len === "number") total = it.len;
  else if (hasMethod(it, "fileno")) {
    try {
      total = sizeOf(it.fileno());
    } catch (error) {
      // A file that has no number tells so by an error; one whose number is wrong fails in Python too.
      if ((error as NodeJS.ErrnoException).syscall === "fstat") throw error;
    }
    if (total !== null && !String((it as { mode?: string }).mode).includes("b")) {
      warn(
        "The length of a file opened in text mode was taken in bytes, which may lead to a wrong Content-Length.",
        FileModeWarning.name,
      );
    }
  } else if (isPlain(o) && !hasMethod(o, "read") && !hasMethod(o, "tell")) total = Object.keys(o).length;
  if (hasMethod(it, "tell")) {
    try {
      position = it.tell();
      if (hasMethod(it, "seek") && total === null) {
        try {
          it.seek(0, 2);
          total = it.tell();
          it.seek(position);
        } catch (error) {
          if (!isOSError(error)) throw error;
          total = 0;
        }
      }
    } catch (error) {
      if (!isOSError(error)) throw error;
      if (total !== null) position = total;
    }
  }
  return Math.max(0, (total ?? 0) - position);
}

/** Python's `OSError`, or an error of Node's that says which system call failed. */
export function isOSError(error: unknown): boolean {
  return (
    error instanceof OSError || (error instanceof Error && typeof (error as NodeJS.ErrnoException).code === "string")
  );
}

/** The last part of a file's name, where it has one and it is not `<something>`. From requests' `utils.guess_filename`. */
export function guess_filename(obj: unknown): string | null {
  if (obj == null) return null;
  const { name, path } = obj as { name?: unknown; path?: unknown };
  const given = name ?? (isNodeStream(obj) ? path : undefined);
  if (!given || !isText(given)) return null;
  const text = native(given);
  return text.startsWith("<") || text.endsWith(">") ? null : baseName(text);
}

/**
 * Puts a body back to where it was when it was prepared. From requests' `utils.rewind_body`.
 *
 * @throws UnrewindableBodyError where that cannot be done
 */
export function rewind_body(prepared_request: { body: unknown; _body_position: unknown }): void {
  const { body, _body_position: position } = prepared_request;
  if (!hasMethod(body, "seek") || typeof position !== "number") {
    throw new UnrewindableBodyError("Unable to rewind request body for redirect.");
  }
  try {
    body.seek(position);
  } catch (error) {
    if (!isOSError(error)) throw error;
    throw new UnrewindableBodyError("An error occurred when rewinding request body for redirect.", { request: null });
  }
}
