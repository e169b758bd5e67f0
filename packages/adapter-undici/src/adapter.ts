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
  PIECE,
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

/** What {@link undiciAdapter} reads of a call. */
export type UndiciOptions = ConnectionOption & TimeoutOption;

/** What {@link undiciAdapter} takes. */
export interface UndiciAdapterOptions {
  /** How servers are reached. A call's own `connection` replaces it member by member; `proxy: null` is none. */
  connection?: ConnectionOptions;
  /** Milliseconds, for calls that do not say; `Infinity` is none. @default { connect: 10_000, read: 300_000 } */
  timeout?: TimeoutOption["timeout"];
  /** Connections to one origin at a time; further calls wait, for which no timeout counts. @default Infinity */
  connections?: number;
  /** What becomes of a connection after a response; `false` closes it. */
  keepAlive?: KeepAliveOptions | false;
  /** Speaks HTTP/2 with `https:` servers that do (ALPN). @default false */
  allowH2?: boolean;
  /** Sets of connection settings that are kept, each with its own connections; the least recently used goes. @default 100 */
  maxAgents?: number;
  /** Bytes of a response's head. @default 16_384 */
  maxHeaderSize?: number;
  /** Header lines of a response. @default 2000 */
  maxHeaders?: number;
  /** Bytes of a content nobody wants, a redirect's for one, that are let in to keep the connection; more closes it. @default 65_536 */
  maxDrain?: number;
}

/** How long an idle connection is kept. */
export interface KeepAliveOptions {
  /** Milliseconds, where the server does not say. @default 4000 */
  timeout?: number;
  /** Milliseconds at most, whatever the server's Keep-Alive header says. @default 600_000 */
  maxTimeout?: number;
}

/** All else that undici looks for, so that it finds nothing on a polluted `Object.prototype`. */
const unasked: object = {
  blocking: undefined,
  bodyTimeout: undefined,
  expectContinue: undefined,
  headersTimeout: undefined,
  idempotent: undefined,
  query: undefined,
  throwOnError: undefined,
  typeOfService: undefined,
  upgrade: undefined,
};

const can: Readonly<Capabilities> = {
  headerCase: true,
  headerOrder: true,
  framingHeaders: false,
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
 * Makes the adapter for Node: one hop over undici's dispatcher, with connections, timers and proxies of its own. It does not
 * touch undici's global dispatcher, and so not Node's `fetch`.
 *
 * It sends header lines in the letter case and order in which they are given, but for Host, Connection, Content-Length and
 * Transfer-Encoding, which undici writes. A GET, HEAD, OPTIONS or TRACE that met a connection just closed by the server is
 * sent once more over a new one, if its body can be sent again; nothing else is ever sent twice.
 *
 * Calls reject with an `HttpError`:
 *
 * | code | when |
 * | --- | --- |
 * | `ERR_URL` | the URL is no http or https URL, or holds characters that must be percent-encoded |
 * | `ERR_HEADER` | there is more than one Host, or Content-Length is not the length of the body |
 * | `ERR_OPTION` | a timeout, a proxy's URL or a local address is none |
 * | `ERR_UNSUPPORTED` | undici cannot send it: Expect, Upgrade, Keep-Alive, other values of Connection and Transfer-Encoding, CONNECT |
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
 * const adapter = undiciAdapter({ connections: 10, timeout: { read: 30_000 } });
 * await using client = createClient({ adapter });
 * const connection = { proxy: { url: "http://user:password@proxy.test:3128" } };
 * const response = await client.get("https://example.test/", { connection, timeout: { connect: 2000 } });
 * ```
 */
export function undiciAdapter(options: UndiciAdapterOptions = {}): Adapter<UndiciOptions> {
  const { connection: usual, keepAlive = {}, allowH2 = false } = own(options);
  const settings = own(usual);
  const connectDefault = milliseconds("timeout.connect", options.timeout?.connect ?? 10_000);
  const readDefault = milliseconds("timeout.read", options.timeout?.read ?? 300_000);
  const headerSize = count("maxHeaderSize", options.maxHeaderSize ?? 16 * 1024);
  const maxHeaders = count("maxHeaders", options.maxHeaders ?? 2000);
  const maxDrain = options.maxDrain === 0 ? 0 : count("maxDrain", options.maxDrain ?? 64 * 1024);
  const watchdogs = new Watchdogs();
  const pools: PoolOptions = {
    connections: count("connections", options.connections ?? Infinity),
    client: {
      headersTimeout: 0,
      bodyTimeout: 0,
      maxHeaderSize: headerSize,
      allowH2,
      pipelining: keepAlive ? 1 : 0,
      ...(keepAlive && {
        keepAliveTimeout: milliseconds("keepAlive.timeout", keepAlive.timeout ?? 4000),
        keepAliveMaxTimeout: milliseconds("keepAlive.maxTimeout", keepAlive.maxTimeout ?? 600_000),
      }),
    },
  };
  const agents = new Agents({
    watchdogs,
    settings,
    timeout: connectDefault,
    maxAgents: count("maxAgents", options.maxAgents ?? 100),
    allowH2,
    maxHeaderSize: headerSize,
    pool: (target, connector, onEmpty) => new Pool(target, connector, pools, onEmpty),
  });
  const urls = new UrlReader();
  const orphans = new Orphans();
  let closing: Promise<void> | undefined;

  function exchange(
    request: HttpRequest<UndiciOptions>,
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
    const { flat, close, length } = requestHeaders(request, body);
    const target = urls.target(request);
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
      addProxyHeaders(flat, parseProxy(wanted.proxy!).headers, target.host);
    }
    const bytes = body?.bytes;
    const streamed = body && !(bytes && bytes.length <= PIECE) ? body : undefined;
    if (streamed && length !== undefined) flat.push("content-length", `${length}`);
    const pool = agent.pool(next);
    const exchange = new Exchange(
      {
        request,
        pool,
        options: {
          path,
          method: request.method,
          headers: flat,
          body: (bytes as Buffer | undefined) ?? null,
          // HEAD and a DELETE with content are no reason to close a connection, as undici has it without this.
          reset: close,
          // Or undici would take the Host header's, and a new connection wherever that changes.
          servername: target.secure ? target.hostname : undefined,
          ...unasked,
        },
        body: streamed,
        length,
        read: timeout?.read === undefined ? readDefault : milliseconds("timeout.read", timeout.read),
        maxHeaders,
        maxDrain,
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
    name: "adapter-undici",
    can,
    options: ["connection", "timeout"],
    send: (request) => new Promise((resolve, reject) => exchange(request, resolve, reject)),
    close: () => (closing ??= agents.destroy()),
  };
}
