import { HttpError } from "@posthaste/core";
import { toBody } from "@posthaste/core/body";
import type {
  Adapter,
  Capabilities,
  ConnectionOption,
  ConnectionOptions,
  Header,
  HttpRequest,
  HttpResponse,
  TimeoutOption,
} from "@posthaste/core";
import { Agents } from "./agents.ts";
import { Exchange } from "./exchange.ts";
import { requestHeaders } from "./headers.ts";
import { parseProxy } from "./route.ts";
import { PIECE } from "./upload.ts";
import { UrlReader } from "./url.ts";
import { FOREVER, Watchdogs } from "./watchdog.ts";

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

export function undiciAdapter(options: UndiciAdapterOptions = {}): Adapter<UndiciOptions> {
  const { connection: settings = {}, keepAlive = {}, connections = Infinity } = options;
  const connectDefault = milliseconds("connect", options.timeout?.connect ?? 10_000);
  const readDefault = milliseconds("read", options.timeout?.read ?? 300_000);
  const headerSize = options.maxHeaderSize ?? 16 * 1024;
  const watchdogs = new Watchdogs();
  const agents = new Agents({
    watchdogs,
    settings,
    timeout: connectDefault,
    maxAgents: options.maxAgents ?? 100,
    allowH2: options.allowH2 ?? false,
    maxHeaderSize: headerSize,
    connections,
    client: {
      headersTimeout: 0,
      bodyTimeout: 0,
      maxHeaderSize: headerSize,
      allowH2: options.allowH2 ?? false,
      pipelining: keepAlive ? 1 : 0,
      ...(keepAlive && {
        keepAliveTimeout: Math.min(keepAlive.timeout ?? 4000, FOREVER),
        keepAliveMaxTimeout: Math.min(keepAlive.maxTimeout ?? 600_000, FOREVER),
      }),
    },
  });
  const urls = new UrlReader();
  const registry = new FinalizationRegistry<Exchange>((exchange) => void exchange.discard());
  let closing: Promise<void> | undefined;

  function exchange(
    request: HttpRequest<UndiciOptions>,
    resolve: (response: HttpResponse) => void,
    reject: (error: unknown) => void,
  ): void {
    if (closing) throw new HttpError("ERR_CLOSED", "the adapter was closed", { request });
    const { connection, timeout, signal } = request.options;
    signal?.throwIfAborted();
    const body = request.body === null ? undefined : toBody(request.body);
    const { flat, close, length } = requestHeaders(request, body);
    const target = urls.target(request);
    let path = urls.path(request);
    const wanted = connection ? { ...settings, ...connection } : settings;
    const agent = agents.get(
      wanted,
      timeout?.connect === undefined ? connectDefault : milliseconds("connect", timeout.connect),
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
        },
        body: streamed,
        length,
        read: timeout?.read === undefined ? readDefault : milliseconds("read", timeout.read),
        watchdogs,
        registry,
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

function milliseconds(name: string, value: number): number {
  if (typeof value !== "number" || !(value > 0)) {
    throw new HttpError("ERR_OPTION", `timeout.${name} is no number above 0`);
  }
  return Math.min(value, FOREVER);
}

function addProxyHeaders(flat: string[], headers: readonly Header[], host: string): void {
  const names = new Set(flat.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase()));
  if (!names.has("host")) flat.push("host", host);
  for (const [name, value] of headers) if (!names.has(name.toLowerCase())) flat.push(name, value);
}
