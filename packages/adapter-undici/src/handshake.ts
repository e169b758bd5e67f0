import { once } from "node:events";
import type { Socket } from "node:net";
import { Failure, rootCause } from "./errors.ts";

/** Waits for an event that means success; an error of the socket becomes a {@link Failure} with the code. */
export async function until(socket: Socket, event: string, failure: (error: unknown) => Failure): Promise<void> {
  try {
    await once(socket, event);
  } catch (error) {
    throw failure(error);
  }
}

/**
 * The next bytes from a proxy: `count` of them, or whatever there is. By `read()` and not by "data" events, so that nothing
 * flows once the handshake is over and the socket belongs to someone else.
 */
export async function take(socket: Socket, count?: number): Promise<Buffer> {
  for (;;) {
    const bytes = socket.read(count) as Buffer | null;
    if (bytes && bytes.length >= (count ?? 1)) return bytes;
    if (bytes || socket.readableEnded || socket.destroyed) {
      throw new Failure("ERR_PROXY", "the proxy closed the connection in the handshake");
    }
    await more(socket);
  }
}

function more(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error?: unknown) => {
      socket.off("readable", settle).off("end", settle).off("close", settle).off("error", settle);
      if (error instanceof Error) reject(new Failure("ERR_PROXY", `the proxy: ${rootCause(error)}`, error));
      else resolve();
    };
    socket.on("readable", settle).on("end", settle).on("close", settle).on("error", settle);
  });
}
