import type { HttpRequest } from "@posthaste/core";

/**
 * What a failure counts as, each with a budget of its own:
 *
 * - `"connect"`: nothing was sent, so any method may be sent again
 * - `"read"`: it may have been sent, and no usable answer came
 * - `"status"`: an answer came, with a status that says to try again
 * - `"other"`: only what a {@link RetryOptions.classify} of yours calls so, for any method
 */
export type RetryCategory = "connect" | "read" | "status" | "other";

/** An attempt that failed and is followed by another. */
export interface RetryAttempt {
  /** 1 for the first. */
  readonly attempt: number;
  readonly category: RetryCategory;
  /** Milliseconds to wait after it. */
  readonly delay: number;
  /** The response that came, its body discarded before the wait, or what was thrown. */
  readonly outcome: unknown;
  /** What is sent next: a copy of the first request, that {@link RetryOptions.beforeRetry} may change. */
  readonly request: HttpRequest;
}

/** When to send again, and how long to wait before. Budgets count the sends after the first; times are milliseconds. */
export interface RetryOptions {
  /** All categories together. @default 3 */
  total?: number;
  /** @default Infinity, so that `total` decides */
  connect?: number;
  /** @default Infinity, so that `total` decides */
  read?: number;
  /** @default Infinity, so that `total` decides */
  status?: number;
  /** @default Infinity, so that `total` decides */
  other?: number;
  /**
   * Methods, in upper case, to repeat after a `"read"` or `"status"` failure; `null` for any method.
   *
   * @default GET, HEAD, OPTIONS, TRACE, PUT and DELETE (idempotent by RFC 9110 §9.2.2), and any request with an `Idempotency-Key`
   */
  methods?: readonly string[] | null;
  /** @default 408, 429, 502, 503 and 504: the ones that tell of a passing condition (RFC 9110 §15, RFC 6585 §4) */
  statuses?: readonly number[];
  /** Statuses that are retried where the response has a `Retry-After`. @default 413, 429 and 503 */
  retryAfterStatuses?: readonly number[];
  /** A `Retry-After` (RFC 9110 §10.2.3) longer than this is not waited for: the response is given at once. @default 60_000 */
  retryAfterMax?: number;
  /** The longest first wait; it doubles with each attempt. @default 500 */
  backoff?: number;
  /** What the doubling ends at. @default 30_000 */
  backoffMax?: number;
  /** The share of a backoff that chance decides: 1 is "full jitter" (between nothing and all of it), 0 none. @default 1 */
  jitter?: number;
  /** From 0 to 1, like `Math.random`, which is the default. */
  random?: () => number;
  /** Decides how long to wait, and with `undefined` not to send again, instead of `delayFor`. */
  delay?: (outcome: unknown, attempt: number, options: RetryOptions) => number | undefined;
  /** Decides what an error or a response counts as, with `undefined` for one that is final, instead of `categoryOf`. */
  classify?: (outcome: unknown, options: RetryOptions) => RetryCategory | undefined;
  /**
   * Called once it is clear that and when another attempt will be made, before the wait. Where it returns `false`, the
   * outcome stands as it is; what it throws rejects the call, and a response is discarded.
   */
  beforeRetry?: (attempt: RetryAttempt) => void | false | Promise<void | false>;
  /**
   * Whether running out of a budget throws `ERR_RETRY`, with the last error as its `cause` or the last response, its body
   * discarded, as its `response`; else the last response is returned, or the last error thrown. @default false
   */
  throws?: boolean;
}
