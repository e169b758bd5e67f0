import type { Inflate } from "./decompress.ts";

/** What `DecompressionStream` decodes everywhere (Compression Streams, "Supported formats"). */
export const codings: Readonly<Record<string, CompressionFormat>> = {
  // @ts-expect-error -- a prototype, not a property
  __proto__: null,
  gzip: "gzip",
  deflate: "deflate",
};

/** By `DecompressionStream`, which takes anything behind the end for an error, further members of gzip too. */
export const inflate: Inflate = async function* (coding, source, maxSize, maxRatio, fail) {
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  let read = 0;
  let size = 0;
  let failure: { error: unknown } | undefined;

  async function next(): Promise<IteratorResult<Uint8Array>> {
    try {
      const result = await source.next();
      if (!result.done) read += result.value.length;
      return result;
    } catch (error) {
      failure = { error };
      throw error;
    }
  }

  /** Feeds the decoder; what goes wrong with it is seen where it is read. */
  async function feed(
    writer: WritableStreamDefaultWriter<Uint8Array>,
    first: IteratorResult<Uint8Array>,
  ): Promise<void> {
    try {
      for (let result = first; !result.done; result = await next()) await writer.write(result.value);
      await writer.close();
    } catch (error) {
      await writer.abort(error).catch(() => {});
    }
  }

  try {
    let first = await next();
    while (!first.done && !first.value.length) first = await next();
    if (first.done) return;
    // RFC 9110 §8.4.1.2 means the zlib format (RFC 1950 §2.2: method 8), but some servers send what is in it bare.
    const isRaw = coding === "deflate" && first.value[0]! % 16 !== 8;
    const { readable, writable } = new DecompressionStream(isRaw ? "deflate-raw" : codings[coding]!);
    reader = (readable as ReadableStream<Uint8Array>).getReader();
    void feed((writable as WritableStream<Uint8Array>).getWriter(), first);
    for (;;) {
      const result = await reader.read().catch((error: Error) => {
        if (failure) throw failure.error;
        return fail(error);
      });
      if (result.done) return;
      size += result.value.length;
      if (size > Math.min(maxSize, 2 ** 26 + read * maxRatio)) fail(Error("size"), "ERR_LIMIT");
      yield result.value;
    }
  } finally {
    await reader?.cancel().catch(() => {});
    await source.return?.();
  }
};
