import { HttpError } from "@posthaste/core";
import { toBody } from "@posthaste/core/body";
import type { Body, ConnectionOption, ConnectionOptions, HttpRequest, TimeoutOption } from "@posthaste/core";
import { Agents } from "./agents.ts";
import type { AgentsOptions, Pooled } from "./agents.ts";
import type { ExchangeSettings } from "./exchange.ts";
import { addProxyHeaders, count, milliseconds } from "./options.ts";
import { Orphans } from "./orphans.ts";
import { own } from "./own.ts";
import { parseProxy } from "./route.ts";
import { Text } from "./upload.ts";
import { UrlReader } from "./url.ts";
import type { Target } from "./url.ts";
import { Watchdogs } from "./watchdog.ts";

/** What the adapters for Node take. */
export interface TransportOptions {
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

/** What is for the adapter to say. */
export interface TransportInit<P extends Pooled> extends Pick<AgentsOptions<P>, "pool"> {
  /** Whether HTTP/2 is offered to `https:` servers. @default false */
  readonly allowH2?: boolean;
}

/** The way that a request takes. */
export interface Way<P extends Pooled> {
  readonly pool: P;
  /** What stands in the request line (RFC 9112 §3.2). */
  readonly path: string;
  /** Milliseconds of silence. */
  readonly read: number;
}

/**
 * What an adapter for Node has under it: its options, checked and with their defaults, and its pools of connections. For each
 * call it gives the body, the target and the way there.
 *
 * @throws HttpError `ERR_OPTION` where one of the numbers makes no sense
 * @example
 * ```ts
 * const transport = new Transport({ connections: 10 }, { pool: (target, connector) => new Pool(target, connector) });
 * const body = transport.open(request);
 * const target = transport.target(request);
 * const { pool, path } = transport.way(request, target, ["Host", target.host]);
 * ```
 */
export class Transport<P extends Pooled> implements ExchangeSettings {
  readonly connections: number;
  readonly keepAlive: Readonly<Required<KeepAliveOptions>> | undefined;
  readonly maxHeaderSize: number;
  readonly maxHeaders: number;
  readonly maxDrain: number;
  readonly watchdogs: Watchdogs = new Watchdogs();
  readonly orphans: Orphans = new Orphans();
  readonly #settings: ConnectionOptions;
  readonly #connect: number;
  readonly #read: number;
  readonly #agents: Agents<P>;
  readonly #urls = new UrlReader();
  #closing: Promise<void> | undefined;

  constructor(options: TransportOptions, { pool, allowH2 = false }: TransportInit<P>) {
    const given = own(options);
    const { connect = 10_000, read = 300_000 } = own(given.timeout);
    const { keepAlive = {}, maxDrain = 64 * 1024 } = given;
    const { timeout = 4000, maxTimeout = 600_000 } = own(keepAlive || undefined);
    this.#settings = own(given.connection);
    this.#connect = milliseconds("timeout.connect", connect);
    this.#read = milliseconds("timeout.read", read);
    this.connections = count("connections", given.connections ?? Infinity);
    this.keepAlive = keepAlive
      ? {
          timeout: milliseconds("keepAlive.timeout", timeout),
          maxTimeout: milliseconds("keepAlive.maxTimeout", maxTimeout),
        }
      : undefined;
    this.maxHeaderSize = count("maxHeaderSize", given.maxHeaderSize ?? 16 * 1024);
    this.maxHeaders = count("maxHeaders", given.maxHeaders ?? 2000);
    this.maxDrain = maxDrain === 0 ? 0 : count("maxDrain", maxDrain);
    this.#agents = new Agents({
      pool,
      watchdogs: this.watchdogs,
      settings: this.#settings,
      timeout: this.#connect,
      maxAgents: count("maxAgents", given.maxAgents ?? 100),
      allowH2,
      maxHeaderSize: this.maxHeaderSize,
    });
  }

  /**
   * A call begins.
   *
   * @returns the request's body, where it has one
   * @throws HttpError `ERR_CLOSED` after {@link close}, `ERR_BODY` for what is no body; the reason of a signal that is aborted
   */
  open(request: HttpRequest): Body | undefined {
    if (this.#closing) throw new HttpError("ERR_CLOSED", "the adapter was closed", { request });
    const { body, options } = request;
    options.signal?.throwIfAborted();
    if (body === null) return undefined;
    // Text is what most bodies are: JSON and forms.
    return typeof body === "string" ? new Text(body) : toBody(body);
  }

  /** @throws HttpError `ERR_URL` for a URL that cannot be sent as it is */
  target(request: HttpRequest): Target {
    return this.#urls.target(request);
  }

  /**
   * The way to a target, by the request's options or those of the adapter.
   *
   * @param flat the request's header lines: name, value, name, value. Those of a proxy that takes it in absolute form are added.
   * @throws HttpError `ERR_URL`, `ERR_OPTION`, `ERR_HEADER` for what of the URL or the options cannot be used
   */
  way(request: HttpRequest<ConnectionOption & TimeoutOption>, target: Target, flat: string[]): Way<P> {
    const { connection, timeout } = request.options;
    const { connect, read } = timeout ? own(timeout) : none;
    const settings = connection ? own(this.#settings, connection) : this.#settings;
    const agent = this.#agents.get(
      settings,
      connect === undefined ? this.#connect : milliseconds("timeout.connect", connect),
      target.secure,
    );
    const { proxy } = agent.route;
    let path = this.#urls.path(request);
    let next = target;
    if (proxy && !proxy.socks && !target.secure) {
      // RFC 9112 §3.2.2: the proxy is told the whole URL, and nothing is tunnelled.
      path = target.origin + path;
      next = { ...proxy, host: "", secure: false, origin: `http://${proxy.origin.split("//")[1]}` };
      // The agent's are those of the first who asked for it.
      addProxyHeaders(flat, parseProxy(settings.proxy!).headers, target.host);
    }
    const silence = read === undefined ? this.#read : milliseconds("timeout.read", read);
    return { pool: agent.pool(next), path, read: silence };
  }

  /** Ends everything; resolves when no socket is left. */
  close(): Promise<void> {
    return (this.#closing ??= this.#agents.destroy());
  }
}

const none: Readonly<{ connect?: number; read?: number }> = own({});
