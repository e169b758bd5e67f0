import { isIP } from "node:net";
import { HttpError } from "@posthaste/core";
import type { ConnectionOptions } from "@posthaste/core";
import { Connector } from "./connect.ts";
import { Failure } from "./failure.ts";
import { own } from "./own.ts";
import { Fingerprints, parseProxy } from "./route.ts";
import type { Route } from "./route.ts";
import type { Target } from "./url.ts";
import type { Watchdogs } from "./watchdog.ts";

/** The connections to one origin by one route, as {@link Agents} keeps them. */
export interface Pooled {
  /** Takes no more requests; what is under way goes on, and then it tells that it is empty. */
  retire(): void;
  /** Ends everything; resolves when no socket is left. */
  destroy(failure: Failure): Promise<void>;
}

/** The pools of one route. */
export class Agent<P extends Pooled> {
  readonly route: Route;
  readonly #connector: Connector;
  readonly #options: AgentsOptions<P>;
  readonly #pools = new Map<string, P>();
  readonly #onEmpty: () => void;
  #retired = false;

  constructor(route: Route, options: AgentsOptions<P>, onEmpty: () => void) {
    this.route = route;
    this.#connector = new Connector(route, options.watchdogs);
    this.#options = options;
    this.#onEmpty = onEmpty;
  }

  /** The pool for an origin; it is made where there is none. */
  pool(target: Target): P {
    const { origin } = target;
    let pool = this.#pools.get(origin);
    if (!pool) {
      pool = this.#options.pool(target, this.#connector, () => {
        this.#pools.delete(origin);
        if (this.#retired && this.#pools.size === 0) this.#onEmpty();
      });
      this.#pools.set(origin, pool);
    }
    return pool;
  }

  /** Closes as soon as what is under way is done. */
  retire(): void {
    this.#retired = true;
    if (this.#pools.size === 0) this.#onEmpty();
    for (const pool of this.#pools.values()) pool.retire();
  }

  async destroy(failure: Failure): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.destroy(failure)));
  }
}

/** What is the same for all routes of an adapter. */
export interface AgentsOptions<P extends Pooled> {
  /** Makes a pool, which calls `onEmpty` when it is retired and has nothing left to do, or has nothing left at all. */
  pool(target: Target, connector: Connector, onEmpty: () => void): P;
  /** For calls that have none of their own. */
  readonly settings: ConnectionOptions;
  /** Milliseconds for a connection to stand, where a call does not say. */
  readonly timeout: number;
  /** Routes that are kept, each with its pools. */
  readonly maxAgents: number;
  readonly watchdogs: Watchdogs;
  /** Whether HTTP/2 is offered to `https:` servers. */
  readonly allowH2: boolean;
  /** Bytes of a proxy's answer. */
  readonly maxHeaderSize: number;
}

/**
 * An agent for each set of connection settings, the least recently used closed where there are too many.
 *
 * @example
 * ```ts
 * const agents = new Agents({ pool: (target, connector, onEmpty) => new Pool(target, connector, onEmpty), ...options });
 * const pool = agents.get(request.options.connection ?? settings, 10_000, target.secure).pool(target);
 * ```
 */
export class Agents<P extends Pooled> {
  readonly #options: AgentsOptions<P>;
  readonly #fingerprints = new Fingerprints();
  /** In the order of their last use. */
  readonly #agents = new Map<string, Agent<P>>();
  readonly #retired = new Set<Agent<P>>();
  /** The one for calls without settings: it stays, and is found without a key. */
  #plain: Agent<P> | undefined;

  constructor(options: AgentsOptions<P>) {
    this.#options = options;
  }

  /**
   * The agent for these settings.
   *
   * @param timeout milliseconds for a connection to stand
   * @param secure whether the target speaks TLS
   * @throws HttpError `ERR_OPTION` for a proxy's URL or a local address that is none; `ERR_HEADER` for a proxy's header
   */
  get(settings: ConnectionOptions, timeout: number, secure: boolean): Agent<P> {
    const { settings: usual, timeout: usualTimeout, maxAgents } = this.#options;
    if (settings === usual && timeout === usualTimeout) return (this.#plain ??= this.#make(settings, timeout));
    const key = this.#fingerprints.key(settings, timeout, secure);
    let agent = this.#agents.get(key);
    if (agent) this.#agents.delete(key);
    else agent = this.#make(settings, timeout);
    this.#agents.set(key, agent);
    if (this.#agents.size > maxAgents) this.#retireOldest();
    return agent;
  }

  /** Ends everything; resolves when no socket is left. */
  async destroy(): Promise<void> {
    const failure = new Failure("ERR_CLOSED", "the adapter was closed");
    const agents = [...this.#agents.values(), ...this.#retired];
    if (this.#plain) agents.push(this.#plain);
    await Promise.all(agents.map((agent) => agent.destroy(failure)));
  }

  #make({ proxy, tls, socketPath, localAddress }: ConnectionOptions, timeout: number): Agent<P> {
    const { allowH2, maxHeaderSize } = this.#options;
    if (localAddress !== undefined && !isIP(localAddress)) {
      throw new HttpError("ERR_OPTION", "connection.localAddress is no IP address");
    }
    const route: Route = {
      timeout,
      proxy: proxy && socketPath === undefined ? parseProxy(proxy) : undefined,
      tls: own(tls),
      socketPath,
      localAddress,
      allowH2,
      maxHeaderSize,
    };
    const agent: Agent<P> = new Agent(route, this.#options, () => this.#retired.delete(agent));
    return agent;
  }

  #retireOldest(): void {
    const [key, agent] = this.#agents.entries().next().value!;
    this.#agents.delete(key);
    this.#retired.add(agent);
    agent.retire();
  }
}
