import { copy, type HttpRequest, type HttpResponse, type Plugin } from "@posthaste/core";
import type { CookieContext, Jar, SameSite } from "./jar.ts";

/** What a call may change of {@link CookiesConfig}. */
export interface CookiesOptions {
  /** Where the cookies are. */
  jar?: Jar;
  /**
   * On whose behalf the call is made, for cookies with a SameSite attribute: one answer for all hops, or a function that
   * is asked at every hop. `"lax"` counts as `"none"` for methods other than GET, HEAD, OPTIONS and TRACE.
   *
   * @default "strict"
   */
  sameSite?: SameSite | ((request: HttpRequest) => SameSite);
}

/** What {@link cookies} takes. */
export interface CookiesConfig extends CookiesOptions {
  jar: Jar;
}

/** The call option of {@link cookies}. */
export interface CookiesOption {
  /** Another jar or context for this call; `false` sends no cookie and stores none. */
  cookies?: CookiesOptions | false;
}

/** Under this a call keeps the Cookie header that was made for its last hop. */
const made: unique symbol = /* @__PURE__ */ Symbol("cookies");

/**
 * Cookies by RFC 6265bis: sends those of the jar that match, and stores those that come, at every hop and with every
 * status, challenges included. A Cookie header that the caller gives goes as it is and nothing is added to it; cookies in
 * the response are stored all the same.
 *
 * Where the jar fails, the call rejects with the jar's error, and the response, if there is one, is discarded.
 *
 * @example
 * ```ts
 * const client = createClient({ adapter, plugins: [cookies({ jar: toughJar() })] });
 * await client.get("https://example.test/login");
 * await client.get("https://example.test/public", { cookies: false });
 * ```
 */
export function cookies(config: CookiesConfig): Plugin<CookiesOption> {
  return {
    name: "cookies",
    stage: "state",
    options: ["cookies"],
    send(request, next) {
      const option = request.options.cookies;
      if (option === false) return next(request);
      const { jar, sameSite = "strict" } = option
        ? (Object.assign(Object.create(null), config, option) as CookiesConfig)
        : config;
      const asked = typeof sameSite === "function" ? sameSite(request) : sameSite;
      // RFC 6265bis §5.8.3: cross-site, Lax cookies go with safe methods only (RFC 9110 §9.2.1).
      const safe = asked !== "lax" || /^(GET|HEAD|OPTIONS|TRACE)$/.test(request.method);
      const context: CookieContext = { sameSite: safe ? asked : "none" };

      const keep = (response: HttpResponse) => {
        const lines = response.headers.getAll("set-cookie");
        if (!lines.length) return response;
        const stored = jar.store(response.url, lines, context);
        return stored ? wait(stored, request, response).then(() => response) : response;
      };
      const forward = (value: string) => {
        if (value) {
          request = copy(request);
          request.headers.append("Cookie", (request.call[made] = value));
        }
        return next(request).then(keep);
      };

      const own = request.headers.get("cookie");
      if (own !== null) {
        // A caller's header wins. One that was made below for an earlier hop, and came back, is made anew.
        if (own !== request.call[made]) return next(request).then(keep);
        request = copy(request);
        request.headers.delete("cookie");
      }
      const value = jar.get(request.url, context);
      return typeof value === "string" ? forward(value) : wait(value, request).then(forward);
    },
  };
}

/** Waits for the jar as long as the call's signal lets it. */
function wait<T>(jar: Promise<T>, { options: { signal } }: HttpRequest, response?: HttpResponse): Promise<T> {
  let stop!: () => void;
  const stopped = new Promise<never>((_, reject) => (stop = () => reject(signal!.reason)));
  signal?.addEventListener("abort", stop);
  if (signal?.aborted) stop();
  return Promise.race([jar, stopped])
    .catch(async (error) => {
      await response?.discard();
      throw error;
    })
    .finally(() => signal?.removeEventListener("abort", stop));
}
