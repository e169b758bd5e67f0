import { exists, hasFiles, isFolder, warn } from "#platform";
import { followsRedirects } from "#transport";
import { conceal } from "./inspect.ts";
import { _basic_auth_str } from "./auth.ts";
import { InvalidProxyURL, InvalidSchema, InvalidURL } from "./exceptions.ts";
import { requestsError } from "./from-urllib3.ts";
import { headerLines, type PreparedRequest } from "./prepared-request.ts";
import { bind } from "./python/arguments.ts";
import { NotImplementedError, OSError, ValueError } from "./python/builtins.ts";
import { urlsplit } from "./python/urls.ts";
import { record, repr, typeName } from "./python/values.ts";
import { Response } from "./response.ts";
import type { CertType, ProxiesType, SendKwargs, TimeoutType, VerifyType } from "./types.ts";
import * as urllib3 from "./urllib3/exceptions.ts";
import {
  type HTTPConnectionPool,
  type PoolKwargs,
  PoolManager,
  proxySettings,
  type UrlopenKwargs,
} from "./urllib3/pool.ts";
import { HTTPResponse } from "./urllib3/response.ts";
import { Retry } from "./urllib3/retry.ts";
import { Timeout } from "./urllib3/timeout.ts";
import { parse_url } from "./urllib3/url.ts";
import { select_proxy } from "./utils-proxies.ts";
import { get_auth_from_url, prepend_scheme_if_needed, urldefragauth } from "./utils-urls.ts";

export { HTTPResponse, Retry, Timeout };

/** @default false */
export const DEFAULT_POOLBLOCK: boolean = false;
/** @default 10 */
export const DEFAULT_POOLSIZE: number = 10;
/** @default 0 */
export const DEFAULT_RETRIES: number = 0;
/** @default null */
export const DEFAULT_POOL_TIMEOUT: null = null;

/**
 * What sends one prepared request and gives one response; mounted in a session by a URL's beginning.
 *
 * @example
 * ```ts
 * class Fixed extends BaseAdapter {
 *   override async send(request: PreparedRequest) {
 *     const response = new Response();
 *     Object.assign(response, { status_code: 200, request, url: request.url, _content: new Uint8Array() });
 *     return response;
 *   }
 *   override close() {}
 * }
 * session.mount("mock://", new Fixed());
 * ```
 */
export class BaseAdapter {
  /** Sends a request, and follows nothing. */
  send(_request: PreparedRequest, _kwargs?: SendKwargs): Promise<Response> {
    throw new NotImplementedError();
  }

  /** Lets go of what it holds. */
  close(): void | Promise<void> {
    throw new NotImplementedError();
  }
}

/** The parameters of {@link HTTPAdapter}. */
export interface HTTPAdapterKwargs {
  /** How many hosts' connections are kept. @default 10 */
  pool_connections?: number;
  /** How many connections to a host are kept. @default 10 */
  pool_maxsize?: number;
  /** A number stands for failed connections alone; a `Retry` says it all. @default 0 */
  max_retries?: number | Retry | null;
  /** Whether no more than `pool_maxsize` connections to a host are made. @default false */
  pool_block?: boolean;
  /**
   * Whether `Host`, `Connection`, `Content-Length`, `Transfer-Encoding` and `Expect` go out as Python writes them, in case
   * and place. It takes more time per request. Not one of Python's, nor for browsers. @default false
   */
  exact?: boolean;
  /** Whether a browser sends its cookies to other origins, and keeps theirs. Elsewhere cookies are the session's. @default false */
  with_credentials?: boolean;
}

/** Host, port and scheme of a pool. */
export interface HostParams {
  scheme: string;
  host: string | null;
  port: number | null;
}

const constructorSignature = {
  name: "HTTPAdapter",
  params: ["pool_connections", "pool_maxsize", "max_retries", "pool_block", "exact", "with_credentials"],
};

/**
 * Sends over HTTP and HTTPS. Its methods are the ones a subclass of requests' own may override.
 *
 * @example
 * ```ts
 * session.mount("https://example.test/", new HTTPAdapter({ max_retries: 3 }));
 * ```
 */
export class HTTPAdapter extends BaseAdapter {
  max_retries: Retry;
  config: Record<string, unknown> = {};
  /** A pool manager for each proxy in use. */
  proxy_manager: Record<string, PoolManager> = {};
  poolmanager!: PoolManager;
  _pool_connections!: number;
  _pool_maxsize!: number;
  _pool_block!: boolean;
  /** Whether all header lines go out as Python writes them. */
  readonly exact: boolean;
  /** Whether a browser sends its cookies to other origins. */
  readonly with_credentials: boolean;

  constructor(kwargs?: HTTPAdapterKwargs);
  constructor(
    pool_connections: number,
    pool_maxsize?: number,
    max_retries?: number | Retry | null,
    pool_block?: boolean,
  );
  constructor(...args: unknown[]) {
    super();
    const given = bind(constructorSignature, args) as HTTPAdapterKwargs;
    const {
      pool_connections = DEFAULT_POOLSIZE,
      pool_maxsize = DEFAULT_POOLSIZE,
      max_retries = DEFAULT_RETRIES,
      pool_block = DEFAULT_POOLBLOCK,
      exact = false,
      with_credentials = false,
    } = given;
    this.exact = exact;
    this.with_credentials = with_credentials;
    this.max_retries = max_retries === DEFAULT_RETRIES ? new Retry(0, { read: false }) : Retry.from_int(max_retries);
    this.init_poolmanager(pool_connections, pool_maxsize, pool_block);
  }

  /** Makes the pool manager; a subclass may call it with more keywords, such as `ssl_context` or `source_address`. */
  init_poolmanager(
    connections: number,
    maxsize: number,
    block: boolean = DEFAULT_POOLBLOCK,
    pool_kwargs: PoolKwargs = {},
  ): void {
    this._pool_connections = connections;
    this._pool_maxsize = maxsize;
    this._pool_block = block;
    this.poolmanager = new PoolManager(connections, { maxsize, block, ...this.#own, ...pool_kwargs });
  }

  /** The keywords for pool managers that are set: without them they have urllib3's own and no others. */
  get #own(): PoolKwargs {
    return { ...(this.exact && { exact: true }), ...(this.with_credentials && { with_credentials: true }) };
  }

  /** The pool manager for a proxy. @throws InvalidSchema for SOCKS 4, as Python does where PySocks is missing */
  proxy_manager_for(proxy: string, proxy_kwargs: PoolKwargs = {}): PoolManager {
    const known = this.proxy_manager[proxy];
    if (known) return known;
    if (/^socks4/i.test(proxy))
      throw new InvalidSchema("Missing dependencies for SOCKS support: there is SOCKS 5 alone.");
    const headers = proxy.toLowerCase().startsWith("socks") ? {} : this.proxy_headers(proxy);
    const pool = { maxsize: this._pool_maxsize, block: this._pool_block, ...this.#own, ...proxy_kwargs };
    return (this.proxy_manager[proxy] = new PoolManager(this._pool_connections, pool, proxySettings(proxy, headers)));
  }

  /**
   * Puts certificates on a pool.
   *
   * @throws OSError for a path that does not exist
   */
  cert_verify(conn: HTTPConnectionPool, url: string, verify: VerifyType, cert: CertType): void {
    if (verify && url.toLowerCase().startsWith("https")) {
      conn.cert_reqs = "CERT_REQUIRED";
      if (verify !== true) {
        if (isMissing(verify))
          throw new OSError(`Could not find a suitable TLS CA certificate bundle, invalid path: ${verify}`);
        const inFolder = isFolder(verify);
        conn.ca_certs = inFolder ? null : verify;
        conn.ca_cert_dir = inFolder ? verify : null;
      }
    } else {
      conn.cert_reqs = "CERT_NONE";
      conn.ca_certs = conn.ca_cert_dir = null;
    }
    if (!cert) return;
    [conn.cert_file, conn.key_file] = typeof cert === "string" ? [cert, null] : [cert[0], cert[1]];
    if (conn.cert_file && isMissing(conn.cert_file)) {
      throw new OSError(`Could not find the TLS certificate file, invalid path: ${conn.cert_file}`);
    }
    if (conn.key_file && isMissing(conn.key_file))
      throw new OSError(`Could not find the TLS key file, invalid path: ${conn.key_file}`);
  }

  /** Makes a response of what came over the wire. */
  build_response(req: PreparedRequest, resp: HTTPResponse): Response {
    const response = new Response();
    response.status_code = resp.status;
    response.raw = resp;
    response.reason = resp.reason;
    response.url = urlOf(req, resp);
    response.request = req;
    response.connection = this;
    response._from(resp);
    return response;
  }

  /** What tells one pool from another: host, and how TLS is spoken. */
  build_connection_pool_key_attributes(
    request: PreparedRequest,
    verify: VerifyType,
    cert: CertType = null,
  ): [HostParams, PoolKwargs] {
    const url = urlsplit(request.url!);
    const pool = record<PoolKwargs>({ cert_reqs: verify === false ? "CERT_NONE" : "CERT_REQUIRED" });
    // Without TLS nobody looks at the path.
    const inFolder = typeof verify === "string" && url.scheme === "https" && isFolder(verify);
    if (typeof verify === "string") pool[inFolder ? "ca_cert_dir" : "ca_certs"] = verify;
    if (Array.isArray(cert) && cert.length === 2) [pool.cert_file, pool.key_file] = cert as [string, string];
    else if (cert != null) pool.cert_file = cert as string;
    return [{ scheme: url.scheme, host: url.hostname, port: url.port }, pool];
  }

  /**
   * The pool to send a request over.
   *
   * @throws InvalidURL, InvalidProxyURL
   */
  get_connection_with_tls_context(
    request: PreparedRequest,
    verify: VerifyType,
    proxies: ProxiesType | null = null,
    cert: CertType = null,
  ): HTTPConnectionPool {
    let proxy: string | null;
    let host: HostParams;
    let pool: PoolKwargs;
    try {
      proxy = proxies ? select_proxy(request.url!, proxies) : null;
      [host, pool] = this.build_connection_pool_key_attributes(request, verify, cert);
    } catch (error) {
      if (error instanceof ValueError) throw new InvalidURL(error, { request });
      throw error;
    }
    const manager = proxy ? this.#proxied(proxy) : this.poolmanager;
    return manager.connection_from_host(host.host, host.port, host.scheme, pool);
  }

  #proxied(given: string): PoolManager {
    if (typeof given !== "string") throw new TypeError(`The URL of a proxy must be a str, not ${typeName(given)}`);
    const proxy = prepend_scheme_if_needed(given, "http");
    if (!hostOf(proxy))
      throw new InvalidProxyURL("Please check proxy URL. It is malformed and could be missing the host.");
    return this.proxy_manager_for(proxy);
  }

  /** The pool for a URL. Deprecated: `get_connection_with_tls_context` knows of certificates too. */
  get_connection(url: string, proxies: ProxiesType | null = null): HTTPConnectionPool {
    warn("`get_connection` has been deprecated in favor of `get_connection_with_tls_context`.", "DeprecationWarning");
    const proxy = select_proxy(url, proxies);
    return (proxy ? this.#proxied(proxy) : this.poolmanager).connection_from_url(url);
  }

  /** Closes the connections, and ends what is under way. The adapter can be used again. */
  override async close(): Promise<void> {
    await this.#clear(false);
  }

  /** Closes the connections as they are done: what is streamed now can be read to its end. */
  async _retire(): Promise<void> {
    await this.#clear(true);
  }

  async #clear(gently: boolean): Promise<void> {
    const managers = [this.poolmanager, ...Object.values(this.proxy_manager)];
    await Promise.all(managers.map(async (manager) => manager.clear(gently)));
  }

  /** What goes into the request line: path and query, or the whole URL for an HTTP proxy. */
  request_url(request: PreparedRequest, proxies: ProxiesType | null): string {
    const proxy = proxies ? select_proxy(request.url!, proxies) : null;
    if (!proxy || urlsplit(request.url!).scheme === "https" || urlsplit(proxy).scheme.startsWith("socks"))
      return request.path_url;
    return urldefragauth(request.url!);
  }

  /** Does nothing; a subclass may add headers here. */
  add_headers(_request: PreparedRequest, _kwargs: SendKwargs): void {}

  /** Headers for a proxy alone. */
  proxy_headers(proxy: string): Record<string, string> {
    const [username, password] = get_auth_from_url(proxy);
    return username ? { "Proxy-Authorization": _basic_auth_str(username, password) } : {};
  }

  /** Sends a request, and follows nothing. */
  override send(request: PreparedRequest, kwargs: SendKwargs = {}): Promise<Response> {
    // Not async: a layer less for every call to pay for.
    try {
      return this.#open(request, kwargs).then(
        (resp) => this.build_response(request, resp),
        (error: unknown) => {
          throw requestsError(error, request);
        },
      );
    } catch (error) {
      // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- it goes on as it came
      return Promise.reject(error);
    }
  }

  #open(request: PreparedRequest, kwargs: SendKwargs): Promise<HTTPResponse> {
    const { verify = true, cert = null, proxies = null, timeout = null, signal } = record(kwargs);
    let conn: HTTPConnectionPool;
    try {
      conn = this.get_connection_with_tls_context(request, verify, proxies, cert);
    } catch (error) {
      if (error instanceof urllib3.LocationValueError) throw new InvalidURL(error, { request });
      throw error;
    }
    this.cert_verify(conn, request.url!, verify, cert);
    const url = this.request_url(request, proxies);
    this.add_headers(request, kwargs);
    const { method, body } = request;
    const headers = headerLines(request);
    const chunked = body != null && !headers.has("content-length");
    const { max_retries: retries } = this;
    const sent: UrlopenKwargs = { method: method!, url, body, headers, retries, timeout: timeoutOf(timeout), chunked };
    if (signal) sent.signal = signal;
    return conn.urlopen(sent);
  }
}
conceal(HTTPAdapter);

/** Whether redirects from a URL are followed by what sends to it, which cannot be told not to: the browser. */
export function followsByItself(session: { get_adapter(url: string): BaseAdapter }, url: string): boolean {
  return followsRedirects && session.get_adapter(url) instanceof HTTPAdapter;
}

/** The URL that answered, as it was asked for where it is that one. */
function urlOf({ url: asked }: PreparedRequest, response: HTTPResponse): string {
  const answered = followsRedirects ? response.geturl() : null;
  return answered === null || answered === urldefragauth(asked!) ? asked! : answered;
}

/** Whether a path leads nowhere, where there are paths at all. */
function isMissing(path: string): boolean {
  return hasFiles && !exists(path);
}

/** @throws ValueError for a list that is not of two, and for a value that is no positive number */
function timeoutOf(timeout: TimeoutType): Timeout | null {
  if (timeout == null) return null;
  if (timeout instanceof Timeout) return timeout;
  if (!Array.isArray(timeout)) return new Timeout({ connect: timeout as number, read: timeout as number });
  if (timeout.length !== 2) {
    throw new ValueError(
      `Invalid timeout (${timeout.map(repr).join(", ")}${timeout.length === 1 ? "," : ""}). Pass a (connect, read) timeout tuple, or a single float to set both timeouts to the same value.`,
    );
  }
  return new Timeout({ connect: timeout[0] as number | null, read: timeout[1] as number | null });
}

/** The host of a proxy, or `null` where the URL is none. */
function hostOf(proxy: string): string | null {
  try {
    return urlsplit(proxy).hostname && parse_url(proxy).host;
  } catch (error) {
    if (error instanceof ValueError) return null;
    throw error;
  }
}
