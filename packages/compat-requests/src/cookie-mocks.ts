import type { PreparedRequest } from "./prepared-request.ts";
import { NotImplementedError } from "./python/builtins.ts";
import type { HeaderSource } from "./python/cookie-requests.ts";
import type { CookieResponse } from "./python/cookiejar.ts";
import { urlsplit, urlunsplit } from "./python/urls.ts";
import { native } from "./python/values.ts";

/**
 * A `PreparedRequest` as a cookie jar wants to see it: the URL has the host of an explicit Host header. From requests'
 * `cookies.MockRequest`.
 */
export class MockRequest implements HeaderSource {
  readonly type: string;
  readonly #request: PreparedRequest;
  readonly #added: Record<string, string> = {};

  constructor(request: PreparedRequest) {
    this.#request = request;
    this.type = urlsplit(request.url ?? "").scheme;
  }

  get_type(): string {
    return this.type;
  }

  get_host(): string {
    return urlsplit(this.#request.url ?? "").netloc;
  }

  get_origin_req_host(): string {
    return this.get_host();
  }

  get_full_url(): string {
    const url = this.#request.url ?? "";
    const host = this.#request.headers?.get("Host");
    if (!host) return url;
    const parts = urlsplit(url);
    return urlunsplit(parts.scheme, native(host), parts.path, parts.query, parts.fragment);
  }

  is_unverifiable(): boolean {
    return true;
  }

  has_header(name: string): boolean {
    return this.#request.headers?.has(name) || name in this.#added;
  }

  get_header(name: string, fallback: string | null = null): string | null {
    const value = this.#request.headers?.get(name);
    return value == null ? (this.#added[name] ?? fallback) : native(value);
  }

  /** @throws NotImplementedError always: cookies go by `add_unredirected_header` */
  add_header(_key: string, _value: string): never {
    throw new NotImplementedError("Cookie headers should be added with add_unredirected_header()");
  }

  add_unredirected_header(name: string, value: string): void {
    this.#added[name] = value;
  }

  /** What a jar added. */
  get_new_headers(): Record<string, string> {
    return this.#added;
  }

  get unverifiable(): boolean {
    return this.is_unverifiable();
  }

  get origin_req_host(): string {
    return this.get_origin_req_host();
  }

  get host(): string {
    return this.get_host();
  }
}

/** Response headers as a cookie jar wants to see them. From requests' `cookies.MockResponse`. */
export class MockResponse<T extends ReturnType<CookieResponse["info"]>> implements CookieResponse {
  readonly #headers: T;

  constructor(headers: T) {
    this.#headers = headers;
  }

  info(): T {
    return this.#headers;
  }

  getheaders(name: string): void {
    (this.#headers as { getheaders?(name: string): unknown }).getheaders?.(name);
  }
}
