import { copy, HeaderList, HttpError, HttpResponse } from "@posthaste/core";
import type { ConnectionOption, HttpRequest, Plugin, Send } from "@posthaste/core";
import { authenticate, type DigestCredentials, type Sessions } from "./authenticate.ts";

/** Credentials for HTTP proxies. */
export interface ProxyDigestOptions extends DigestCredentials {
  /** The origins of the proxies that get an answer, as in `"http://proxy.test:3128"`. @default every one */
  proxies?: readonly string[];
}

/**
 * Digest access authentication to HTTP proxies: answers a 407, on CONNECT or on a request in absolute form, and answers
 * in advance from then on. The answer goes to the proxy alone. A proxy with credentials of its own, in its URL or its
 * headers, keeps those.
 *
 * @throws HttpError (the call's rejection) `ERR_PROXY` where the proxy does not accept the answer to a CONNECT, or asks for
 * something else; `ERR_AUTH` where the proxy does not know the password itself
 * @example
 * ```ts
 * const client = createClient({
 *   adapter: undiciAdapter(),
 *   plugins: [proxy({ all: "http://proxy.test:3128" }), proxyDigest({ username: "user", password: "passwd" })],
 * });
 * ```
 */
export function proxyDigest(options: ProxyDigestOptions): Plugin {
  const sessions: Sessions = {};
  return {
    name: "proxy-digest",
    // Further in than whatever chooses the proxy at stage "wire".
    stage: "decode",
    send(request, next) {
      const { proxy } = (request.options as ConnectionOption).connection ?? {};
      const url = proxy && URL.parse(proxy.url);
      if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password) return next(request);
      if (options.proxies?.includes(url.origin) === false) return next(request);
      if ([request.headers, new HeaderList(proxy.headers)].some((list) => list.has("Proxy-Authorization"))) {
        return next(request);
      }
      const target = URL.parse(request.url);
      if (target?.protocol === "https:") {
        return tunnel(request, next, options, sessions, url.origin, `${target.hostname}:${target.port || 443}`);
      }
      // RFC 2617 §3.2.2.5: as the request's line has it, in absolute form.
      const uri = request.url.replace(/#.*/s, "");
      return authenticate(
        request,
        (sent) => sendVia(request, sent, next),
        options,
        sessions,
        url.origin,
        uri,
        "Proxy-",
      );
    },
  };
}

/** Sends a request with the answer that another one has in its Proxy-Authorization among the proxy's own headers. */
function sendVia(request: HttpRequest, { headers }: HttpRequest, next: Send): Promise<HttpResponse> {
  const answer = headers.get("Proxy-Authorization");
  if (answer === null) return next(request);
  const { connection } = request.options as ConnectionOption;
  const list = new HeaderList(connection!.proxy!.headers);
  list.append("Proxy-Authorization", answer);
  const changed: ConnectionOption = { connection: { ...connection, proxy: { ...connection!.proxy!, headers: list } } };
  return next(copy(request, { options: Object.assign(Object.create(null), request.options, changed) }));
}

/** Authenticates the CONNECT that comes before the request: an exchange of its own, which ends where the tunnel stands. */
async function tunnel(
  request: HttpRequest,
  next: Send,
  options: ProxyDigestOptions,
  sessions: Sessions,
  proxy: string,
  uri: string,
): Promise<HttpResponse> {
  let response: HttpResponse | undefined;
  let refused: HttpError | undefined;
  const connect: Send = async (sent) => {
    try {
      response = await sendVia(request, sent, next);
    } catch (error) {
      if (!(error instanceof HttpError) || error.code !== "ERR_PROXY" || error.response?.status !== 407) throw error;
      refused = error;
      return error.response;
    }
    // Whatever came through the tunnel is none of the proxy's words.
    const nothing = { async *[Symbol.asyncIterator]() {} };
    return new HttpResponse({
      request: sent,
      status: 200,
      reason: "",
      headers: new HeaderList(),
      body: nothing,
      discard: async () => {},
    });
  };
  const key = `${proxy} ${uri}`;
  // Connections are pooled by what is sent for them. So the same answer serves for a target for as long as it is accepted;
  // a proxy that wants each count once calls it stale, and gets another.
  const session = sessions[key];
  if (session) session.count = 0;
  await authenticate(copy(request, { method: "CONNECT", body: null }), connect, options, sessions, key, uri, "Proxy-");
  if (response) return response;
  throw refused!;
}
