import { HttpError } from "@posthaste/core";
import type { Body, HttpRequest } from "@posthaste/core";

type Result = IteratorResult<Uint8Array, undefined>;

/** Bytes go out in pieces of this size at most, so that a slow network is seen to make progress. */
export const PIECE: number = 64 * 1024;

/**
 * What `toBody` of `@posthaste/core/body` makes of text, for less.
 *
 * @example
 * ```ts
 * new Text("hé").length; // 3
 * ```
 */
export class Text implements Body {
  readonly bytes: Uint8Array;
  readonly length: number;
  readonly replayable = true;
  readonly contentType = "text/plain;charset=UTF-8";

  constructor(text: string) {
    this.bytes = Buffer.from(text);
    this.length = this.bytes.length;
  }

  async *open(): AsyncGenerator<Uint8Array> {
    yield this.bytes;
  }
}

/** Who sends it. */
export interface UploadOwner {
  readonly request: HttpRequest;
  /** The connection takes more, and has it to wait for. */
  onProgress(): void;
  /** It is the source that is waited for. */
  onStarved(): void;
}

/**
 * A request's body in pieces of {@link PIECE} bytes at most: checks what the source yields, and counts it against the declared
 * length. Each `next` says that the piece before was taken.
 *
 * @example
 * ```ts
 * const upload = new Upload(owner, toBody(stream), undefined);
 * for await (const piece of upload) await write(piece);
 * ```
 */
export class Upload implements AsyncIterableIterator<Uint8Array, undefined> {
  /** Whether it was the source that failed, with {@link error}. */
  failed = false;
  error: unknown;
  /** Bytes of the source's chunk where the last piece was its beginning, else 0: for who writes a frame around each chunk. */
  chunk = 0;
  readonly #owner: UploadOwner;
  readonly #body: Body;
  readonly #length: number | undefined;
  #source: AsyncIterator<Uint8Array> | undefined;
  #rest: Uint8Array | undefined;
  #sent = 0;
  #over = false;
  #reject: ((error: unknown) => void) | undefined;

  constructor(owner: UploadOwner, body: Body, length: number | undefined) {
    this.#owner = owner;
    this.#body = body;
    this.#length = length;
    this.#rest = body.bytes;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Called when the connection takes more. */
  next(): Promise<Result> {
    if (this.#over) return Promise.reject(this.#abandoned());
    if (this.#rest) {
      this.chunk = this.#rest === this.#body.bytes ? this.#rest.length : 0;
      return Promise.resolve(this.#piece(this.#rest));
    }
    if (this.#body.bytes) return Promise.resolve({ value: undefined, done: true });
    this.#owner.onStarved();
    // Not only on the source: a request that is over must not wait for it.
    return new Promise((resolve, reject) => {
      this.#reject = reject;
      this.#pull().then(resolve, (error: unknown) => {
        if (!this.#over) {
          this.failed = true;
          this.error = error;
          this.cancel();
        }
        reject(error);
      });
    });
  }

  /** The request is over: the source is told, whatever it is at. */
  cancel(): void {
    if (this.#over) return;
    this.#over = true;
    this.#rest = undefined;
    // Not as if it had ended: what was sent must not pass for all there is.
    this.#reject?.(this.#abandoned());
    // If it cannot stop, that changes nothing any more.
    void stop(this.#source);
  }

  #piece(rest: Uint8Array): Result {
    this.#owner.onProgress();
    const value = rest.length > PIECE ? rest.subarray(0, PIECE) : rest;
    this.#rest = value === rest ? undefined : rest.subarray(PIECE);
    return { value, done: false };
  }

  async #pull(): Promise<Result> {
    this.#source ??= this.#body.open()[Symbol.asyncIterator]();
    const length = this.#length ?? Infinity;
    for (;;) {
      const { done, value } = await this.#source.next();
      if (this.#over) return { value: undefined, done: true };
      if (done) {
        this.#source = undefined;
        if (this.#sent < length && length < Infinity) throw this.#wrong(`ended after ${this.#sent} of ${length} bytes`);
        this.#owner.onProgress();
        return { value: undefined, done };
      }
      if (!(value instanceof Uint8Array)) throw this.#wrong("yields something that is no Uint8Array");
      this.#sent += value.length;
      if (this.#sent > length) throw this.#wrong(`yields more than the ${length} bytes it has`);
      if (value.length > 0) {
        this.chunk = value.length;
        return this.#piece(value);
      }
    }
  }

  #abandoned(): HttpError {
    return this.#wrong("is not wanted any more");
  }

  #wrong(problem: string): HttpError {
    return new HttpError("ERR_BODY", `the body ${problem}`, { request: this.#owner.request, phase: "send" });
  }
}

async function stop(source: AsyncIterator<Uint8Array> | undefined): Promise<void> {
  try {
    await source?.return?.();
  } catch {
    // Said where it is called.
  }
}
