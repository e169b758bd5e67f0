import { onEnd } from "./body.ts";
import { HttpError, refuse } from "./error.ts";
import type { Plugin, Send } from "./plugin.ts";
import { copy, type HttpRequest } from "./request.ts";
import type { HttpResponse } from "./response.ts";

/** The option that {@link totalTimeout} reads. */
export interface TotalTimeoutOption {
  /** Milliseconds for the whole call: every redirect, retry and wait, and the body; `Infinity` is none, as is leaving it out. */
  timeout?: { total?: number };
}

/**
 * A deadline for whole calls: `timeout: { total }`. When it passes, whatever the call is doing ends, the reading of its body
 * included, with `ERR_TIMEOUT_TOTAL`.
 *
 * @throws HttpError `ERR_OPTION` (the call's rejection) where the budget is no number above 0
 * @example
 * ```ts
 * const client = createClient({ adapter, plugins: [totalTimeout()] });
 * await client.get("https://example.test/", { timeout: { connect: 1000, read: 2000, total: 10_000 } });
 * ```
 */
export function totalTimeout(): Plugin<TotalTimeoutOption> {
  return {
    name: "timeout",
    options: ["timeout"],
    send(request, next) {
      const { total, ...timeout } = request.options.timeout ?? {};
      if (total === undefined) return next(request);
      if (!(total > 0)) refuse("ERR_OPTION", { timeout: { total } });
      return sendWithin(
        total,
        copy(request, { options: Object.assign(Object.create(null), request.options, { timeout }) }),
        next,
      );
    },
  };
}

async function sendWithin(total: number, request: HttpRequest, next: Send): Promise<HttpResponse> {
  const { options } = request;
  const outer = options.signal;
  outer?.throwIfAborted();
  const controller = new AbortController();
  const { signal } = controller;
  const forward = () => controller.abort(outer!.reason);
  const expire = () => {
    controller.abort(new HttpError("ERR_TIMEOUT_TOTAL", `not done in ${total} ms`, { request, phase: "body" }));
  };
  // A longer wait than a timer can do is as good as none.
  const timer = total < 2 ** 31 ? setTimeout(expire, total) : undefined;
  const release = () => {
    clearTimeout(timer);
    outer?.removeEventListener("abort", forward);
  };
  outer?.addEventListener("abort", forward);
  try {
    const response = await next(copy(request, { options: Object.assign(Object.create(null), options, { signal }) }));
    onEnd(response, release);
    return response;
  } catch (error) {
    release();
    throw error;
  }
}
