import { xhrAdapter } from "@posthaste/adapter-xhr/streams";
import type { Adapter, ConnectionOption, ConnectionOptions, HttpError, TimeoutOption } from "@posthaste/core";
import { HeaderList } from "@posthaste/core";
import { record } from "../python/values.ts";
import { InvalidHeader, ProxyError, SSLError, Unsupported } from "./exceptions.ts";
import { headerText } from "./headers.ts";
import type { HTTPConnectionPool, PoolKwargs, UrlopenKwargs } from "./pool.ts";
import type { Timeout } from "./timeout.ts";
import type { TlsPaths } from "./tls.ts";

// The names of transport-node.ts, for pages and their workers, where the browser has its say: what it does by itself is left
// to it, and what it does not let a page have is an error.

/** Whether redirects are followed before anybody here sees them. */
export const followsRedirects: boolean = true;

/** Whether contents are decoded before anybody here sees them. */
export const decodesContent: boolean = true;

/** Whether every header is written here, and none by what sends. */
export const writesAllHeaders: boolean = false;

/** What is said of a connection that broke before there was a response. */
export const aborted: string =
  "No answer that the page may see. A browser does not tell whether there is no server, the connection broke, or CORS does not let this page read from there.";

/**
 * What sends, by a pool manager's keywords.
 *
 * @throws Unsupported
 */
export function createAdapter({
  block,
  exact,
  with_credentials,
}: PoolKwargs): Adapter<ConnectionOption & TimeoutOption> {
  if (typeof XMLHttpRequest === "undefined") {
    throw new Unsupported(
      "There is no XMLHttpRequest, as in service workers: take @posthaste/core with adapter-fetch.",
    );
  }
  if (exact) throw new Unsupported("exact: a browser writes the headers that frame a message. Leave it out.");
  if (block) throw new Unsupported("pool_block: a browser decides how many connections there are. Leave it out.");
  return xhrAdapter({ withCredentials: Boolean(with_credentials) });
}

/**
 * How to connect for a pool: there is nothing to be told.
 *
 * @throws ProxyError, SSLError, Unsupported
 */
export function connectionOf({ scheme, proxy, kwargs }: HTTPConnectionPool, paths: TlsPaths): ConnectionOptions {
  if (proxy) {
    throw new ProxyError("proxies: a browser takes the way to a server that it is set up for. Leave them out.");
  }
  if (paths.cert_file) {
    throw new SSLError("cert: a browser shows certificates by itself, from its own store. Leave it out.");
  }
  const { cert_reqs, ca_certs, ca_cert_dir, ssl_context, assert_hostname, server_hostname } = paths;
  if (scheme === "https" && (cert_reqs === "CERT_NONE" || ca_certs || ca_cert_dir)) {
    throw new SSLError("verify: a browser verifies certificates, by the authorities that it trusts. Leave it out.");
  }
  if (scheme === "https" && (ssl_context ?? assert_hostname ?? server_hostname) != null) {
    throw new SSLError(
      "ssl_context, assert_hostname, server_hostname: a browser speaks TLS by itself. Leave them out.",
    );
  }
  if (kwargs.source_address) {
    throw new Unsupported("source_address: a browser connects from where it is. Leave it out.");
  }
  return record<ConnectionOptions>();
}

/**
 * The time that a call gets: nobody tells when a connection is there, so it is part of the silence before the answer.
 *
 * @throws Unsupported for a limit on connecting alone
 */
export function budgetOf(timeout: Timeout): TimeoutOption["timeout"] {
  const { connect, read } = timeout.toMilliseconds();
  if (read === Infinity && connect < Infinity) {
    throw new Unsupported(
      "timeout: a browser does not tell when it has connected. Give one number, or a read timeout with it.",
    );
  }
  return { read };
}

/** What the browser writes itself, and writes right. */
const framing: ReadonlySet<string> = new Set(["content-length", "transfer-encoding"]);

/** The header lines, of which the browser makes its own order. */
export function linesOf(_pool: HTTPConnectionPool, { headers }: UrlopenKwargs): HeaderList {
  const lines = new HeaderList();
  for (const [lower, [name, value]] of headers) if (!framing.has(lower)) lines.append(name, headerText(value));
  return lines;
}

/** The exception for what the transport cannot do. */
export function unsupported(error: HttpError): Error {
  const { method, url, headers } = error.request!;
  let allowed: Headers;
  try {
    // It throws at a method that no page may send, and leaves out the headers that no page may set.
    ({ headers: allowed } = new Request(url, { method, headers: headers as never }));
  } catch {
    return new Unsupported(`method: a browser does not let a page send ${method}.`);
  }
  const name = headers.find(([name]) => !allowed.has(name))?.[0];
  if (name === undefined) return new Unsupported(`data: a browser sends no content with ${method}.`);
  const instead = /^cookie$/i.test(name)
    ? "It sends the cookies that it keeps, to other origins with HTTPAdapter({ with_credentials: true })."
    : "Leave it out.";
  return new InvalidHeader(`${name}: a browser does not let a page set this header. ${instead}`);
}
