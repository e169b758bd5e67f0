/// <reference path="./undici.d.ts" />
import type { Agent as UndiciAgent } from "undici";
import type { ConnectionOptions } from "@posthaste/core";
import Agent from "undici/lib/dispatcher/agent.js";
import { connect } from "./connect.ts";
import type { Connected, Wanted } from "./connect.ts";
import { Failure } from "./errors.ts";

/** The pools for one set of connection settings, and what is known of their connections beyond undici. */
export class ManagedAgent {
  readonly agent: UndiciAgent;
  /** Exchanges that wait for a connection. */
  waiting = 0;
  /** Set while a new connection is handed over: the request that undici writes then is the first on it. */
  fresh = false;
  readonly #attempts = new Set<(reason: Failure) => void>();

  constructor(settings: ConnectionOptions, timeout: number, options: UndiciAgent.Options) {
    this.agent = new Agent({
      ...options,
      headersTimeout: 0,
      bodyTimeout: 0,
      allowH2: false,
      connect: (wanted: unknown, callback: unknown) => this.#connect(wanted as Wanted, settings, timeout, callback as Connected),
    });
  }

  #connect(wanted: Wanted, settings: ConnectionOptions, timeout: number, callback: Connected): void {
    const cancel = connect(wanted, settings, timeout, (...result) => {
      this.#attempts.delete(cancel);
      this.fresh = true;
      callback(...result);
      this.fresh = false;
    });
    this.#attempts.add(cancel);
  }

  /** One exchange waits no longer; attempts to connect that nobody waits for end. */
  abandon(): void {
    if (--this.waiting === 0) for (const cancel of this.#attempts) cancel(new Failure("ERR_CONNECT", "nobody waits for it"));
  }

  async destroy(): Promise<void> {
    for (const cancel of this.#attempts) cancel(new Failure("ERR_CLOSED", "the client was closed"));
    await this.agent.destroy(new Failure("ERR_CLOSED", "the client was closed"));
  }
}
