import type { Socket } from "node:net";
import { Failure } from "@posthaste/transport";

/** Bytes of informational responses before one response. */
const LIMIT = 16 * 1024;

/** Who waits for a response on the connection. */
export interface Waiting {
  /** Bytes came that undici is not told of, or not yet. */
  onContinue(): void;
}

/**
 * Takes informational responses out of what undici reads. A client must take `100 Continue` in its stride, also where it did
 * not ask for it (RFC 9110 §15.2), and some servers send it with every POST; undici closes the connection on it, and reads
 * the others for as long as they come. Undici also forgets the beginning of a reason phrase that comes in two pieces: it gets
 * the status line as a whole.
 */
export class ContinueFilter {
  readonly #socket: Socket;
  #waiting: Waiting | undefined;
  #held: Buffer | undefined;
  #taken = 0;
  #idle = 0;

  /** @param limit bytes that may come without {@link progress}: undici has none for the extensions of a chunk */
  constructor(socket: Socket, limit: number) {
    this.#socket = socket;
    const read = socket.read.bind(socket);
    socket.read = (size) => {
      const bytes = read(size) as Buffer | null;
      if (!bytes) return null;
      if (this.#idle > limit) {
        socket.destroy(new Failure("ERR_LIMIT", "too many bytes that are neither head nor content"));
        return null;
      }
      this.#idle += bytes.length;
      return this.#waiting ? this.#filter(bytes, this.#waiting) : bytes;
    };
  }

  /** Until the status line of the response is there, for a body may look like one. */
  set waiting(waiting: Waiting | undefined) {
    this.#waiting = waiting;
    this.#taken = this.#idle = 0;
  }

  /** Content came. */
  progress(): void {
    this.#idle = 0;
  }

  /** What is left for undici, if anything is. */
  #filter(bytes: Buffer, waiting: Waiting): Buffer | null {
    let rest = this.#held ? Buffer.concat([this.#held, bytes]) : bytes;
    this.#held = undefined;
    for (;;) {
      const informs = isInformational(rest);
      const end = rest.indexOf(informs ? "\r\n\r\n" : "\n");
      if (!informs && (end >= 0 || !isStatusLine(rest))) {
        this.#waiting = undefined;
        return rest;
      }
      waiting.onContinue();
      this.#taken += end < 0 ? rest.length : end + 4;
      if (this.#taken > LIMIT) {
        this.#socket.destroy(new Failure("ERR_LIMIT", "too much before the head of the response"));
        return null;
      }
      if (end < 0) {
        this.#taken -= rest.length;
        this.#held = rest;
        return null;
      }
      rest = rest.subarray(end + 4);
      if (rest.length === 0) return null;
    }
  }
}

/** Whether it begins as one, or may become one. A switch of protocols, 101, is none. */
function isInformational(bytes: Buffer): boolean {
  // Nearly always another status.
  if (bytes.length > 9 && bytes[9] !== 0x31) return false;
  const text = bytes.toString("latin1", 0, 12);
  return "HTTP/1.1 1".startsWith(text) || (/^HTTP\/1\.1 1\d\d?$/.test(text) && text !== "HTTP/1.1 101");
}

/** Whether it may be the beginning of a status line. */
function isStatusLine(bytes: Buffer): boolean {
  return "HTTP/0.0 000".startsWith(bytes.toString("latin1", 0, 12).replaceAll(/\d/g, "0"));
}
