import { HttpError, HttpResponse, canReplay } from "@posthaste/core";
import type { Body, HttpRequest, Phase } from "@posthaste/core";
import type { Dispatcher } from "undici";
import { BodyQueue, Content, FOREVER, Failure, GivenUp, Upload, noContent, rootCause } from "@posthaste/transport";
import type { Orphans, Source, UploadOwner, Watchdog, Watchdogs } from "@posthaste/transport";
import type { Waiting } from "./continue.ts";
import { codeOf, isDisconnect } from "./errors.ts";
import { contentLength, responseHeaders } from "./headers.ts";
import type { Connection, Pool } from "./pool.ts";

type Controller = Dispatcher.DispatchController;

/** Bytes that may wait for a slow reader before the server is made to wait. */
const HIGH_WATER_MARK = 64 * 1024;
/** The milliseconds within which the rest of a dropped body must come, to keep the connection. */
const DRAIN = 1000;
/** How often a head that comes bit by bit gets the time of a silence once more: to an honest one, once is plenty. */
const RENEWALS = 3;
/** RFC 9110 §9.2.1: asked twice, they do no more than asked once. */
const safe: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS", "TRACE"]);

/** Its types leave a member out. */
type DispatchOptions = Dispatcher.DispatchOptions & { readonly servername?: string | undefined };

/** What an exchange is made of. */
export interface ExchangeInit {
  readonly request: HttpRequest;
  readonly pool: Pool;
  readonly options: DispatchOptions;
  /** A body that goes out in pieces, and its length where that is known. */
  readonly body: Body | undefined;
  readonly length: number | undefined;
  /** Milliseconds of silence. */
  readonly read: number;
  readonly maxHeaders: number;
  readonly maxDrain: number;
  readonly watchdogs: Watchdogs;
  readonly orphans: Orphans;
  readonly signal: AbortSignal | undefined;
}

/** One request and its response: what undici calls back, what the reader of the body calls, and what ends both. */
export class Exchange implements Dispatcher.DispatchHandler, UploadOwner, Source, Waiting {
  readonly #init: ExchangeInit;
  readonly #watchdog: Watchdog;
  readonly #queue: BodyQueue = new BodyQueue();
  #resolve: ((response: HttpResponse) => void) | undefined;
  #reject: ((error: unknown) => void) | undefined;
  #phase: Phase = "connect";
  #connection: Connection | undefined;
  #controller: Controller | undefined;
  #upload: Upload | undefined;
  #reused = false;
  /** Whether a byte of the response came. */
  #started = false;
  /** By the connection, when it was silent last. */
  #bytesRead = 0;
  /** How often a head that was coming has got more time. */
  #renewals = 0;
  #paused = false;
  #over = false;
  /** Bytes of the body that are to come, where that is known. */
  #left = Infinity;
  #draining: Promise<void> | undefined;
  #drained: (() => void) | undefined;

  constructor(init: ExchangeInit, resolve: (response: HttpResponse) => void, reject: (error: unknown) => void) {
    this.#init = init;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#watchdog = init.watchdogs.watchdog(init.read, this);
    init.signal?.addEventListener("abort", this);
  }

  get request(): HttpRequest {
    return this.#init.request;
  }

  get settled(): boolean {
    return this.#over || this.#queue.collecting;
  }

  /** The pool has a connection for it. */
  start(connection: Connection): void {
    this.#connection = connection;
    const { body, length, options } = this.#init;
    if (body) options.body = (this.#upload = new Upload(this, body, length)) as unknown as Buffer;
    connection.client.dispatch(options, this);
  }

  // What undici calls.

  onRequestStart(controller: Controller): void {
    // Thrown and not aborted: the connection stays for others.
    if (this.#over) throw new GivenUp();
    const connection = this.#connection!;
    this.#controller = controller;
    this.#reused = !connection.fresh;
    connection.fresh = false;
    connection.waiting = this;
    this.#phase = "send";
    this.#watchdog.touch();
  }

  onRequestSent(): void {
    if (this.#phase === "send") this.#phase = "headers";
    // Without an upload it was sent as soon as it started.
    if (this.#upload) this.#touch();
  }

  onResponseStarted(): void {
    this.#started = true;
  }

  onResponseStart(controller: Controller, status: number, _headers: unknown, reason = ""): void {
    this.#touch();
    if (this.#over || status < 200) return;
    this.#connection!.waiting = undefined;
    const { request, read, orphans, maxHeaders } = this.#init;
    const headers = responseHeaders(controller.rawHeaders!);
    if (headers.length > maxHeaders) {
      this.#fail(this.#error("ERR_LIMIT", `more than ${maxHeaders} header lines`));
      return;
    }
    this.#phase = "body";
    const length = contentLength(headers);
    if (length !== undefined) this.#left = length;
    const body = new Content(this);
    const response = new HttpResponse({ request, status, reason, headers, body, discard: () => body.discard() });
    // A shorter body comes to its end, or its time, without a reader.
    if (this.#left >= HIGH_WATER_MARK || read >= FOREVER) orphans.watch(body);
    this.#resolve!(response);
    // Either would keep the promise and so the response.
    this.#resolve = this.#reject = undefined;
  }

  onResponseData(controller: Controller, chunk: Uint8Array): void {
    this.#connection!.progress();
    if (this.#over) return;
    this.#left -= chunk.length;
    // No Buffer, for that is not what others take for a Uint8Array.
    if (!this.#drained) this.#queue.push(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length));
    if (this.#queue.size >= HIGH_WATER_MARK && !this.#queue.collecting) {
      this.#paused = true;
      controller.pause();
      this.#watchdog.pause();
    } else if (this.#left > 0) {
      this.#watchdog.touch();
    }
  }

  onResponseEnd(controller: Controller, trailers: Readonly<Record<string, unknown>>): void {
    const connection = this.#connection!;
    if (!this.#over && connection.error && isUntilClose(controller)) {
      // What ends with the connection is whole only if that was closed in order (RFC 9112 §8); undici takes a reset for it.
      this.#controller = undefined;
      this.#fail(this.#describe(connection.error));
    } else if (!this.#over) {
      this.#finish();
      this.#queue.end();
    }
    // RFC 9110 §6.5.1: no trailer may say so, but undici's parser listens, and then reads no further response.
    connection.pool.release(connection, !Object.hasOwn(trailers, "connection"));
  }

  onResponseError(controller: Controller | undefined | null, error: unknown): void {
    const connection = this.#connection;
    if (!this.#over && this.#isStale(error)) {
      this.#controller = undefined;
      this.#upload?.cancel();
      this.#watchdog.pause();
      this.#phase = "connect";
      this.#init.pool.sendAfresh(this);
    } else if (!this.#over) {
      this.#fail(this.#upload?.failed ? this.#upload.error : this.#describe(error));
    }
    // One that was given up before it went out has done the connection no harm.
    connection?.pool.release(connection, error instanceof GivenUp && controller != null);
  }

  // What its own side calls.

  onContinue(): void {
    this.#started = true;
    this.#touch();
  }

  /** The signal. */
  handleEvent(): void {
    this.#queue.clear();
    this.#fail(this.#init.signal!.reason);
  }

  onTimeout(): void {
    // Undici tells of a head that has begun when it is complete: see whether bytes of it came.
    if (this.#started && this.#phase !== "body") {
      const { bytesRead } = this.#connection!;
      if (bytesRead > this.#bytesRead && this.#renewals++ < RENEWALS) {
        this.#bytesRead = bytesRead;
        return this.#touch();
      }
    }
    this.#fail(this.#error("ERR_TIMEOUT_READ", `silence for more than ${this.#init.read} ms`));
  }

  onProgress(): void {
    this.#touch();
  }

  onStarved(): void {
    this.#watchdog.pause();
  }

  /** The next chunk for the reader. */
  next(): Promise<IteratorResult<Uint8Array, undefined>> {
    const next = this.#queue.next();
    if (this.#paused && this.#queue.size < HIGH_WATER_MARK) this.#resume();
    return next;
  }

  collect(): Uint8Array | Promise<Uint8Array> {
    const all = this.#queue.collect();
    if (this.#paused) this.#resume();
    return all;
  }

  /** Drops the rest of the body; resolves when the connection is free. */
  discard(): Promise<void> {
    this.#queue.clear();
    return (this.#draining ??= this.#over ? Promise.resolve() : this.#drain());
  }

  #drain(): Promise<void> {
    const error = this.#error("ERR_BODY_CONSUMED", "the content was discarded");
    return new Promise((resolve) => {
      if (this.#left > this.#init.maxDrain) {
        this.#fail(error);
        resolve();
        return;
      }
      this.#queue.fail(error);
      const timer = setTimeout(() => this.#fail(error), DRAIN);
      this.#drained = () => {
        clearTimeout(timer);
        resolve();
      };
      if (this.#paused) this.#resume();
    });
  }

  #resume(): void {
    this.#paused = false;
    this.#touch();
    this.#controller?.resume();
  }

  #touch(): void {
    if (!this.#over && !this.#paused) this.#watchdog.touch();
  }

  #fail(error: unknown): void {
    if (this.#over) return;
    this.#finish();
    if (this.#reject) this.#reject(error);
    else this.#queue.fail(error);
    const { pool } = this.#init;
    // The controller calls onResponseError, and so does undici when the connection is given up.
    if (this.#controller) this.#controller.abort(error as Error);
    else if (!this.#connection) pool.withdraw(this);
    else if (this.#connection.active === 1) void this.#connection.cancel(new GivenUp());
  }

  #finish(): void {
    this.#over = true;
    this.#watchdog.stop();
    this.#init.signal?.removeEventListener("abort", this);
    this.#upload?.cancel();
    this.#drained?.();
  }

  /** Whether the server closed the connection, which it had kept open after an earlier request, while this one went out. */
  #isStale(error: unknown): boolean {
    if (!this.#reused || this.#started || !isDisconnect(error) || this.#upload?.failed) return false;
    return safe.has(this.request.method) && canReplay(this.request);
  }

  #error(code: HttpError["code"], problem: string): HttpError {
    return new HttpError(code, problem, { request: this.request, phase: this.#phase });
  }

  #describe(error: unknown): HttpError {
    const { request } = this;
    const code = codeOf(error, this.#phase, this.#connection?.ended);
    const refusal = error instanceof Failure ? error.refusal : undefined;
    const response = refusal && new HttpResponse({ ...refusal, request, body: noContent, discard: async () => {} });
    const details = { request, response, phase: this.#phase, cause: error };
    return new HttpError(code, rootCause(error), details);
  }
}

/** Whether a body has neither a length nor chunks. */
function isUntilClose({ rawHeaders }: Controller): boolean {
  return !responseHeaders(rawHeaders!).some(([name]) => /^(?:content-length|transfer-encoding)$/i.test(name));
}
