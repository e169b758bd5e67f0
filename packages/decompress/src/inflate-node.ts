/* oxlint-disable no-unmodified-loop-condition -- what is awaited in these conditions does change */
import * as zlib from "node:zlib";
import type { Inflate } from "./decompress.ts";

interface Whole {
  buffer: Uint8Array;
  engine: zlib.InflateRaw;
}
interface Options {
  info?: boolean;
  maxOutputLength?: number;
  chunkSize?: number;
}
type Decoder = readonly [
  create: (options: Options) => unknown,
  whole?: (bytes: Uint8Array, options: Options) => unknown,
];

/** What node:zlib decodes, as a stream and at once. No prototype, so that nothing on one is taken for a coding. */
export const codings: Readonly<Record<string, Decoder>> = {
  // @ts-expect-error -- a prototype, not a property
  __proto__: null,
  gzip: [zlib.createInflateRaw, zlib.gunzipSync],
  deflate: [zlib.createInflate, zlib.inflateSync],
  br: [zlib.createBrotliDecompress, zlib.brotliDecompressSync],
  // At once, Node 22 takes the beginning of a frame for all of it.
  zstd: [zlib.createZstdDecompress],
};

/**
 * By node:zlib. Of gzip, the frame (RFC 1952 §2.3) is read here and only what is in it is streamed through zlib, whose own
 * gunzip takes what follows the last member for an error.
 */
export const inflate: Inflate = async function* (coding, source, maxSize, maxRatio, fail) {
  let whole: Whole | undefined;
  let size = 0;
  /** What came and is not used yet; nothing but its length is asked for before the first chunk. */
  let rest = [] as unknown as Uint8Array;
  let decoder: zlib.InflateRaw | undefined;
  let wake: () => void;
  const isGzip = coding === "gzip";
  let read = 0;
  const step = (): void => wake();

  /** Waits for bytes, and tells how many there are: none at the end. */
  async function more(): Promise<number> {
    for (let next; !rest.length && !(next = await source.next()).done; read += rest.length) rest = next.value;
    return rest.length;
  }

  /** Takes a little-endian number; of more than four bytes, nothing but the taking is of use. */
  async function number(bytes: number): Promise<number> {
    if (!bytes) return 0;
    if (!(await more())) fail();
    const [byte] = rest;
    rest = rest.subarray(1);
    return byte! | ((await number(bytes - 1)) << 8);
  }

  try {
    await more();
    const [create, all] = codings[coding]!;
    try {
      // A small body is most often there with its first chunk; at once it costs half of the time that a stream takes.
      whole = all!(rest, { maxOutputLength: Math.min(maxSize, 2 ** 16), info: true }) as Whole;
      size = whole.buffer.length;
      rest = rest.subarray(whole.engine.bytesWritten);
      yield whole.buffer;
    } catch {
      // There is more to come, or something is wrong with it, which the stream will tell.
    }
    // RFC 1952 §2.2 and RFC 8878 §3: one member or frame after the other.
    while ((await more()) && ((!whole && !decoder) || coding === "zstd" || (isGzip && rest[0] === 31))) {
      if (isGzip) {
        if ((await number(3)) !== 0x8_8b1f) fail();
        const flags = await number(1);
        await number(6);
        await number(flags & 4 && (await number(2)));
        while (flags & 8 && (await number(1)));
        while (flags & 16 && (await number(1)));
        await number(flags & 2);
      }
      const before = size;
      let crc = 0;
      // RFC 9110 §8.4.1.2 means the zlib format (RFC 1950 §2.2: method 8), but some servers send what is in it bare.
      const isRaw = coding === "deflate" && rest[0]! % 16 !== 8;
      decoder = (isRaw ? zlib.createInflateRaw : create)({ chunkSize: 2 ** 16 }) as zlib.InflateRaw;
      decoder.on("readable", step).on("end", step).on("error", step);
      do {
        const start = decoder.bytesWritten;
        if (await more()) decoder.write(rest, step);
        else decoder.end();
        while (!decoder.readableEnded) {
          const chunk = decoder.read() as Uint8Array | null;
          if (chunk) {
            size += chunk.length;
            if (size > Math.min(maxSize, 2 ** 26 + read * maxRatio)) fail(Error("size"), "ERR_LIMIT");
            if (isGzip) crc = zlib.crc32(chunk, crc);
            yield chunk;
          } else if (decoder.errored) fail(decoder.errored);
          else if (rest.length && !decoder.writableLength) break;
          else await new Promise<void>((resolve) => (wake = resolve));
        }
        // What the decoder left is behind its end.
        rest = rest.subarray(decoder.bytesWritten - start);
      } while (!decoder.readableEnded && !rest.length);
      decoder.close();
      if (isGzip && ((await number(4)) ^ crc) | ((await number(4)) ^ (size - before))) fail();
    }
  } finally {
    decoder?.close();
    await source.return?.();
  }
};
