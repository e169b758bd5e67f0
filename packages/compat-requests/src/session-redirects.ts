import { type BaseAdapter, followsByItself } from "./adapters.ts";
import { _basic_auth_str } from "./auth.ts";
import { extract_cookies_to_jar, merge_cookies, type RequestsCookieJar } from "./cookies.ts";
import { isConsumed } from "./digest-auth.ts";
import {
  ChunkedEncodingError,
  ContentDecodingError,
  InvalidURL,
  TooManyRedirects,
  UnrewindableBodyError,
} from "./exceptions.ts";
import { rewind_body } from "./files.ts";
import type { PreparedRequest } from "./prepared-request.ts";
import { RuntimeError, UnicodeError, ValueError } from "./python/builtins.ts";
import { geturl, urljoin, urlsplit } from "./python/urls.ts";
import { fromLatin1, hasMethod, record } from "./python/values.ts";
import type { Response } from "./response.ts";
import type { ProxiesType, SendKwargs } from "./types.ts";
import { get_netrc_auth } from "./utils-netrc.ts";
import { resolve_proxies, select_proxy } from "./utils-proxies.ts";
import { decodeBytes } from "./utils-text.ts";
import { get_auth_from_url, requote_uri } from "./utils-urls.ts";

/** The ports that need not be named. */
export const DEFAULT_PORTS: Readonly<Record<string, number>> = { http: 80, https: 443 };

/** Following redirects: what a session does, each step for a subclass to override. */
export abstract class SessionRedirectMixin {
  abstract max_redirects: number;
  abstract max_redirect_body: number;
  abstract trust_env: boolean;
  abstract cookies: RequestsCookieJar;
  abstract get_adapter(url: string): BaseAdapter;
  abstract send(request: PreparedRequest, kwargs?: SendKwargs): Promise<Response>;

  /** Where a response leads, as text of UTF-8, or `null`. @throws UnicodeError where it is not UTF-8 */
  get_redirect_target(resp: Response): string | null {
    if (!resp.is_redirect) return null;
    const location = resp.headers.get("location")!;
    // Header lines come as latin-1, but what is not ASCII in a Location is mostly UTF-8.
    try {
      return decodeBytes(fromLatin1(location), "utf-8", "strict");
    } catch {
      throw new UnicodeError("'utf-8' codec can't decode the Location header");
    }
  }

  /** Whether Authorization must not go along: where host, scheme or port change, but for http to https on the usual ports. */
  should_strip_auth(old_url: string, new_url: string): boolean {
    const [from, to] = [urlsplit(old_url), urlsplit(new_url)];
    if (from.hostname !== to.hostname) return true;
    const isDefault = (port: number | null, scheme: string): boolean => port === null || port === DEFAULT_PORTS[scheme];
    if (from.scheme === "http" && isDefault(from.port, "http") && to.scheme === "https" && isDefault(to.port, "https"))
      return false;
    if (from.scheme === to.scheme && isDefault(from.port, from.scheme) && isDefault(to.port, from.scheme)) return false;
    return from.port !== to.port || from.scheme !== to.scheme;
  }

  /**
   * The responses, or with `yield_requests` the requests, that a response's redirects lead to.
   *
   * @throws TooManyRedirects; UnrewindableBodyError where the body cannot be sent again
   */
  async *resolve_redirects(
    resp: Response,
    req: PreparedRequest,
    kwargs: SendKwargs & { yield_requests?: boolean } = {},
  ): AsyncGenerator<Response | PreparedRequest, void, undefined> {
    const { yield_requests = false, proxies: given = null, ...others } = record(kwargs);
    let proxies: ProxiesType | null = given;
    const history: Response[] = [];
    let url = await targetOf(this, resp);
    let fragment = urlsplit(req.url!).fragment;
    while (url) {
      const prepared = req.copy();
      resp.history = [...history];
      history.push(resp);
      await consume(resp, this.max_redirect_body);
      if (resp.history.length >= this.max_redirects) {
        throw new TooManyRedirects(`Exceeded ${this.max_redirects} redirects.`, { response: resp });
      }
      await resp.close();
      [url, fragment] = follow(url, resp, fragment);
      prepared.url = url;
      this.rebuild_method(prepared, resp);
      const keepsBody = resp.status_code === 307 || resp.status_code === 308;
      if (!keepsBody) {
        for (const name of ["Content-Length", "Content-Type", "Transfer-Encoding"]) prepared.headers.delete(name);
        prepared.body = null;
      }
      prepared.headers.delete("Cookie");
      extract_cookies_to_jar(prepared._cookies!, req, resp.raw);
      merge_cookies(prepared._cookies!, this.cookies);
      prepared.prepare_cookies(prepared._cookies);
      proxies = this.rebuild_proxies(prepared, proxies);
      this.rebuild_auth(prepared, resp);
      await prepared._pending;
      rewind(prepared);
      req = prepared;
      if (yield_requests) {
        yield req;
      } else {
        const allow_redirects = followsByItself(this, url);
        resp = await this.send(req, { ...others, proxies, allow_redirects });
        extract_cookies_to_jar(this.cookies, prepared, resp.raw);
        url = await targetOf(this, resp);
        yield resp;
      }
    }
  }

  /** Takes Authorization off where it must not go along, and puts on what netrc has for the new host. */
  rebuild_auth(prepared_request: PreparedRequest, response: Response): void {
    const { headers, url } = prepared_request;
    if (headers.has("Authorization") && this.should_strip_auth(response.request.url!, url!))
      headers.delete("Authorization");
    const auth = this.trust_env ? get_netrc_auth(url!) : null;
    if (auth !== null) prepared_request.prepare_auth(auth);
  }

  /** The proxies for a redirect's target, and its Proxy-Authorization. */
  rebuild_proxies(prepared_request: PreparedRequest, proxies: ProxiesType | null): ProxiesType {
    const { headers, url } = prepared_request;
    const { scheme } = urlsplit(url!);
    const found = resolve_proxies(prepared_request, proxies, this.trust_env);
    headers.delete("Proxy-Authorization");
    // That of the way it goes: Python asks by the scheme alone, and so sends it to whoever else is there.
    const proxy = select_proxy(url!, found);
    const [username, password] = proxy ? get_auth_from_url(proxy) : ["", ""];
    const isPassedOn = proxy !== null && urlsplit(proxy).scheme.startsWith("socks");
    // The origin behind a tunnel or SOCKS would get to see it.
    if (!scheme.startsWith("https") && !isPassedOn && username && password) {
      headers.set("Proxy-Authorization", _basic_auth_str(username, password));
    }
    return found;
  }

  /** 303 and 302 turn all but HEAD into GET, 301 turns POST into GET, as browsers do. */
  rebuild_method(prepared_request: PreparedRequest, response: Response): void {
    const { status_code } = response;
    const { method } = prepared_request;
    if ((status_code === 303 || status_code === 302) && method !== "HEAD") prepared_request.method = "GET";
    if (status_code === 301 && method === "POST") prepared_request.method = "GET";
  }
}

/** Where a response leads; one whose target cannot be read is closed. */
async function targetOf(session: SessionRedirectMixin, resp: Response): Promise<string | null> {
  try {
    return session.get_redirect_target(resp);
  } catch (error) {
    await resp.close();
    throw error;
  }
}

/** Reads a redirect's body up to a limit, so that the connection is free. */
async function consume(resp: Response, limit: number): Promise<void> {
  try {
    await resp._read(limit);
  } catch (error) {
    if (
      !(error instanceof ChunkedEncodingError || error instanceof ContentDecodingError || error instanceof RuntimeError)
    )
      throw error;
    if (hasMethod(resp.raw, "drain_conn")) await resp.raw.drain_conn();
    else if (hasMethod(resp.raw, "read")) await resp.raw.read({ decode_content: false });
  }
}

/**
 * The URL that a Location leads to, and the fragment it has or takes along (RFC 9110 §10.2.2).
 *
 * @throws InvalidURL
 */
function follow(location: string, response: Response, previous: string): [url: string, fragment: string] {
  try {
    return resolve(location, response.url, previous);
  } catch (error) {
    // Python lets the ValueError of `urlsplit` through. An InvalidURL is one too.
    if (error instanceof ValueError) throw new InvalidURL(error, { response });
    throw error;
  }
}

function resolve(location: string, from: string, previous: string): [url: string, fragment: string] {
  const given = location.startsWith("//") ? `${urlsplit(from).scheme}:${location}` : location;
  const parsed = urlsplit(given);
  const fragment = parsed.fragment || previous;
  const url = geturl(parsed, fragment);
  return [parsed.netloc ? requote_uri(url) : urljoin(from, requote_uri(url)), fragment];
}

function rewind(request: PreparedRequest): void {
  const { headers } = request;
  const framed = headers.has("Content-Length") || headers.has("Transfer-Encoding");
  if (request._body_position !== null && framed) rewind_body(request);
  // Python sends what is left of a generator: nothing.
  else if (isConsumed(request.body)) {
    throw new UnrewindableBodyError(
      "The request body was consumed when it was sent, and cannot be sent again for the redirect.",
    );
  }
}
