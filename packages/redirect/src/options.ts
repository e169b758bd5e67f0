import type { HttpRequest, HttpResponse } from "@posthaste/core";

/** What {@link RedirectOptions.beforeRedirect} answers: another request, `false` to stop, or nothing to go on. */
export type RedirectDecision = HttpRequest | false | undefined | void;

/** How redirects are followed. */
export interface RedirectOptions {
  /** How many redirects may be followed. @default 20 (as in fetch) */
  max?: number;
  /**
   * The method of the next request, given the status and the method so far.
   *
   * @default as in fetch: GET after 303 for all but HEAD, and after 301 and 302 for POST, which RFC 9110 §15.4.2 and
   * §15.4.3 permit for the sake of history
   */
  method?: (status: number, method: string) => string;
  /**
   * Whether the content goes along, given the status, the method so far and the next one. Where it does not, the headers
   * about it go, too (RFC 9110 §15.4).
   *
   * @default where the method stays the same
   */
  keepBody?: (status: number, method: string, nextMethod: string) => boolean;
  /**
   * Whether Authorization outlives a redirect from http to https on the same host and the default ports, as it does in
   * Python's requests.
   *
   * @default false
   */
  keepAuthOnUpgrade?: boolean;
  /**
   * Called before each redirect is followed, with a request of its own to change or to replace; `false` stops here and
   * gives the redirect as the response. It may read the redirect's body. What it throws rejects the call. Nothing checks
   * where it sends the credentials of a request that it changes.
   *
   * @example
   * ```ts
   * redirect({ beforeRedirect: (next) => next.headers.delete("X-Session") });
   * ```
   */
  beforeRedirect?: (next: HttpRequest, response: HttpResponse) => RedirectDecision | Promise<RedirectDecision>;
}

/** The call option of `redirect()`. */
export interface RedirectOption {
  /** Goes before the plugin's own options, one by one; `false` gives a redirect as the response. */
  redirect?: RedirectOptions | false;
}
