import { copy, HeaderList, HttpError } from "@posthaste/core";
import type {
  ConnectionOption,
  ConnectionOptions,
  HttpRequest,
  HttpResponse,
  Plugin,
  ProxyOptions,
  Send,
} from "@posthaste/core";
import { proxyFor, toProxy } from "./choose.ts";
import { fromEnvironment } from "./environment.ts";
import type { ProxyMap, ProxyOption, ProxySource } from "./options.ts";

/**
 * Chooses a proxy for each hop, and passes it to the adapter as `connection.proxy`. A call's own `connection.proxy` goes
 * before the plugin's choice, and the call option `proxy` before both.
 *
 * Credentials go to the proxy only: those in its URL, and a `Proxy-Authorization` header of the request, which goes before
 * them and is moved to the headers that the adapter sends to the proxy alone. Where the choice is to go direct it is not
 * sent; where nothing is said of a URL, the request is left as it is.
 *
 * The call rejects with `ERR_OPTION` where the URL of the chosen proxy is invalid, with the adapter's `ERR_PROXY` where the
 * proxy cannot be reached or refuses, and with `ERR_PROXY` for a 407 to a request that an HTTP proxy reads, which is its
 * word and not the server's (RFC 9110 §15.5.8).
 *
 * @param source one for all, a map, a function, or `false`; by default the environment's, as {@link fromEnvironment} reads
 * it when the first request is sent
 * @example
 * ```ts
 * const client = createClient({ adapter: undiciAdapter(), plugins: [proxy()] });
 * await client.get("https://example.test/", { proxy: "socks5h://127.0.0.1:1080" });
 * await client.get("https://example.test/", { proxy: false });
 * ```
 */
export function proxy(source?: ProxySource): Plugin<ProxyOption> {
  let environment: ProxyMap | undefined;
  return {
    name: "proxy",
    stage: "wire",
    options: ["proxy"],
    send(request, next) {
      const { connection, proxy: own } = request.options as ProxyOption & ConnectionOption;
      if (own === undefined && connection?.proxy !== undefined) return next(request);
      const choice = own ?? source ?? (environment ??= fromEnvironment());
      return typeof choice === "function"
        ? Promise.resolve(choice(new URL(request.url))).then((found) =>
            sendThrough(found === undefined ? found : toProxy(found), request, next),
          )
        : sendThrough(proxyFor(request.url, choice), request, next);
    },
  };
}

function sendThrough(
  proxy: ProxyOptions | null | undefined,
  request: HttpRequest<ConnectionOption>,
  next: Send,
): Promise<HttpResponse> {
  if (proxy === undefined) return next(request);
  const headers = new HeaderList(request.headers);
  const credentials = headers.get("proxy-authorization");
  headers.delete("proxy-authorization");
  if (proxy && credentials !== null) {
    // The adapter knows which requests the proxy reads; through a tunnel, this would go to the server (RFC 9110 §11.7.2).
    const forProxy = new HeaderList(proxy.headers);
    forProxy.set("Proxy-Authorization", credentials);
    proxy = { ...proxy, headers: forProxy };
  }
  const connection = Object.assign(Object.create(null), request.options.connection, { proxy }) as ConnectionOptions;
  const sent = next(
    copy(request, { headers, options: Object.assign(Object.create(null), request.options, { connection }) }),
  );
  return proxy?.url.startsWith("http") && request.url.startsWith("http:") ? sent.then(accepted) : sent;
}

async function accepted(response: HttpResponse): Promise<HttpResponse> {
  if (response.status !== 407) return response;
  await response.discard();
  const { request } = response;
  throw new HttpError("ERR_PROXY", "the proxy wants other credentials", { request, response, phase: "headers" });
}
