import { KeyError, ValueError } from "./builtins.ts";
import { Cookie } from "./cookie.ts";
import { type Attributes, parseNetscape, splitWords } from "./cookie-headers.ts";
import { type CookiePolicy, type CookieRequest, DefaultCookiePolicy } from "./cookie-policy.ts";
import {
  dotted,
  effectiveHost,
  escapePath,
  pathMatch,
  requestPath,
  requestPort,
  withoutDot,
} from "./cookie-requests.ts";
import { Mapping } from "./dict.ts";
import { isPublicSuffix } from "./public-suffix.ts";
import { repr } from "./values.ts";

/** The headers of a response as a cookie jar asks for them. */
export interface CookieResponse {
  info():
    | { get_all(name: string, fallback?: null): readonly string[] | null }
    | { getlist(name: string): readonly string[] };
}

function linesOf(response: CookieResponse, name: string): readonly string[] {
  const headers = response.info();
  return ("get_all" in headers ? headers.get_all(name) : headers.getlist(name)) ?? [];
}

const valued = new Set("version expires max-age domain path port comment commenturl".split(" "));
const flags = new Set(["discard", "secure"]);

/** Bytes of a server's cookie, name and value, and how many of one domain are kept (RFC 6265bis §5.6 and §6.1). */
const MAX_SIZE = 4096;
const MAX_PER_DOMAIN = 180;

type Standard = Record<string, string | number | true | null | undefined>;

/**
 * Cookies by domain, path and name, in the order in which each came first. From `http.cookiejar.CookieJar`.
 */
export abstract class CookieJar extends Mapping<string | null> {
  _policy: CookiePolicy | null;
  _cookies: Map<string, Map<string, Map<string, Cookie>>> = new Map();
  _now: number = 0;

  constructor(policy: CookiePolicy | null = null) {
    super();
    this._policy = policy;
  }

  /** The policy in use. */
  get_policy(): CookiePolicy {
    return (this._policy ??= new DefaultCookiePolicy());
  }

  /** Puts a policy in use. */
  set_policy(policy: CookiePolicy): void {
    this._policy = policy;
  }

  /** Adds a Cookie header with the cookies that may go along, longest path first, where the request has none. */
  add_cookie_header(request: CookieRequest): void {
    const policy = tick(this);
    const cookies = forRequest(this, request, policy).sort((a, b) => b.path.length - a.path.length);
    const parts = cookies.flatMap((cookie, at) => headerParts(cookie, at === 0));
    if (parts.length && !request.has_header("Cookie")) request.add_unredirected_header("Cookie", parts.join("; "));
    if (
      policy.rfc2965 &&
      !policy.hide_cookie2 &&
      !request.has_header("Cookie2") &&
      cookies.some((cookie) => cookie.version !== 1)
    ) {
      request.add_unredirected_header("Cookie2", '$Version="1"');
    }
    this.clear_expired_cookies();
  }

  /** The cookies of a response, whether a policy takes them or not. */
  make_cookies(response: CookieResponse, request: CookieRequest): Cookie[] {
    const policy = tick(this);
    const netscapeLines = linesOf(response, "Set-Cookie");
    const rfc2965Lines = linesOf(response, "Set-Cookie2");
    const newer = policy.rfc2965 && rfc2965Lines.length ? fromAttributes(this, splitWords(rfc2965Lines), request) : [];
    if (!policy.netscape || !netscapeLines.length) return newer;
    const older = fromAttributes(this, parseNetscape(netscapeLines), request);
    for (const cookie of older) {
      if (cookie.version !== 1) continue;
      cookie.rfc2109 = true;
      if (policy.rfc2109_as_netscape ?? !policy.rfc2965) cookie.version = 0;
    }
    const key = (cookie: Cookie): string => JSON.stringify([cookie.domain, cookie.path, cookie.name]);
    const taken = new Set(newer.map(key));
    return [...newer, ...older.filter((cookie) => !taken.has(key(cookie)))];
  }

  /** Takes those of a response's cookies that the policy lets in. */
  extract_cookies(response: CookieResponse, request: CookieRequest): void {
    const policy = tick(this);
    for (const cookie of this.make_cookies(response, request)) {
      if (cookie.name.length + (cookie.value?.length ?? 0) > MAX_SIZE || !isWelcome(this, cookie, request, policy))
        continue;
      this.set_cookie(cookie);
      makeRoom(this, cookie.domain);
    }
  }

  /** Takes a cookie where the policy lets it in. */
  set_cookie_if_ok(cookie: Cookie, request: CookieRequest): void {
    if (isWelcome(this, cookie, request, tick(this))) this.set_cookie(cookie);
  }

  /** Takes a cookie, in the place of one with the same domain, path and name. */
  set_cookie(cookie: Cookie): void {
    let paths = this._cookies.get(cookie.domain);
    if (!paths) this._cookies.set(cookie.domain, (paths = new Map()));
    let names = paths.get(cookie.path);
    if (!names) paths.set(cookie.path, (names = new Map()));
    names.set(cookie.name, cookie);
  }

  /**
   * Drops all cookies, those of a domain, of a domain's path, or a single one.
   *
   * @throws KeyError where there is nothing of that kind; ValueError for a name or path alone
   */
  override clear(domain: string | null = null, path: string | null = null, name: string | null = null): void {
    const drop = (from: Map<string, unknown> | undefined, key: string): void => {
      if (!from?.delete(key)) throw new KeyError(key);
    };
    if (name !== null) {
      if (domain === null || path === null)
        throw new ValueError("domain and path must be given to remove a cookie by name");
      drop(this._cookies.get(domain)?.get(path), name);
    } else if (path !== null) {
      if (domain === null) throw new ValueError("domain must be given to remove cookies by path");
      drop(this._cookies.get(domain), path);
    } else if (domain !== null) drop(this._cookies, domain);
    else this._cookies = new Map();
  }

  /** Drops the cookies that live as long as the session. */
  clear_session_cookies(): void {
    for (const cookie of Array.from(this)) if (cookie.discard) this.clear(cookie.domain, cookie.path, cookie.name);
  }

  /** Drops the cookies whose time is over. */
  clear_expired_cookies(): void {
    const now = Date.now() / 1000;
    for (const cookie of Array.from(this))
      if (cookie.is_expired(now)) this.clear(cookie.domain, cookie.path, cookie.name);
  }

  /** The cookies, grouped by domain and path. */
  *[Symbol.iterator](): Generator<Cookie, void, undefined> {
    for (const paths of this._cookies.values()) for (const names of paths.values()) yield* names.values();
  }

  override toString(): string {
    return `<${this.constructor.name}[${Array.from(this, String).join(", ")}]>`;
  }

  __repr__(): string {
    return `<${this.constructor.name}[${Array.from(this, (cookie) => cookie.__repr__()).join(", ")}]>`;
  }
}

/** The attributes that have a meaning, the others, and nothing where the cookie is not to be taken. */
function sortAttributes(attributes: Attributes, now: number): [Standard, Record<string, unknown>] | null {
  const standard: Standard = {};
  const rest: Record<string, unknown> = {};
  let hasMaxAge = false;
  for (const [given, of] of attributes) {
    const lower = given.toLowerCase();
    let key = valued.has(lower) || flags.has(lower) ? lower : given;
    let value: string | number | true | null = of;
    if (flags.has(key) && value === null) value = true;
    if (Object.hasOwn(standard, key)) continue;
    if (key === "domain") {
      if (value === null) return null;
      value = String(value).toLowerCase();
    }
    if (key === "expires" && (hasMaxAge || value === null)) continue;
    if (key === "max-age") {
      hasMaxAge = true;
      if (value === null || !/^\s*[-+]?\d+(?:_\d+)*\s*$/.test(String(value))) return null;
      key = "expires";
      value = now + Number(String(value).replaceAll("_", ""));
    }
    if (valued.has(key) || flags.has(key)) {
      if (value === null && !["port", "comment", "commenturl"].includes(key)) return null;
      standard[key] = value;
    } else rest[key] = value;
  }
  return [standard, rest];
}

/** What one cookie adds to a Cookie header. @throws ValueError where that would be more than one cookie */
function headerParts(cookie: Cookie, first: boolean): string[] {
  if (`${cookie.name}${cookie.value}`.includes(";")) throw new ValueError(`A cookie has no ";": ${repr(cookie.name)}`);
  const version = cookie.version ?? 0;
  const parts = first && version > 0 ? [`$Version=${version}`] : [];
  // As in Python, quotes are escaped where the value has a non-word character, and quotes are not added.
  const value =
    cookie.value !== null && version > 0 && /\W/.test(cookie.value)
      ? cookie.value.replace(/["\\]/g, "\\$&")
      : cookie.value;
  parts.push(value === null ? cookie.name : `${cookie.name}=${value}`);
  if (version > 0) {
    if (cookie.path_specified) parts.push(`$Path="${cookie.path}"`);
    if (cookie.domain.startsWith("."))
      parts.push(`$Domain="${cookie.domain_initial_dot ? cookie.domain : cookie.domain.slice(1)}"`);
    if (cookie.port !== null) parts.push(cookie.port_specified ? `$Port="${cookie.port}"` : "$Port");
  }
  return parts;
}

// Functions and not private methods, since a jar behind a proxy has no private names.

/** Sets the time that expiry is measured against. */
function tick(jar: CookieJar): CookiePolicy {
  const policy = jar.get_policy();
  policy._now = jar._now = Math.floor(Date.now() / 1000);
  return policy;
}

function forRequest(jar: CookieJar, request: CookieRequest, policy: CookiePolicy): Cookie[] {
  const out: Cookie[] = [];
  for (const [domain, paths] of jar._cookies) {
    if (!policy.domain_return_ok(domain, request)) continue;
    for (const [path, cookies] of paths) {
      if (!policy.path_return_ok(path, request)) continue;
      for (const cookie of cookies.values()) if (policy.return_ok(cookie, request)) out.push(cookie);
    }
  }
  return out;
}

/** Lets a cookie go of a domain that has one too many: the oldest of the path with the most. */
function makeRoom(jar: CookieJar, domain: string): void {
  const paths = [...(jar._cookies.get(domain)?.values() ?? [])];
  if (paths.reduce((count, names) => count + names.size, 0) <= MAX_PER_DOMAIN) return;
  const fullest = paths.reduce((most, names) => (names.size > most.size ? names : most));
  fullest.delete(fullest.keys().next().value!);
}

/** Whether the policy lets a cookie in, and it takes no Secure one's place. */
function isWelcome(jar: CookieJar, cookie: Cookie, request: CookieRequest, policy: CookiePolicy): boolean {
  return policy.set_ok(cookie, request) && !hidesSecure(jar, cookie, request, policy);
}

/**
 * Whether a cookie that came without encryption would replace a Secure one, or go along with it (RFC 6265bis §5.7): then
 * anybody on the way could put their own session in the place of the user's.
 */
function hidesSecure(
  jar: CookieJar,
  { name, domain, path }: Cookie,
  request: CookieRequest,
  policy: CookiePolicy,
): boolean {
  const secure = policy instanceof DefaultCookiePolicy ? policy.secure_protocols : ["https", "wss"];
  if (secure.includes(request.type)) return false;
  const wanted = dotted(domain);
  for (const [of, paths] of jar._cookies) {
    const own = dotted(of);
    // One that the user has set for every domain hides nothing of a server's.
    if (!own || !(own.endsWith(wanted) || wanted.endsWith(own))) continue;
    for (const [below, names] of paths) {
      const cookie = names.get(name);
      if (cookie?.secure && !cookie.is_expired(jar._now) && pathMatch(path, below)) return true;
    }
  }
  return false;
}

function fromAttributes(jar: CookieJar, all: Attributes[], request: CookieRequest): Cookie[] {
  const out: Cookie[] = [];
  for (const attributes of all) {
    const cookie = fromOne(jar, attributes, request);
    if (cookie) out.push(cookie);
  }
  return out;
}

function fromOne(jar: CookieJar, [first, ...attributes]: Attributes, request: CookieRequest): Cookie | null {
  const [name, value] = first!;
  const sorted = sortAttributes(attributes, jar._now);
  if (!sorted) return null;
  const [standard, rest] = sorted;
  const version = standard["version"] === undefined ? null : Number.parseInt(String(standard["version"]), 10);
  if (Number.isNaN(version)) return null;
  let path = standard["path"] as string | undefined;
  const path_specified = path !== undefined && path !== "";
  if (path_specified) path = escapePath(path!);
  else {
    path = requestPath(request);
    path = path.slice(0, path.lastIndexOf("/") + (version === 0 ? 0 : 1)) || "/";
  }
  const [host, effective] = effectiveHost(request);
  let domain = standard["domain"] as string | undefined;
  // RFC 6265 §5.3, step 5: a host that is a public suffix itself, as github.io is, sets cookies for itself alone.
  if (domain !== undefined && withoutDot(domain) === host && isPublicSuffix(host)) domain = undefined;
  const domain_specified = domain !== undefined;
  const domain_initial_dot = domain?.startsWith(".") ?? false;
  if (domain === undefined) domain = effective;
  else if (!domain_initial_dot) domain = `.${domain}`;
  let port: string | null = null;
  let port_specified = false;
  if (standard["port"] === null) port = requestPort(request);
  else if (standard["port"] !== undefined) {
    port = String(standard["port"]).replace(/\s+/g, "");
    port_specified = true;
  }
  const expires = (standard["expires"] as number | undefined) ?? null;
  const cookie = new Cookie({
    version,
    name,
    value: value as string | null,
    port,
    port_specified,
    domain,
    domain_specified,
    domain_initial_dot,
    path,
    path_specified,
    secure: Boolean(standard["secure"] ?? false),
    expires,
    discard: expires === null || Boolean(standard["discard"] ?? false),
    comment: (standard["comment"] as string | undefined) ?? null,
    comment_url: (standard["commenturl"] as string | undefined) ?? null,
    rest,
  });
  if (expires === null || expires > jar._now) return cookie;
  // A server takes a cookie back by a date in the past: one that it could have set, where Python lets it take any.
  if (isWelcome(jar, cookie, request, jar.get_policy())) jar._cookies.get(domain)?.get(path)?.delete(name);
  return null;
}
