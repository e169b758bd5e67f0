import type { Body } from "@posthaste/core";
import { fileStream, isFileLike, isSpent } from "../files.ts";
import { ValueError } from "../python/builtins.ts";
import { hasMethod, isBytes, isPlain, iterate, toBytes, typeName, utf8 } from "../python/values.ts";

/** How much is read from a file at a time; each read is one chunk where the length is not known. */
const BLOCK = 16_384;

function chunk(piece: unknown): Uint8Array {
  if (typeof piece === "string") return utf8(piece);
  if (isBytes(piece)) return toBytes(piece);
  throw new TypeError(`a bytes-like object is required, not '${typeName(piece)}'`);
}

async function* readBlocks(file: { read(size: number): unknown }): AsyncGenerator<Uint8Array, void, undefined> {
  for (;;) {
    const block = chunk((await file.read(BLOCK)) ?? "");
    if (!block.length) return;
    yield block;
  }
}

async function* pieces(
  source: Iterable<unknown> | AsyncIterable<unknown>,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const piece of source) {
    const bytes = chunk(piece);
    if (bytes.length) yield bytes;
  }
}

/**
 * A prepared request's body for the transport. With `chunked` its length is not told, even where it is known.
 *
 * @throws TypeError for what can be neither sent, read nor iterated over; ValueError for a stream that was read or closed before
 */
export function transportBody(body: unknown, chunked: boolean, length: number | undefined): Body | null {
  if (body == null) return null;
  if (typeof body === "string" || isBytes(body)) {
    const bytes = typeof body === "string" ? utf8(body) : toBytes(body);
    if (!chunked) return { bytes, length: bytes.length, replayable: true, open: () => pieces([bytes]) };
    return { replayable: true, open: () => pieces([bytes]) };
  }
  const open = opener(body);
  return { length: chunked ? undefined : length, replayable: false, open };
}

function opener(body: unknown): () => AsyncIterable<Uint8Array> {
  if (isSpent(body)) throw new ValueError("I/O operation on closed file.");
  if (isFileLike(body)) return () => pieces(fileStream(body).open());
  if (hasMethod(body, "read")) return () => readBlocks(body);
  if (hasMethod(body, Symbol.asyncIterator)) return () => pieces(body as unknown as AsyncIterable<unknown>);
  if (hasMethod(body, Symbol.iterator) || hasMethod(body, "__iter__") || isPlain(body))
    return () => pieces(iterate(body));
  throw new TypeError(`'body' must be a bytes-like object, file-like object, or iterable. Instead was ${String(body)}`);
}
