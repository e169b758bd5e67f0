import type { Plugin, Stage } from "./plugin.ts";
import type { HttpRequest } from "./request.ts";
import type { HttpResponse } from "./response.ts";

/** A list of steps that can be added to at any time. */
export interface Interceptors<T> {
  /**
   * Adds a step. `done` gets what the step before gave and returns what goes on; `failed` gets the error of a step before.
   * For responses, what `failed` returns is taken as the response. A failed request step never sends: there, `failed` may
   * look at the error or throw another.
   *
   * @returns a function that takes the step out again
   */
  use(
    done?: ((value: T) => T | Promise<T>) | null,
    failed?: (error: unknown) => T | void | Promise<T | void>,
  ): () => void;
}

/** The plugin that {@link interceptors} makes. */
export interface InterceptorsPlugin extends Plugin {
  readonly request: Interceptors<HttpRequest>;
  readonly response: Interceptors<HttpResponse>;
}

/** How {@link interceptors} works. */
export interface InterceptorsOptions {
  /** @default "interceptors" */
  name?: string;
  /** `"wire"` sees every hop and attempt. @default "call" */
  stage?: Stage;
  /** `"axios"` runs request steps last-in-first-out, as axios does; response steps are first-in-first-out either way. @default "fifo" */
  order?: "fifo" | "axios";
}

type Step<T> = Parameters<Interceptors<T>["use"]>;

/**
 * Steps before sending and after receiving, added and taken out at any time, in the way of axios.
 *
 * @example
 * ```ts
 * const steps = interceptors();
 * const client = createClient({ adapter, plugins: [steps] });
 * const eject = steps.request.use((request) => (request.headers.set("X-Trace", "1"), request));
 * await client.get("https://example.test/");
 * eject();
 * ```
 */
export function interceptors(options: InterceptorsOptions = {}): InterceptorsPlugin {
  const { name = "interceptors", stage = "call", order } = options;
  const requests = new Set<Step<HttpRequest>>();
  const responses = new Set<Step<HttpResponse>>();
  return {
    name,
    stage,
    request: list(requests),
    response: list(responses),
    send(first, next) {
      let request = Promise.resolve(first);
      for (const [done, failed] of order === "axios" ? [...requests].reverse() : requests) {
        request = request.then(
          done,
          failed &&
            (async (error) => {
              await failed(error);
              throw error;
            }),
        );
      }
      let response = request.then(next);
      // The type of `failed` has void for the sake of request steps.
      for (const step of responses) response = response.then(...(step as [(typeof step)[0], () => HttpResponse]));
      return response;
    },
  };
}

function list<T>(steps: Set<Step<T>>): Interceptors<T> {
  return {
    use(...step) {
      steps.add(step);
      return () => void steps.delete(step);
    },
  };
}
