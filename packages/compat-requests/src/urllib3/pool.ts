import { budgetOf, connectionOf, createAdapter, decodesContent, linesOf } from "#transport";
import { conceal } from "../inspect.ts";
import {
  type CallOptions,
  type Client,
  type ConnectionOption,
  type ConnectionOptions,
  createClient,
  HttpError,
  type TimeoutOption,
} from "@posthaste/core";
import { OSError } from "../python/builtins.ts";
import { hasKeys, record, repr, str } from "../python/values.ts";
import type { Lines } from "../structures.ts";
import { isConsumed } from "../digest-auth.ts";
import { transportBody } from "./body.ts";
import { transportError } from "./errors.ts";
import {
  ClosedPoolError,
  HTTPError as UrllibError,
  InvalidHeader,
  LocationParseError,
  ProxySchemeUnknown,
  UnrewindableBodyError,
  Unsupported,
} from "./exceptions.ts";
import { contentLength } from "./headers.ts";
import { HTTPResponse } from "./response.ts";
import { Retry } from "./retry.ts";
import type { Timeout } from "./timeout.ts";
import type { TlsPaths } from "./tls.ts";
import { encodeTarget, parse_url } from "./url.ts";

/** Connection settings in urllib3's words. */
export interface PoolKwargs extends TlsPaths {
  maxsize?: number;
  block?: boolean;
  /** Host and port to connect from. */
  source_address?: readonly [string, number] | null;
  /** Whether framing headers go out as Python writes them; not urllib3's. */
  exact?: boolean;
  /** Whether a browser sends its cookies to other origins; not urllib3's. */
  with_credentials?: boolean;
  [keyword: string]: unknown;
}

/** What {@link HTTPConnectionPool.urlopen} takes. */
export interface UrlopenKwargs {
  method: string;
  /** A path, or a URL where the proxy is to be given one. */
  url: string;
  body: unknown;
  headers: Lines<string | Uint8Array>;
  retries: Retry;
  timeout: Timeout | null;
  chunked: boolean;
  signal?: AbortSignal | null;
}

type Transport = Client<ConnectionOption & TimeoutOption>;

/** One set of connections, and how many exchanges are on them. */
class Connections {
  readonly client: Transport;
  #busy = 0;
  #closing: (() => void) | undefined;

  constructor(kwargs: PoolKwargs) {
    this.client = createClient({ adapter: createAdapter(kwargs) }) as Transport;
  }

  take(): void {
    this.#busy++;
  }

  release(): void {
    if (--this.#busy === 0) this.#closing?.();
  }

  /** Ends what is under way; `gently`, when the last exchange is over. */
  close(gently: boolean): Promise<void> | void {
    if (!gently || this.#busy === 0) return this.client.close();
    this.#closing = () => void this.client.close();
  }
}

/** A proxy, as urllib3's `ProxyManager` knows it. */
export interface ProxySettings {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly scheme: string;
}

/** urllib3's `PoolManager`: a pool for each host and each way to speak TLS. */
export class PoolManager {
  readonly connection_pool_kw: PoolKwargs;
  readonly num_pools: number;
  readonly proxy: ProxySettings | null;
  readonly pools: Map<string, HTTPConnectionPool> = new Map();
  #connections: Connections | undefined;
  /** What was asked for last: the answer is the same for call after call. */
  #last:
    | { scheme: string; host: string; port: number | null; kwargs: PoolKwargs; pool: HTTPConnectionPool }
    | undefined;

  constructor(num_pools: number = 10, kwargs: PoolKwargs = {}, proxy: ProxySettings | null = null) {
    this.num_pools = num_pools;
    this.connection_pool_kw = record(kwargs);
    this.proxy = proxy;
  }

  get connections(): Connections {
    return (this.#connections ??= new Connections(this.connection_pool_kw));
  }

  /** The pool for a host. @throws LocationValueError without a host */
  connection_from_host(
    host: string | null,
    port: number | null,
    scheme: string,
    pool_kwargs: PoolKwargs = {},
  ): HTTPConnectionPool {
    if (!host) throw new LocationParseError("No host specified.");
    const last = this.#last;
    if (last && last.host === host && last.port === port && last.scheme === scheme && isSame(last.kwargs, pool_kwargs))
      return last.pool;
    let key = `${scheme} ${host} ${port ?? ""}`;
    for (const [name, value] of Object.entries(pool_kwargs)) {
      key += ` ${name}=${typeof value === "string" ? value : JSON.stringify(value)}`;
    }
    let pool = this.pools.get(key);
    if (!pool) {
      if (this.pools.size >= this.num_pools) this.pools.delete(this.pools.keys().next().value!);
      pool = new HTTPConnectionPool(this, scheme, host, port, record(this.connection_pool_kw, pool_kwargs));
      this.pools.set(key, pool);
    }
    this.#last = { scheme, host, port, kwargs: record(pool_kwargs), pool };
    return pool;
  }

  /** The pool for a URL's host. */
  connection_from_url(url: string): HTTPConnectionPool {
    const { scheme, host, port } = parse_url(url);
    return this.connection_from_host(host, port, scheme ?? "http");
  }

  /**
   * Closes the connections, and ends what is under way.
   *
   * @param gently whether those in use stay until their response is read
   */
  clear(gently: boolean = false): Promise<void> | void {
    const old = this.#connections;
    this.#connections = undefined;
    this.#last = undefined;
    this.pools.clear();
    return old?.close(gently);
  }
}
conceal(PoolManager);

/** Whether two sets of keywords are the same; of objects, which may have changed, nobody knows. */
function isSame(one: PoolKwargs, other: PoolKwargs): boolean {
  for (const name in other) if (!(name in one)) return false;
  for (const name in one) if (one[name] !== other[name] || typeof one[name] === "object") return false;
  return true;
}

/** @throws ProxySchemeUnknown for what is neither http, https nor SOCKS 5 */
export function proxySettings(url: string, headers: Readonly<Record<string, string>>): ProxySettings {
  const { scheme } = parse_url(url);
  if (!scheme || !/^(?:https?|socks5h?)$/.test(scheme)) throw new ProxySchemeUnknown(scheme);
  return { url, headers, scheme };
}

/** urllib3's `HTTPConnectionPool`: sends requests to one host, and sends again what its Retry says. */
export class HTTPConnectionPool implements TlsPaths {
  readonly scheme: string;
  readonly host: string;
  readonly port: number | null;
  readonly proxy: ProxySettings | null;
  cert_reqs: string | null;
  ca_certs: string | null;
  ca_cert_dir: string | null;
  cert_file: string | null;
  key_file: string | null;
  readonly kwargs: PoolKwargs;
  readonly #manager: PoolManager;
  readonly #origin: string;
  #connection: ConnectionOptions | undefined;
  #connectionKey = "";

  constructor(manager: PoolManager, scheme: string, host: string, port: number | null, kwargs: PoolKwargs) {
    this.#manager = manager;
    this.scheme = scheme;
    this.host = host;
    this.port = port;
    this.proxy = manager.proxy;
    this.kwargs = kwargs;
    this.cert_reqs = kwargs.cert_reqs ?? null;
    this.ca_certs = kwargs.ca_certs ?? null;
    this.ca_cert_dir = kwargs.ca_cert_dir ?? null;
    this.cert_file = kwargs.cert_file ?? null;
    this.key_file = kwargs.key_file ?? null;
    this.#origin = `${scheme}://${host.includes(":") && !host.startsWith("[") ? `[${host}]` : host}${port === null ? "" : `:${port}`}`;
  }

  get #tlsPaths(): TlsPaths {
    const { cert_reqs, ca_certs, ca_cert_dir, cert_file, key_file } = this;
    return record<TlsPaths>(this.kwargs, { cert_reqs, ca_certs, ca_cert_dir, cert_file, key_file });
  }

  /** What a call is to know; nothing of what the transport does by itself, which is what it does fastest. */
  #options({ timeout, signal }: UrlopenKwargs): CallOptions & ConnectionOption & TimeoutOption {
    const options = record<CallOptions & ConnectionOption & TimeoutOption>();
    const connection = this.#settings;
    if (hasKeys(connection)) options.connection = connection;
    if (timeout) options.timeout = budgetOf(timeout)!;
    if (signal) options.signal = signal;
    return options;
  }

  /** How the transport is to connect; the same object as long as nothing was changed. */
  get #settings(): ConnectionOptions {
    if (this.#connection && this.scheme !== "https") return this.#connection;
    const key = `${this.cert_reqs}|${this.ca_certs}|${this.ca_cert_dir}|${this.cert_file}|${this.key_file}`;
    if (this.#connection && this.#connectionKey === key && !this.cert_file && !this.ca_certs && !this.ca_cert_dir)
      return this.#connection;
    this.#connection = connectionOf(this, this.#tlsPaths);
    this.#connectionKey = key;
    return this.#connection;
  }

  /**
   * Sends a request, and again where the Retry says so.
   *
   * @throws urllib3's exceptions
   */
  async urlopen(kwargs: UrlopenKwargs): Promise<HTTPResponse> {
    const { method, body, chunked, signal } = kwargs;
    const target = kwargs.url.startsWith("/") ? encodeTarget(kwargs.url) : encodeTarget(targetOf(kwargs.url));
    const headers = linesOf(this, kwargs);
    const length = body == null ? undefined : contentLength(kwargs.headers);
    const position = positionOf(body);
    const connections = this.#manager.connections;
    let retries = kwargs.retries;
    for (let first = true; ; first = false) {
      if (!first) rewind(body, position);
      let response: HTTPResponse | null = null;
      let failure: Error | null = null;
      connections.take();
      try {
        const answer = await connections.client.send({
          method,
          url: this.#origin + target,
          headers,
          body: transportBody(body, chunked, length),
          options: this.#options(kwargs),
          call: {},
        });
        const release = (): void => connections.release();
        response = new HTTPResponse(answer, { pool: this, retries, release, isDecoded: decodesContent });
      } catch (error) {
        connections.release();
        if (!(error instanceof HttpError)) throw error;
        failure = transportError(error, this, kwargs);
        // That is no failure to try again after.
        if (!(failure instanceof UrllibError) || forGood.some((type) => failure instanceof type)) throw failure;
      }
      if (failure) retries = retries.increment(method, kwargs.url, { error: failure, _pool: this });
      else {
        const { total, status_forcelist } = retries;
        // Nothing is to be tried again: the rule.
        if (total === 0 && !status_forcelist.size && retries.is_retry === Retry.prototype.is_retry) return response!;
        if (!retries.is_retry(method, response!.status, response!.headers.has("Retry-After"))) return response!;
        const next = this.#another(retries, kwargs, response!);
        if (!next) return response!;
        retries = next;
        await response!.drain_conn();
      }
      await retries.sleep(response, signal ?? null);
    }
  }

  /** The Retry after a response that is to be tried again, or nothing where that response is to be given. */
  #another(retries: Retry, { method, url }: UrlopenKwargs, response: HTTPResponse): Retry | null {
    try {
      return retries.increment(method, url, { response, _pool: this });
    } catch (error) {
      if (!retries.raise_on_status) return null;
      void response.drain_conn();
      throw error;
    }
  }

  toString(): string {
    const name = this.scheme === "https" ? "HTTPSConnectionPool" : "HTTPConnectionPool";
    return `${name}(host=${repr(this.host)}, port=${str(this.port ?? (this.scheme === "https" ? 443 : 80))})`;
  }
}
conceal(HTTPConnectionPool);

/** The target of an absolute URL. */
function targetOf(url: string): string {
  const { path, query } = parse_url(url);
  return `${path || "/"}${query === null ? "" : `?${query}`}`;
}

/** What is wrong with a request itself, or with the pool. */
const forGood = [ClosedPoolError, InvalidHeader, Unsupported];

type Seekable = { tell(): number; seek(offset: number): unknown };

function positionOf(body: unknown): number | null | undefined {
  if (typeof (body as Seekable | null)?.tell !== "function") return undefined;
  try {
    return (body as Seekable).tell();
  } catch (error) {
    if (error instanceof OSError) return null;
    throw error;
  }
}

/** @throws UnrewindableBodyError where it cannot be sent again */
function rewind(body: unknown, position: number | null | undefined): void {
  if (position === undefined) {
    if (isConsumed(body))
      throw new UnrewindableBodyError("The request body was consumed when it was sent, and cannot be sent again.");
    return;
  }
  if (position === null)
    throw new UnrewindableBodyError(
      "Unable to record file position for rewinding request body during a redirect/retry.",
    );
  (body as Seekable).seek(position);
}
