import { HttpError } from "@posthaste/core";
import type { HttpRequest, ResponseBody } from "@posthaste/core";

type Result = IteratorResult<Uint8Array, undefined>;

/** What brings the content. */
export interface Source {
  readonly request: HttpRequest;
  /** Whether it comes to its end without the reader of the body: it did, or all that is left is being collected. */
  readonly settled: boolean;
  next(): Promise<Result>;
  /** All that is left. */
  collect(): Uint8Array | Promise<Uint8Array>;
  /** Drops what is left and frees the connection. */
  discard(): Promise<void>;
}

/**
 * A response's body, opened once. The source does not know it: where nobody else does any more, it is collected, and the
 * source discarded.
 *
 * @throws HttpError `ERR_BODY_CONSUMED` where it is opened again, or was discarded
 * @example
 * ```ts
 * const body = new Content(source);
 * const response = new HttpResponse({ request, status, reason, headers, body, discard: () => body.discard() });
 * ```
 */
export class Content implements ResponseBody, AsyncIterator<Uint8Array, undefined> {
  readonly source: Source;
  #used = false;

  constructor(source: Source) {
    this.source = source;
  }

  [Symbol.asyncIterator](): this {
    this.#open();
    return this;
  }

  bytes(): Uint8Array | Promise<Uint8Array> {
    this.#open();
    return this.source.collect();
  }

  next(): Promise<Result> {
    return this.source.next();
  }

  /** The reader has enough. It does not wait for the connection. */
  return(): Promise<Result> {
    void this.source.discard();
    return Promise.resolve({ value: undefined, done: true });
  }

  discard(): Promise<void> {
    this.#used = true;
    return this.source.discard();
  }

  #open(): void {
    if (this.#used) {
      const { request } = this.source;
      throw new HttpError("ERR_BODY_CONSUMED", "the content was read or discarded before", { request, phase: "body" });
    }
    this.#used = true;
  }
}

/** Of a response of which only the head is told. */
export const noContent: ResponseBody = {
  async *[Symbol.asyncIterator]() {},
};
