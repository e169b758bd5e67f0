import { copy, HttpError } from "@posthaste/core";
import type { HttpRequest, HttpResponse } from "@posthaste/core";

/** How redirects are followed. */
export interface RedirectOptions {
  /** How many redirects are followed before the call rejects with `ERR_REDIRECT`. @default 20 (as in fetch) */
  max?: number;
  /** The method of the next request. @default {@link redirectMethod} */
  method?: (status: number, method: string) => string;
  /**
   * Whether the body goes along, given the status, the method so far and the next one. Where it does not, the headers
   * that describe it go, too. @default where the method stays the same, and the status is not 303
   */
  keepBody?: (status: number, method: string, nextMethod: string) => boolean;
  /**
   * Whether Authorization outlives a redirect from http to https on the same host and the default ports, as it does with
   * Python's requests. @default false
   */
  keepAuthOnUpgrade?: boolean;
  /**
   * Names of further headers, such as `X-Api-Key`, that go no further than their origin. Authorization, Cookie,
   * Proxy-Authorization and Host never do. @default []
   */
  credentials?: readonly string[];
  /**
   * Called before each redirect is followed, with a request of its own to change or to replace; `false` stops here and
   * gives the redirect as the response. It may read the redirect's body, and what it throws rejects the call. Nothing
   * looks after the credentials of a request that it sends elsewhere.
   */
  beforeRedirect?: (next: HttpRequest, response: HttpResponse) => RedirectDecision | Promise<RedirectDecision>;
}

/** What {@link RedirectOptions.beforeRedirect} answers: another request, `false` to stop, or nothing to go on. */
// oxlint-disable-next-line typescript/no-invalid-void-type -- a hook that returns nothing is the usual one
export type RedirectDecision = HttpRequest | false | void;

/**
 * The method after a redirect, by the fetch standard: 303 makes everything but HEAD a GET; 301 and 302 make POST a GET,
 * which RFC 9110 §15.4.2 and §15.4.3 permit for the sake of history; 307 and 308 change nothing.
 *
 * @example
 * ```ts
 * redirectMethod(302, "POST"); // "GET"
 * redirectMethod(308, "POST"); // "POST"
 * ```
 */
export function redirectMethod(status: number, method: string): string {
  return (status === 303 && method !== "HEAD") || (status < 303 && method === "POST") ? "GET" : method;
}

/** What describes the content (RFC 9110 §15.4, item 5) or announces it, and goes with it. */
const contentHeader = /^(content-|digest|repr-digest|last-modified|transfer-encoding|trailer|expect)/i;

/** An error about a redirect. */
export function failure(
  code: "ERR_REDIRECT" | "ERR_BODY_CONSUMED",
  problem: string,
  request: HttpRequest,
  response: HttpResponse,
): HttpError {
  return new HttpError(code, problem, { request, response, phase: "headers" });
}

/**
 * The request that a redirect asks for (RFC 9110 §15.4), or `undefined` where the response is none: another status than
 * 301, 302, 303, 307 and 308, or no Location. Nothing is sent, and nothing that was given is changed.
 *
 * Location may be relative, and hold raw UTF-8 (which arrives as Latin-1); without a fragment it inherits the request's
 * (§10.2.2). A body is handed on as it is: ask `canReplay` before sending.
 *
 * @param request what to start from, where plugins further in have added to `response.request`
 * @throws HttpError `ERR_REDIRECT` where Location is no URL, or one whose scheme is neither http nor https
 * @example
 * ```ts
 * const next = nextRequest(response);
 * if (next) console.log(next.method, next.url);
 * ```
 */
export function nextRequest(
  response: HttpResponse,
  { method = redirectMethod, keepBody, keepAuthOnUpgrade, credentials = [] }: RedirectOptions = {},
  request: HttpRequest = response.request,
): HttpRequest | undefined {
  const { status, headers } = response;
  // One that repeats is an error of the server's: the first is as good as any, and together they are no URL.
  const location = headers.getAll("location")[0];
  if (location === undefined || ![301, 302, 303, 307, 308].includes(status)) return undefined;
  // Bytes beyond ASCII came as Latin-1; as escapes they are bytes again, which the URL parser reads as UTF-8 in hosts, too.
  const escaped = location.replace(/[\x80-\xff]/g, (byte) => `%${byte.charCodeAt(0).toString(16)}`);
  const to = URL.parse(escaped, response.url);
  if (!to || !/^https?:/.test(to.href)) throw failure("ERR_REDIRECT", "Location is no http(s) URL", request, response);
  const from = new URL(request.url);
  if (!location.includes("#")) to.hash = from.hash;

  const next = copy(request, { method: method(status, request.method), url: to.href });
  const drop = (name: string): void => next.headers.delete(name);
  if (!(keepBody ? keepBody(status, request.method, next.method) : status !== 303 && next.method === request.method)) {
    next.body = null;
    for (const [name] of request.headers) if (contentHeader.test(name)) drop(name);
  }
  if (from.origin !== to.origin) {
    const upgraded = from.host === to.host && !to.port && to.protocol === "https:";
    if (!(upgraded && keepAuthOnUpgrade)) drop("authorization");
    for (const name of ["cookie", "proxy-authorization", "host", ...credentials]) drop(name);
  }
  return next;
}
