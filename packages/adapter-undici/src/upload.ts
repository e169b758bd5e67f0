import { HttpError } from "@posthaste/core";
import type { Body, HttpRequest } from "@posthaste/core";
import type { Silence } from "./silence.ts";

type Result = IteratorResult<Uint8Array, undefined>;

const DONE: Result = { value: undefined, done: true };

/** Bytes are handed on in pieces of at most this size, so that a slow network is seen to make progress. */
export const PIECE: number = 64 * 1024;

/**
 * A request's body as undici reads it: checks what the source yields, counts it against the declared length, and lets the
 * silence run only while the network is waited for, not while the source is.
 */
export class Upload implements AsyncIterableIterator<Uint8Array, undefined> {
  /** Whether the source failed, and {@link error} is what the call rejects with. */
  failed = false;
  error: unknown;
  readonly #request: HttpRequest;
  readonly #length: number | undefined;
  readonly #silence: Silence;
  readonly #source: AsyncIterator<Uint8Array>;
  #rest: Uint8Array | undefined;
  #sent = 0;
  #over = false;

  constructor(request: HttpRequest, body: Body, length: number | undefined, silence: Silence) {
    this.#request = request;
    this.#length = length;
    this.#silence = silence;
    this.#rest = body.bytes;
    this.#source = body.bytes ? nothing : body.open()[Symbol.asyncIterator]();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Called when the connection takes more. */
  async next(): Promise<Result> {
    if (this.#over) return DONE;
    try {
      while (!this.#rest) {
        this.#silence.pause();
        const { done, value } = await this.#source.next();
        if (this.#over) return DONE;
        if (done) return this.#end();
        if (!(value instanceof Uint8Array)) throw this.#wrong("a chunk of the body is no Uint8Array");
        if (value.length > 0) this.#rest = value;
        if (this.#sent + value.length > (this.#length ?? Infinity)) throw this.#wrong(`the body is longer than ${this.#length} bytes`);
      }
      this.#silence.touch();
      const piece = this.#rest.subarray(0, PIECE);
      this.#rest = piece.length < this.#rest.length ? this.#rest.subarray(PIECE) : undefined;
      this.#sent += piece.length;
      return { value: piece, done: false };
    } catch (error) {
      if (!this.#over) {
        this.failed = true;
        this.error = error;
        this.cancel();
      }
      throw error;
    }
  }

  /** Undici reads no further. */
  async return(): Promise<Result> {
    this.cancel();
    return DONE;
  }

  /** Nobody needs the rest: the source is told, whatever it is at. */
  cancel(): void {
    if (this.#over) return;
    this.#over = true;
    this.#rest = undefined;
    try {
      this.#source.return?.().catch(() => {});
    } catch {
      // The request is over; a source that cannot stop changes nothing.
    }
  }

  #end(): Result {
    this.#over = true;
    if (this.#length !== undefined && this.#sent !== this.#length) {
      this.failed = true;
      this.error = this.#wrong(`the body ended after ${this.#sent} of ${this.#length} bytes`);
      throw this.error;
    }
    return DONE;
  }

  #wrong(problem: string): HttpError {
    return new HttpError("ERR_BODY", problem, { request: this.#request, phase: "send" });
  }
}

const nothing: AsyncIterator<Uint8Array> = {
  next: async () => DONE,
};
