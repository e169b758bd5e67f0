import type { Socket } from "node:net";

const start = Buffer.from("HTTP/1.1 100");
/** Of a head that does not end. */
const LIMIT = 16 * 1024;

/** Who waits for a response on the connection. */
export interface Waiting {
  onContinue(): void;
}

/**
 * Takes `100 Continue` out of what undici reads. A client must take it in its stride, also where it did not ask for it
 * (RFC 9110 §15.2), and some servers send it with every POST; undici closes the connection on it.
 */
export class ContinueFilter {
  /** Until the head of the response is there, for a body may look like one. */
  waiting: Waiting | undefined;
  #held: Buffer | undefined;

  constructor(socket: Socket) {
    const read = socket.read.bind(socket);
    socket.read = (size) => {
      const bytes = read(size) as Buffer | null;
      return bytes && this.waiting ? this.#filter(bytes, this.waiting) : bytes;
    };
  }

  /** What is left for undici, if anything is. */
  #filter(bytes: Buffer, waiting: Waiting): Buffer | null {
    let rest = this.#held ? Buffer.concat([this.#held, bytes]) : bytes;
    this.#held = undefined;
    while (rest.length > 0 && rest.length < LIMIT && begins(rest)) {
      waiting.onContinue();
      const end = rest.indexOf("\r\n\r\n");
      if (end < 0) {
        this.#held = rest;
        return null;
      }
      rest = rest.subarray(end + 4);
    }
    return rest.length > 0 ? rest : null;
  }
}

/** Whether it is the beginning of one, or may become it. */
function begins(bytes: Buffer): boolean {
  const length = Math.min(start.length, bytes.length);
  return start.compare(bytes, 0, length, 0, length) === 0;
}
