import { HttpError, copy } from "@posthaste/core";
import type { Adapter, BodyInit, HttpRequest, HttpResponse, Phase } from "@posthaste/core";
import { onEnd, toBody } from "@posthaste/core/body";
import { fetchAdapter as adapterWithoutBudget } from "./adapter.ts";
import type { FetchAdapterOptions } from "./adapter.ts";

/** What the {@link fetchAdapter} with a budget reads of a call. */
export interface ReadTimeoutOption {
  timeout?: {
    /**
     * Milliseconds of silence: until the response's head is there, and then for each chunk that is asked for; `Infinity` is
     * none. Fetch does not tell how far it has sent a content, so that all its sending counts, but for content that comes in
     * pieces, where every piece begins anew and the making of the next one does not count.
     *
     * @default Infinity
     */
    read?: number;
  };
}

/**
 * Makes the adapter of `@posthaste/adapter-fetch`, with a budget for silence: `timeout: { read }`, for all calls here, or in the
 * options of one.
 *
 * Calls reject as there, and besides with an `HttpError`:
 *
 * | code | when |
 * | --- | --- |
 * | `ERR_TIMEOUT_READ` | silence for longer than `timeout.read` |
 * | `ERR_OPTION` | `timeout.read` is no number above 0 |
 *
 * @example
 * ```ts
 * import { fetchAdapter } from "@posthaste/adapter-fetch/timeout";
 *
 * const client = createClient({ adapter: fetchAdapter({ timeout: { read: 30_000 } }) });
 * ```
 */
export function fetchAdapter({
  timeout: defaults,
  ...options
}: FetchAdapterOptions & ReadTimeoutOption = {}): Adapter<ReadTimeoutOption> {
  const adapter = adapterWithoutBudget(options);
  return {
    ...adapter,
    options: ["timeout"],
    async send(request) {
      const read = request.options.timeout?.read ?? defaults?.read ?? Infinity;
      if (!(read > 0)) throw new HttpError("ERR_OPTION", `timeout.read is ${read}`, { request });
      // A longer wait than a timer can do is as good as none.
      return read < 2 ** 31 ? new Budget(request, read).send(adapter) : adapter.send(request);
    },
  };
}

/** The statuses whose responses have no content, so that nobody reads or drops it (RFC 9110 §15). */
const bodiless: readonly number[] = [204, 205, 304];

/** What a request and its response may be silent for. */
class Budget {
  readonly #request: HttpRequest;
  readonly #milliseconds: number;
  readonly #controller = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #phase: Phase = "headers";

  constructor(request: HttpRequest, milliseconds: number) {
    this.#request = request;
    this.#milliseconds = milliseconds;
  }

  async send(adapter: Adapter): Promise<HttpResponse> {
    const outer = this.#request.options.signal;
    outer?.throwIfAborted();
    const { signal } = this.#controller;
    const forward = () => this.#controller.abort(outer!.reason);
    const release = () => {
      clearTimeout(this.#timer);
      outer?.removeEventListener("abort", forward);
    };
    outer?.addEventListener("abort", forward);
    try {
      const options = Object.assign(Object.create(null), this.#request.options, { signal });
      const body = this.#watched(this.#request.body);
      this.#start("headers");
      const response = await adapter.send(copy(this.#request, { options, body }));
      this.#pause("headers");
      this.#phase = "body";
      if (this.#request.method === "HEAD" || bodiless.includes(response.status)) release();
      const chunks = response.body;
      response.body = { [Symbol.asyncIterator]: () => this.#incoming(chunks) };
      onEnd(response, release);
      return response;
    } catch (error) {
      release();
      throw error;
    }
  }

  /** Counts from now, in that phase: a content may still go out while another comes in, and only the latter counts then. */
  #start(phase: Phase): void {
    if (phase !== this.#phase) return;
    this.#timer = setTimeout(() => {
      const problem = `silence for ${this.#milliseconds} ms`;
      this.#controller.abort(new HttpError("ERR_TIMEOUT_READ", problem, { request: this.#request, phase }));
    }, this.#milliseconds);
  }

  #pause(phase: Phase): void {
    if (phase === this.#phase) clearTimeout(this.#timer);
  }

  /** The body, where it comes in pieces with the budget for each. */
  #watched(body: BodyInit | null): BodyInit | null {
    const given = body as unknown;
    if (Object(given) !== given || given instanceof Blob || given instanceof FormData) return body;
    const source = toBody(body!);
    if (source.bytes) return body;
    const { length, replayable, contentType } = source;
    return { length, replayable, contentType, open: () => this.#outgoing(source.open()) };
  }

  async *#outgoing(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
    this.#pause("headers");
    for await (const piece of pieces) {
      this.#start("headers");
      yield piece;
      this.#pause("headers");
    }
    this.#start("headers");
  }

  async *#incoming(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
    this.#start("body");
    for await (const chunk of chunks) {
      this.#pause("body");
      yield chunk;
      this.#start("body");
    }
  }
}
