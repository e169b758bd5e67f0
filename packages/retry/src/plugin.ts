import {
  canReplay,
  copy,
  HttpError,
  type HttpRequest,
  type HttpResponse,
  type Plugin,
  type Send,
} from "@posthaste/core";
import { categoryOf, delayFor, wait } from "./delay.ts";
import type { RetryAttempt, RetryOptions } from "./options.ts";

/** The option that the plugin adds to every call. */
export interface RetryOption {
  /** Changes to the plugin's own options for this call; `false` sends once. */
  retry?: RetryOptions | false;
}

/** What {@link retry} takes. */
export interface RetryPluginOptions extends RetryOptions {
  /**
   * `"retry"` starts again from the call's first URL, outside redirects and authentication; `"wire"` repeats a single hop.
   *
   * @default "retry"
   */
  stage?: "retry" | "wire";
}

const attemptsKey = Symbol("retry");

/**
 * Sends a request again where that is safe and may help: connection failures of any method; lost connections, read
 * timeouts and passing statuses of idempotent ones. It waits as long as `Retry-After` says, else with exponential backoff
 * and full jitter; an abort or the total timeout ends the wait. A body that cannot be replayed is never sent twice. When
 * the budgets are used up, the last response is returned or the last error thrown; {@link attemptsOf} tells what was before.
 *
 * @throws HttpError `ERR_RETRY` with the option `throws`
 * @example
 * ```ts
 * const client = createClient({ adapter: undiciAdapter(), plugins: [retry({ total: 2 })] });
 * await client.get("https://example.test/", { retry: { statuses: [500, 503] } });
 * ```
 */
export function retry(defaults: RetryPluginOptions = {}): Plugin<RetryOption> {
  return {
    name: "retry",
    stage: defaults.stage ?? "retry",
    options: ["retry"],
    send(request, next) {
      const { retry: own } = request.options;
      if (own === false || !canReplay(request)) return next(request);
      return sendRepeatedly(request, next, { __proto__: null, ...defaults, ...own } as typeof defaults & object);
    },
  };
}

/**
 * The attempts before the one that a response or an error came from, oldest first: of all hops of the call, where the
 * plugin stands at `"wire"`.
 *
 * @example
 * ```ts
 * const response = await client.get("https://example.test/");
 * for (const { outcome, delay } of attemptsOf(response)) console.log(outcome, delay);
 * ```
 */
export function attemptsOf({ request }: HttpResponse | HttpError): readonly RetryAttempt[] {
  return (request?.call[attemptsKey] as RetryAttempt[] | undefined) ?? [];
}

async function sendRepeatedly(request: HttpRequest, next: Send, options: RetryOptions): Promise<HttpResponse> {
  // RFC 9110 §9.2.2.
  const {
    methods = ["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"],
    classify = categoryOf,
    delay = delayFor,
    total = 3,
  } = options;
  const repeatable = !methods || methods.includes(request.method) || request.headers.has("idempotency-key");
  // A budget that is not set counts as NaN, and is never used up.
  const left = { ...options };
  for (let attempt = 1, again = copy(request); ; attempt++) {
    let response: HttpResponse | undefined;
    const outcome: unknown = await next(again).then(
      (answer) => (response = answer),
      (error) => error,
    );
    const category = classify(outcome, options);
    let ms: number | undefined;
    if (category && (repeatable || /connect|other/.test(category))) {
      if (attempt > total || left[category]-- <= 0) {
        if (options.throws) {
          await response?.discard();
          throw new HttpError("ERR_RETRY", `${attempt} attempts`, {
            request,
            response,
            phase: "headers",
            cause: outcome,
          });
        }
      } else ms = delay(outcome, attempt, options);
    }
    const failed = { attempt, category, delay: ms, outcome, request: (again = copy(request)) } as RetryAttempt;
    let final = ms === undefined;
    try {
      final ||= (await options.beforeRetry?.(failed)) === false;
    } finally {
      if (!final) await response?.discard();
    }
    if (final) {
      if (response) return response;
      throw outcome;
    }
    ((request.call[attemptsKey] ??= []) as RetryAttempt[]).push(failed);
    await wait(ms!, request.options.signal);
  }
}
