import { HeaderList } from "@posthaste/core";
import type { Body, HttpRequest } from "@posthaste/core";
import type { KitOptions } from "../case.ts";
import type { Recorded, RecordedRequest } from "../script.ts";

/** All requests that a server saw, in the order in which they came. */
export const requestsOf = (recorded: Recorded): RecordedRequest[] =>
  recorded.connections.flatMap(({ requests }) => [...requests]).toSorted((a, b) => a.nth - b.nth);

/** The first value of a header, as sent. */
export const header = (request: RecordedRequest, name: string): string | undefined =>
  request.headers.find((line) => line[0].toLowerCase() === name)?.[1];

/** A request as a plugin passes it on: its URL goes out as it is. */
export function requestTo(url: string): HttpRequest<KitOptions> {
  return { method: "GET", url, headers: new HeaderList(), body: null, options: {}, call: {} };
}

/** A one-shot body that gives its chunks and then waits for ever, and that tells how it was treated. */
export class Endless implements Body {
  readonly replayable = false;
  /** Resolves when its reader leaves. */
  readonly left: Promise<void>;
  pulled = 0;
  readonly #chunk: Uint8Array;
  readonly #count: number;
  readonly #leave: () => void;

  constructor(chunk: Uint8Array, count = 1) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.left = promise;
    this.#leave = resolve;
    this.#chunk = chunk;
    this.#count = count;
  }

  open(): AsyncIterable<Uint8Array> {
    return { [Symbol.asyncIterator]: () => this };
  }

  async next(): Promise<IteratorResult<Uint8Array>> {
    if (this.pulled++ < this.#count) return { value: this.#chunk, done: false };
    return new Promise(() => {});
  }

  async return(): Promise<IteratorResult<Uint8Array>> {
    this.#leave();
    return { value: undefined, done: true };
  }
}

/** Waits until a number has not grown for three times a while; a program that is held up misses one of them. */
export async function quiet(count: () => number): Promise<number> {
  let before = count();
  for (let times = 0; times < 3; times++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    if (before !== count()) times = -1;
    before = count();
  }
  return before;
}
