import type { Body, ErrorCode } from "@posthaste/core";
import { Exchange, GivenUp, Upload } from "@posthaste/transport";
import type { ExchangeInit } from "@posthaste/transport";
import type { Dispatcher } from "undici";
import type { Waiting } from "./continue.ts";
import { codeOf, isDisconnect } from "./errors.ts";
import { responseHeaders } from "./headers.ts";
import type { Connection, Pool } from "./pool.ts";

type Controller = Dispatcher.DispatchController;

/** Its types leave a member out. */
type DispatchOptions = Dispatcher.DispatchOptions & { readonly servername?: string | undefined };

/** What an exchange is made of. */
export interface UndiciExchangeInit extends ExchangeInit {
  readonly pool: Pool;
  readonly options: DispatchOptions;
  /** A body that goes out in pieces, and its length where that is known. */
  readonly body: Body | undefined;
  readonly length: number | undefined;
}

/** One request and its response over undici: what that calls back. */
export class UndiciExchange extends Exchange<UndiciExchangeInit> implements Dispatcher.DispatchHandler, Waiting {
  #connection: Connection | undefined;
  #controller: Controller | undefined;
  #upload: Upload | undefined;
  #reused = false;
  /** Whether a byte of the response came. */
  #started = false;

  /** The pool has a connection for it. */
  start(connection: Connection): void {
    this.#connection = connection;
    const { body, length, options } = this.init;
    if (body) options.body = (this.#upload = new Upload(this, body, length)) as unknown as Buffer;
    connection.client.dispatch(options, this);
  }

  // What undici calls.

  onRequestStart(controller: Controller): void {
    // Thrown and not aborted: the connection stays for others.
    if (this.over) throw new GivenUp();
    const connection = this.#connection!;
    this.#controller = controller;
    this.#reused = !connection.fresh;
    connection.fresh = false;
    connection.waiting = this;
    this.phase = "send";
    this.touch();
  }

  onRequestSent(): void {
    if (this.phase === "send") this.phase = "headers";
    // Without an upload it was sent as soon as it started.
    if (this.#upload) this.touch();
  }

  onResponseStarted(): void {
    this.#started = true;
  }

  onResponseStart(controller: Controller, status: number, _headers: unknown, reason = ""): void {
    this.touch();
    if (this.over || status < 200) return;
    this.#connection!.waiting = undefined;
    this.respond(status, reason, responseHeaders(controller.rawHeaders!));
  }

  onResponseData(_controller: Controller, chunk: Uint8Array): void {
    this.#connection!.progress();
    this.receive(chunk);
  }

  onResponseEnd(controller: Controller, trailers: Readonly<Record<string, unknown>>): void {
    const connection = this.#connection!;
    if (!this.over && connection.error && isUntilClose(controller)) {
      // What ends with the connection is whole only if that was closed in order (RFC 9112 §8); undici takes a reset for it.
      this.#controller = undefined;
      this.fail(this.describe(connection.error));
    } else if (!this.over) {
      this.complete();
    }
    // RFC 9110 §6.5.1: no trailer may say so, but undici's parser listens, and then reads no further response.
    connection.pool.release(connection, !Object.hasOwn(trailers, "connection"));
  }

  onResponseError(controller: Controller | undefined | null, error: unknown): void {
    const connection = this.#connection;
    if (!this.over && this.#isStale(error)) {
      this.#controller = undefined;
      this.#upload?.cancel();
      this.startAfresh();
      this.init.pool.sendAfresh(this);
    } else if (!this.over) {
      this.fail(this.#upload?.failed ? this.#upload.error : this.describe(error));
    }
    // One that was given up before it went out has done the connection no harm.
    connection?.pool.release(connection, error instanceof GivenUp && controller != null);
  }

  /** An informational response came, of which undici is not told. */
  onContinue(): void {
    this.#started = true;
    this.touch();
  }

  // What an exchange asks.

  protected codeOf(error: unknown): ErrorCode {
    return codeOf(error, this.phase, this.#connection?.ended);
  }

  protected headBytes(): number {
    return this.#started ? this.#connection!.bytesRead : 0;
  }

  protected pause(): void {
    this.#controller!.pause();
  }

  protected resume(): void {
    this.#controller?.resume();
  }

  protected release(): void {
    this.#upload?.cancel();
  }

  protected abandon(error: unknown): void {
    // The controller calls onResponseError, and so does undici when the connection is given up.
    if (this.#controller) this.#controller.abort(error as Error);
    else if (!this.#connection) this.init.pool.withdraw(this);
    else if (this.#connection.active === 1) void this.#connection.cancel(new GivenUp());
  }

  /** Whether the server closed the connection, which it had kept open after an earlier request, while this one went out. */
  #isStale(error: unknown): boolean {
    if (!this.#reused || this.#started || !isDisconnect(error) || this.#upload?.failed) return false;
    return this.isRepeatable();
  }
}

/** Whether a body has neither a length nor chunks. */
function isUntilClose({ rawHeaders }: Controller): boolean {
  return !responseHeaders(rawHeaders!).some(([name]) => /^(?:content-length|transfer-encoding)$/i.test(name));
}
