import { copy, HeaderList, type ConnectionOption, type Plugin } from "@posthaste/core";
import { checkedCredentials, type CredentialsEncoding } from "./basic.ts";

/** What {@link proxyBasic} takes beside the credentials. */
export interface ProxyBasicOptions {
  /** @default "utf-8" */
  encoding?: CredentialsEncoding;
  /** The origins of the proxies that get the credentials, as in `"http://proxy.test:3128"`. @default every one */
  proxies?: readonly string[];
}

/**
 * Basic credentials (RFC 7617) for HTTP proxies: on CONNECT, or on the request in absolute form, and never to an origin.
 * A proxy with credentials of its own, in its URL or its headers, keeps those.
 *
 * @throws HttpError `ERR_AUTH` for a user name with a colon, a control character, and what the encoding cannot express
 * @example
 * ```ts
 * const client = createClient({ adapter, plugins: [proxy({ all: "http://proxy.test:3128" }), proxyBasic("user", "passwd")] });
 * ```
 */
export function proxyBasic(user: string, password: string, options: ProxyBasicOptions = {}): Plugin {
  const value = checkedCredentials(user, password, options.encoding);
  const proxies = options.proxies?.map((proxy) => new URL(proxy).origin);
  return {
    name: "proxy-basic",
    // Further in than whatever chooses the proxy at stage "wire".
    stage: "decode",
    send(request, next) {
      const { connection } = request.options as ConnectionOption;
      const proxy = connection?.proxy;
      const url = proxy && URL.parse(proxy.url);
      if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password) return next(request);
      const headers = new HeaderList(proxy.headers);
      if (headers.has("proxy-authorization") || proxies?.includes(url.origin) === false) return next(request);
      headers.append("Proxy-Authorization", value);
      const changed: ConnectionOption = { connection: { ...connection, proxy: { ...proxy, headers } } };
      return next(copy(request, { options: Object.assign(Object.create(null), request.options, changed) }));
    },
  };
}
