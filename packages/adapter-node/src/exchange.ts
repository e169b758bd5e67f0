import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { HttpError } from "@posthaste/core";
import type { ErrorCode } from "@posthaste/core";
import { Exchange, GivenUp, rootCause } from "@posthaste/transport";
import type { ExchangeInit } from "@posthaste/transport";
import { codeOf, isDisconnect } from "./errors.ts";
import { responseHeaders } from "./headers.ts";
import { Message } from "./message.ts";
import type { MessageInit, MessageOwner } from "./message.ts";
import type { Connection, Pool } from "./pool.ts";
import { Surplus } from "./surplus.ts";

/** Informational responses to one request: nobody means more. */
const INFORMATIONAL = 100;

/** What an exchange is made of. */
export interface NodeExchangeInit extends ExchangeInit, MessageInit {
  readonly pool: Pool;
}

/** One request and its response over Node's own HTTP: what that calls back. */
export class NodeExchange extends Exchange<NodeExchangeInit> implements MessageOwner {
  #connection: Connection | undefined;
  #socket: Socket | undefined;
  #message: Message | undefined;
  #incoming: IncomingMessage | undefined;
  #surplus: Surplus | undefined;
  #reused = false;
  /** By the connection, before this. */
  #bytesBefore = 0;
  #informational = 0;

  /** The pool makes a connection for it. */
  wait(connection: Connection): void {
    this.#connection = connection;
  }

  /** The pool has a connection for it. */
  start(connection: Connection, socket: Socket): void {
    this.#connection = connection;
    this.#socket = socket;
    this.#reused = !connection.fresh;
    connection.fresh = false;
    this.#bytesBefore = socket.bytesRead;
    this.#surplus = new Surplus(socket);
    this.phase = "send";
    this.touch();
    try {
      this.#message = new Message(this, socket, this.init);
    } catch (error) {
      // A line that would have been refused earlier, had a client sent the request.
      const { request } = this;
      this.fail(new HttpError("ERR_UNSUPPORTED", rootCause(error), { request, phase: "send", cause: error }));
      return;
    }
    this.#message.send(this, this.init);
  }

  // What Node calls.

  onSent(): void {
    if (this.phase === "send") this.phase = "headers";
    this.touch();
  }

  onInformation(): void {
    this.touch();
    this.#surplus!.onInformation();
    if (++this.#informational > INFORMATIONAL) this.fail(this.error("ERR_LIMIT", "no end of informational responses"));
  }

  onResponse(incoming: IncomingMessage): void {
    if (this.over) return;
    if (incoming.statusCode! < 200) {
      this.onSwitch(incoming);
      return;
    }
    this.touch();
    this.#surplus!.onResponse();
    this.#incoming = incoming;
    this.#listen(incoming);
    const headers = responseHeaders(incoming.rawHeaders);
    this.#connection!.hint = keptFor(headers.get("keep-alive"));
    this.respond(incoming.statusCode!, incoming.statusMessage!, headers);
  }

  // By itself: Node keeps these closures as long as the connection, and a scope that they share with others, with all in it.
  #listen(incoming: IncomingMessage): void {
    incoming.on("data", (chunk: Buffer) => this.receive(chunk));
    incoming.on("end", () => this.#onEnd());
    incoming.on("error", (error) => this.onError(error));
  }

  /** It is no answer to what was asked. */
  onSwitch({ statusCode }: IncomingMessage): void {
    this.fail(this.error("ERR_PROTOCOL", `the server answered ${statusCode}`));
  }

  #onEnd(): void {
    if (this.over) return;
    const { isSent } = this.#message!;
    if (this.#surplus!.follows(this.#incoming!, this.request.method)) this.#socket!.destroy();
    this.complete();
    // What is left of the upload is not wanted; the server still waits for it.
    if (!isSent) this.#message!.abandon();
  }

  onError(error: unknown): void {
    const message = this.#message!;
    // What comes behind a whole response does it no harm; the end is on its way.
    if (this.over || (this.#incoming?.complete && !message.failed)) return;
    this.#flush();
    if (this.#isStale(error)) {
      message.abandon();
      this.#message = undefined;
      this.#connection!.giveBack();
      this.startAfresh();
      this.init.pool.sendAfresh(this);
      return;
    }
    this.fail(message.failed ? message.failed.error : this.describe(error));
  }

  // What the pool calls.

  /** There is no connection. */
  onConnectError(error: Error): void {
    if (!this.over) this.fail(this.describe(error));
  }

  /** The connection is closed, and Node does not know yet. */
  onClose(): void {
    this.#flush();
  }

  // What an exchange asks.

  protected codeOf(error: unknown): ErrorCode {
    return codeOf(error, this.phase);
  }

  protected headBytes(): number {
    return this.#socket!.bytesRead - this.#bytesBefore;
  }

  protected pause(): void {
    this.#incoming!.pause();
  }

  protected resume(): void {
    this.#incoming!.resume();
  }

  protected release(): void {
    this.#message?.cancelBody();
    this.init.pool.finish(this);
  }

  protected abandon(): void {
    if (this.#message) this.#message.abandon();
    else void this.#connection?.destroy(new GivenUp());
  }

  /** Takes what Node has read and not told yet, before it is dropped. */
  #flush(): void {
    const incoming = this.#incoming;
    if (!incoming || this.over) return;
    // What is read is told as "data", too.
    while (incoming.read() !== null);
  }

  /** Whether the server closed the connection, which it had kept open after an earlier request, while this one went out. */
  #isStale(error: unknown): boolean {
    if (!this.#reused || this.phase === "body" || !isDisconnect(error)) return false;
    if (this.#message!.failed || this.headBytes() > 0) return false;
    return this.isRepeatable();
  }
}

/** What a Keep-Alive line says, in milliseconds, less a second for the way of the next request. */
function keptFor(line: string | null): number | undefined {
  const [, seconds] = /(?:^|[\t ,])timeout=(\d+)/i.exec(line ?? "") ?? [];
  return seconds === undefined ? undefined : Number(seconds) * 1000 - 1000;
}
