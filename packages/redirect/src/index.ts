import { canReplay, copy } from "@posthaste/core";
import type { HttpRequest, HttpResponse, Plugin, Send } from "@posthaste/core";
import { failure, nextRequest } from "./next.ts";
import type { RedirectOptions } from "./next.ts";

export { nextRequest, redirectMethod, type RedirectDecision, type RedirectOptions } from "./next.ts";

/** The call option of {@link redirect}. */
export interface RedirectOption {
  /** Changes the plugin's options for this call; `false` gives a redirect as the response. */
  redirect?: RedirectOptions | false;
}

/** Bytes of a redirect's body that are read to keep the connection; with more to come it is cheaper to open another. */
const drainLimit = 65_536;

/**
 * Follows redirects: 301, 302, 303, 307 and 308 with a Location. The responses on the way stand in `response.history`,
 * oldest first. No Authorization, Cookie, Proxy-Authorization or Host goes from one origin to another.
 *
 * The call rejects with `ERR_REDIRECT` for one redirect too many and for a Location that cannot be followed, and with
 * `ERR_BODY_CONSUMED` where the body would have to be sent again and cannot be; the error's `response` is the redirect.
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
export function redirect(defaults: RedirectOptions = {}): Plugin<RedirectOption> {
  return {
    name: "redirect",
    stage: "redirect",
    options: ["redirect"],
    send(request, next) {
      const { redirect: own } = request.options;
      return own === false ? next(request) : follow(request, next, { ...defaults, ...own });
    },
  };
}

async function follow(
  request: HttpRequest,
  send: Send,
  options: RedirectOptions,
  before: readonly HttpResponse[] = [],
): Promise<HttpResponse> {
  const { max = 20, beforeRedirect } = options;
  // A copy, because plugins further in add to what they send, and the next hop starts from what was asked for.
  const response = await send(copy(request));
  // A challenge that was answered within this hop stands in the history already.
  const history = (response.history = [...before, ...response.history]);
  let next: HttpRequest | undefined;
  try {
    next = nextRequest(response, options, request);
    if (next && max < 1) throw failure("ERR_REDIRECT", "too many redirects", request, response);
    const decision = next && (await beforeRedirect?.(next, response));
    if (!next || decision === false) return response;
    next = decision || next;
    if (next.body === request.body && !canReplay(next)) {
      throw failure("ERR_BODY_CONSUMED", "a one-shot body cannot be sent again", request, response);
    }
  } catch (error) {
    await response.discard();
    throw error;
  }
  await drain(response);
  return follow(next, send, { ...options, max: max - 1 }, [...history, response]);
}

/** Reads the rest of a body, within a limit, so that the connection can be used again. */
async function drain(response: HttpResponse): Promise<void> {
  let left = drainLimit;
  try {
    for await (const chunk of response.body) if ((left -= chunk.length) < 0) break;
  } catch {
    // Broken, or read before: it was not wanted anyway.
  }
  await response.discard();
}
