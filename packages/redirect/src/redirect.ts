import { canReplay, copy, HttpError } from "@posthaste/core";
import type { ErrorDetails, HttpRequest, HttpResponse, Plugin, Send } from "@posthaste/core";
import type { RedirectOption, RedirectOptions } from "./options.ts";

/**
 * The request that a redirect asks for (RFC 9110 §15.4), or `undefined` where the response is none: another status than
 * 301, 302, 303, 307 and 308, or no Location. Nothing is sent, and what is given is left as it is.
 *
 * Location may be relative, and may hold raw UTF-8 (read as Latin-1); without a fragment it inherits the one of the request
 * (§10.2.2). Authorization, Cookie, Proxy-Authorization, Host and the like, and headers whose names end in "token" or "api-key",
 * stay behind when scheme, host or port change.
 *
 * @param options `max` counts the redirects that are left; `beforeRedirect` is not called
 * @param request what to start from: plugins further in may have added to `response.request`
 * @throws HttpError `ERR_REDIRECT` with `max` at 0, and where Location is not the URL of an http or https resource;
 * `ERR_BODY_CONSUMED` where the body would have to be sent again and cannot be
 * @example
 * ```ts
 * const response = await client.get("https://example.test/old", { redirect: false });
 * console.log(nextRequest(response)?.url); // "https://example.test/new"
 * ```
 */
export function nextRequest(
  response: HttpResponse,
  options: RedirectOptions = {},
  request: HttpRequest = response.request,
): HttpRequest | undefined {
  const { status } = response;
  const { method } = request;
  const hop = status + method;
  const location = response.headers.get("location");
  if (!location || !/^30[12378]/.test(hop)) return undefined;
  const details: ErrorDetails = { request, response, phase: "headers" };
  if (options.max! < 1) throw new HttpError("ERR_REDIRECT", "too many redirects", details);
  // `escape` writes a byte beyond ASCII as %XX, which the URL parser reads as UTF-8 in paths and in hosts.
  const to = URL.parse(location.replace(/[\x80-\xff]/g, escape), response.url)!;
  if (!/^https?:/.test(`${to}`)) throw new HttpError("ERR_REDIRECT", "no http(s) URL", details);
  const from = new URL(request.url);
  if (!location.includes("#")) to.hash = from.hash;

  // All but HEAD become GET after 303, and POST does after 301 and 302.
  const nextMethod = options.method?.(status, method) ?? (/303(?!HEAD$)|30[12]POST$/.test(hop) ? "GET" : method);
  const keepBody = options.keepBody?.(status, method, nextMethod) ?? method === nextMethod;
  const keepAuth = options.keepAuthOnUpgrade && !to.port && to.origin === from.origin.replace(":", "s:");
  const next = copy(request, { method: nextMethod, url: to.href });
  if (!keepBody) next.body = null;
  for (const [name] of request.headers) {
    if (
      // What describes the content (RFC 9110 §15.4) or announces it.
      (!keepBody && /^(content-|digest|last-modified|transfer-|expect)/i.test(name)) ||
      // What is meant for one origin.
      (from.origin !== to.origin &&
        /^(cookie|host$|((proxy|www)-)?auth)|(api-?key|token)$/i.test(name) &&
        !(keepAuth && /^a/i.test(name)))
    ) {
      next.headers.delete(name);
    }
  }
  if (!canReplay(next)) throw new HttpError("ERR_BODY_CONSUMED", "a one-shot body cannot be sent again", details);
  return next;
}

/**
 * Follows redirects: 301, 302, 303, 307 and 308 with a Location. The responses on the way stand in `response.history`,
 * oldest first.
 *
 * The call rejects with the errors of {@link nextRequest}, whose `response` is the redirect that was not followed.
 *
 * @param defaults for every call; the call option `redirect` goes before them
 * @example
 * ```ts
 * const client = createClient({ adapter: undiciAdapter(), plugins: [redirect({ max: 5 })] });
 * const response = await client.get("https://example.test/old");
 * console.log(response.url, response.history.length);
 * const found = await client.get("https://example.test/old", { redirect: false }); // 301
 * ```
 */
export function redirect(defaults?: RedirectOptions): Plugin<RedirectOption> {
  return {
    name: "redirect",
    stage: "redirect",
    options: ["redirect"],
    send(request, next) {
      const own = request.options.redirect;
      return own === false
        ? next(request)
        : follow(request, next, { __proto__: null, ...defaults, ...own } as typeof defaults & object);
    },
  };
}

async function follow(
  request: HttpRequest,
  send: Send,
  options: RedirectOptions,
  history: readonly HttpResponse[] = [],
): Promise<HttpResponse> {
  // A copy, because plugins further in add to what they send, and the next hop starts from what was asked for.
  const response = await send(copy(request));
  // A challenge that was answered within this hop stands in its history already.
  history = response.history = [...history, ...response.history];
  let next: HttpRequest | false | undefined = request;
  try {
    next = nextRequest(response, options, request);
    next &&= (await options.beforeRedirect?.(next, response)) ?? next;
    if (!next) return response;
  } finally {
    // The adapter reads what is left, within limits, to keep the connection for the next hop.
    if (next) await response.discard();
  }
  // An object of its own since the first hop.
  options.max = (options.max ?? 20) - 1;
  return follow(next, send, options, [...history, response]);
}
