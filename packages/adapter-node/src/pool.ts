import type { Socket } from "node:net";
import { Attempt, GivenUp } from "@posthaste/transport";
import type { Connector, Failure, Pooled, Target, Watchdog, WatchdogOwner } from "@posthaste/transport";
import type { NodeExchange } from "./exchange.ts";

/** What is the same for all pools of an adapter. */
export interface PoolOptions {
  /** Connections to one origin. */
  readonly connections: number;
  /** How long an idle connection is kept, in milliseconds; `undefined` not at all. */
  readonly keepAlive: { readonly timeout: number; readonly maxTimeout: number } | undefined;
}

/** A connection, from the first attempt to its close. */
export class Connection implements WatchdogOwner {
  /** Whether no request went over it. */
  fresh = true;
  /** How long it may be idle, where the server says: milliseconds. */
  hint: number | undefined;
  readonly #pool: Pool;
  readonly #connector: Connector;
  #attempt: Attempt | undefined;
  #socket: Socket | undefined;
  #exchange: NodeExchange | undefined;
  #idle: Watchdog | undefined;

  constructor(pool: Pool, target: Target, connector: Connector, exchange: NodeExchange) {
    this.#pool = pool;
    this.#connector = connector;
    this.#exchange = exchange;
    exchange.wait(this);
    this.#attempt = new Attempt(connector, target, (error, socket) => {
      this.#attempt = undefined;
      if (error) {
        pool.drop(this);
        this.#exchange?.onConnectError(error);
        return;
      }
      this.#socket = socket;
      // Before Node's own listeners, which forget what was not read.
      socket.on("close", () => this.#onClose());
      socket.on("free", () => pool.release(this));
      this.#exchange!.start(this, socket);
    });
  }

  /** Whether the next request can go over it. */
  get isOpen(): boolean {
    const socket = this.#socket!;
    return !socket.destroyed && socket.writable && !socket.readableEnded;
  }

  /** Sends the exchange's request over it. */
  lend(exchange: NodeExchange): void {
    const socket = this.#socket!;
    if (this.#idle) {
      this.#idle.stop();
      this.#idle = undefined;
      socket.off("data", destroy);
      socket.off("end", destroy);
      socket.ref();
    }
    this.#exchange = exchange;
    exchange.start(this, socket);
  }

  /** Its exchange is over. */
  giveBack(): void {
    this.#exchange = undefined;
  }

  /** Waits for the next request, for so many milliseconds at most. */
  rest(limit: number): void {
    const socket = this.#socket!;
    this.#idle = this.#connector.watchdogs.watchdog(limit, this);
    this.#idle.touch();
    // What comes now was not asked for, and would be taken for the next answer.
    socket.on("data", destroy);
    socket.on("end", destroy);
    // A process need not stay up for it.
    socket.unref();
  }

  onTimeout(): void {
    this.#socket!.destroy();
  }

  /** Gives up on connecting, or closes; resolves when the socket is gone. */
  async destroy(failure: Failure): Promise<void> {
    if (this.#attempt) {
      await this.#attempt.cancel(failure);
    } else if (this.#socket && !this.#socket.closed) {
      const socket = this.#socket;
      await new Promise((resolve) => socket.once("close", resolve).destroy());
    }
  }

  #onClose(): void {
    this.#idle?.stop();
    this.#exchange?.onClose();
    this.#pool.drop(this);
  }
}

function destroy(this: Socket): void {
  this.destroy();
}

/** The connections to one origin by one route. */
export class Pool implements Pooled {
  readonly #target: Target;
  readonly #connector: Connector;
  readonly #options: PoolOptions;
  readonly #onEmpty: () => void;
  readonly #all = new Set<Connection>();
  /** The one used last at the end: the others may time out. */
  readonly #free: Connection[] = [];
  /** Exchanges that are not over. */
  readonly #exchanges = new Set<NodeExchange>();
  readonly #waiting: NodeExchange[] = [];
  #retired = false;

  constructor(target: Target, connector: Connector, options: PoolOptions, onEmpty: () => void) {
    this.#target = target;
    this.#connector = connector;
    this.#options = options;
    this.#onEmpty = onEmpty;
  }

  /** Sends it as soon as there is a connection. */
  send(exchange: NodeExchange): void {
    this.#exchanges.add(exchange);
    const connection = this.#take();
    if (connection) connection.lend(exchange);
    else if (this.#all.size < this.#options.connections) this.sendAfresh(exchange);
    else this.#waiting.push(exchange);
  }

  /** Sends it over a new connection. */
  sendAfresh(exchange: NodeExchange): void {
    this.#all.add(new Connection(this, this.#target, this.#connector, exchange));
  }

  /** An exchange is over, whatever its connection is at. */
  finish(exchange: NodeExchange): void {
    this.#exchanges.delete(exchange);
    const index = this.#waiting.indexOf(exchange);
    if (index >= 0) this.#waiting.splice(index, 1);
    this.#check();
  }

  /** A connection has done what it had to do, and stands. */
  release(connection: Connection): void {
    const { keepAlive } = this.#options;
    const limit = Math.min(connection.hint ?? keepAlive?.timeout ?? 0, keepAlive?.maxTimeout ?? 0);
    if (this.#retired || limit <= 0 || !connection.isOpen) {
      connection.onTimeout();
      return;
    }
    const next = this.#waiting.shift();
    if (next) {
      connection.lend(next);
      return;
    }
    connection.rest(limit);
    this.#free.push(connection);
  }

  /** A connection is closed, or never stood. */
  drop(connection: Connection): void {
    if (!this.#all.delete(connection)) return;
    const index = this.#free.indexOf(connection);
    if (index >= 0) this.#free.splice(index, 1);
    const next = this.#all.size < this.#options.connections ? this.#waiting.shift() : undefined;
    if (next) this.sendAfresh(next);
    this.#check();
  }

  /** Takes no more requests; what is under way goes on. */
  retire(): void {
    this.#retired = true;
    for (const connection of this.#free) connection.onTimeout();
    this.#check();
  }

  /** Ends everything; resolves when no socket is left. */
  async destroy(failure: Failure): Promise<void> {
    this.#retired = true;
    const connections = [...this.#all];
    for (const exchange of this.#exchanges) exchange.onConnectError(failure);
    await Promise.all(connections.map((connection) => connection.destroy(new GivenUp())));
  }

  #take(): Connection | undefined {
    for (;;) {
      const connection = this.#free.pop();
      if (!connection || connection.isOpen) return connection;
    }
  }

  #check(): void {
    if (this.#all.size + this.#exchanges.size === 0) this.#onEmpty();
  }
}
