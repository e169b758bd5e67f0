import { HttpError, type ConnectionOption, type HttpRequest, type Phase, type TimeoutOption } from "@posthaste/core";

/** Longer than a timer can wait: as good as never. */
const FOREVER = 2 ** 31;

/** Waits, for ever where `ms` is more than a timer can do; given up without a trace when `end` aborts. */
export function sleep(ms: number, end: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = ms < FOREVER ? setTimeout(resolve, ms) : undefined;
    end.addEventListener("abort", () => clearTimeout(timer), { once: true });
  });
}

/** What can end a call before its time: the caller's signal, its timeouts, and the closing of the adapter. */
export class Exchange {
  readonly request: HttpRequest<ConnectionOption & TimeoutOption>;
  readonly #closed: AbortSignal;
  readonly #defaults: TimeoutOption["timeout"];

  constructor(request: HttpRequest, closed: AbortSignal, defaults: TimeoutOption["timeout"]) {
    this.request = request;
    this.#closed = closed;
    this.#defaults = defaults;
    request.options.signal?.throwIfAborted();
    if (closed.aborted) throw this.#error("ERR_CLOSED", "the adapter was closed");
    for (const name of ["connect", "read"] as const) {
      const limit = this.#limit(name);
      if (!(limit > 0)) throw new HttpError("ERR_OPTION", `timeout.${name} is no number above 0`, { request });
    }
  }

  /** Work that `timeout.connect` counts for. `end` aborts when it is over. */
  connect<T>(work: (end: AbortSignal) => Promise<T>): Promise<T> {
    const limit = this.#limit("connect");
    const late = () => this.#error("ERR_TIMEOUT_CONNECT", `no connection in ${limit} ms`, "connect");
    return this.#within(limit, late, work);
  }

  /** Work that `timeout.read` counts for. */
  read<T>(phase: Phase, work: (end: AbortSignal) => Promise<T>): Promise<T> {
    const limit = this.#limit("read");
    return this.#within(limit, () => this.#error("ERR_TIMEOUT_READ", `silence for ${limit} ms`, phase), work);
  }

  /** Work that no timeout counts for. */
  run<T>(work: (end: AbortSignal) => Promise<T>): Promise<T> {
    return this.#within(Infinity, undefined, work);
  }

  #limit(name: "connect" | "read"): number {
    return this.request.options.timeout?.[name] ?? this.#defaults?.[name] ?? Infinity;
  }

  #error(code: "ERR_CLOSED" | "ERR_TIMEOUT_CONNECT" | "ERR_TIMEOUT_READ", problem: string, phase?: Phase): HttpError {
    return new HttpError(code, problem, { request: this.request, phase });
  }

  #within<T>(limit: number, late: (() => HttpError) | undefined, work: (end: AbortSignal) => Promise<T>): Promise<T> {
    const { signal } = this.request.options;
    const closed = this.#closed;
    const over = new AbortController();
    return new Promise<T>((resolve, reject) => {
      // Whatever comes first counts; no listener and no timer is left when the promise settles.
      const fail = (error: unknown) => {
        over.abort();
        reject(error);
      };
      const stop = () => fail(signal?.aborted ? signal.reason : this.#error("ERR_CLOSED", "the adapter was closed"));
      if (signal?.aborted || closed.aborted) return stop();
      signal?.addEventListener("abort", stop, { signal: over.signal });
      closed.addEventListener("abort", stop, { signal: over.signal });
      if (late && limit < FOREVER) {
        const timer = setTimeout(() => fail(late()), limit);
        over.signal.addEventListener("abort", () => clearTimeout(timer));
      }
      void work(over.signal).then((value) => {
        over.abort();
        resolve(value);
      }, fail);
    });
  }
}
