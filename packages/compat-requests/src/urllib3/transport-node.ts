import { undiciAdapter } from "@posthaste/adapter-undici";
import type { Adapter, ConnectionOption, ConnectionOptions, HttpError, TimeoutOption } from "@posthaste/core";
import { HeaderList } from "@posthaste/core";
import { record, str } from "../python/values.ts";
import { exactAdapter, framing as framingOf, hostHeader } from "./exact.ts";
import { Unsupported } from "./exceptions.ts";
import { headerText } from "./headers.ts";
import type { HTTPConnectionPool, PoolKwargs, UrlopenKwargs } from "./pool.ts";
import { forever, type Timeout } from "./timeout.ts";
import { tlsOptions, type TlsPaths } from "./tls.ts";

// How requests go out where there are sockets; transport-browser.ts has the same names. `#transport` is one of the two.

/** Whether redirects are followed before anybody here sees them. */
export const followsRedirects: boolean = false;

/** Whether contents are decoded before anybody here sees them. */
export const decodesContent: boolean = false;

/** Whether every header is written here, and none by what sends. */
export const writesAllHeaders: boolean = true;

/** What is said of a connection that broke before there was a response. */
export const aborted: string = "Connection aborted.";

/** What sends, by a pool manager's keywords. */
export function createAdapter({
  block = false,
  maxsize = 1,
  exact = false,
}: PoolKwargs): Adapter<ConnectionOption & TimeoutOption> {
  // Without `block` urllib3 makes as many as are asked for, and throws away the ones beyond `maxsize` afterwards.
  const connections = block ? maxsize : Infinity;
  return exact ? exactAdapter(connections) : undiciAdapter({ connections, timeout: forever });
}

/** How to connect for a pool. */
export function connectionOf({ scheme, proxy, kwargs }: HTTPConnectionPool, paths: TlsPaths): ConnectionOptions {
  const options = record<ConnectionOptions>();
  const tls = scheme === "https" ? tlsOptions(paths) : undefined;
  if (tls) options.tls = tls;
  if (proxy) {
    // By the pool's keywords: they say what `verify` was, whatever the scheme of the target.
    const { cert_reqs = null, ca_certs = null, ca_cert_dir = null } = kwargs;
    const proxyTls = proxy.scheme === "https" ? tlsOptions({ cert_reqs, ca_certs, ca_cert_dir }) : undefined;
    options.proxy = { url: proxy.url, headers: proxy.headers, ...(proxyTls && { tls: proxyTls }) };
  }
  if (kwargs.source_address?.[0]) options.localAddress = kwargs.source_address[0];
  return options;
}

/** The time that a call gets. */
export function budgetOf(timeout: Timeout): TimeoutOption["timeout"] {
  return timeout.toMilliseconds();
}

const userAgent: readonly [string, string] = ["User-Agent", "python-urllib3/2.7.0"];
const identity: readonly [string, string] = ["Accept-Encoding", "identity"];

/** What undici writes itself, and takes from nobody. */
const undicis: ReadonlySet<string> = new Set([
  "content-length",
  "transfer-encoding",
  "connection",
  "keep-alive",
  "expect",
  "upgrade",
]);

/** The header lines in the order in which urllib3 writes them. */
export function linesOf(pool: HTTPConnectionPool, kwargs: UrlopenKwargs): HeaderList {
  const { headers } = kwargs;
  const { exact } = pool.kwargs;
  const lines = new HeaderList();
  if (exact && !headers.has("host")) lines.append("Host", hostHeader(pool, kwargs.url));
  if (!headers.has("accept-encoding")) lines.append(...identity);
  const framing = exact ? framingOf(kwargs) : undefined;
  for (const line of framing?.added ?? []) lines.append(...line);
  if (!headers.has("user-agent")) lines.append(...userAgent);
  for (const [lower, [name, value]] of headers) {
    if (framing) {
      const text = framing.changed.get(lower);
      if (text !== null) lines.append(name, text ?? headerText(value));
    } else if (!undicis.has(lower)) {
      lines.append(name, headerText(value));
    } else if (lower === "connection" && /close/i.test(str(value))) {
      lines.append(name, "close");
    }
  }
  // A proxy that is given whole URLs gets its headers with each of them.
  if (pool.proxy && pool.scheme === "http" && !pool.proxy.scheme.startsWith("socks")) {
    for (const [name, value] of Object.entries(pool.proxy.headers)) lines.set(name, value);
  }
  return lines;
}

/** The exception for what the transport cannot do. */
export function unsupported(error: HttpError): Error {
  return new Unsupported(error.message);
}
