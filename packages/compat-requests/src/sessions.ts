import { environ } from "#platform";
import { followsRedirects } from "#transport";
import { conceal } from "./inspect.ts";
import { type BaseAdapter, followsByItself, HTTPAdapter } from "./adapters.ts";
import { extract_cookies_to_jar, RequestsCookieJar } from "./cookies.ts";
import { InvalidSchema, RequestException } from "./exceptions.ts";
import { default_hooks, dispatch_hook, type HooksInputType } from "./hooks.ts";
import { prepare, PreparedRequest } from "./prepared-request.ts";
import { bind } from "./python/arguments.ts";
import { ValueError } from "./python/builtins.ts";
import { Dict, isEmpty } from "./python/dict.ts";
import { native, record, repr, str, truth } from "./python/values.ts";
import { Request } from "./request.ts";
import { DEFAULT_REDIRECT_LIMIT, MAX_PASSING_BODY, REDIRECT_STATI, Response } from "./response.ts";
import { SessionRedirectMixin } from "./session-redirects.ts";
import { type RequestCall, requestOf, requestSignature, verbKwargs } from "./session-calls.ts";
import { merge_hooks, merge_setting, mergedCookies, mergedHeaders } from "./session-settings.ts";
import type { CaseInsensitiveDict } from "./structures.ts";
import type {
  AuthType,
  CertType,
  DataType,
  ParamsType,
  ProxiesType,
  RequestKwargs,
  SendKwargs,
  UriType,
  VerifyType,
} from "./types.ts";
import { get_netrc_auth } from "./utils-netrc.ts";
import { get_environ_proxies, hasEnvironProxies, resolve_proxies } from "./utils-proxies.ts";
import { default_headers } from "./utils.ts";

export { to_key_val_list } from "./encode-params.ts";
export { rewind_body } from "./files.ts";
export { DEFAULT_PORTS } from "./session-redirects.ts";
export { should_bypass_proxies } from "./utils-proxies.ts";
export { get_auth_from_url, requote_uri } from "./utils-urls.ts";
export {
  default_headers,
  DEFAULT_REDIRECT_LIMIT,
  get_environ_proxies,
  get_netrc_auth,
  merge_hooks,
  merge_setting,
  PreparedRequest,
  REDIRECT_STATI,
  Request,
  resolve_proxies,
  Response,
  SessionRedirectMixin,
};

/** What {@link Session.merge_environment_settings} gives. */
export interface EnvironmentSettings {
  proxies: ProxiesType;
  stream: boolean;
  verify: VerifyType;
  cert: CertType;
}

/**
 * Settings, cookies and connections that are shared by requests.
 *
 * @example
 * ```ts
 * await using s = new Session();
 * s.headers.update({ "x-test": "true" });
 * const r = await s.get("https://example.test/headers");
 * ```
 */
export class Session extends SessionRedirectMixin {
  /** Sent with every request; `null` in a call's headers takes one out. */
  headers: CaseInsensitiveDict<string | Uint8Array | null> = default_headers();
  auth: AuthType = null;
  /** Proxies by scheme or by `scheme://host`. */
  proxies: ProxiesType = new Dict() as ProxiesType;
  hooks: HooksInputType = default_hooks();
  /** Added to every request's query. */
  params: ParamsType = new Dict() as ParamsType;
  /** @default false */
  stream: boolean = false;
  /** @default true */
  verify: VerifyType = true;
  cert: CertType = null;
  /** @default 30 */
  max_redirects: number = DEFAULT_REDIRECT_LIMIT;
  /** Bytes, decoded, that are read of a redirect's body; the rest is dropped. Not in Python, which reads all. @default 1 MiB */
  max_redirect_body: number = MAX_PASSING_BODY;
  /** Whether the environment's proxies, certificates and netrc count. @default true */
  trust_env: boolean = true;
  /** The cookies of all responses. */
  cookies: RequestsCookieJar = new RequestsCookieJar();
  /** Adapters by the beginning of a URL, longest first. */
  adapters: Map<string, BaseAdapter> = new Map();

  constructor() {
    super();
    this.mount("https://", new HTTPAdapter());
    this.mount("http://", new HTTPAdapter());
  }

  /** Makes a request ready to send, with the session's settings. */
  prepare_request(request: Request): PreparedRequest {
    const cookies = mergedCookies(this.cookies, request.cookies);
    let { auth } = request;
    if (this.trust_env && !truth(auth) && !truth(this.auth)) auth = get_netrc_auth(str(request.url));
    const prepared = new PreparedRequest();
    prepare(prepared, {
      method: native(request.method ?? "").toUpperCase(),
      url: request.url,
      files: request.files,
      data: request.data,
      json: request.json,
      headers: mergedHeaders(request.headers, this.headers),
      params: (isEmpty(request.params) && isEmpty(this.params)
        ? null
        : merge_setting(request.params, this.params)) as ParamsType,
      auth: merge_setting(auth, this.auth) as AuthType,
      cookies,
      hooks: merge_hooks(request.hooks, this.hooks),
    });
    return prepared;
  }

  /**
   * Makes a request and sends it.
   *
   * @throws requests' exceptions; TypeError for an unknown keyword
   */
  request(method: string, url: UriType, kwargs?: RequestKwargs): Promise<Response>;
  request(method: string, url: UriType, params: ParamsType, data?: DataType, ...rest: unknown[]): Promise<Response>;
  request(...args: unknown[]): Promise<Response> {
    // Not async: what it returns is the promise of `send`.
    try {
      const given = bind(requestSignature, args) as unknown as RequestCall;
      const prepared = this.prepare_request(requestOf(given));
      const { _pending: pending } = prepared;
      return pending ? pending.then(() => this.#sendPrepared(prepared, given)) : this.#sendPrepared(prepared, given);
    } catch (error) {
      // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- it goes on as it came
      return Promise.reject(error);
    }
  }

  #sendPrepared(prepared: PreparedRequest, given: RequestCall): Promise<Response> {
    const { allow_redirects = true, timeout = null, signal } = given;
    const { url } = prepared;
    const { proxies, stream, verify, cert } = given;
    const settings = this.merge_environment_settings(url!, proxies ?? {}, stream, verify, cert);
    const sent = record<SendKwargs>({ timeout }, { ...settings });
    if (signal) sent.signal = signal;
    // Nobody is to see the difference where nobody has put a method of their own in its place.
    return this.send === ownSend
      ? this.#exchange(prepared, sent, allow_redirects)
      : this.send(prepared, record(sent, { allow_redirects }));
  }

  #call(verb: string, url: UriType, args: readonly unknown[]): Promise<Response> {
    try {
      const kwargs = verbKwargs(verb, args);
      return this.request(verb, url, verb === "GET" ? { allow_redirects: true, ...kwargs } : kwargs);
    } catch (error) {
      // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- it goes on as it came
      return Promise.reject(error);
    }
  }

  /** @see {@link Session.request} */
  get(url: UriType, kwargs?: RequestKwargs): Promise<Response>;
  get(url: UriType, params: ParamsType, kwargs?: RequestKwargs): Promise<Response>;
  get(url: UriType, ...args: unknown[]): Promise<Response> {
    return this.#call("GET", url, args);
  }

  /** @see {@link Session.request} */
  options(url: UriType, kwargs?: RequestKwargs): Promise<Response> {
    return this.request("OPTIONS", url, { allow_redirects: true, ...kwargs });
  }

  /** Follows no redirects by default, but where the browser does. @see {@link Session.request} */
  head(url: UriType, kwargs?: RequestKwargs): Promise<Response> {
    return this.request("HEAD", url, { allow_redirects: followsRedirects, ...kwargs });
  }

  /** @see {@link Session.request} */
  post(url: UriType, kwargs?: RequestKwargs): Promise<Response>;
  post(url: UriType, data: DataType, kwargs?: RequestKwargs): Promise<Response>;
  post(url: UriType, data: DataType, json: unknown, kwargs?: RequestKwargs): Promise<Response>;
  post(url: UriType, ...args: unknown[]): Promise<Response> {
    return this.#call("POST", url, args);
  }

  /** @see {@link Session.request} */
  put(url: UriType, kwargs?: RequestKwargs): Promise<Response>;
  put(url: UriType, data: DataType, kwargs?: RequestKwargs): Promise<Response>;
  put(url: UriType, ...args: unknown[]): Promise<Response> {
    return this.#call("PUT", url, args);
  }

  /** @see {@link Session.request} */
  patch(url: UriType, kwargs?: RequestKwargs): Promise<Response>;
  patch(url: UriType, data: DataType, kwargs?: RequestKwargs): Promise<Response>;
  patch(url: UriType, ...args: unknown[]): Promise<Response> {
    return this.#call("PATCH", url, args);
  }

  /** @see {@link Session.request} */
  delete(url: UriType, kwargs?: RequestKwargs): Promise<Response> {
    return this.request("DELETE", url, kwargs);
  }

  /** Sends a prepared request: hooks, cookies and redirects included. */
  override async send(request: PreparedRequest, kwargs: SendKwargs = {}): Promise<Response> {
    if ((request as unknown) instanceof Request) throw new ValueError("You can only send PreparedRequests.");
    if (request._pending) await request._pending;
    const { allow_redirects = true, ...sent } = record(kwargs);
    return await this.#exchange(request, record<SendKwargs>(sent), allow_redirects);
  }

  async #exchange(request: PreparedRequest, sent: SendKwargs, allow_redirects: boolean | null): Promise<Response> {
    if (sent.stream === undefined) sent.stream = this.stream;
    if (sent.verify === undefined) sent.verify = this.verify;
    if (sent.cert === undefined) sent.cert = this.cert;
    if (!("proxies" in sent)) sent.proxies = resolve_proxies(request, this.proxies, this.trust_env);
    const adapter = this.get_adapter(request.url!);
    if (!allow_redirects && followsByItself(this, request.url!)) {
      const problem = "allow_redirects: a browser follows redirects, and does not tell of them. Leave it out.";
      throw new RequestException(problem, { request });
    }
    const start = performance.now();
    let r = await adapter.send(request, sent);
    r.elapsed = (performance.now() - start) / 1000;
    try {
      const hooked = dispatch_hook("response", request.hooks, r, sent);
      r = hooked instanceof Promise ? await hooked : hooked;
    } catch (error) {
      // Nobody else has it.
      await r.close();
      throw error;
    }
    for (const earlier of r.history) extract_cookies_to_jar(this.cookies, earlier.request, earlier.raw);
    extract_cookies_to_jar(this.cookies, request, r.raw);
    if (this.#mayRedirect(r)) r = await this.#redirect(r, request, sent, allow_redirects ?? false);
    if (!sent.stream) await r._load();
    return r;
  }

  /** Whether there is anything to follow: a subclass may see redirects where there are none by status. */
  #mayRedirect(r: Response): boolean {
    if (this.get_redirect_target !== Session.prototype.get_redirect_target) return true;
    return this.resolve_redirects !== Session.prototype.resolve_redirects || REDIRECT_STATI.includes(r.status_code);
  }

  async #redirect(first: Response, request: PreparedRequest, kwargs: SendKwargs, follow: boolean): Promise<Response> {
    if (!follow) {
      const { value, done } = await this.resolve_redirects(
        first,
        request,
        record(kwargs, { yield_requests: true }),
      ).next();
      if (!done) first._next = value as PreparedRequest;
      return first;
    }
    const history = [first];
    for await (const response of this.resolve_redirects(first, request, kwargs)) history.push(response as Response);
    const last = history.pop()!;
    if (history.length) last.history = history;
    return last;
  }

  /** The environment's proxies and certificates, the session's settings and a call's, together. */
  merge_environment_settings(
    url: string,
    proxies: ProxiesType | null,
    stream: boolean | null | undefined,
    verify: VerifyType,
    cert: CertType,
  ): EnvironmentSettings {
    let own = proxies;
    if (this.trust_env) {
      if (hasEnvironProxies()) {
        const environ = get_environ_proxies(url, record(own)["no_proxy"] ?? null);
        if (own) own = { ...environ, ...own };
      }
      if (verify === true || verify == null) {
        const env = environ();
        verify = env["REQUESTS_CA_BUNDLE"] || env["CURL_CA_BUNDLE"] || verify;
      }
    }
    return {
      proxies: (isEmpty(this.proxies) ? (own ?? this.proxies) : merge_setting(own, this.proxies)) as ProxiesType,
      stream: merge_setting(stream, this.stream) as boolean,
      verify: merge_setting(verify, this.verify) as VerifyType,
      cert: merge_setting(cert, this.cert) as CertType,
    };
  }

  /** The adapter for a URL. @throws InvalidSchema */
  get_adapter(url: string): BaseAdapter {
    const lower = url.toLowerCase();
    for (const [prefix, adapter] of this.adapters) if (lower.startsWith(prefix.toLowerCase())) return adapter;
    throw new InvalidSchema(`No connection adapters were found for ${repr(url)}`);
  }

  /** Closes every adapter, but lets what is streamed come to its end: what calls without a session do. */
  async _retire(): Promise<void> {
    for (const adapter of this.adapters.values()) {
      await (adapter instanceof HTTPAdapter ? adapter._retire() : adapter.close());
    }
  }

  /** Closes every adapter, and ends what is under way. The session can be used again. */
  async close(): Promise<void> {
    for (const adapter of this.adapters.values()) await adapter.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Sends what begins with `prefix` by an adapter; the longest prefix counts. */
  mount(prefix: string, adapter: BaseAdapter): void {
    this.adapters.set(prefix, adapter);
    for (const [key, other] of Array.from(this.adapters)) {
      if (key.length >= prefix.length) continue;
      this.adapters.delete(key);
      this.adapters.set(key, other);
    }
  }
}
conceal(Session);

// oxlint-disable-next-line typescript/unbound-method -- to compare with
const ownSend: Session["send"] = Session.prototype.send;

/** A new session. */
export function session(): Session {
  return new Session();
}
