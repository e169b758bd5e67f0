import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";

const END = "\r\n\r\n";

/**
 * Tells whether more came over a connection than the response to a request. Node knows of what is a whole response, and of what
 * is none; the beginning of one that came along with the last bytes of the one before is dropped without a word, and the rest of
 * it would be taken for the next answer.
 */
export class Surplus {
  readonly #socket: Socket;
  /** What came last, which Node's parser gets after this; of a body no more than its end. */
  #seen: Buffer = Buffer.alloc(0);
  /** Where in it what is not parsed begins. */
  #from = 0;
  /** What the connection had read when the body began. */
  #before: number | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.prependListener("data", this.#see);
  }

  readonly #see = (chunk: Buffer): void => {
    if (this.#before !== undefined && chunk.length >= END.length) {
      this.#seen = chunk.subarray(-END.length);
    } else {
      // The end of a head, or of the last chunk, may come in two pieces.
      const kept = this.#seen.subarray(Math.max(this.#from, this.#seen.length - END.length + 1));
      this.#seen = kept.length > 0 ? Buffer.concat([kept, chunk]) : chunk;
    }
    this.#from = 0;
  };

  /** The parser has met the end of an informational response. */
  onInformation(): void {
    this.#from = this.#seen.indexOf(END, this.#from, "latin1") + END.length;
  }

  /** The parser has met the end of the response's head. */
  onResponse(): void {
    this.onInformation();
    this.#before = this.#socket.bytesRead - (this.#seen.length - this.#from);
  }

  /** The response is complete: whether that was not all. */
  follows({ headers, statusCode }: IncomingMessage, method: string): boolean {
    this.#socket.off("data", this.#see);
    const isEmpty = method === "HEAD" || statusCode === 204 || statusCode === 304;
    // RFC 9112 §7.1: after the last chunk there are lines, of which the last one is empty.
    if (!isEmpty && headers["transfer-encoding"]) return !this.#seen.subarray(-END.length).equals(Buffer.from(END));
    const length = isEmpty ? 0 : Number(headers["content-length"] ?? Infinity);
    return this.#socket.bytesRead - this.#before! > length;
  }
}
