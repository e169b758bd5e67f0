import type { RedisClientType } from "@redis/client";
import { Cookie, permuteDomain, Store, type Callback, type ErrorCallback, type Nullable } from "tough-cookie";

/**
 * A store for tough-cookie in Redis: one hash per domain, with a field per path and name. A look-up reads the hashes of the
 * host and its parents, however many cookies there are in all.
 */
export class RedisCookieStore extends Store {
  readonly #redis: RedisClientType;
  readonly #prefix: string;

  constructor(redis: RedisClientType, prefix = "cookies:") {
    super();
    this.#redis = redis;
    this.#prefix = prefix;
  }

  #hash(domain: Nullable<string>): string {
    return this.#prefix + String(domain);
  }

  async #list(domain: string): Promise<Cookie[]> {
    const fields = await this.#redis.hGetAll(this.#hash(domain));
    return Object.values(fields).map((json) => Cookie.fromJSON(json)!);
  }

  override findCookie(
    domain: Nullable<string>,
    path: Nullable<string>,
    key: Nullable<string>,
  ): Promise<Cookie | undefined>;
  override findCookie(
    domain: Nullable<string>,
    path: Nullable<string>,
    key: Nullable<string>,
    callback: Callback<Cookie | undefined>,
  ): void;
  override findCookie(
    domain: Nullable<string>,
    path: Nullable<string>,
    key: Nullable<string>,
    callback?: Callback<Cookie | undefined>,
  ): unknown {
    const json = this.#redis.hGet(this.#hash(domain), field(path, key));
    return settle(
      json.then((found) => Cookie.fromJSON(found)),
      callback,
    );
  }

  override findCookies(domain: Nullable<string>, path: Nullable<string>, special?: boolean): Promise<Cookie[]>;
  override findCookies(
    domain: Nullable<string>,
    path: Nullable<string>,
    special?: boolean,
    callback?: Callback<Cookie[]>,
  ): void;
  override findCookies(
    domain: Nullable<string>,
    _path: Nullable<string>,
    special = false,
    callback?: Callback<Cookie[]>,
  ): unknown {
    const domains = domain ? (permuteDomain(domain, special) ?? [domain]) : [];
    // The jar itself compares paths.
    const found = Promise.all(domains.map((one) => this.#list(one)));
    return settle(
      found.then((lists) => lists.flat()),
      callback,
    );
  }

  override putCookie(cookie: Cookie): Promise<void>;
  override putCookie(cookie: Cookie, callback: ErrorCallback): void;
  override putCookie(cookie: Cookie, callback?: ErrorCallback): unknown {
    const { domain, path, key } = cookie;
    return settle(this.#redis.hSet(this.#hash(domain), field(path, key), JSON.stringify(cookie)), callback);
  }

  override updateCookie(oldCookie: Cookie, newCookie: Cookie): Promise<void>;
  override updateCookie(oldCookie: Cookie, newCookie: Cookie, callback: ErrorCallback): void;
  override updateCookie(_oldCookie: Cookie, newCookie: Cookie, callback?: ErrorCallback): unknown {
    return this.putCookie(newCookie, callback!);
  }

  override removeCookie(domain: Nullable<string>, path: Nullable<string>, key: Nullable<string>): Promise<void>;
  override removeCookie(
    domain: Nullable<string>,
    path: Nullable<string>,
    key: Nullable<string>,
    callback: ErrorCallback,
  ): void;
  override removeCookie(
    domain: Nullable<string>,
    path: Nullable<string>,
    key: Nullable<string>,
    callback?: ErrorCallback,
  ): unknown {
    return settle(this.#redis.hDel(this.#hash(domain), field(path, key)), callback);
  }

  override getAllCookies(): Promise<Cookie[]>;
  override getAllCookies(callback: Callback<Cookie[]>): void;
  override getAllCookies(callback?: Callback<Cookie[]>): unknown {
    return settle(this.#all(), callback);
  }

  async #all(): Promise<Cookie[]> {
    const cookies: Cookie[] = [];
    for await (const hashes of this.#redis.scanIterator({ MATCH: `${this.#prefix}*` })) {
      for (const hash of hashes) cookies.push(...(await this.#list(hash.slice(this.#prefix.length))));
    }
    return cookies.sort((a, b) => Number(a.creation) - Number(b.creation));
  }
}

function field(path: Nullable<string>, key: Nullable<string>): string {
  return `${String(path)}\t${String(key)}`;
}

/** A promise, or a call of the callback where there is one. */
function settle<T>(promise: Promise<T>, callback?: ((error: Error, result?: never) => void) | ErrorCallback): unknown {
  if (!callback) return promise;
  return promise.then(
    (result) => (callback as Callback<T>)(null, result),
    (error: Error) => callback(error),
  );
}
