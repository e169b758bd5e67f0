import type { Socket } from "node:net";

/** Reads a socket by counts of bytes. */
export interface Reader {
  /** Takes exactly `count` bytes; rejects if the socket ends before. */
  readonly take: (count: number) => Promise<Buffer>;
  /** Stops reading; what was read too much is there for who reads the socket next. */
  readonly release: () => Promise<void>;
}

export function createReader(socket: Socket): Reader {
  const chunks = socket.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>;
  let buffered: Buffer = Buffer.alloc(0);
  const take = async (count: number): Promise<Buffer> => {
    if (buffered.length >= count) {
      const bytes = buffered.subarray(0, count);
      buffered = buffered.subarray(count);
      return bytes;
    }
    const next = await chunks.next();
    if (next.done) throw new Error("The socket ended too early");
    buffered = Buffer.concat([buffered, next.value]);
    return take(count);
  };
  const release = async (): Promise<void> => {
    await chunks.return?.();
    if (buffered.length > 0) socket.unshift(buffered);
  };
  return { take, release };
}
