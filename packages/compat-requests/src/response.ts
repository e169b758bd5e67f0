import { loadsAtOnce } from "#platform";
import { conceal } from "./inspect.ts";
import type { BaseAdapter } from "./adapters.ts";
import { extract_cookies_to_jar, RequestsCookieJar } from "./cookies.ts";
import { HTTPError, JSONDecodeError, StreamConsumedError } from "./exceptions.ts";
import { bodyError } from "./from-urllib3.ts";
import type { PreparedRequest } from "./prepared-request.ts";
import { bind } from "./python/arguments.ts";
import { LookupError, RuntimeError } from "./python/builtins.ts";
import { BaseJSONDecodeError, loads, type LoadsKwargs } from "./python/json.ts";
import { timedelta } from "./python/timedelta.ts";
import { concat, hasMethod, isBytes, latin1, str, toBytes, typeName, utf8 } from "./python/values.ts";
import { linesOf } from "./response-lines.ts";
import { CaseInsensitiveDict } from "./structures.ts";
import type { HTTPResponse } from "./urllib3/response.ts";
import { encodingOf, parse_header_links } from "./utils-headers.ts";
import {
  decodeBytes,
  detectEncoding,
  guess_json_utf,
  iter_slices,
  loadFor,
  stream_decode_response_unicode,
} from "./utils-text.ts";

/** The statuses of redirects that are followed. */
export const REDIRECT_STATI: readonly number[] = [301, 302, 303, 307, 308];
/** How many redirects a session follows. */
export const DEFAULT_REDIRECT_LIMIT: number = 30;
/** Bytes that are read of a body that is only in the way, a redirect's or a challenge's. */
export const MAX_PASSING_BODY: number = 2 ** 20;
/** Bytes at a time while a body is read whole. */
export const CONTENT_CHUNK_SIZE: number = 10_240;
/** Bytes at a time in `iter_lines`. */
export const ITER_CHUNK_SIZE: number = 512;

/** The keywords of `iter_content`. */
export interface IterContentKwargs {
  /** Bytes in each piece; `null` gives pieces as they come. @default 1 */
  chunk_size?: number | null;
  /** Whether pieces are text by `encoding`. @default false */
  decode_unicode?: boolean;
}

/** The keywords of `iter_lines`. */
export interface IterLinesKwargs extends IterContentKwargs {
  /** What ends a line. @default any line ending */
  delimiter?: string | Uint8Array | null;
}

/** Pieces of a body. Of one that is in memory they can be had without `await` too. */
export type Pieces<T> = AsyncIterable<T> &
  Iterable<T> & { next(): Promise<IteratorResult<T, void>> | IteratorResult<T, void> };

/**
 * A server's answer.
 *
 * Without `stream` the body is there when the promise of a request resolves. With it, `iter_content` and `iter_lines` give
 * it in pieces, and `await r.read()` gives the rest, after which `content`, `text` and `json()` can be used.
 *
 * @example
 * ```ts
 * const r = await requests.get("https://example.test/get");
 * r.status_code; // 200
 * r.json<{ url: string }>().url;
 * ```
 */
export class Response {
  /** The body; `false` until it was read, `null` where there is none to read. */
  _content: Uint8Array | false | null = false;
  _content_consumed: boolean = false;
  _next: PreparedRequest | null = null;
  status_code: number = null as unknown as number;
  /** The transport's response, to read from with `stream`. */
  // oxlint-disable-next-line typescript/no-explicit-any -- as in Python: an adapter of the user's own may put anything here
  raw: any = null;
  /** The URL that answered. */
  url: string = null as unknown as string;
  /** The reason phrase. */
  reason: string | Uint8Array = null as unknown as string;
  /** The request that was answered. */
  request: PreparedRequest = null as unknown as PreparedRequest;
  /** The adapter that sent it. */
  connection: BaseAdapter | null = null;
  /** The responses that led here, oldest first. */
  history: Response[] = [];
  /** The body where it lies in a pool of Node's, with what others have there: copied before anybody is given it. */
  #pooled: Uint8Array | null = null;
  #source: HTTPResponse | null = null;
  #headers: CaseInsensitiveDict | null = null;
  #cookies: RequestsCookieJar | null = null;
  #encoding: string | null | undefined = null;
  #elapsed: timedelta | number = 0;

  /** Fills what is made only when it is asked for: headers, cookies and encoding. */
  _from(source: HTTPResponse): void {
    this.#source = source;
    this.#encoding = undefined;
    // The cookies are taken now where there are any, so that expiry counts from here.
    if (source.headers.has("set-cookie")) extract_cookies_to_jar(this.cookies, this.request, source);
  }

  /** The headers, by names in any case; several of one name are joined by `", "`. */
  get headers(): CaseInsensitiveDict {
    return (this.#headers ??= new CaseInsensitiveDict(this.#source?.headers.items()));
  }

  set headers(headers: CaseInsensitiveDict) {
    this.#headers = headers;
  }

  /** One header's value, without making the dictionary. */
  _header(name: string): string | null {
    if (this.#headers) return this.#headers.get(name) ?? null;
    return this.#source?.headers.get(name) ?? null;
  }

  /** The cookies that this response set. */
  get cookies(): RequestsCookieJar {
    return (this.#cookies ??= new RequestsCookieJar());
  }

  set cookies(cookies: RequestsCookieJar) {
    this.#cookies = cookies;
  }

  /** What `text` is decoded by, from the Content-Type; may be set. `null` guesses. */
  get encoding(): string | null {
    if (this.#encoding === undefined) {
      const type = this.#source?.headers.get("content-type");
      this.#encoding = type ? encodingOf(type) : null;
    }
    return this.#encoding;
  }

  set encoding(encoding: string | null) {
    this.#encoding = encoding;
  }

  /** From sending until the head was there. */
  get elapsed(): timedelta {
    if (typeof this.#elapsed === "number") this.#elapsed = new timedelta({ seconds: this.#elapsed });
    return this.#elapsed;
  }

  set elapsed(elapsed: timedelta | number) {
    this.#elapsed = elapsed;
  }

  /** Whether the status is below 400. */
  get ok(): boolean {
    return !(this.status_code >= 400 && this.status_code < 600);
  }

  __bool__(): boolean {
    return this.ok;
  }

  /** Whether it is a redirect that a session would follow. */
  get is_redirect(): boolean {
    return REDIRECT_STATI.includes(this.status_code) && this._header("location") !== null;
  }

  /** Whether it is a redirect for good: 301 or 308. */
  get is_permanent_redirect(): boolean {
    return (this.status_code === 301 || this.status_code === 308) && this._header("location") !== null;
  }

  /** The request that would follow, where redirects were not followed. */
  get next(): PreparedRequest | null {
    return this._next;
  }

  /**
   * The body in memory.
   *
   * @throws Error where it was not read yet: `await r.read()` first
   */
  get content(): Uint8Array {
    if (this._content === false) {
      if (this._content_consumed) throw new RuntimeError("The content for this response was already consumed");
      if (this.raw === null || this.raw === undefined || this.status_code === 0) this._content = null;
      else throw new RuntimeError("The content of a streamed response has not been read: await r.read() first");
    }
    this._content_consumed = true;
    if (this.#pooled !== null) {
      if (this._content === this.#pooled) this._content = this.#pooled.slice();
      this.#pooled = null;
    }
    return this._content as Uint8Array;
  }

  /** The body to look at, which takes no copy where nobody has put a `content` of their own in its place. */
  get #view(): Uint8Array {
    const isOwn = this.#pooled !== null && this._content === this.#pooled && this.constructor === Response;
    return isOwn ? this.#pooled! : this.content;
  }

  /**
   * Reads the rest of the body, after which `content`, `text` and `json()` can be used. Not in Python, whose properties block.
   * In a browser it also loads what guesses encodings, where a text says none; called once more, for whatever it is.
   *
   * @throws ChunkedEncodingError, ContentDecodingError, ConnectionError, SSLError; RuntimeError where it was read in pieces
   */
  async read(): Promise<Uint8Array> {
    await this._load();
    return this.content;
  }

  /** As {@link read}, and gives nothing. */
  _load(): Promise<void> {
    return loadsAtOnce ? this._read() : this.#readAndLoad();
  }

  async #readAndLoad(): Promise<void> {
    const isAgain = this._content_consumed;
    await this._read();
    const content = this.#view;
    if (isAgain) await loadFor(content, null, null);
    // Where that fails, the content is there all the same, and whoever wants its text is told.
    else await loadFor(content, this.encoding, this._header("content-type")).catch(() => {});
  }

  /** As {@link _load}, for bytes alone; what is beyond `limit` of them, about, is dropped. */
  async _read(limit?: number): Promise<void> {
    if (this.#pooled !== null) return;
    if (this._content !== false || this._content_consumed || this.raw == null || this.status_code === 0) {
      void this.content;
      return;
    }
    if (this.#source !== null && this.raw === this.#source) {
      try {
        const all = this.#source.readAll(limit);
        const content = all instanceof Promise ? await all : all;
        this._content = content;
        if (content.length < content.buffer.byteLength) this.#pooled = content;
      } catch (error) {
        throw bodyError(error);
      }
    } else {
      const parts: Uint8Array[] = [];
      for await (const piece of generate(this, CONTENT_CHUNK_SIZE))
        parts.push(typeof piece === "string" ? utf8(piece) : piece);
      this._content = concat(parts);
    }
    this._content_consumed = true;
  }

  /** The encoding that the body seems to be in. @throws RuntimeError in a browser, where what guesses was not loaded */
  get apparent_encoding(): string | null {
    return detectEncoding(this.#view);
  }

  /**
   * The body in pieces. Each can be had once with `stream`, and again and again from memory.
   *
   * @throws StreamConsumedError where it was read in pieces before; TypeError for a size that is no integer
   */
  iter_content(kwargs: IterContentKwargs & { decode_unicode: true }): Pieces<string>;
  iter_content(chunk_size: number | null, decode_unicode: true): Pieces<string>;
  iter_content(kwargs?: IterContentKwargs): Pieces<Uint8Array>;
  iter_content(chunk_size?: number | null, kwargs?: boolean | IterContentKwargs): Pieces<Uint8Array>;
  iter_content(...args: unknown[]): Pieces<string> | Pieces<Uint8Array> {
    const given = bind({ name: "Response.iter_content", params: ["chunk_size", "decode_unicode"] }, args);
    const { chunk_size = 1, decode_unicode } = given as IterContentKwargs;
    if (this._content_consumed && typeof this._content === "boolean") throw new StreamConsumedError({ response: this });
    if (chunk_size !== null && !Number.isInteger(chunk_size)) {
      throw new TypeError(`chunk_size must be an int, it is instead a <class '${typeName(chunk_size)}'>.`);
    }
    const pieces = this._content_consumed ? slices(this.content, chunk_size) : generate(this, chunk_size);
    return (decode_unicode ? stream_decode_response_unicode(pieces, this) : pieces) as Pieces<Uint8Array>;
  }

  /** The body in lines, without their ends. */
  iter_lines(kwargs: IterLinesKwargs & { decode_unicode: true }): AsyncGenerator<string, void, undefined>;
  iter_lines(kwargs?: IterLinesKwargs): AsyncGenerator<Uint8Array, void, undefined>;
  iter_lines(
    chunk_size: number,
    decode_unicode?: boolean | IterLinesKwargs,
    delimiter?: string | Uint8Array | null,
  ): AsyncGenerator<Uint8Array, void, undefined>;
  iter_lines(
    ...args: unknown[]
  ): AsyncGenerator<string, void, undefined> | AsyncGenerator<Uint8Array, void, undefined> {
    const signature = { name: "Response.iter_lines", params: ["chunk_size", "decode_unicode", "delimiter"] };
    const {
      chunk_size = ITER_CHUNK_SIZE,
      decode_unicode = false,
      delimiter = null,
    } = bind(signature, args) as IterLinesKwargs;
    return linesOf(() => this.iter_content({ chunk_size, decode_unicode }), delimiter) as AsyncGenerator<
      Uint8Array,
      void,
      undefined
    >;
  }

  /** The body in pieces of 128 bytes. */
  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return this.iter_content(128)[Symbol.asyncIterator]();
  }

  /** The body as text, by `encoding`, or by what it seems to be; what is none becomes U+FFFD. */
  get text(): string {
    const { encoding } = this;
    const content = this.#view;
    if (!content?.length) return "";
    try {
      return decodeBytes(content, encoding ?? this.apparent_encoding ?? "utf-8");
    } catch (error) {
      if (error instanceof LookupError) return decodeBytes(content, "utf-8");
      throw error;
    }
  }

  /**
   * The body as JSON. Big integers lose digits, as JavaScript's numbers have it; `{ parse_int: BigInt }` keeps them.
   *
   * @throws JSONDecodeError
   */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- as fetch's users know it
  json<T = unknown>(kwargs?: LoadsKwargs): T {
    try {
      const { encoding } = this;
      const content = this.#view;
      if (!encoding && content && content.length > 3) {
        const guessed = guess_json_utf(content);
        const text = guessed === null ? null : strictly(content, guessed);
        if (text !== null) return loads(text, kwargs) as T;
      }
      return loads(this.text, kwargs) as T;
    } catch (error) {
      if (error instanceof BaseJSONDecodeError) throw new JSONDecodeError(error.msg, error.doc, error.pos);
      throw error;
    }
  }

  /** The links of the Link header, by their relation, or else by their URL. */
  get links(): Record<string, Record<string, string>> {
    const header = this._header("link");
    const links = header ? parse_header_links(header) : [];
    // Not by assignment, which a relation named __proto__ would take for something else.
    return Object.fromEntries(
      links.flatMap((link) => {
        const key = link["rel"] || link["url"];
        return key === undefined ? [] : [[key, link] as const];
      }),
    );
  }

  /** @throws HTTPError for a status from 400 to 599 */
  raise_for_status(): void {
    const { status_code: status, url } = this;
    if (this.ok || !(status >= 400)) return;
    const kind = status < 500 ? "Client" : "Server";
    throw new HTTPError(`${status} ${kind} Error: ${reasonText(this.reason)} for url: ${str(url)}`, { response: this });
  }

  /** Lets the connection go; a body that was not read is dropped. */
  async close(): Promise<void> {
    if (!this._content_consumed && hasMethod(this.raw, "close")) await this.raw.close();
    if (hasMethod(this.raw, "release_conn")) await this.raw.release_conn();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  toString(): string {
    return `<Response [${str(this.status_code)}]>`;
  }
}
conceal(Response);

function reasonText(reason: string | Uint8Array | null): string {
  if (!isBytes(reason)) return str(reason);
  const bytes = toBytes(reason);
  return strictly(bytes, "utf-8") ?? latin1(bytes);
}

/** Text of bytes, or nothing where they are not of that encoding. */
function strictly(bytes: Uint8Array, encoding: string): string | null {
  try {
    return decodeBytes(bytes, encoding, "strict");
  } catch {
    return null;
  }
}

async function* generate(response: Response, size: number | null): AsyncGenerator<Uint8Array, void, undefined> {
  const { raw } = response;
  if (hasMethod(raw, "stream")) {
    let left = true;
    try {
      yield* raw.stream(size, true) as AsyncGenerator<Uint8Array>;
      left = false;
    } catch (error) {
      throw bodyError(error);
    } finally {
      // Who leaves the loop early has enough, mostly, and nobody else would free the connection.
      // What is no longer there is not to pass for nothing.
      if (left && hasMethod(raw, "_leave") && (await raw._leave())) response._content_consumed = true;
    }
  } else {
    for (;;) {
      const piece = (await (raw as { read(size: number | null): unknown }).read(size)) as Uint8Array;
      if (!piece?.length) break;
      yield piece;
    }
  }
  response._content_consumed = true;
}

async function* awaited<T>(pieces: Iterable<T>): AsyncGenerator<T, void, undefined> {
  for (const piece of pieces) yield piece;
}

/** Pieces of what is in memory, with and without `await`. */
function slices(
  content: Uint8Array | null,
  size: number | null,
): Generator<Uint8Array, void, undefined> & AsyncIterable<Uint8Array> {
  const generator = iter_slices(content ?? new Uint8Array(), size);
  return Object.assign(generator, { [Symbol.asyncIterator]: () => awaited(generator) });
}
