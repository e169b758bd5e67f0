import { HttpError } from "@posthaste/core";
import type { ProxyOptions } from "@posthaste/core";
import { isBypassed } from "./bypass.ts";
import type { ProxyInit, ProxyMap } from "./options.ts";

/**
 * The proxy for a URL: `null` where there is to be none, `undefined` where nothing is said about it.
 *
 * @param proxies one for all, a map, or `false` for none
 * @throws HttpError `ERR_OPTION` where the proxy that was found is no URL of a scheme that a proxy can have
 * @example
 * ```ts
 * proxyFor("https://example.test/", { https: "proxy.test:3128" }); // { url: "http://proxy.test:3128/" }
 * proxyFor("http://example.test/", { https: "proxy.test:3128" }); // undefined
 * proxyFor("https://localhost/", { all: "proxy.test:3128", no: "localhost" }); // null
 * ```
 */
export function proxyFor(url: string | URL, proxies: string | ProxyMap | false): ProxyOptions | null | undefined {
  if (typeof proxies !== "object") return toProxy(proxies || null);
  // No prototype, so that nothing on a polluted one is taken for a proxy.
  const own: ProxyMap = { __proto__: null, ...proxies };
  if (!Object.keys(own).length) return undefined;
  const target = new URL(url);
  const { host, hostname, protocol } = target;
  if (own.no && isBypassed(target, own.no)) return null;
  for (const kind of [protocol.slice(0, -1), "all"]) {
    for (const key of [`${kind}://${host}`, `${kind}://${hostname}`, kind]) {
      const found = own[key];
      if (found !== undefined) return toProxy(found);
    }
  }
  return undefined;
}

/** What the adapter takes. */
export function toProxy(init: ProxyInit): ProxyOptions | null {
  if (!init) return null;
  const { url, ...others } = typeof init === "string" ? { url: init } : init;
  const { protocol, hostname, href } = URL.parse(url.includes("://") ? url : `http://${url}`) ?? {};
  // The URL may hold a password, and is not named.
  if (!hostname || !/^(https?|socks5h?):$/.test(protocol!)) throw new HttpError("ERR_OPTION", "invalid proxy URL");
  return { ...others, url: href! };
}
