import { once } from "node:events";
import type { Socket } from "node:net";
import { Failure, rootCause } from "./failure.ts";

/** Waits for an event that means success; an error of the socket becomes a {@link Failure}. */
export async function until(socket: Socket, event: string, failure: (error: unknown) => Failure): Promise<void> {
  try {
    await once(socket, event);
  } catch (error) {
    throw failure(error);
  }
}

/**
 * What a proxy says before it gets out of the way. It reads by `read()` and not by "data" events, so that nothing flows once
 * the handshake is over and the socket belongs to someone else.
 */
export class HandshakeReader {
  readonly #socket: Socket;
  #bytes: Buffer = Buffer.alloc(0);
  #taken = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** Whether nothing came beyond what was taken. */
  get isEmpty(): boolean {
    return this.#bytes.length === 0;
  }

  async take(count: number): Promise<Buffer> {
    while (this.#bytes.length < count) await this.#more();
    return this.#cut(count, count);
  }

  /** What comes before `mark`, as Latin-1; the limit is for all that was taken, lest small answers go on without end. */
  async takeBefore(mark: string, limit: number): Promise<string> {
    for (;;) {
      const end = this.#bytes.indexOf(mark);
      const length = end < 0 ? this.#bytes.length : end;
      if (this.#taken + length > limit) throw new Failure("ERR_PROXY", `the proxy's answer is over ${limit} bytes`);
      if (end >= 0) return this.#cut(end, end + mark.length).toString("latin1");
      await this.#more();
    }
  }

  #cut(end: number, next: number): Buffer {
    const cut = this.#bytes.subarray(0, end);
    this.#bytes = this.#bytes.subarray(next);
    this.#taken += next;
    return cut;
  }

  async #more(): Promise<void> {
    const socket = this.#socket;
    // All there is: of a rest the stream would tell again at once, and so without end.
    let bytes = socket.read() as Buffer | null;
    if (!bytes && !socket.readableEnded && !socket.destroyed) {
      await readable(socket);
      bytes = socket.read() as Buffer | null;
    }
    if (!bytes) throw new Failure("ERR_PROXY", "the proxy closed the connection in the handshake");
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
  }
}

/** Waits until there is something to read, or never will be. */
function readable(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error?: unknown) => {
      for (const event of ["readable", "end", "close", "error"]) socket.off(event, settle);
      if (error instanceof Error) reject(new Failure("ERR_PROXY", `the proxy: ${rootCause(error)}`, error));
      else resolve();
    };
    for (const event of ["readable", "end", "close", "error"]) socket.on(event, settle);
  });
}
