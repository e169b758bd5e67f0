import zlib from "node:zlib";
import type { Transform } from "node:stream";

/** What can be decoded, in the order of preference. */
export const codings: Readonly<Record<string, (first: number) => Transform>> = {
  gzip: () => zlib.createGunzip(),
  // RFC 9110 §8.4.1.2 means the zlib format; some servers send the bare deflate data.
  deflate: (first) => ((first & 0x0f) === 8 ? zlib.createInflate() : zlib.createInflateRaw()),
  br: () => zlib.createBrotliDecompress(),
  zstd: () => zlib.createZstdDecompress(),
};
