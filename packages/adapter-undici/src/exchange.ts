import { HttpError, HttpResponse } from "@posthaste/core";
import type { ErrorCode, HttpRequest, Phase } from "@posthaste/core";
import type { Dispatcher } from "undici";
import type { ManagedAgent } from "./agents.ts";
import { BodyQueue } from "./body-queue.ts";
import { Failure, codeOf, rootCause } from "./errors.ts";
import { responseHeaders } from "./headers.ts";
import { Silence } from "./silence.ts";
import type { Upload } from "./upload.ts";

type Controller = Dispatcher.DispatchController;

/** Bytes that may wait for a slow reader before the server is made to wait. */
const HIGH_WATER_MARK = 64 * 1024;
/** A rest of the body up to this size is read and dropped, so that the connection can be used again. */
const DRAIN = 64 * 1024;

/** One request and its response on the wire: what undici calls back. */
export class Exchange implements Dispatcher.DispatchHandler {
  phase: Phase = "connect";
  readonly silence: Silence;
  upload: Upload | undefined;
  readonly #request: HttpRequest;
  readonly #agent: ManagedAgent;
  readonly #queue: BodyQueue = new BodyQueue();
  readonly #signal: AbortSignal | undefined;
  #controller: Controller | undefined;
  #resolve: ((response: HttpResponse) => void) | undefined;
  #reject: (error: unknown) => void;
  #over = false;
  #draining = false;
  /** What is left of the body by its Content-Length. */
  #left = Infinity;

  constructor(
    request: HttpRequest,
    agent: ManagedAgent,
    read: number,
    resolve: (response: HttpResponse) => void,
    reject: (error: unknown) => void,
  ) {
    this.#request = request;
    this.#agent = agent;
    this.#resolve = resolve;
    this.#reject = reject;
    this.silence = new Silence(read, this);
    this.#signal = request.options.signal;
    this.#signal?.addEventListener("abort", this);
    agent.waiting++;
  }

  // ---- what undici calls

  onRequestStart(controller: Controller): void {
    // Thrown, not aborted, for this leaves the connection to others.
    if (this.#over) throw new Failure("ERR_RESET", "given up while it waited for a connection");
    this.#agent.waiting--;
    this.#controller = controller;
    this.phase = "send";
    this.silence.touch();
  }

  onBodySent(): void {
    this.silence.touch();
  }

  onRequestSent(): void {
    if (this.phase !== "send") return;
    this.phase = "headers";
    this.silence.touch();
  }

  onResponseStarted(): void {
    this.silence.touch();
  }

  onResponseStart(controller: Controller, status: number, _headers: unknown, reason?: string): void {
    this.silence.touch();
    if (status < 200 || this.#over) return;
    this.phase = "body";
    const headers = responseHeaders(controller.rawHeaders ?? []);
    const length = headers.get("content-length");
    if (length !== null) this.#left = Number(length);
    const resolve = this.#resolve!;
    this.#resolve = undefined;
    const response = new HttpResponse({
      request: this.#request,
      status,
      reason: reason ?? "",
      headers,
      body: new Content(this),
      discard: () => this.discard(),
    });
    resolve(response);
  }

  onResponseData(controller: Controller, chunk: Uint8Array): void {
    this.#left -= chunk.length;
    this.silence.touch();
    if (this.#draining) return;
    this.#queue.push(chunk);
    if (this.#queue.size >= HIGH_WATER_MARK) {
      controller.pause();
      this.silence.pause();
    }
  }

  onResponseEnd(): void {
    if (this.#over) return;
    this.#finish();
    this.#queue.end();
  }

  onResponseError(_controller: unknown, error: unknown): void {
    if (this.#over) return;
    const { upload } = this;
    this.#fail(upload?.failed ? upload.error : this.#describe(error));
  }

  // ---- what our own side calls

  /** The next chunk, and the server may go on where it had to wait. */
  next(): Promise<IteratorResult<Uint8Array, undefined>> {
    const result = this.#queue.next();
    if (this.#queue.size === 0 && this.#controller?.paused && !this.#over) {
      this.silence.touch();
      this.#controller.resume();
    }
    return result;
  }

  discard(): void {
    if (this.#over) {
      this.#queue.clear(undefined);
      return;
    }
    const discarded = new HttpError("ERR_BODY_CONSUMED", "the content was discarded", {
      request: this.#request,
      phase: "body",
    });
    this.#queue.clear(discarded);
    if (this.#left <= DRAIN) {
      this.#draining = true;
      this.#controller?.resume();
    } else {
      this.#fail(discarded);
    }
  }

  /** The signal. */
  handleEvent(): void {
    this.#fail(this.#signal!.reason);
  }

  onSilence(): void {
    this.#fail(
      new HttpError("ERR_TIMEOUT_READ", "silence for longer than timeout.read", { request: this.#request, phase: this.phase }),
    );
  }

  #fail(error: unknown): void {
    if (this.#over) return;
    this.#finish();
    if (this.#resolve) this.#reject(error);
    else this.#queue.fail(error);
    // undici makes no difference here between errors and other reasons
    this.#controller?.abort(error as Error);
  }

  #finish(): void {
    this.#over = true;
    this.silence.stop();
    this.#signal?.removeEventListener("abort", this);
    this.upload?.cancel();
    if (this.phase === "connect") this.#agent.abandon();
  }

  #describe(error: unknown): unknown {
    const code: ErrorCode = codeOf(error, this.phase);
    return new HttpError(code, rootCause(error), { request: this.#request, phase: this.phase, cause: error });
  }
}

/** The content of a response: iterable once. */
class Content implements AsyncIterableIterator<Uint8Array, undefined> {
  readonly #exchange: Exchange;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Uint8Array, undefined>> {
    return this.#exchange.next();
  }

  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#exchange.discard();
    return { value: undefined, done: true };
  }
}
