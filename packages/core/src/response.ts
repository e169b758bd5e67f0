import type { HeaderList } from "./headers.ts";
import type { HttpRequest } from "./request.ts";

/** A response's content as it comes: opened once; a second time, or after the response was discarded, opening it fails. */
export interface ResponseBody extends AsyncIterable<Uint8Array> {
  /** The whole content at once, where that is cheaper than to iterate. For reading: its memory may be shared. */
  bytes?(): Uint8Array | Promise<Uint8Array>;
}

/** What an adapter gives to make an {@link HttpResponse}. */
export interface ResponseInit {
  /** The request as it was sent. */
  request: HttpRequest;
  status: number;
  /** The reason phrase, empty where there is none. */
  reason: string;
  headers: HeaderList;
  /** The URL that answered. @default request.url */
  url?: string;
  /** Frees the connection when it ends or fails, and when its iterator is left early. `oneShot` from `@posthaste/core/body` makes one. */
  body: ResponseBody;
  /** Frees the connection though `body` was not read to its end. May be called more than once, and after the end. */
  discard(): void | Promise<void>;
}

/**
 * A response whose head has come. Its body comes as it is read, once: by iterating over {@link body}, or with
 * {@link bytes}, {@link text} or {@link json}. A body that nobody wants must be {@link discard}ed to free the connection.
 *
 * @example
 * ```ts
 * const response = await client.get("https://example.test/numbers");
 * if (response.status === 200) for await (const chunk of response.body) console.log(chunk.length);
 * else await response.discard();
 * ```
 */
export class HttpResponse {
  declare status: number;
  /** The reason phrase, empty where there is none. */
  declare reason: string;
  declare headers: HeaderList;
  /** The URL that answered. */
  declare url: string;
  /** The responses that led here, oldest first: redirects, and challenges that were answered. */
  history: HttpResponse[] = [];
  /** One-shot and lazy. A plugin that decodes puts its own iterable here. */
  declare body: ResponseBody;
  // Not a closure for each: V8 keeps those, and all they see, far longer than the response.
  readonly #init: ResponseInit;

  constructor(init: ResponseInit) {
    this.status = init.status;
    this.reason = init.reason;
    this.headers = init.headers;
    this.url = init.url ?? init.request.url;
    this.body = init.body;
    this.#init = init;
  }

  /** What was answered; its headers may hold credentials, so it is no own member that would be printed. */
  get request(): HttpRequest {
    return this.#init.request;
  }

  /** Drops what was not read and frees the connection. May be called at any time, and again. */
  async discard(): Promise<void> {
    return this.#init.discard();
  }

  /**
   * The whole content, in memory of its own.
   *
   * @throws HttpError `ERR_BODY_CONSUMED` where the body was read or discarded before
   */
  async bytes(): Promise<Uint8Array> {
    return collect(this.body);
  }

  /** The whole content as UTF-8 without its byte order mark, whatever charset the headers name (as fetch does). */
  async text(): Promise<string> {
    return utf8.decode(await (this.body.bytes?.() ?? collect(this.body)));
  }

  /** The whole content as JSON; a `SyntaxError` where it is none (as with fetch). */
  async json<T = unknown>(): Promise<T> {
    return JSON.parse(await this.text()) as T;
  }
}

const utf8 = /* @__PURE__ */ new TextDecoder();

async function collect(body: ResponseBody): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    length += chunk.length;
  }
  const all = new Uint8Array(length);
  for (const chunk of chunks.reverse()) all.set(chunk, (length -= chunk.length));
  return all;
}
