import type { OnReadOpts } from "node:net";

/** Bytes that are read from the network at a time, as Node does. */
const SIZE = 64 * 1024;

/**
 * How a socket reads: into one buffer, again and again, out of which is copied what came. Node by itself allocates 64 KiB for
 * each read and gives most of it back, which for a small answer costs more than to parse it. A buffer that is nearly full is
 * handed on, and replaced.
 *
 * @param push the socket's
 */
export function reading(push: (chunk: Uint8Array) => boolean): OnReadOpts {
  let buffer = Buffer.allocUnsafeSlow(SIZE);
  return {
    buffer: () => buffer,
    callback(length: number, bytes: Uint8Array): boolean {
      const came = bytes.subarray(0, length);
      if (length < SIZE / 2) return push(Buffer.from(came));
      buffer = Buffer.allocUnsafeSlow(SIZE);
      return push(came);
    },
  };
}
