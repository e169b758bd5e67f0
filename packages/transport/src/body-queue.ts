import { countChunk } from "./garbage.ts";

type Result = IteratorResult<Uint8Array, undefined>;

const none: Uint8Array[] = [];

/**
 * Chunks that came and were not read yet, and the reader that waits for one or for all.
 *
 * @example
 * ```ts
 * const queue = new BodyQueue();
 * incoming.on("data", (chunk) => queue.push(chunk)).on("end", () => queue.end());
 * const first = await queue.next();
 * ```
 */
export class BodyQueue {
  /** Bytes that wait to be read. */
  size = 0;
  /** Whether all are waited for. */
  collecting = false;
  #chunks: Uint8Array[] = none;
  #ended = false;
  #failed = false;
  #error: unknown;
  #resolve: ((result: Result) => void) | undefined;
  #resolveAll: ((bytes: Uint8Array) => void) | undefined;
  #reject: ((error: unknown) => void) | undefined;

  /** A chunk came. */
  push(chunk: Uint8Array): void {
    const resolve = this.#resolve;
    if (resolve) {
      this.#resolve = this.#reject = undefined;
      resolve({ value: handOut(chunk), done: false });
    } else {
      // Most bodies come in one chunk, and an empty list that grows makes room for many.
      if (this.size === 0) this.#chunks = [chunk];
      else this.#chunks.push(chunk);
      this.size += chunk.length;
    }
  }

  /** No more will come. */
  end(): void {
    this.#ended = true;
    this.#resolve?.({ value: undefined, done: true });
    this.#resolveAll?.(this.#join());
    this.#settled();
  }

  /** Comes after what waits to be read. */
  fail(error: unknown): void {
    this.#failed = true;
    this.#error = error;
    this.#reject?.(error);
    this.#settled();
  }

  /** Drops what waits to be read. */
  clear(): void {
    this.#chunks = none;
    this.size = 0;
  }

  /** The next chunk, as an iterator gives it; rejects with what {@link fail} was told. */
  next(): Promise<Result> {
    // Never more than a few: the server is made to wait once it is full.
    const value = this.#chunks.shift();
    if (value) {
      this.size -= value.length;
      return Promise.resolve({ value: handOut(value), done: false });
    }
    if (this.#failed) return Promise.reject(this.#error);
    if (this.#ended) return Promise.resolve({ value: undefined, done: true });
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** All that waits and all that comes, in one piece; at once where it is all there. For reading: it may lie in Node's pool. */
  collect(): Uint8Array | Promise<Uint8Array> {
    if (this.#failed) return Promise.reject(this.#error);
    if (this.#ended) return this.#join();
    this.collecting = true;
    return new Promise((resolve, reject) => {
      this.#resolveAll = resolve;
      this.#reject = reject;
    });
  }

  #settled(): void {
    this.#resolve = this.#resolveAll = this.#reject = undefined;
  }

  #join(): Uint8Array {
    const chunks = this.#chunks;
    const [first] = chunks;
    if (first && chunks.length === 1) return first;
    const all = new Uint8Array(this.size);
    let offset = 0;
    for (const chunk of chunks) {
      all.set(chunk, offset);
      offset += chunk.length;
    }
    this.clear();
    return all;
  }
}

/** What may be transferred and kept: small pieces come in a pool of Node's, with what others have there. */
function handOut(chunk: Uint8Array): Uint8Array {
  countChunk(chunk);
  return chunk.length < Buffer.poolSize / 2 ? chunk.slice() : chunk;
}
