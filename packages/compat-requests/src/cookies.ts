import { MockRequest, MockResponse } from "./cookie-mocks.ts";
import { type CookieKwargs, create_cookie, isMorsel, type Morsel, morsel_to_cookie } from "./create-cookie.ts";
import type { PreparedRequest } from "./prepared-request.ts";
import { bind } from "./python/arguments.ts";
import { AttributeError, KeyError, named, RuntimeError, ValueError } from "./python/builtins.ts";
import { Cookie, type CookieFields } from "./python/cookie.ts";
import { CookieJar, type CookieResponse } from "./python/cookiejar.ts";
import {
  CookiePolicy,
  type CookiePolicyKwargs,
  type CookieRequest,
  DefaultCookiePolicy,
} from "./python/cookie-policy.ts";
import { type Items, pairsOf, subscriptable } from "./python/dict.ts";
import { hasMethod, isBytes, isMapping, repr, typeName } from "./python/values.ts";

export {
  Cookie,
  CookieJar,
  CookiePolicy,
  create_cookie,
  DefaultCookiePolicy,
  MockRequest,
  MockResponse,
  morsel_to_cookie,
};
export type { CookieFields, CookieKwargs, CookiePolicyKwargs, CookieRequest, CookieResponse, Morsel };

/** What a transport's response must have for its cookies to be seen. */
interface WithHeaders {
  _original_response?: { msg: ReturnType<CookieResponse["info"]> } | null;
}

/** Takes the cookies of a transport's response into a jar. */
export function extract_cookies_to_jar(jar: CookieJar, request: PreparedRequest, response: unknown): void {
  const original = (response as WithHeaders | null | undefined)?._original_response;
  if (!original) return;
  const lines = "get_all" in original.msg ? original.msg.get_all("Set-Cookie") : null;
  // Nothing to take is the rule; a jar of the user's own is asked all the same.
  if (!lines && jar.extract_cookies === CookieJar.prototype.extract_cookies && !jar._policy?.rfc2965) return;
  jar.extract_cookies(new MockResponse(original.msg), new MockRequest(request));
}

/** The Cookie header that a jar has for a request, or `null`. @throws ValueError for a cookie with a semicolon */
export function get_cookie_header(jar: CookieJar, request: PreparedRequest): string | null {
  if (
    jar._cookies?.size === 0 &&
    jar.add_cookie_header === CookieJar.prototype.add_cookie_header &&
    !jar._policy?.rfc2965
  )
    return null;
  const mock = new MockRequest(request);
  jar.add_cookie_header(mock);
  return mock.get_new_headers()["Cookie"] ?? null;
}

/** Drops every cookie of a name, of any domain and path or of those given. */
export function remove_cookie_by_name(
  cookiejar: CookieJar,
  name: string,
  domain: string | null = null,
  path: string | null = null,
): void {
  const found = [...cookiejar].filter(
    (cookie) =>
      cookie.name === name && (domain === null || domain === cookie.domain) && (path === null || path === cookie.path),
  );
  for (const cookie of found) cookiejar.clear(cookie.domain, cookie.path, cookie.name);
}

/** Two cookies fit a name; ask with `get` and a domain and path. */
export class CookieConflictError extends RuntimeError {}
named({ CookieConflictError });

/** The value of the one cookie that fits, where there is one. */
function only(jar: CookieJar, name: string, domain: string | null = null, path: string | null = null): string | null {
  let value: string | null = null;
  for (const cookie of jar) {
    if (
      cookie.name !== name ||
      (domain !== null && cookie.domain !== domain) ||
      (path !== null && cookie.path !== path)
    )
      continue;
    if (value !== null) throw new CookieConflictError(`There are multiple cookies with name, ${repr(name)}`);
    value = cookie.value;
  }
  return value;
}

const getSignature = { name: "RequestsCookieJar.get", params: ["name", "default", "domain", "path"], required: 1 };

/**
 * A cookie jar that is a dictionary too: `jar["name"]`, `jar["name"] = "value"`, `delete jar["name"]`. Iterating yields the
 * cookies. From requests' `cookies.RequestsCookieJar`.
 *
 * @example
 * ```ts
 * const jar = new RequestsCookieJar();
 * jar.set("tasty", "yum", { domain: "example.test", path: "/cookies" });
 * await requests.get("http://example.test/cookies", { cookies: jar });
 * ```
 */
export class RequestsCookieJar extends CookieJar {
  [name: string]: unknown;

  constructor(policy: CookiePolicy | null = null) {
    super(policy);
    return subscriptable(this as never);
  }

  /**
   * The value of a cookie, or `default`.
   *
   * @throws CookieConflictError where several cookies fit
   */
  override get(
    name: string,
    kwargs: { default?: string | null; domain?: string | null; path?: string | null },
  ): string | null;
  override get(name: string, fallback?: string | null, domain?: string | null, path?: string | null): string | null;
  override get(...args: unknown[]): string | null {
    const { name, default: fallback = null, domain = null, path = null } = bind(getSignature, args);
    const found = only(this, name as string, domain as string | null, path as string | null);
    return found ?? (fallback as string | null);
  }

  /** Sets a cookie for every domain, or for those in the keywords; `null` drops it. */
  override set(name: string, value: string | Morsel | null, kwargs: CookieKwargs = {}): Cookie | null {
    if (value === null || value === undefined) {
      remove_cookie_by_name(this, name, kwargs.domain, kwargs.path);
      return null;
    }
    const cookie = isMorsel(value) ? morsel_to_cookie(value) : create_cookie(name, value, kwargs);
    this.set_cookie(cookie);
    return cookie;
  }

  /** The value of a cookie. @throws KeyError where there is none; CookieConflictError where there are several */
  __getitem__(name: string): string {
    const value = only(this, name);
    if (value === null) throw new KeyError(`name=${repr(name)}, domain=None, path=None`);
    return value;
  }

  /** Whether there is a cookie of that name, or several. */
  override has(name: string): boolean {
    for (const cookie of this) if (cookie.name === name && cookie.value !== null) return true;
    return false;
  }

  /** Drops every cookie of that name; tells whether there was one. */
  override delete(name: string): boolean {
    const before = this.size;
    remove_cookie_by_name(this, name);
    return this.size < before;
  }

  /** The names, each as often as there are cookies of it. */
  override keys(): string[] {
    return Array.from(this, (cookie) => cookie.name);
  }

  override values(): (string | null)[] {
    return Array.from(this, (cookie) => cookie.value);
  }

  override items(): [string, string | null][] {
    return Array.from(this, (cookie) => [cookie.name, cookie.value]);
  }

  *iterkeys(): Generator<string, void, undefined> {
    for (const cookie of this) yield cookie.name;
  }

  *itervalues(): Generator<string | null, void, undefined> {
    for (const cookie of this) yield cookie.value;
  }

  *iteritems(): Generator<[string, string | null], void, undefined> {
    for (const cookie of this) yield [cookie.name, cookie.value];
  }

  /** The domains there are cookies of. */
  list_domains(): string[] {
    return [...new Set(Array.from(this, (cookie) => cookie.domain))];
  }

  /** The paths there are cookies of. */
  list_paths(): string[] {
    return [...new Set(Array.from(this, (cookie) => cookie.path))];
  }

  /** As in Python: whether two cookies are of one domain. */
  multiple_domains(): boolean {
    return this.list_domains().length < this.size;
  }

  /** Names and values of the cookies of a domain and path, or of all. */
  get_dict(kwargs?: { domain?: string | null; path?: string | null }): Record<string, string | null>;
  get_dict(domain?: string | null, path?: string | null): Record<string, string | null>;
  get_dict(...args: unknown[]): Record<string, string | null> {
    const { domain = null, path = null } = bind(
      { name: "RequestsCookieJar.get_dict", params: ["domain", "path"] },
      args,
    );
    const found = [...this].filter(
      (cookie) => (domain === null || cookie.domain === domain) && (path === null || cookie.path === path),
    );
    return Object.fromEntries(found.map(({ name, value }) => [name, value]));
  }

  /** As in Python, where a jar's iterator yields cookies and not keys, this finds no key. @throws KeyError always */
  override popitem(): never {
    throw new KeyError(String([...this][0] ?? ""));
  }

  /** Puts a cookie in. @throws AttributeError for a value that is no text; TypeError for bytes and mappings */
  override set_cookie(cookie: Cookie): void {
    const value: unknown = cookie.value;
    if (typeof value === "string") {
      if (value.startsWith('"') && value.endsWith('"')) cookie.value = value.replaceAll('\\"', "");
    } else if (isBytes(value)) throw new TypeError("startswith first arg must be bytes or a tuple of bytes, not str");
    // Data in place of a text is nothing that an AttributeError would lead to.
    else if (isMapping(value)) throw new TypeError(`a cookie's value must be text, not '${typeName(value)}'`);
    else if (value != null) throw new AttributeError(`'${typeName(value)}' object has no attribute 'startswith'`);
    super.set_cookie(cookie);
  }

  /** Takes copies of another jar's cookies, or the pairs of a mapping. */
  override update(other?: CookieJar | Items<string | null>): void {
    if (other instanceof CookieJar) for (const cookie of other) this.set_cookie(cookie.copy());
    else super.update(other);
  }

  /** A jar of its own, with copies of the cookies and the same policy. */
  copy(): RequestsCookieJar {
    const jar = new RequestsCookieJar(this._policy);
    jar.update(this);
    return jar;
  }

  /** Whether another jar, or a mapping, has the same names and values. */
  equals(other: unknown): boolean {
    if (!isMapping(other)) return false;
    const own = new Map(this.items());
    const theirs = new Map(pairsOf(other as Items<string | null>));
    return (
      own.size === theirs.size && [...own].every(([name, value]) => theirs.has(name) && theirs.get(name) === value)
    );
  }
}

/** A copy of a jar of any kind. */
export function _copy_cookie_jar(jar: CookieJar | null): CookieJar | null {
  if (jar === null) return null;
  if (hasMethod(jar, "copy")) return jar.copy() as CookieJar;
  const copy = Object.assign(Object.create(Object.getPrototypeOf(jar) as object) as CookieJar, jar);
  copy.clear();
  for (const cookie of jar) copy.set_cookie(cookie.copy());
  return copy;
}

/** Puts names and values into a jar, a new one by default; with `overwrite` false those it has stay. */
export function cookiejar_from_dict<J extends CookieJar = RequestsCookieJar>(
  cookie_dict?: Items<string | null>,
  ...args: [cookiejar?: J | null, overwrite?: boolean] | [kwargs: { cookiejar?: J | null; overwrite?: boolean }]
): J {
  const params = { name: "cookiejar_from_dict", params: ["cookie_dict", "cookiejar", "overwrite"], required: 1 };
  const { cookiejar, overwrite = true } = bind(params, [cookie_dict ?? null, ...args]);
  const jar = (cookiejar ?? new RequestsCookieJar()) as J;
  if (cookie_dict == null) return jar;
  const names = new Set(Array.from(jar, (cookie) => cookie.name));
  for (const [name, value] of pairsOf(cookie_dict)) {
    if (overwrite || !names.has(name)) jar.set_cookie(create_cookie(name, value as string));
  }
  return jar;
}

/**
 * Adds a mapping's or a jar's cookies to a jar; those of a mapping only where the jar has none of that name.
 *
 * @throws ValueError where `cookiejar` is no jar
 */
export function merge_cookies<J extends CookieJar>(
  cookiejar: J,
  cookies: CookieJar | Items<string | null> | undefined,
): J {
  if (!((cookiejar as unknown) instanceof CookieJar)) throw new ValueError("You can only merge into CookieJar");
  if (cookies instanceof CookieJar) {
    if (hasMethod(cookiejar, "update")) cookiejar.update(cookies);
    else for (const cookie of cookies) cookiejar.set_cookie(cookie);
  } else if (cookies != null && isMapping(cookies))
    return cookiejar_from_dict(cookies as Items<string | null>, cookiejar, false);
  return cookiejar;
}
