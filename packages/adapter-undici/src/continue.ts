import type { Socket } from "node:net";
import { Failure } from "@posthaste/transport";

/** Bytes of informational responses before one response. */
const LIMIT = 16 * 1024;

/** Who waits for a response on the connection. */
export interface Waiting {
  onContinue(): void;
}

/**
 * Takes informational responses out of what undici reads. A client must take `100 Continue` in its stride, also where it did
 * not ask for it (RFC 9110 §15.2), and some servers send it with every POST; undici closes the connection on it, and reads
 * the others for as long as they come.
 */
export class ContinueFilter {
  readonly #socket: Socket;
  #waiting: Waiting | undefined;
  #held: Buffer | undefined;
  #taken = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
    const read = socket.read.bind(socket);
    socket.read = (size) => {
      const bytes = read(size) as Buffer | null;
      return bytes && this.#waiting ? this.#filter(bytes, this.#waiting) : bytes;
    };
  }

  /** Until the head of the response is there, for a body may look like one. */
  set waiting(waiting: Waiting | undefined) {
    this.#waiting = waiting;
    this.#taken = 0;
  }

  /** What is left for undici, if anything is. */
  #filter(bytes: Buffer, waiting: Waiting): Buffer | null {
    let rest = this.#held ? Buffer.concat([this.#held, bytes]) : bytes;
    this.#held = undefined;
    while (rest.length > 0 && isInformational(rest)) {
      waiting.onContinue();
      const end = rest.indexOf("\r\n\r\n");
      this.#taken += end < 0 ? 0 : end + 4;
      if (this.#taken + (end < 0 ? rest.length : 0) > LIMIT) {
        this.#socket.destroy(new Failure("ERR_LIMIT", "too many informational responses"));
        return null;
      }
      if (end < 0) {
        this.#held = rest;
        return null;
      }
      rest = rest.subarray(end + 4);
    }
    return rest.length > 0 ? rest : null;
  }
}

/** Whether it begins as one, or may become one. A switch of protocols, 101, is none. */
function isInformational(bytes: Buffer): boolean {
  // Nearly always another status.
  if (bytes.length > 9 && bytes[9] !== 0x31) return false;
  const text = bytes.toString("latin1", 0, 12);
  return "HTTP/1.1 1".startsWith(text) || (/^HTTP\/1\.1 1\d\d?$/.test(text) && text !== "HTTP/1.1 101");
}
