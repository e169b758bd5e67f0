import { parseRetryAfter, wait } from "@posthaste/retry";
import { bind } from "../python/arguments.ts";
import { str } from "../python/values.ts";
import {
  ConnectTimeoutError,
  InvalidHeader,
  MaxRetryError,
  ProtocolError,
  ProxyError,
  ReadTimeoutError,
  ResponseError,
} from "./exceptions.ts";
import type { HTTPResponse } from "./response.ts";

/** One attempt that a {@link Retry} has seen. */
export interface RequestHistory {
  method: string | null;
  url: string | null;
  error: Error | null;
  status: number | null;
  redirect_location: string | null;
}

/** The parameters of {@link Retry}. Counts: `null` is without a limit of its own, `false` turns the kind off. */
export interface RetryKwargs {
  total?: number | boolean | null;
  connect?: number | boolean | null;
  read?: number | boolean | null;
  redirect?: number | boolean | null;
  status?: number | boolean | null;
  other?: number | boolean | null;
  /** `null` allows every method. @default all but POST and PATCH */
  allowed_methods?: Iterable<string> | false | null;
  status_forcelist?: Iterable<number> | null;
  /** Seconds: the wait before the third attempt is twice this, and doubles. @default 0 */
  backoff_factor?: number;
  /** Seconds. @default 120 */
  backoff_max?: number;
  raise_on_redirect?: boolean;
  raise_on_status?: boolean;
  history?: readonly RequestHistory[] | null;
  respect_retry_after_header?: boolean;
  remove_headers_on_redirect?: Iterable<string>;
  /** Seconds added at random. @default 0 */
  backoff_jitter?: number;
  /** Seconds. @default 21600 */
  retry_after_max?: number;
}

const params = [
  "total",
  "connect",
  "read",
  "redirect",
  "status",
  "other",
  "allowed_methods",
  "status_forcelist",
  "backoff_factor",
  "backoff_max",
  "raise_on_redirect",
  "raise_on_status",
  "history",
  "respect_retry_after_header",
  "remove_headers_on_redirect",
  "backoff_jitter",
  "retry_after_max",
];

const less = (count: number | boolean | null): number | null => (count === null ? null : Number(count) - 1);

/**
 * urllib3's `Retry`: how often what is tried again. It is not changed by a retry; each gives a new one.
 *
 * @example
 * ```ts
 * const retries = new Retry({ total: 3, backoff_factor: 0.1, status_forcelist: [502, 503] });
 * session.mount("https://", new HTTPAdapter({ max_retries: retries }));
 * ```
 */
export class Retry {
  static readonly DEFAULT_ALLOWED_METHODS: ReadonlySet<string> = new Set([
    "HEAD",
    "GET",
    "PUT",
    "DELETE",
    "OPTIONS",
    "TRACE",
  ]);
  static readonly RETRY_AFTER_STATUS_CODES: ReadonlySet<number> = new Set([413, 429, 503]);
  static readonly DEFAULT_REMOVE_HEADERS_ON_REDIRECT: ReadonlySet<string> = new Set([
    "Cookie",
    "Authorization",
    "Proxy-Authorization",
  ]);
  static readonly DEFAULT_BACKOFF_MAX: number = 120;
  static readonly DEFAULT_RETRY_AFTER_MAX: number = 21_600;
  /** What stands where no Retry is given: three attempts more. */
  static readonly DEFAULT: Retry = /* @__PURE__ */ new Retry(3);

  total: number | boolean | null;
  connect: number | boolean | null;
  read: number | boolean | null;
  redirect: number | boolean | null;
  status: number | boolean | null;
  other: number | boolean | null;
  allowed_methods: ReadonlySet<string> | false | null;
  status_forcelist: ReadonlySet<number>;
  backoff_factor: number;
  backoff_max: number;
  raise_on_redirect: boolean;
  raise_on_status: boolean;
  history: readonly RequestHistory[];
  respect_retry_after_header: boolean;
  remove_headers_on_redirect: ReadonlySet<string>;
  backoff_jitter: number;
  retry_after_max: number;

  constructor(kwargs?: RetryKwargs);
  constructor(total: number | boolean | null, kwargs?: RetryKwargs);
  constructor(...args: unknown[]) {
    const given = bind({ name: "Retry", params }, args) as RetryKwargs;
    const { total = 10, redirect = null, allowed_methods = Retry.DEFAULT_ALLOWED_METHODS } = given;
    this.total = total;
    this.connect = given.connect ?? null;
    this.read = given.read ?? null;
    this.status = given.status ?? null;
    this.other = given.other ?? null;
    const off = redirect === false || total === false;
    this.redirect = off ? 0 : redirect;
    this.raise_on_redirect = off ? false : (given.raise_on_redirect ?? true);
    this.allowed_methods = allowed_methods && new Set(allowed_methods);
    this.status_forcelist = new Set(given.status_forcelist ?? []);
    this.backoff_factor = given.backoff_factor ?? 0;
    this.backoff_max = given.backoff_max ?? Retry.DEFAULT_BACKOFF_MAX;
    this.raise_on_status = given.raise_on_status ?? true;
    this.history = given.history ?? [];
    this.respect_retry_after_header = given.respect_retry_after_header ?? true;
    const removed = given.remove_headers_on_redirect ?? Retry.DEFAULT_REMOVE_HEADERS_ON_REDIRECT;
    this.remove_headers_on_redirect = new Set([...removed].map((name) => name.toLowerCase()));
    this.backoff_jitter = given.backoff_jitter ?? 0;
    this.retry_after_max = given.retry_after_max ?? Retry.DEFAULT_RETRY_AFTER_MAX;
  }

  /** A Retry of a number, or the one that is given; of `null` the fallback, or `Retry.DEFAULT`. */
  static from_int(
    retries: Retry | number | boolean | null,
    redirect: boolean | number | null = true,
    fallback: Retry | number | boolean | null = null,
  ): Retry {
    const given = retries ?? fallback ?? this.DEFAULT;
    return given instanceof Retry ? given : new this(given, { redirect: redirect ? null : false });
  }

  /** One of the same class with some parameters changed. */
  new(changes: RetryKwargs = {}): this {
    const own = Object.fromEntries(params.map((name) => [name, (this as unknown as Record<string, unknown>)[name]]));
    return new (this.constructor as new (kwargs: RetryKwargs) => this)({ ...own, ...changes });
  }

  /** Seconds to wait before the next attempt. */
  get_backoff_time(): number {
    let errors = 0;
    while (errors < this.history.length && this.history.at(-1 - errors)!.redirect_location === null) errors++;
    if (errors <= 1) return 0;
    const jitter = this.backoff_jitter ? Math.random() * this.backoff_jitter : 0;
    return Math.max(0, Math.min(this.backoff_max, this.backoff_factor * 2 ** (errors - 1) + jitter));
  }

  /** Seconds that a Retry-After asks for. @throws InvalidHeader where it is neither a number nor a date */
  parse_retry_after(retry_after: string): number {
    const asked = parseRetryAfter(retry_after.trim());
    if (Number.isNaN(asked)) throw new InvalidHeader(`Invalid Retry-After header: ${retry_after}`);
    return Math.min(Math.max(asked / 1000, 0), this.retry_after_max);
  }

  /** Seconds that a response asks for, or `null`. */
  get_retry_after(response: HTTPResponse): number | null {
    const value = response.headers.get("Retry-After");
    return value === null ? null : this.parse_retry_after(value);
  }

  /** Waits for as long as a response asks; tells whether it asked. @throws the signal's reason, as soon as it is aborted */
  async sleep_for_retry(response: HTTPResponse, { signal }: { signal?: AbortSignal | null } = {}): Promise<boolean> {
    const seconds = this.get_retry_after(response);
    if (!seconds) return false;
    await wait(seconds * 1000, signal ?? undefined);
    return true;
  }

  /** Waits for as long as a response asks, or by the backoff. @throws the signal's reason, as soon as it is aborted */
  async sleep(response?: HTTPResponse | null, signal?: AbortSignal | null): Promise<void> {
    if (
      this.respect_retry_after_header &&
      response &&
      (await this.sleep_for_retry(response, { signal: signal ?? null }))
    )
      return;
    const seconds = this.get_backoff_time();
    if (seconds > 0) await wait(seconds * 1000, signal ?? undefined);
  }

  _is_connection_error(error: unknown): boolean {
    return (error instanceof ProxyError ? error.original_error : error) instanceof ConnectTimeoutError;
  }

  _is_read_error(error: unknown): boolean {
    return error instanceof ReadTimeoutError || error instanceof ProtocolError;
  }

  _is_method_retryable(method: string): boolean {
    return !this.allowed_methods || !this.allowed_methods.size || this.allowed_methods.has(method.toUpperCase());
  }

  /** Whether a response with that status is to be tried again. */
  is_retry(method: string, status_code: number, has_retry_after: boolean = false): boolean {
    if (!this._is_method_retryable(method)) return false;
    if (this.status_forcelist.has(status_code)) return true;
    return Boolean(
      this.total &&
      this.respect_retry_after_header &&
      has_retry_after &&
      Retry.RETRY_AFTER_STATUS_CODES.has(status_code),
    );
  }

  /** Whether a count has gone below zero. */
  is_exhausted(): boolean {
    const { total, connect, read, redirect, status, other } = this;
    return [total, connect, read, redirect, status, other].some((count) => count && Number(count) < 0);
  }

  /**
   * The Retry after one more attempt, which met an error or a response.
   *
   * @throws the error where its kind is turned off; MaxRetryError where a count is used up
   */
  increment(
    method: string | null = null,
    url: string | null = null,
    {
      response = null,
      error = null,
      _pool = null,
    }: { response?: HTTPResponse | null; error?: Error | null; _pool?: unknown } = {},
  ): this {
    if (this.total === false && error) throw error;
    const changes: RetryKwargs = { total: less(this.total) };
    let cause = "too many error responses";
    let status: number | null = null;
    let location: string | null = null;
    if (error && this._is_connection_error(error)) {
      if (this.connect === false) throw error;
      changes.connect = less(this.connect);
    } else if (error && this._is_read_error(error)) {
      if (this.read === false || method === null || !this._is_method_retryable(method)) throw error;
      changes.read = less(this.read);
    } else if (error) changes.other = less(this.other);
    else if (response?.get_redirect_location()) {
      changes.redirect = less(this.redirect);
      cause = "too many redirects";
      location = response.get_redirect_location() || null;
      status = response.status;
    } else if (response?.status) {
      changes.status = less(this.status);
      cause = `too many ${response.status} error responses`;
      status = response.status;
    }
    const next = this.new({
      ...changes,
      history: [...this.history, { method, url, error, status, redirect_location: location }],
    });
    if (next.is_exhausted()) throw new MaxRetryError(_pool, url, error ?? new ResponseError(cause));
    return next;
  }

  toString(): string {
    const { total, connect, read, redirect, status } = this;
    return `Retry(total=${str(total)}, connect=${str(connect)}, read=${str(read)}, redirect=${str(redirect)}, status=${str(status)})`;
  }
}
