type Result = IteratorResult<Uint8Array, undefined>;

const DONE: Result = { value: undefined, done: true };

/** Chunks that came and were not read yet, and the one reader that may be waiting. */
export class BodyQueue {
  /** Bytes that wait to be read. */
  size = 0;
  #chunks: Uint8Array[] = [];
  #head = 0;
  #ended = false;
  #failed = false;
  #error: unknown;
  #resolve: ((result: Result) => void) | undefined;
  #reject: ((error: unknown) => void) | undefined;

  /** Whether nothing more will come in. */
  get closed(): boolean {
    return this.#ended || this.#failed;
  }

  push(chunk: Uint8Array): void {
    const resolve = this.#resolve;
    if (resolve) {
      this.#resolve = this.#reject = undefined;
      resolve({ value: chunk, done: false });
    } else {
      this.#chunks.push(chunk);
      this.size += chunk.length;
    }
  }

  end(): void {
    this.#ended = true;
    this.#resolve?.(DONE);
    this.#resolve = this.#reject = undefined;
  }

  /** What came before is still read, and then the error. */
  fail(error: unknown): void {
    this.#failed = true;
    this.#error = error;
    this.#reject?.(error);
    this.#resolve = this.#reject = undefined;
  }

  /** Drops what was not read; a waiting reader gets the error. */
  clear(error: unknown): void {
    this.#chunks = [];
    this.#head = this.size = 0;
    if (!this.closed) this.fail(error);
  }

  next(): Promise<Result> {
    if (this.#head < this.#chunks.length) {
      const value = this.#chunks[this.#head++]!;
      this.size -= value.length;
      if (this.#head === this.#chunks.length) {
        this.#chunks = [];
        this.#head = 0;
      }
      return Promise.resolve({ value, done: false });
    }
    if (this.#failed) return Promise.reject(this.#error);
    if (this.#ended) return Promise.resolve(DONE);
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }
}
