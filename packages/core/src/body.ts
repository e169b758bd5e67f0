import { HttpError, refuse } from "./error.ts";
import { canReplay, type HttpRequest } from "./request.ts";
import type { HttpResponse, ResponseInit } from "./response.ts";

/** A request's content: a factory that is opened once per send. */
export interface Body {
  /** Bytes that {@link open} will yield in all. Known: sent with Content-Length; unknown: chunked. */
  readonly length?: number | undefined;
  /** Whether {@link open} may be called again, for a redirect, a retry or a challenge. */
  readonly replayable: boolean;
  /** Becomes the Content-Type where the request has none. */
  readonly contentType?: string | undefined;
  /** The whole content, where it is in memory anyway: the fast path of adapters. */
  readonly bytes?: Uint8Array | undefined;
  open(): AsyncIterable<Uint8Array>;
}

/** A piece of a body that comes in pieces; text goes as UTF-8. */
export type Chunk = Uint8Array | string;

/** What {@link toBody} takes. */
export type BodyInit =
  | string
  | ArrayBuffer
  | ArrayBufferView
  | Blob
  | URLSearchParams
  | ReadableStream<Chunk>
  | AsyncIterable<Chunk>
  | Iterable<Chunk>
  | Body;

/** The bytes of what is in memory, or nothing for what is not. */
function bytesOf(chunk: unknown): Uint8Array | undefined {
  if (typeof chunk === "string") return new TextEncoder().encode(chunk);
  if (chunk instanceof ArrayBuffer) return new Uint8Array(chunk);
  if (ArrayBuffer.isView(chunk)) return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  return undefined;
}

function unsendable(what: unknown): never {
  refuse("ERR_BODY", Object.prototype.toString.call(what));
}

/**
 * Makes a {@link Body}: text (UTF-8), bytes and `URLSearchParams` have a length and can be sent again, and so can a `Blob`,
 * which is opened anew each time; a stream or iterable has no known length and is read as it is sent, and only once unless it
 * is a collection, such as an array of chunks.
 *
 * @throws HttpError `ERR_BODY` for anything else; `ERR_BODY_CONSUMED` when a stream or iterable is opened again
 * @example
 * ```ts
 * toBody("hé").length; // 3
 * toBody(new URLSearchParams({ a: "1" })).contentType; // "application/x-www-form-urlencoded;charset=UTF-8"
 * ```
 */
export function toBody(init: BodyInit): Body {
  const source = Object(init) as Exclude<BodyInit, string>;
  const isForm = source instanceof URLSearchParams;
  const bytes = bytesOf(isForm ? String(source) : init);
  if (bytes) {
    return {
      length: bytes.length,
      replayable: true,
      contentType: isForm
        ? "application/x-www-form-urlencoded;charset=UTF-8"
        : source === init
          ? ""
          : "text/plain;charset=UTF-8",
      bytes,
      async *open() {
        yield bytes;
      },
    };
  }
  if ("replayable" in source) return source;
  if (source instanceof Blob) {
    return { length: source.size, replayable: true, contentType: source.type, open: () => source.stream() };
  }
  if (!(Symbol.asyncIterator in source || Symbol.iterator in source) || (source as unknown) instanceof FormData) {
    unsendable(init);
  }
  const replayable = canReplay({ body: source });
  return {
    replayable,
    async *open() {
      if (!replayable && (opened.has(source) || (source as { readableEnded?: boolean }).readableEnded)) {
        throw new HttpError("ERR_BODY_CONSUMED", "a one-shot body cannot be sent again", { phase: "send" });
      }
      opened.add(source);
      for await (const chunk of source as AsyncIterable<Chunk>) yield bytesOf(chunk) ?? unsendable(chunk);
    },
  };
}

/** Streams and iterators that were read: a finished one would give an empty body the second time, without a word. */
const opened = /* @__PURE__ */ new WeakSet();

/**
 * A JSON body.
 *
 * @throws HttpError `ERR_BODY` where `value` has no JSON form, as a function has none
 * @example
 * ```ts
 * jsonBody({ a: 1 }).contentType; // "application/json"
 * ```
 */
export function jsonBody(value: unknown): Body {
  return { ...toBody(JSON.stringify(value)), contentType: "application/json" };
}

/**
 * The body and `discard` of a response from any chunks: opened once, and the connection is freed when they end or fail, when
 * their iterator is left early, and by `discard`.
 *
 * @param release frees the connection; called at least once, and harmless when called again or after the end
 * @example
 * ```ts
 * new HttpResponse({ request, status, reason, headers, ...oneShot(request, incoming, () => incoming.destroy()) });
 * ```
 */
export function oneShot(
  request: HttpRequest,
  chunks: AsyncIterable<Uint8Array>,
  release: () => unknown,
): Pick<ResponseInit, "body" | "discard"> {
  let used = false;
  const discard = async () => {
    used = true;
    await release();
  };
  const body = {
    async *[Symbol.asyncIterator]() {
      if (used) {
        throw new HttpError("ERR_BODY_CONSUMED", "the content was read or discarded before", {
          request,
          phase: "body",
        });
      }
      used = true;
      try {
        yield* chunks;
      } finally {
        await release();
      }
    },
  };
  return { body, discard };
}

/**
 * Calls back when a response is over: its content was read to the end, failed, was left early or discarded. For what a
 * plugin holds as long as a response lives; it may be called more than once.
 */
export function onEnd(response: HttpResponse, over: () => void): void {
  const { body } = response;
  const discard = response.discard.bind(response);
  response.body = {
    async *[Symbol.asyncIterator]() {
      try {
        yield* body;
      } finally {
        over();
      }
    },
  };
  response.discard = () => {
    over();
    return discard();
  };
}
