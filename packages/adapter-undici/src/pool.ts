import type { Socket } from "node:net";
import type { Client as UndiciClient } from "undici";
import { Attempt, GivenUp, own } from "@posthaste/transport";
import type { Connected, Connector, Failure, Pooled, Target } from "@posthaste/transport";
import { ContinueFilter } from "./continue.ts";
import type { UndiciExchange } from "./exchange.ts";
import { Client } from "./undici.ts";

/** What is the same for all pools of an adapter. */
export interface PoolOptions {
  /** Connections to one origin. */
  readonly connections: number;
  /** For undici's client. */
  readonly client: UndiciClient.Options;
}

/** Bytes that may come in a row without a head or content: chunk extensions, say. */
const LIMIT = 64 * 1024;
/** Streams at a time over one HTTP/2 connection; the server may allow fewer, and undici minds that. */
const STREAMS = 100;

/** One of undici's clients: a connection, which undici opens anew where it was closed and a request comes. */
export class Connection {
  readonly pool: Pool;
  readonly client: UndiciClient;
  /** Whether no request went over the connection that stands now. */
  fresh = false;
  /** Exchanges that have it. */
  active = 0;
  /** Exchanges that may have it at a time. */
  capacity = 1;
  #socket: Socket | undefined;
  #filter: ContinueFilter | undefined;
  /** Of {@link ContinueFilter}. */
  readonly #limit: number;
  #attempt: Attempt | undefined;

  constructor(pool: Pool, target: Target, connector: Connector, options: UndiciClient.Options) {
    this.pool = pool;
    const connect = (_wanted: unknown, callback: unknown) => this.#connect(target, connector, callback as Connected);
    this.client = new Client(target.origin, own(options, { connect }));
    this.#limit = Math.max(options.maxHeaderSize ?? 0, LIMIT);
    this.client.on("disconnect", () => pool.onDisconnect(this));
  }

  get multiplexes(): boolean {
    return this.capacity > 1;
  }

  #connect(target: Target, connector: Connector, callback: Connected): void {
    this.#attempt = new Attempt(connector, target, (error, socket) => {
      this.#attempt = undefined;
      if (error) {
        if (!(error instanceof GivenUp)) this.pool.onConnectError(error);
        callback(error, null);
        return;
      }
      this.#socket = socket;
      this.fresh = true;
      const isH2 = "alpnProtocol" in socket && socket.alpnProtocol === "h2";
      this.capacity = isH2 ? STREAMS : 1;
      this.#filter = isH2 ? undefined : new ContinueFilter(socket, this.#limit);
      callback(null, socket);
      this.pool.onConnect(this);
    });
  }

  get bytesRead(): number {
    return this.#socket!.bytesRead;
  }

  /** Whether it was the other side that closed it. Of a connection with HTTP/2, that is not known. */
  get ended(): boolean {
    return this.multiplexes || (this.#socket?.readableEnded ?? false);
  }

  /** Something of a response came that counts: a head, or content. */
  progress(): void {
    this.#filter?.progress();
  }

  /** The network's error, if there was one. */
  get error(): Error | null {
    return this.#socket?.errored ?? null;
  }

  /** Who has sent a request and has no head of a response yet. */
  set waiting(exchange: UndiciExchange | undefined) {
    if (this.#filter) this.#filter.waiting = exchange;
  }

  /** Gives up on connecting, where it does. */
  cancel(failure: Failure): Promise<void> | undefined {
    return this.#attempt?.cancel(failure);
  }

  /** Ends everything on it; resolves when its socket is gone. */
  async destroy(failure: Failure): Promise<void> {
    await Promise.all([this.cancel(failure), this.client.destroy(failure)]);
  }
}

/** The connections to one origin by one route. */
export class Pool implements Pooled {
  readonly #target: Target;
  readonly #connector: Connector;
  readonly #options: PoolOptions;
  readonly #onEmpty: () => void;
  readonly #all = new Set<Connection>();
  /** Closed, but what they had to do is not done yet. */
  readonly #closing = new Set<Connection>();
  /** Those that can take more, the one used last at the end: the others may time out. */
  readonly #free: Connection[] = [];
  readonly #waiting: UndiciExchange[] = [];
  /** Until the first TLS handshake nobody knows if one connection will do for all, so there is only one. */
  #unknown: boolean;
  #retired = false;

  constructor(target: Target, connector: Connector, options: PoolOptions, onEmpty: () => void) {
    this.#target = target;
    this.#connector = connector;
    this.#options = options;
    this.#onEmpty = onEmpty;
    this.#unknown = connector.route.allowH2 && target.secure;
  }

  get isEmpty(): boolean {
    return this.#all.size + this.#closing.size + this.#waiting.length === 0;
  }

  /** Sends it as soon as there is a connection. */
  send(exchange: UndiciExchange): void {
    const connection = this.#take();
    if (connection) exchange.start(connection);
    else this.#waiting.push(exchange);
  }

  /** Sends it over a new connection, for the one it had is about to be released. */
  sendAfresh(exchange: UndiciExchange): void {
    const connection = this.#open();
    connection.active++;
    exchange.start(connection);
  }

  /** An exchange that waits is given up. */
  withdraw(exchange: UndiciExchange): void {
    const index = this.#waiting.indexOf(exchange);
    if (index >= 0) this.#waiting.splice(index, 1);
  }

  /** An exchange is done with its connection. */
  release(connection: Connection, reusable: boolean): void {
    const wasFull = connection.active-- === connection.capacity;
    if (this.#retired ? connection.active === 0 : !reusable && !connection.multiplexes) {
      this.#drop(connection);
    } else if (this.#waiting.length > 0) {
      connection.active++;
      this.#waiting.shift()!.start(connection);
    } else if (wasFull && this.#all.has(connection)) {
      this.#free.push(connection);
    }
  }

  onConnect(connection: Connection): void {
    if (connection.multiplexes && connection.active < connection.capacity && !this.#free.includes(connection)) {
      this.#free.push(connection);
    }
    this.#unknown = false;
    this.#serve();
  }

  /** The one attempt that all waited for has failed: each for itself would find no more. */
  onConnectError(error: Error): void {
    if (this.#unknown) for (const exchange of this.#waiting.splice(0)) exchange.onResponseError(undefined, error);
  }

  onDisconnect(connection: Connection): void {
    if (connection.active === 0) this.#drop(connection);
  }

  /** Takes no more requests; what is under way goes on. */
  retire(): void {
    this.#retired = true;
    for (const connection of this.#all) if (connection.active === 0) this.#drop(connection);
  }

  /** Ends everything; resolves when no socket is left. */
  async destroy(failure: Failure): Promise<void> {
    this.#retired = true;
    for (const exchange of this.#waiting.splice(0)) exchange.onResponseError(undefined, failure);
    const connections = [...this.#all, ...this.#closing];
    await Promise.all(connections.map((connection) => connection.destroy(failure)));
  }

  #take(): Connection | undefined {
    let connection = this.#free.at(-1);
    if (!connection) {
      if (this.#all.size >= (this.#unknown ? 1 : this.#options.connections)) return undefined;
      connection = this.#open();
    } else if (connection.active + 1 >= connection.capacity) {
      this.#free.pop();
    }
    connection.active++;
    return connection;
  }

  #open(): Connection {
    const connection = new Connection(this, this.#target, this.#connector, this.#options.client);
    this.#all.add(connection);
    return connection;
  }

  #drop(connection: Connection): void {
    if (!this.#all.delete(connection)) return;
    const index = this.#free.indexOf(connection);
    if (index >= 0) this.#free.splice(index, 1);
    this.#closing.add(connection);
    connection.client.close(() => {
      this.#closing.delete(connection);
      if (this.isEmpty) this.#onEmpty();
    });
    this.#serve();
  }

  /** Gives connections to those that wait. */
  #serve(): void {
    while (this.#waiting.length > 0) {
      const connection = this.#take();
      if (!connection) return;
      this.#waiting.shift()!.start(connection);
    }
  }
}
