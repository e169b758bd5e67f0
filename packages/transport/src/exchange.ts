import { HttpError, HttpResponse, canReplay } from "@posthaste/core";
import type { ErrorCode, Header, HeaderList, HttpRequest, Phase } from "@posthaste/core";
import { BodyQueue } from "./body-queue.ts";
import { Content, noContent } from "./content.ts";
import type { Source } from "./content.ts";
import { Failure, rootCause } from "./failure.ts";
import type { Orphans } from "./orphans.ts";
import type { UploadOwner } from "./upload.ts";
import { FOREVER } from "./watchdog.ts";
import type { Watchdog, WatchdogOwner, Watchdogs } from "./watchdog.ts";

/** Bytes that may wait for a slow reader before the server is made to wait. */
const HIGH_WATER_MARK = 64 * 1024;
/** The milliseconds within which the rest of a dropped body must come, to keep the connection. */
const DRAIN = 1000;
/** How often a head that comes bit by bit gets the time of a silence once more: to an honest one, once is plenty. */
const RENEWALS = 3;

/** RFC 9110 §9.2.1: asked twice, they do no more than asked once. */
const safe: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS", "TRACE"]);

/** What an exchange is made of, whatever sends it. */
export interface ExchangeInit {
  readonly request: HttpRequest;
  /** Milliseconds of silence. */
  readonly read: number;
}

/** What the exchanges of an adapter share. */
export interface ExchangeSettings {
  /** Header lines of a response. */
  readonly maxHeaders: number;
  /** Bytes of a dropped body that are let in to keep the connection. */
  readonly maxDrain: number;
  readonly watchdogs: Watchdogs;
  readonly orphans: Orphans;
}

/**
 * One request and its response, from the promise that `send` gave to the last byte of the content: what waits for a reader,
 * the time of a silence, the signal, and what ends all of it, once. How they travel is for the class that extends it.
 *
 * @example
 * ```ts
 * class RawExchange extends Exchange<ExchangeInit> {
 *   onHead({ status, reason, headers }: Head) {
 *     this.respond(status, reason, headers);
 *   }
 *   onData(chunk: Uint8Array) {
 *     this.receive(chunk);
 *   }
 *   onEnd() {
 *     this.complete();
 *   }
 *   // and what is abstract
 * }
 * ```
 */
export abstract class Exchange<I extends ExchangeInit> implements Source, UploadOwner, WatchdogOwner {
  readonly request: HttpRequest;
  protected readonly init: I;
  protected phase: Phase = "connect";
  /** Whether it came to its end or failed: nothing that comes counts any more. */
  protected over = false;
  readonly #settings: ExchangeSettings;
  readonly #watchdog: Watchdog;
  readonly #queue: BodyQueue = new BodyQueue();
  #resolve: ((response: HttpResponse) => void) | undefined;
  #reject: ((error: unknown) => void) | undefined;
  /** Of the head, when it was silent last. */
  #headBytes = 0;
  /** How often a head that was coming has got more time. */
  #renewals = 0;
  #paused = false;
  /** Bytes of the body that are to come, where that is known. */
  #left = Infinity;
  #draining: Promise<void> | undefined;
  #drained: (() => void) | undefined;

  constructor(
    init: I,
    settings: ExchangeSettings,
    resolve: (response: HttpResponse) => void,
    reject: (error: unknown) => void,
  ) {
    const { request, read } = init;
    this.request = request;
    this.init = init;
    this.#settings = settings;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#watchdog = settings.watchdogs.watchdog(read, this);
    request.options.signal?.addEventListener("abort", this);
  }

  /** The code of what went wrong below. */
  protected abstract codeOf(error: unknown): ErrorCode;
  /** Bytes of the response's head that came: it tells a slow one from none, and from one that stopped. */
  protected abstract headBytes(): number;
  /** The server is to wait. */
  protected abstract pause(): void;
  /** It has waited long enough. */
  protected abstract resume(): void;
  /** It came to its end or failed. What is left of the upload is not wanted. */
  protected abstract release(): void;
  /** It failed: the connection is not to be used again. */
  protected abstract abandon(error: unknown): void;

  get settled(): boolean {
    return this.over || this.#queue.collecting;
  }

  // What the class that extends it calls.

  /** The head of the final response came. */
  protected respond(status: number, reason: string, headers: HeaderList): void {
    const { request } = this;
    const { maxHeaders, orphans } = this.#settings;
    if (headers.length > maxHeaders) {
      this.fail(this.error("ERR_LIMIT", `more than ${maxHeaders} header lines`));
      return;
    }
    this.phase = "body";
    const length = contentLength(headers);
    if (length !== undefined) this.#left = length;
    const body = new Content(this);
    const response = new HttpResponse({ request, status, reason, headers, body, discard: () => body.discard() });
    // A shorter body comes to its end, or its time, without a reader.
    if (this.#left >= HIGH_WATER_MARK || this.init.read >= FOREVER) orphans.watch(body);
    this.#resolve!(response);
    // Either would keep the promise and so the response.
    this.#resolve = this.#reject = undefined;
  }

  /** A piece of the content came. */
  protected receive(chunk: Uint8Array): void {
    if (this.over) return;
    this.#left -= chunk.length;
    // No Buffer, for that is not what others take for a Uint8Array.
    if (!this.#drained) this.#queue.push(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length));
    if (this.#queue.size >= HIGH_WATER_MARK && !this.#queue.collecting) {
      this.#paused = true;
      this.pause();
      this.#watchdog.pause();
    } else if (this.#left > 0) {
      this.#watchdog.touch();
    }
  }

  /** The content is complete. */
  protected complete(): void {
    this.#finish();
    this.#queue.end();
  }

  /** Something came or went: the time of a silence begins anew. */
  protected touch(): void {
    if (!this.over && !this.#paused) this.#watchdog.touch();
  }

  /** It waits for a connection once more. */
  protected startAfresh(): void {
    this.#watchdog.pause();
    this.phase = "connect";
  }

  /** Ends it, where it is not over: rejects, or fails the reader of the content. */
  protected fail(error: unknown): void {
    if (this.over) return;
    this.#finish();
    if (this.#reject) this.#reject(error);
    else this.#queue.fail(error);
    this.abandon(error);
  }

  /** Whether the request may be sent again though nobody asks for it. */
  protected isRepeatable(): boolean {
    return safe.has(this.request.method) && canReplay(this.request);
  }

  protected error(code: ErrorCode, problem: string): HttpError {
    return new HttpError(code, problem, { request: this.request, phase: this.phase });
  }

  /** What went wrong below, as callers see it. */
  protected describe(error: unknown): HttpError {
    const { request, phase } = this;
    const refusal = error instanceof Failure ? error.refusal : undefined;
    const response = refusal && new HttpResponse({ ...refusal, request, body: noContent, discard: async () => {} });
    return new HttpError(this.codeOf(error), rootCause(error), { request, response, phase, cause: error });
  }

  // What the signal, the watchdog, the upload and the reader call.

  handleEvent(): void {
    this.#queue.clear();
    this.fail(this.request.options.signal!.reason);
  }

  onTimeout(): void {
    // A head is told of when it is complete: see whether bytes of it came.
    const bytes = this.headBytes();
    if (bytes > this.#headBytes && this.phase !== "body" && this.#renewals++ < RENEWALS) {
      this.#headBytes = bytes;
      this.touch();
      return;
    }
    this.fail(this.error("ERR_TIMEOUT_READ", `silence for more than ${this.init.read} ms`));
  }

  onProgress(): void {
    this.touch();
  }

  onStarved(): void {
    this.#watchdog.pause();
  }

  /** The next chunk for the reader. */
  next(): Promise<IteratorResult<Uint8Array, undefined>> {
    const next = this.#queue.next();
    if (this.#paused && this.#queue.size < HIGH_WATER_MARK) this.#goOn();
    return next;
  }

  collect(): Uint8Array | Promise<Uint8Array> {
    const all = this.#queue.collect();
    if (this.#paused) this.#goOn();
    return all;
  }

  /** Drops the rest of the body; resolves when the connection is free. */
  discard(): Promise<void> {
    this.#queue.clear();
    return (this.#draining ??= this.over ? Promise.resolve() : this.#drain());
  }

  #drain(): Promise<void> {
    const error = this.error("ERR_BODY_CONSUMED", "the content was discarded");
    return new Promise((resolve) => {
      if (this.#left > this.#settings.maxDrain) {
        this.fail(error);
        resolve();
        return;
      }
      this.#queue.fail(error);
      const timer = setTimeout(() => this.fail(error), DRAIN);
      this.#drained = () => {
        clearTimeout(timer);
        resolve();
      };
      if (this.#paused) this.#goOn();
    });
  }

  #goOn(): void {
    this.#paused = false;
    this.touch();
    this.resume();
  }

  #finish(): void {
    this.over = true;
    this.#watchdog.stop();
    this.request.options.signal?.removeEventListener("abort", this);
    this.#drained?.();
    this.release();
  }
}

function contentLength(headers: readonly Header[]): number | undefined {
  for (let index = 0; index < headers.length; index++) {
    const [name, value] = headers[index]!;
    if (name.length === 14 && name.toLowerCase() === "content-length") return Number(value);
  }
  return undefined;
}
