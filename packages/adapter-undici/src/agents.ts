import { isIP } from "node:net";
import { HttpError } from "@posthaste/core";
import type { ConnectionOptions } from "@posthaste/core";
import { Connector } from "./connect.ts";
import { Failure } from "./errors.ts";
import { Pool } from "./pool.ts";
import type { PoolOptions } from "./pool.ts";
import { Fingerprints, parseProxy } from "./route.ts";
import type { Route } from "./route.ts";
import type { Target } from "./url.ts";
import type { Watchdogs } from "./watchdog.ts";

/** The pools of one route. */
export class Agent {
  readonly route: Route;
  readonly #connector: Connector;
  readonly #options: PoolOptions;
  readonly #pools = new Map<string, Pool>();
  readonly #onEmpty: () => void;
  #retired = false;

  constructor(route: Route, options: AgentsOptions, onEmpty: () => void) {
    this.route = route;
    this.#connector = new Connector(route, options.watchdogs);
    this.#options = options;
    this.#onEmpty = onEmpty;
  }

  pool(target: Target): Pool {
    const { origin } = target;
    let pool = this.#pools.get(origin);
    if (!pool) {
      pool = new Pool(target, this.#connector, this.#options, () => {
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
export interface AgentsOptions extends PoolOptions {
  /** For calls that have none of their own. */
  readonly settings: ConnectionOptions;
  /** For a connection to stand, where a call does not say. */
  readonly timeout: number;
  readonly maxAgents: number;
  readonly watchdogs: Watchdogs;
  readonly allowH2: boolean;
  readonly maxHeaderSize: number;
}

/** An agent for each set of connection settings, the least recently used closed where there are too many. */
export class Agents {
  readonly #options: AgentsOptions;
  readonly #fingerprints = new Fingerprints();
  /** In the order of their last use. */
  readonly #agents = new Map<string, Agent>();
  readonly #retired = new Set<Agent>();
  /** The one for calls without settings: it stays, and is found without a key. */
  #plain: Agent | undefined;

  constructor(options: AgentsOptions) {
    this.#options = options;
  }

  get(settings: ConnectionOptions, timeout: number, secure: boolean): Agent {
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

  async destroy(): Promise<void> {
    const failure = new Failure("ERR_CLOSED", "the adapter was closed");
    const agents = [...this.#agents.values(), ...this.#retired];
    if (this.#plain) agents.push(this.#plain);
    await Promise.all(agents.map((agent) => agent.destroy(failure)));
  }

  #make({ proxy, tls, socketPath, localAddress }: ConnectionOptions, timeout: number): Agent {
    const { allowH2, maxHeaderSize } = this.#options;
    if (localAddress !== undefined && !isIP(localAddress)) {
      throw new HttpError("ERR_OPTION", "connection.localAddress is no IP address");
    }
    const route: Route = {
      timeout,
      proxy: proxy && socketPath === undefined ? parseProxy(proxy) : undefined,
      tls: { ...tls },
      socketPath,
      localAddress,
      allowH2,
      maxHeaderSize,
    };
    const agent = new Agent(route, this.#options, () => this.#retired.delete(agent));
    return agent;
  }

  #retireOldest(): void {
    const [key, agent] = this.#agents.entries().next().value!;
    this.#agents.delete(key);
    this.#retired.add(agent);
    agent.retire();
  }
}
