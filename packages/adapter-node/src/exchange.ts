import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { HttpError, HttpResponse, canReplay } from "@posthaste/core";
import type { HttpRequest, Phase } from "@posthaste/core";
import { BodyQueue, Content, FOREVER, Failure, GivenUp, noContent, rootCause } from "@posthaste/transport";
import type { Orphans, Source, Watchdog, WatchdogOwner, Watchdogs } from "@posthaste/transport";
import { codeOf, isDisconnect } from "./errors.ts";
import { responseHeaders } from "./headers.ts";
import { Message } from "./message.ts";
import type { MessageInit, MessageOwner } from "./message.ts";
import type { Connection, Pool } from "./pool.ts";

/** Bytes that may wait for a slow reader before the server is made to wait. */
const HIGH_WATER_MARK = 64 * 1024;
/** A rest of a dropped body up to this many bytes is let in, within this many milliseconds, to keep the connection. */
const DRAIN = { bytes: 64 * 1024, time: 1000 };
/** How often a head that comes bit by bit gets the time of a silence once more: to an honest one, once is plenty. */
const RENEWALS = 3;
/** Informational responses to one request: nobody means more. */
const INFORMATIONAL = 100;
/** RFC 9110 §9.2.1: asked twice, they do no more than asked once. */
const safe: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS", "TRACE"]);

/** What an exchange is made of. */
export interface ExchangeInit extends MessageInit {
  readonly pool: Pool;
  /** Milliseconds of silence. */
  readonly read: number;
  readonly watchdogs: Watchdogs;
  readonly orphans: Orphans;
  readonly signal: AbortSignal | undefined;
}

/** One request and its response: what Node calls back, what the reader of the body calls, and what ends both. */
export class Exchange implements MessageOwner, Source, WatchdogOwner {
  readonly #init: ExchangeInit;
  readonly #watchdog: Watchdog;
  readonly #queue: BodyQueue = new BodyQueue();
  #resolve: ((response: HttpResponse) => void) | undefined;
  #reject: ((error: unknown) => void) | undefined;
  #phase: Phase = "connect";
  #connection: Connection | undefined;
  #socket: Socket | undefined;
  #message: Message | undefined;
  #incoming: IncomingMessage | undefined;
  #reused = false;
  /** By the connection, when it was looked at last. */
  #bytesRead = 0;
  /** How often a head that was coming has got more time. */
  #renewals = 0;
  #informational = 0;
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
    this.#bytesRead = socket.bytesRead;
    this.#phase = "send";
    this.#watchdog.touch();
    try {
      this.#message = new Message(this, socket, this.#init);
    } catch (error) {
      // A line that would have been refused earlier, had a client sent the request.
      const { request } = this;
      this.#fail(new HttpError("ERR_UNSUPPORTED", rootCause(error), { request, phase: "send", cause: error }));
      return;
    }
    this.#message.send(this, this.#init);
  }

  // What Node calls.

  onSent(): void {
    if (this.#phase === "send") this.#phase = "headers";
    this.#touch();
  }

  onInformation(): void {
    this.#touch();
    if (++this.#informational > INFORMATIONAL)
      this.#fail(this.#error("ERR_LIMIT", "no end of informational responses"));
  }

  onResponse(incoming: IncomingMessage): void {
    if (this.#over) return;
    if (incoming.statusCode! < 200) {
      this.onSwitch(incoming);
      return;
    }
    this.#touch();
    this.#incoming = incoming;
    this.#phase = "body";
    this.#listen(incoming);
    const { request, read, orphans } = this.#init;
    const headers = responseHeaders(incoming.rawHeaders);
    const length = headers.get("content-length");
    if (length !== null) this.#left = Number(length);
    this.#connection!.hint = keptFor(headers.get("keep-alive"));
    const body = new Content(this);
    const { statusCode: status, statusMessage: reason } = incoming as Required<IncomingMessage>;
    const response = new HttpResponse({
      request,
      status: status!,
      reason: reason!,
      headers,
      body,
      discard: () => body.discard(),
    });
    // A shorter body comes to its end, or its time, without a reader.
    if (this.#left >= HIGH_WATER_MARK || read >= FOREVER) orphans.watch(body);
    this.#resolve!(response);
    // Either would keep the promise and so the response.
    this.#resolve = this.#reject = undefined;
  }

  // By itself: Node keeps these closures as long as the connection, and a scope that they share with others, with all in it.
  #listen(incoming: IncomingMessage): void {
    incoming.on("data", (chunk: Buffer) => this.#onData(chunk));
    incoming.on("end", () => this.#onEnd());
    incoming.on("error", (error) => this.onError(error));
  }

  /** It is no answer to what was asked. */
  onSwitch({ statusCode }: IncomingMessage): void {
    this.#fail(this.#error("ERR_PROTOCOL", `the server answered ${statusCode}`));
  }

  #onData(chunk: Buffer): void {
    if (this.#over) return;
    this.#left -= chunk.length;
    // No Buffer, for that is not what others take for a Uint8Array.
    if (!this.#drained) this.#queue.push(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length));
    if (this.#queue.size >= HIGH_WATER_MARK && !this.#queue.collecting) {
      this.#paused = true;
      this.#incoming!.pause();
      this.#watchdog.pause();
    } else if (this.#left > 0) {
      this.#watchdog.touch();
    }
  }

  #onEnd(): void {
    if (this.#over) return;
    const { isSent } = this.#message!;
    this.#finish();
    this.#queue.end();
    // What is left of the upload is not wanted; the server still waits for it.
    if (!isSent) this.#message!.abandon();
  }

  onError(error: unknown): void {
    const message = this.#message!;
    // What comes behind a whole response does it no harm; the end is on its way.
    if (this.#over || (this.#incoming?.complete && !message.failed)) return;
    this.#flush();
    if (this.#isStale(error)) {
      message.abandon();
      this.#message = undefined;
      this.#connection!.giveBack();
      this.#watchdog.pause();
      this.#phase = "connect";
      this.#init.pool.sendAfresh(this);
      return;
    }
    this.#fail(message.failed ? message.failed.error : this.#describe(error));
  }

  // What its own side calls.

  /** There is no connection. */
  onConnectError(error: Error): void {
    if (!this.#over) this.#fail(this.#describe(error));
  }

  /** The connection is closed, and Node does not know yet. */
  onClose(): void {
    this.#flush();
  }

  /** The signal. */
  handleEvent(): void {
    this.#queue.clear();
    this.#fail(this.#init.signal!.reason);
  }

  onTimeout(): void {
    // Node tells of a head when it is complete: see whether bytes of it came.
    const { bytesRead } = this.#socket!;
    if (bytesRead > this.#bytesRead && this.#phase !== "body" && this.#renewals++ < RENEWALS) {
      this.#bytesRead = bytesRead;
      return this.#touch();
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
      if (this.#left > DRAIN.bytes) {
        this.#fail(error);
        resolve();
        return;
      }
      this.#queue.fail(error);
      const timer = setTimeout(() => this.#fail(error), DRAIN.time);
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
    this.#incoming!.resume();
  }

  /** Takes what Node has read and not told yet, before it is dropped. */
  #flush(): void {
    const incoming = this.#incoming;
    if (!incoming || this.#over) return;
    // What is read is told as "data", too.
    while (incoming.read() !== null);
  }

  #touch(): void {
    if (!this.#over && !this.#paused) this.#watchdog.touch();
  }

  #fail(error: unknown): void {
    if (this.#over) return;
    this.#finish();
    if (this.#reject) this.#reject(error);
    else this.#queue.fail(error);
    if (this.#message) this.#message.abandon();
    else void this.#connection?.destroy(new GivenUp());
  }

  #finish(): void {
    this.#over = true;
    this.#watchdog.stop();
    this.#init.signal?.removeEventListener("abort", this);
    this.#message?.cancelBody();
    this.#drained?.();
    this.#init.pool.finish(this);
  }

  /** Whether the server closed the connection, which it had kept open after an earlier request, while this one went out. */
  #isStale(error: unknown): boolean {
    if (!this.#reused || this.#phase === "body" || !isDisconnect(error)) return false;
    if (this.#message!.failed) return false;
    return this.#socket!.bytesRead === this.#bytesRead && safe.has(this.request.method) && canReplay(this.request);
  }

  #error(code: HttpError["code"], problem: string): HttpError {
    return new HttpError(code, problem, { request: this.request, phase: this.#phase });
  }

  #describe(error: unknown): HttpError {
    const { request } = this;
    const refusal = error instanceof Failure ? error.refusal : undefined;
    const response = refusal && new HttpResponse({ ...refusal, request, body: noContent, discard: async () => {} });
    const details = { request, response, phase: this.#phase, cause: error };
    return new HttpError(codeOf(error, this.#phase), rootCause(error), details);
  }
}

/** What a Keep-Alive line says, in milliseconds, less a second for the way of the next request. */
function keptFor(line: string | null): number | undefined {
  const [, seconds] = /(?:^|[\t ,])timeout=(\d+)/i.exec(line ?? "") ?? [];
  return seconds === undefined ? undefined : Number(seconds) * 1000 - 1000;
}
