import { HttpError } from "@posthaste/core";
import { toBody } from "@posthaste/core/body";
import type {
  Adapter,
  Capabilities,
  ConnectionOption,
  ConnectionOptions,
  HttpRequest,
  HttpResponse,
  TimeoutOption,
} from "@posthaste/core";
import {
  Agents,
  Orphans,
  Text,
  UrlReader,
  Watchdogs,
  addProxyHeaders,
  count,
  milliseconds,
  own,
  parseProxy,
} from "@posthaste/transport";
import { Exchange } from "./exchange.ts";
import { requestHeaders } from "./headers.ts";
import { Pool } from "./pool.ts";
import type { PoolOptions } from "./pool.ts";

/** What {@link nodeAdapter} reads of a call. */
export type NodeOptions = ConnectionOption & TimeoutOption;

/** What {@link nodeAdapter} takes. */
export interface NodeAdapterOptions {
  /** How servers are reached. A call's own `connection` replaces it member by member; `proxy: null` is none. */
  connection?: ConnectionOptions;
  /** Milliseconds, for calls that do not say; `Infinity` is none. @default { connect: 10_000, read: 300_000 } */
  timeout?: TimeoutOption["timeout"];
  /** Connections to one origin at a time; further calls wait, for which no timeout counts. @default Infinity */
  connections?: number;
  /** What becomes of a connection after a response; `false` closes it. */
  keepAlive?: KeepAliveOptions | false;
  /** Sets of connection settings that are kept, each with its own connections; the least recently used goes. @default 100 */
  maxAgents?: number;
  /** Bytes of a response's head. @default 16_384 */
  maxHeaderSize?: number;
}

/** How long an idle connection is kept. */
export interface KeepAliveOptions {
  /** Milliseconds, where the server does not say. @default 4000 */
  timeout?: number;
  /** Milliseconds at most, whatever the server's Keep-Alive header says. @default 600_000 */
  maxTimeout?: number;
}

const can: Readonly<Capabilities> = {
  headerCase: true,
  headerOrder: true,
  framingHeaders: true,
  rawResponseHeaders: true,
  rawContent: true,
  manualRedirect: true,
  streamingRequest: true,
  streamingResponse: true,
  connectTimeout: true,
  proxy: true,
  tls: true,
};

/**
 * Makes the adapter for Node over `node:http`: one hop, the request's bytes as they are given, with connections, timers and
 * proxies of its own. `http.globalAgent` is left alone.
 *
 * It sends header lines in the letter case and order in which they are given, Host, Connection, Content-Length and
 * Transfer-Encoding included. It adds what a server needs to read the message and nothing else: a Host in front,
 * Content-Type, Content-Length or Transfer-Encoding at the end. A GET, HEAD, OPTIONS or TRACE that met a connection just
 * closed by the server is sent once more over a new one, if its body can be sent again; nothing else is ever sent twice.
 *
 * Calls reject with an `HttpError`:
 *
 * | code | when |
 * | --- | --- |
 * | `ERR_URL` | the URL is no http or https URL, or holds characters that must be percent-encoded |
 * | `ERR_HEADER` | there is more than one Host, or the framing is not the body's or could be read in two ways |
 * | `ERR_OPTION` | a timeout, a proxy's URL or a local address is none |
 * | `ERR_UNSUPPORTED` | Node cannot send it: CONNECT, a method in small letters, a Trailer without chunks |
 * | `ERR_BODY` | the body is longer or shorter than its `length`, or yields something that is no `Uint8Array` |
 * | `ERR_CONNECT`, `ERR_TLS`, `ERR_PROXY` | there is no connection; after a proxy's refusal of a tunnel `response` is its answer |
 * | `ERR_RESET`, `ERR_PROTOCOL`, `ERR_LIMIT` | the connection ended before the response's head, or that is not HTTP, or too long |
 * | `ERR_BODY_TRUNCATED`, `ERR_PROTOCOL` | the response's content ended too early, or its framing is not HTTP |
 * | `ERR_TIMEOUT_CONNECT`, `ERR_TIMEOUT_READ` | a timeout passed |
 * | `ERR_CLOSED` | the adapter was closed |
 *
 * An error of the body's own source, and the reason of an aborted signal, come as they are.
 *
 * @throws HttpError `ERR_OPTION` where one of the numbers makes no sense
 * @example
 * ```ts
 * const adapter = nodeAdapter({ connections: 10, timeout: { read: 30_000 } });
 * await using client = createClient({ adapter });
 * const connection = { proxy: { url: "http://user:password@proxy.test:3128" } };
 * const response = await client.get("https://example.test/", { connection, timeout: { connect: 2000 } });
 * ```
 */
export function nodeAdapter(options: NodeAdapterOptions = {}): Adapter<NodeOptions> {
  const { connection: usual, keepAlive = {} } = own(options);
  const settings = own(usual);
  const connectDefault = milliseconds("timeout.connect", options.timeout?.connect ?? 10_000);
  const readDefault = milliseconds("timeout.read", options.timeout?.read ?? 300_000);
  const headerSize = count("maxHeaderSize", options.maxHeaderSize ?? 16 * 1024);
  const watchdogs = new Watchdogs();
  const pools: PoolOptions = {
    connections: count("connections", options.connections ?? Infinity),
    keepAlive: keepAlive
      ? {
          timeout: milliseconds("keepAlive.timeout", keepAlive.timeout ?? 4000),
          maxTimeout: milliseconds("keepAlive.maxTimeout", keepAlive.maxTimeout ?? 600_000),
        }
      : undefined,
  };
  const agents = new Agents({
    watchdogs,
    settings,
    timeout: connectDefault,
    maxAgents: count("maxAgents", options.maxAgents ?? 100),
    allowH2: false,
    maxHeaderSize: headerSize,
    pool: (target, connector, onEmpty) => new Pool(target, connector, pools, onEmpty),
  });
  const urls = new UrlReader();
  const orphans = new Orphans();
  let closing: Promise<void> | undefined;

  function exchange(
    request: HttpRequest<NodeOptions>,
    resolve: (response: HttpResponse) => void,
    reject: (error: unknown) => void,
  ): void {
    if (closing) throw new HttpError("ERR_CLOSED", "the adapter was closed", { request });
    const { connection, timeout: budgets, signal } = request.options;
    const timeout = budgets && own(budgets);
    signal?.throwIfAborted();
    const given = request.body;
    // Text is what most bodies are: JSON and forms.
    const body = given === null ? undefined : typeof given === "string" ? new Text(given) : toBody(given);
    const target = urls.target(request);
    const head = requestHeaders(request, body, target, keepAlive !== false);
    let path = urls.path(request);
    const wanted = connection ? own(settings, connection) : settings;
    const agent = agents.get(
      wanted,
      timeout?.connect === undefined ? connectDefault : milliseconds("timeout.connect", timeout.connect),
      target.secure,
    );
    const { proxy } = agent.route;
    let next = target;
    if (proxy && !proxy.socks && !target.secure) {
      // RFC 9112 §3.2.2: the proxy is told the whole URL, and nothing is tunnelled.
      path = target.origin + path;
      next = { ...proxy, host: "", secure: false, origin: `http://${proxy.origin.split("//")[1]}` };
      // The agent's are those of the first who asked for it.
      addProxyHeaders(head.flat, parseProxy(wanted.proxy!).headers, target.host);
    }
    const pool = agent.pool(next);
    const exchange = new Exchange(
      {
        request,
        pool,
        path,
        head,
        body,
        read: timeout?.read === undefined ? readDefault : milliseconds("timeout.read", timeout.read),
        maxHeaderSize: headerSize,
        watchdogs,
        orphans,
        signal,
      },
      resolve,
      reject,
    );
    pool.send(exchange);
  }

  return {
    name: "adapter-node",
    can,
    options: ["connection", "timeout"],
    send: (request) => new Promise((resolve, reject) => exchange(request, resolve, reject)),
    close: () => (closing ??= agents.destroy()),
  };
}
