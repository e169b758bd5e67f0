import { canReplay, copy, HttpError } from "@posthaste/core";
import type { HttpRequest, HttpResponse, Plugin, Send } from "@posthaste/core";
import type { AuthMethod } from "./method.ts";

/** How {@link auth} works. */
export interface AuthOptions {
  /** For a client with several of them. @default "auth" */
  name?: string;
  /** Whether an Authorization header that the request has already is replaced. @default false */
  replace?: boolean;
}

/** The call option of {@link auth}. */
export interface AuthOption {
  /** Other methods for this call; `false` for none. */
  auth?: AuthMethod | readonly AuthMethod[] | false;
}

/** Under this a call keeps its first URL, for all plugins made by {@link auth}: only the first one sees user information. */
const firstUrl: unique symbol = /* @__PURE__ */ Symbol("auth");

/**
 * Puts credentials on requests: those of the first method that has some for the hop. They go to their own origins only,
 * whatever redirects say. An Authorization header that the request has already stands. User information in URLs never goes
 * on, whichever methods are used; {@link urlCredentials} makes use of it.
 *
 * The call rejects with `ERR_AUTH` where credentials cannot be had.
 *
 * @example
 * ```ts
 * const client = createClient({ adapter, plugins: [auth([urlCredentials(), basic("user", "passwd")])] });
 * await client.get("https://example.test/");
 * await client.get("https://example.test/", { auth: bearer("t-1") });
 * await client.get("https://example.test/", { auth: false });
 * ```
 */
export function auth(
  methods: AuthMethod | readonly AuthMethod[],
  { name = "auth", replace }: AuthOptions = {},
): Plugin<AuthOption> {
  return {
    name,
    stage: "auth",
    options: ["auth"],
    send(request, next) {
      const { auth: chosen = methods } = request.options;
      const hop = URL.parse(request.url);
      // What cannot be parsed is refused further in.
      if (!hop) return next(request);
      const first = (request.call[firstUrl] ??= new URL(hop)) as URL;
      if (hop.username || hop.password) {
        hop.username = hop.password = "";
        request = copy(request, { url: hop.href });
      }
      if (!chosen || (!replace && request.headers.has("authorization"))) return next(request);
      const { origin } = hop;
      const list = [chosen]
        .flat()
        .filter(({ origins = [first.origin] }) => origins === "*" || origins.includes(origin));
      return list.length ? authorize(list, first, request, next) : next(request);
    },
  };
}

async function authorize(list: AuthMethod[], first: URL, request: HttpRequest, next: Send): Promise<HttpResponse> {
  const sendWith = (value: string) => {
    const sent = copy(request);
    sent.headers.set("Authorization", value);
    return next(sent);
  };
  for (const method of list) {
    const value = await wait(() => method.credentials(request, first), request);
    if (!value) continue;
    const response = await sendWith(value);
    if (response.status !== 401 || !method.renew) return response;
    const renewed = await wait(() => method.renew!(value), request, response);
    // What was renewed serves the next request, where this one cannot be sent again.
    if (!renewed || !canReplay(request)) return response;
    await response.discard();
    const second = await sendWith(renewed);
    second.history.unshift(response);
    return second;
  }
  return next(request);
}

/** Waits for credentials as long as the call's signal lets it; what is waited for goes on, for others may wait, too. */
async function wait<T>(ask: () => T | Promise<T>, request: HttpRequest, response?: HttpResponse): Promise<T> {
  const { signal } = request.options;
  let stop!: () => void;
  const stopped = new Promise<never>((_, reject) => (stop = () => reject(signal!.reason)));
  try {
    signal?.addEventListener("abort", stop);
    signal?.throwIfAborted();
    return await Promise.race([ask(), stopped]);
  } catch (cause) {
    await response?.discard();
    if (signal?.aborted || cause instanceof HttpError) throw cause;
    throw new HttpError("ERR_AUTH", "no credentials", { request, response, cause });
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}
