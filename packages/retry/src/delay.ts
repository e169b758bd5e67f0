import { HttpError, HttpResponse, type ErrorCode } from "@posthaste/core";
import type { RetryCategory, RetryOptions } from "./options.ts";

const categories: Partial<Record<ErrorCode, RetryCategory>> = {
  ERR_CONNECT: "connect",
  ERR_TIMEOUT_CONNECT: "connect",
  ERR_PROXY: "connect",
  ERR_RESET: "read",
  ERR_TIMEOUT_READ: "read",
  ERR_PROTOCOL: "read",
};

/**
 * What a response or an error counts as; `undefined` where it is final. Only errors that tell of the network or of the
 * other side can be retried: not a caller's mistake, nor an abort, nor what a plugin threw, nor a proxy's refusal.
 *
 * @example
 * ```ts
 * categoryOf(new HttpError("ERR_RESET", "connection lost"), {}); // "read"
 * ```
 */
export function categoryOf(outcome: unknown, options: RetryOptions): RetryCategory | undefined {
  const { statuses = [408, 429, 502, 503, 504], retryAfterStatuses = [413, 429, 503] } = options;
  if (outcome instanceof HttpResponse) {
    const { status, headers } = outcome;
    const asked = headers.has("retry-after") && retryAfterStatuses.includes(status);
    return asked || statuses.includes(status) ? "status" : undefined;
  }
  return outcome instanceof HttpError && !outcome.response ? categories[outcome.code] : undefined;
}

/**
 * Milliseconds to wait by a `Retry-After` value (RFC 9110 §10.2.3): seconds, or a date in any of the three forms of
 * §5.6.7. Not above 0 for a date that is past, and `NaN` for what is neither.
 *
 * @param now milliseconds since 1970, for dates
 * @example
 * ```ts
 * parseRetryAfter("120"); // 120_000
 * parseRetryAfter("Fri, 31 Dec 1999 23:59:59 GMT", Date.UTC(1999, 11, 31, 23, 59)); // 59_000
 * ```
 */
export function parseRetryAfter(value: string, now: number = Date.now()): number {
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  // Date.parse makes something of almost anything, so it gets only what looks like a date; asctime's form has no GMT.
  return Date.parse(/^[A-Z]/.test(value) ? value.replace(/( GMT)?$/, " GMT") : "") - now;
}

/**
 * How many milliseconds to wait after an attempt: what the response's `Retry-After` says, else exponential backoff with
 * jitter, `random() * min(backoffMax, backoff * 2 ** (attempt - 1))` by default. A `Retry-After` that is past already
 * leaves it to the backoff. Pure but for the clock and {@link RetryOptions.random}.
 *
 * @param attempt 1 after the first attempt
 * @returns `undefined` where the wait would be longer than {@link RetryOptions.retryAfterMax}
 * @example
 * ```ts
 * delayFor(new HttpError("ERR_RESET", "connection lost"), 3, { backoff: 100, jitter: 0 }); // 400
 * ```
 */
export function delayFor(outcome: unknown, attempt: number, options: RetryOptions): number | undefined {
  const { backoff = 500, backoffMax = 30_000, jitter = 1, random = Math.random, retryAfterMax = 60_000 } = options;
  if (outcome instanceof HttpResponse) {
    const asked = parseRetryAfter(outcome.headers.get("retry-after") ?? "");
    if (asked >= 0) return asked > retryAfterMax ? undefined : asked;
  }
  // Nothing times infinity, after more than a thousand attempts, is nothing.
  return Math.min(backoffMax, backoff * 2 ** (attempt - 1)) * (1 - jitter * random()) || 0;
}

/**
 * Waits, and leaves no listener and no timer behind.
 *
 * @throws the signal's reason, as soon as it is aborted
 * @example
 * ```ts
 * await wait(1000, signal);
 * ```
 */
export function wait(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      if (signal?.aborted) reject(signal.reason);
      else resolve();
    };
    // A timer set for longer than 24.8 days would fire at once.
    const timer = setTimeout(end, Math.min(ms, 2e9));
    signal?.addEventListener("abort", end);
    if (signal?.aborted) end();
  });
}
