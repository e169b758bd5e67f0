import type { ProxyOptions } from "@posthaste/core";

/**
 * One proxy: its URL (`http:`, `https:`, `socks5:` or `socks5h:`, and `http:` where it has no scheme), in which user
 * information is the proxy's credentials, or that URL with headers and TLS settings. `null` and an empty text are none.
 */
export type ProxyInit = string | ProxyOptions | null;

/**
 * Proxies by what they are for. The first of these that is there counts, for `https://example.test:8443/` for instance:
 *
 * 1. `"https://example.test:8443"`, where the port is not the scheme's own
 * 2. `"https://example.test"`
 * 3. `"https"`
 * 4. `"all://example.test:8443"`
 * 5. `"all://example.test"`
 * 6. `"all"`
 *
 * Hosts are in lower case, and in brackets where they are IPv6 addresses. `no` is a list in the form of `NO_PROXY`, of
 * servers that are reached without any of these proxies.
 *
 * @example
 * ```ts
 * const proxies: ProxyMap = {
 *   all: "http://proxy.test:3128",
 *   "https://example.test": "socks5h://user:password@127.0.0.1:1080",
 *   "http://plain.test": null,
 *   no: "localhost, .internal.test, 10.0.0.0/8",
 * };
 * ```
 */
export type ProxyMap = Readonly<Record<string, ProxyInit | undefined>> & { readonly no?: string };

/** Decides for one hop; `undefined` leaves the decision to the adapter. */
export type ProxyChooser = (url: URL) => ProxyInit | undefined | Promise<ProxyInit | undefined>;

/** What says which proxy is for which server: one for all, a map, a function, or `false` for none. */
export type ProxySource = string | ProxyMap | ProxyChooser | false;

/** The call option of `proxy()`. */
export interface ProxyOption {
  /** In place of what the plugin was given. */
  proxy?: ProxySource;
}
