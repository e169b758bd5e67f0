import { HttpError } from "./error.ts";
import type { Send } from "./plugin.ts";
import type { HttpRequest } from "./request.ts";
import type { HttpResponse } from "./response.ts";

/** Sends under a deadline of `total` milliseconds that holds until the body has ended. */
export function sendWithin(total: number, request: HttpRequest, send: Send): Promise<HttpResponse> {
  const { options } = request;
  const controller = new AbortController();
  const { signal } = controller;
  const timer = setTimeout(() => {
    controller.abort(new HttpError("ERR_TIMEOUT_TOTAL", `not done in ${total} ms`, { request, phase: "body" }));
  }, total);
  options.signal?.addEventListener("abort", () => controller.abort(options.signal!.reason), { signal });
  const release = () => {
    clearTimeout(timer);
    // Nobody listens any more; this takes our listener off the caller's signal.
    controller.abort();
  };
  return send({ ...request, options: { ...options, signal } }).then(
    (response) => {
      const { discard } = response;
      response.discard = () => {
        release();
        return discard();
      };
      return response;
    },
    (error) => {
      release();
      throw error;
    },
  );
}
