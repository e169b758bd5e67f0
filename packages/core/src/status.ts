import { oneShot } from "./body.ts";
import { HttpError } from "./error.ts";
import type { Plugin } from "./plugin.ts";
import type { HttpResponse } from "./response.ts";

/** The option that {@link raiseOnStatus} reads. */
export interface RaiseOnStatusOption {
  /** Which statuses are errors: none with `false`, those of 400 and above with `true`, or as the function says. */
  raiseOnStatus?: boolean | ((status: number) => boolean);
}

/** Bytes of a failed response's content that are kept. */
const kept = 64 * 1024;

/**
 * Makes error statuses reject, with `ERR_STATUS` and the response on the error. The first 64 KiB of its content are read
 * before, so that they can be looked at and no connection waits for somebody to do so.
 *
 * @param defaults what counts where a call does not say; 400 and above
 * @example
 * ```ts
 * const client = createClient({ adapter, plugins: [raiseOnStatus()] });
 * try {
 *   await client.get("https://example.test/missing");
 * } catch (error) {
 *   if (error instanceof HttpError && error.code === "ERR_STATUS") console.log(await error.response!.text());
 * }
 * ```
 */
export function raiseOnStatus(defaults: RaiseOnStatusOption["raiseOnStatus"] = true): Plugin<RaiseOnStatusOption> {
  return {
    name: "status",
    options: ["raiseOnStatus"],
    async send(request, next) {
      const response = await next(request);
      const { raiseOnStatus: rule = defaults } = request.options;
      const { status, reason } = response;
      if (typeof rule === "function" ? !rule(status) : !rule || status < 400) return response;
      await keepStart(response);
      throw new HttpError("ERR_STATUS", `${status} ${reason}`.trim(), { request, response, phase: "headers" });
    },
  };
}

async function keepStart(response: HttpResponse): Promise<void> {
  const chunks: Uint8Array[] = [];
  let left = kept;
  try {
    for await (const chunk of response.body) {
      chunks.push(chunk.subarray(0, left));
      left -= chunk.length;
      if (left <= 0) break;
    }
  } catch {
    // The status is what went wrong; what came of the content before it broke is still worth a look.
  }
  Object.assign(
    response,
    oneShot(response.request, fromArray(chunks), () => {}),
  );
}

async function* fromArray(chunks: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}
