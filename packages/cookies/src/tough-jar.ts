import {
  canonicalDomain,
  Cookie,
  CookieJar,
  defaultPath,
  domainMatch,
  pathMatch,
  type CreateCookieJarOptions,
  type Store,
} from "tough-cookie";
import type { CookieContext, Jar } from "./jar.ts";
import { registrableDomain } from "./site.ts";
import { call } from "./store.ts";

/** What {@link toughJar} takes; beside its own, the options of tough-cookie's `CookieJar`. */
export interface ToughJarOptions extends Omit<CreateCookieJarOptions, "looseMode"> {
  /** Any store made for tough-cookie. @default its `MemoryCookieStore` */
  store?: Store;
  /** Bytes of a cookie's name and value together; a larger one is ignored (RFC 6265bis §5.6). @default 4096 */
  maxSize?: number;
  /** Cookies that share a domain; beyond it expired, then insecure, then long unused ones go. @default 180 */
  maxPerDomain?: number;
  /** Cookies in all; a tenth of them is let go when it is reached, in the same order. @default 30_000 */
  maxCount?: number;
}

/** A {@link Jar} on tough-cookie. */
export interface ToughJar extends Jar {
  /** What is behind it: to look at, add and remove cookies. */
  readonly cookieJar: CookieJar;
}

/**
 * A jar on tough-cookie: public suffixes, Secure, HttpOnly, SameSite, expiry, `__Host-` and `__Secure-` by RFC 6265bis.
 * Cookies that it must not keep are ignored; a store that fails rejects the call.
 *
 * @example
 * ```ts
 * const jar = toughJar();
 * const client = createClient({ adapter, plugins: [cookies({ jar })] });
 * await client.get("https://example.test/login");
 * for (const { key } of await jar.cookieJar.getCookies("https://example.test/")) console.log(key);
 * ```
 */
export function toughJar(options: ToughJarOptions = {}): ToughJar {
  return new ToughCookieJar(options);
}

/** Milliseconds that a cookie may be kept. */
const longest = 400 * 24 * 60 * 60 * 1000;
/** tough-cookie throws at these hosts, for it takes them for public suffixes even where they are hosts. */
const unsupported = /^(local|example|test)$/;

// A class, so that a jar that is logged or serialised by accident shows none of its cookies.
class ToughCookieJar implements ToughJar {
  readonly #cookieJar: CookieJar;
  readonly #limits: { maxSize: number; maxPerDomain: number; maxCount: number };
  #empty: boolean;
  #added = 0;

  constructor({ store, maxSize = 4096, maxPerDomain = 180, maxCount = 30_000, ...options }: ToughJarOptions) {
    this.#cookieJar = new CookieJar(store, options);
    this.#limits = { maxSize, maxPerDomain, maxCount };
    this.#empty = !store;
  }

  get cookieJar(): CookieJar {
    this.#empty = false;
    return this.#cookieJar;
  }

  get(url: string, { sameSite }: CookieContext): string | Promise<string> {
    if (this.#empty) return "";
    const target = targetOf(url);
    if (unsupported.test(target.hostname)) return "";
    const options = { sameSiteContext: sameSite };
    return this.#cookieJar.store.synchronous
      ? this.#cookieJar.getCookieStringSync(target, options)
      : this.#cookieJar.getCookieString(target, options);
  }

  async store(url: string, lines: readonly string[], { sameSite }: CookieContext): Promise<void> {
    const target = targetOf(url);
    if (unsupported.test(target.hostname)) return;
    this.#empty = false;
    // One millisecond apart, so that their order outlives a store that keeps times and no more.
    let time = Date.now();
    for (const line of lines) {
      const cookie = readCookie(line, target, this.#limits.maxSize);
      if (!cookie || !(await this.#makeRoom(cookie, target))) continue;
      const options = { sameSiteContext: sameSite, ignoreError: true, now: new Date(time++) };
      await this.#cookieJar.setCookie(cookie, target, options);
    }
  }

  /** Whether the cookie may come in; lets others go where there are too many. */
  async #makeRoom(cookie: Cookie, { protocol, hostname, pathname }: URL): Promise<boolean> {
    const { store } = this.#cookieJar;
    const { maxPerDomain, maxCount } = this.#limits;
    const domain = canonicalDomain(cookie.domain ?? hostname)!;
    const path = cookie.path ?? defaultPath(pathname);
    const found = await call<Cookie[]>((done) => store.findCookies(domain, null, true, done));
    // RFC 6265bis §5.7: what came over plain http does not stand before a secure cookie.
    if (
      protocol === "http:" &&
      !cookie.secure &&
      found.some((other) => other.secure && other.key === cookie.key && pathMatch(path, other.path!))
    ) {
      return false;
    }
    const neighbours = found.filter((other) => other.domain === domain);
    if (neighbours.some((other) => other.key === cookie.key && other.path === path)) return true;
    await this.#evict(neighbours, maxPerDomain - 1);
    if (++this.#added >= maxCount / 10) {
      this.#added = 0;
      await this.#evict(await call<Cookie[]>((done) => store.getAllCookies(done)), maxCount * 0.9);
    }
    return true;
  }

  /** RFC 6265bis §5.7: expired cookies first, then insecure ones, then by their last use. */
  async #evict(cookies: Cookie[], keep: number): Promise<void> {
    if (cookies.length <= keep) return;
    const now = Date.now();
    const rank = (cookie: Cookie) => (cookie.expiryTime()! <= now ? 0 : cookie.secure ? 2 : 1);
    cookies.sort((a, b) => rank(a) - rank(b) || Number(a.lastAccessed) - Number(b.lastAccessed));
    for (const { domain, path, key } of cookies.slice(0, Math.ceil(cookies.length - keep))) {
      await call<void>((done) => this.#cookieJar.store.removeCookie(domain, path, key, done));
    }
  }
}

/** The parts that tough-cookie looks at. It decodes the path, where RFC 6265bis §5.1.4 compares it as it is sent. */
function targetOf(url: string): URL {
  const { protocol, hostname, pathname } = new URL(url);
  return { protocol, hostname, pathname: pathname.replaceAll("%", "%25") } as URL;
}

/** A cookie to keep, with what tough-cookie leaves out of RFC 6265bis. */
function readCookie(line: string, { hostname }: URL, maxSize: number): Cookie | undefined {
  // §5.6 step 1: a control character spoils the line.
  if (!/^[\t -~\x80-\uffff]*$/.test(line)) return undefined;
  const cookie = Cookie.parse(line, { loose: true });
  if (!cookie) return undefined;
  // §5.6 step 4: a cookie may have no name; another "=" then belongs to its value.
  const [, nameless] = /^\s*=([^;]*)/.exec(line) ?? [];
  if (nameless !== undefined) Object.assign(cookie, { key: "", value: nameless.trim() });
  const size = cookie.key.length + cookie.value.length;
  if (size === 0 || size > maxSize) return undefined;
  // §5.7: prefixes are compared without regard to case, also where they begin the value of a cookie without a name.
  const prefix = /^__(secure|host)-/i.exec(cookie.cookieString())?.[1]?.toLowerCase();
  const { key, secure, domain, path } = cookie;
  if (prefix && !(key && secure && (prefix === "secure" || (!domain && path === "/")))) return undefined;
  // §5.7 step 10. Here already, for else it would make others go, and tough-cookie throws at what it takes for no domain.
  if (domain && !isAbove(domain, hostname)) return undefined;
  // §5.7: a public suffix may set cookies for itself.
  if (domain === hostname && !registrableDomain(hostname)) cookie.domain = null;
  // tough-cookie counts Max-Age from the last use; it counts from now (§5.6.2), and no cookie lives longer than 400 days (§5.5).
  const now = Date.now();
  if (typeof cookie.maxAge === "number") {
    cookie.expires = new Date(cookie.maxAge > 0 ? now + Math.min(cookie.maxAge * 1000, longest) : 0);
    cookie.maxAge = null;
  } else if (cookie.expires instanceof Date) {
    cookie.expires = new Date(Math.min(cookie.expires.getTime(), now + longest));
  }
  return cookie;
}

function isAbove(domain: string, hostname: string): boolean {
  if (unsupported.test(domain)) return false;
  try {
    return domainMatch(hostname, domain) === true;
  } catch {
    return false;
  }
}
