import type { HttpResponse as CoreResponse } from "@posthaste/core";
import { HttpError } from "@posthaste/core";
import {
  ClosedPoolError,
  DecodeError,
  IncompleteRead,
  ProtocolError,
  ReadTimeoutError,
  SSLError,
} from "./exceptions.ts";
import { HTTPHeaderDict } from "./headers.ts";
import type { Retry } from "./retry.ts";
import { decoded } from "./decode.ts";
import { systemError } from "./errors.ts";
import { RuntimeError } from "../python/builtins.ts";
import { concat } from "../python/values.ts";

const nothing: Uint8Array = new Uint8Array();

/** What an {@link HTTPResponse} may be told. */
export interface HTTPResponseInit {
  pool?: unknown;
  retries?: Retry | null;
  release?: () => void;
  /** Whether the content comes decoded, whatever its Content-Encoding. @default false */
  isDecoded?: boolean;
}

/** Milliseconds that the little that was left has to come. */
const GRACE = 500;

/**
 * A response as it comes over the wire, in the way of urllib3's: `response.raw`. Its content is read once, whole or in
 * pieces, decoded by its Content-Encoding or as it is.
 *
 * @example
 * ```ts
 * const r = await requests.get(url, { stream: true });
 * const first = await r.raw.read(10);
 * ```
 */
export class HTTPResponse {
  readonly status: number;
  readonly reason: string;
  readonly headers: HTTPHeaderDict;
  /** 11 for HTTP/1.1. */
  readonly version: number = 11;
  readonly version_string: string = "HTTP/1.1";
  retries: Retry | null;
  /** Whether `read` decodes where it is not told. */
  decode_content: boolean = false;
  /** Whether the content came in chunks. */
  readonly chunked: boolean;
  /** The headers as Python's cookie jar looks for them. */
  readonly _original_response: { readonly msg: HTTPHeaderDict };
  readonly #source: CoreResponse;
  readonly #pool: unknown;
  readonly #release: (() => void) | undefined;
  readonly #isDecoded: boolean;
  #chunks: AsyncIterator<Uint8Array> | undefined;
  #decoding = false;
  #buffer: Uint8Array = nothing;
  #ended = false;
  /** What broke the content: told to whoever reads on, since nothing would pass for its end. */
  #failure: { readonly error: unknown } | undefined;
  /** Closes what was left, and does not come to its end. */
  #grace: ReturnType<typeof setTimeout> | undefined;
  #bytesRead = 0;

  constructor(source: CoreResponse, init: HTTPResponseInit = {}) {
    this.#source = source;
    this.#pool = init.pool;
    this.#release = init.release;
    this.#isDecoded = init.isDecoded ?? false;
    this.retries = init.retries ?? null;
    this.status = source.status;
    this.reason = source.reason;
    this.headers = new HTTPHeaderDict(source.headers);
    this._original_response = { msg: this.headers };
    const coding = this.headers.get("transfer-encoding");
    this.chunked = coding !== null && /(?:^|,)\s*chunked\s*(?:,|$)/i.test(coding);
  }

  /** The content's next piece, decoded or as it came; nothing at the end. */
  async #pull(decode: boolean, whole = false): Promise<Uint8Array | null> {
    if (this.#failure) throw this.#failure.error;
    if (this.#ended) return null;
    clearTimeout(this.#grace);
    if (!this.#chunks) {
      this.#decoding = decode;
      this.#chunks = (decode && !this.#isDecoded ? decoded(this.#source, whole) : this.#source.body)[
        Symbol.asyncIterator
      ]();
    } else if (decode !== this.#decoding) {
      if (this.#decoding)
        throw new RuntimeError(
          "Calling read(decode_content=False) is not supported after read(decode_content=True) was called.",
        );
    }
    try {
      const { done, value } = await this.#chunks.next();
      if (done) {
        this.#finish();
        return null;
      }
      this.#bytesRead += value.length;
      return value;
    } catch (error) {
      throw this.#broken(error);
    }
  }

  #finish(): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#grace);
    this.#release?.();
  }

  /** What urllib3 would raise for an error of the transport's. */
  #translate(error: unknown): unknown {
    if (!(error instanceof HttpError)) return error;
    // Of what is decoded, and not of what frames it, which has no response yet.
    const code = error.code === "ERR_LIMIT" && error.response ? "ERR_DECODE" : error.code;
    // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- any other code is a broken connection
    switch (code) {
      case "ERR_TIMEOUT_READ":
        return caused(new ReadTimeoutError(this.#pool, null, "Read timed out."), error);
      case "ERR_DECODE": {
        const coding = (this.headers.get("content-encoding") ?? "").toLowerCase();
        return caused(
          new DecodeError(`Received response with content-encoding: ${coding}, but failed to decode it.`, error),
          error,
        );
      }
      case "ERR_TLS":
        return caused(new SSLError(error), error);
      case "ERR_CLOSED":
        return caused(new ClosedPoolError(this.#pool, "Pool is closed."), error);
      case "ERR_BODY_CONSUMED":
        return caused(new ProtocolError("Connection broken: the response was closed"), error);
      default: {
        const length = Number(this.headers.get("content-length") ?? Number.NaN);
        if (!this.chunked && length > this.#bytesRead) {
          const inner = new IncompleteRead(this.#bytesRead, length - this.#bytesRead);
          return caused(new ProtocolError(`Connection broken: ${inner.message}`, inner), systemError(error) ?? error);
        }
        return caused(
          new ProtocolError(this.chunked ? "Response ended prematurely" : `Connection broken: ${error.message}`, error),
          systemError(error) ?? error,
        );
      }
    }
  }

  /**
   * All that is left, decoded, in one piece: what a response without `stream` does. A short one may lie in a pool of Node's.
   *
   * @param limit bytes beyond which the rest is dropped
   */
  readAll(limit: number = Infinity): Uint8Array | Promise<Uint8Array> {
    const { body } = this.#source;
    const length = Number(this.headers.get("content-length") ?? Infinity);
    const isLong = !(length <= limit) && limit < Infinity;
    if (isLong || this.#chunks || this.#ended || !body.bytes || this.headers.has("content-encoding"))
      return this.#readRest(limit);
    try {
      const bytes = body.bytes();
      // Most bodies are short, and there as soon as their head is.
      return bytes instanceof Promise ? this.#readWhole(bytes) : this.#whole(bytes);
    } catch (error) {
      throw this.#broken(error);
    }
  }

  async #readWhole(bytes: Promise<Uint8Array>): Promise<Uint8Array> {
    try {
      return this.#whole(await bytes);
    } catch (error) {
      throw this.#broken(error);
    }
  }

  #whole(bytes: Uint8Array): Uint8Array {
    this.#bytesRead = bytes.length;
    this.#finish();
    return bytes;
  }

  #broken(reason: unknown): unknown {
    this.#finish();
    const error = this.#translate(reason);
    this.#failure = { error };
    return error;
  }

  async #readRest(limit: number): Promise<Uint8Array> {
    const first = this.#buffer;
    this.#buffer = nothing;
    const chunks: Uint8Array[] = first.length ? [first] : [];
    for (let left = limit - first.length; ;) {
      const chunk = await this.#pull(this.#chunks ? this.#decoding : true, true);
      if (!chunk) break;
      chunks.push(chunk);
      left -= chunk.length;
      if (left < 0) {
        await this.#chunks?.return?.();
        await this.drain_conn();
        break;
      }
    }
    return chunks.length === 1 ? chunks[0]! : chunks.length ? concat(chunks) : nothing;
  }

  /**
   * The next `amt` bytes, fewer only at the end; without `amt` all that is left.
   *
   * @throws urllib3's DecodeError, ProtocolError, ReadTimeoutError, SSLError
   */
  async read(amt?: number | null | ReadKwargs, decode_content?: boolean | null): Promise<Uint8Array> {
    const [size, decode] = this.#readArguments(amt, decode_content);
    if (size === 0) return nothing;
    const parts: Uint8Array[] = [];
    let left = size ?? Infinity;
    while (left > 0) {
      if (!this.#buffer.length) {
        const chunk = await this.#pull(decode, size === null);
        if (!chunk) break;
        this.#buffer = chunk;
      }
      const part = this.#buffer.subarray(0, left);
      this.#buffer = this.#buffer.subarray(part.length);
      parts.push(part);
      left -= part.length;
    }
    return parts.length === 1 ? parts[0]! : concat(parts);
  }

  #readArguments(
    amt?: number | null | ReadKwargs,
    decode_content?: boolean | null,
  ): [size: number | null, decode: boolean] {
    const given = typeof amt === "object" && amt !== null ? amt : { amt, decode_content };
    const size = given.amt ?? null;
    return [size !== null && size < 0 ? null : size, given.decode_content ?? decode_content ?? this.decode_content];
  }

  /**
   * The content in pieces: each of `amt` bytes, or, where it came in chunks, each part of a chunk of at most that many.
   *
   * @throws as {@link read}
   */
  async *stream(
    amt: number | null | ReadKwargs = 65_536,
    decode_content?: boolean | null,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    const [size, decode] = this.#readArguments(amt, decode_content);
    if (size === 0) return;
    if (!this.chunked) {
      for (;;) {
        const piece = await this.read(size, decode);
        if (!piece.length) return;
        yield piece;
      }
    }
    for (;;) {
      if (!this.#buffer.length) {
        const chunk = await this.#pull(decode);
        if (!chunk) return;
        this.#buffer = chunk;
      }
      const piece = this.#buffer.subarray(0, size ?? Infinity);
      this.#buffer = this.#buffer.subarray(piece.length);
      if (piece.length) yield piece;
    }
  }

  /** As {@link stream}. */
  read_chunked(amt?: number | null, decode_content?: boolean | null): AsyncGenerator<Uint8Array, void, undefined> {
    return this.stream(amt ?? null, decode_content);
  }

  /** Lines with their `\n`, decoded. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    let rest = nothing;
    for await (const piece of this.stream(65_536, true)) {
      let all: Uint8Array = rest.length ? concat([rest, piece]) : piece;
      for (let at; (at = all.indexOf(10)) >= 0; all = all.subarray(at + 1)) yield all.subarray(0, at + 1);
      rest = all;
    }
    if (rest.length) yield rest;
  }

  /** Reads what is left and drops it, so that the connection can be used again. */
  async drain_conn(): Promise<void> {
    this.#buffer = nothing;
    // Whoever drops the rest knows that there is none.
    this.#failure = undefined;
    this.#finish();
    await this.#source.discard();
  }

  /**
   * Closes the connection, unless what is left is known to be little: that can still be read, as in Python, and has half
   * a second to come. Tells whether it closed.
   */
  async _leave(): Promise<boolean> {
    if (this.#ended) return false;
    const isCoded = this.headers.has("content-encoding");
    const left = Number((!isCoded && this.headers.get("content-length")) || Number.NaN) - this.#bytesRead;
    if (!(left <= 65_536)) {
      await this.close();
      return true;
    }
    this.#grace = setTimeout(() => {
      this.#broken(new HttpError("ERR_BODY_CONSUMED", "left"));
      void this.#source.discard();
    }, GRACE);
    // A browser's is a number.
    (this.#grace as { unref?: () => void }).unref?.();
    return false;
  }

  /** Closes the connection where something is left to read. */
  async close(): Promise<void> {
    await this.drain_conn();
  }

  /** Lets the connection go; once the content has been read that has happened by itself. */
  release_conn(): void {}

  /** Whether there is nothing left to read. */
  get closed(): boolean {
    return this.#ended;
  }

  isclosed(): boolean {
    return this.closed;
  }

  /** Bytes that were read so far. */
  tell(): number {
    return this.#bytesRead;
  }

  readable(): boolean {
    return true;
  }

  getheaders(): HTTPHeaderDict {
    return this.headers;
  }

  getheader(name: string, fallback: string | null = null): string | null {
    return this.headers.get(name, fallback);
  }

  info(): HTTPHeaderDict {
    return this.headers;
  }

  geturl(): string | null {
    return this.#source.url;
  }

  /** Where a redirect leads, `null` for one without Location, `false` for what is no redirect. */
  get_redirect_location(): string | null | false {
    return [301, 302, 303, 307, 308].includes(this.status) ? this.headers.get("location") : false;
  }
}

/** The keywords of {@link HTTPResponse.read} and {@link HTTPResponse.stream}. */
export interface ReadKwargs {
  amt?: number | null | undefined;
  decode_content?: boolean | null | undefined;
}

function caused<T extends Error>(error: T, cause: unknown): T {
  error.cause = cause;
  return error;
}
