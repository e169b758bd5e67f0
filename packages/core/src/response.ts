import { HttpError } from "./error.ts";
import type { HeaderList } from "./headers.ts";
import type { HttpRequest } from "./request.ts";

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
  /** The content as it comes; opened at most once. Ends with an error where the content is cut short. */
  body: AsyncIterable<Uint8Array>;
  /** Frees the connection, also where `body` was not read to its end. May be called more than once, and after the end. */
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
  declare readonly request: HttpRequest;
  declare status: number;
  /** The reason phrase, empty where there is none. */
  declare reason: string;
  declare headers: HeaderList;
  /** The URL that answered. */
  declare url: string;
  /** The responses that led here, oldest first: redirects, and challenges that were answered. */
  declare history: HttpResponse[];
  /** One-shot and lazy. A plugin that decodes puts its own iterable here. */
  declare body: AsyncIterable<Uint8Array>;
  /**
   * Drops what was not read and frees the connection. May be called at any time, and again; it is also called when the body
   * has ended or failed. So a plugin that holds something for as long as the response lives puts a function here that
   * lets go of it and then calls this one.
   */
  declare discard: () => Promise<void>;

  constructor(init: ResponseInit) {
    Object.assign(this, { history: [], url: init.request.url }, init);
    let used: true | undefined;
    this.discard = async () => {
      used = true;
      await init.discard();
    };
    const read = async function* (response: HttpResponse) {
      if (used) throw new HttpError("ERR_BODY_CONSUMED", "already read", { ...init, phase: "body" });
      used = true;
      try {
        yield* init.body;
      } finally {
        await response.discard();
      }
    };
    this.body = { [Symbol.asyncIterator]: () => read(this) };
  }

  /**
   * The whole content.
   *
   * @throws HttpError `ERR_BODY_CONSUMED` where the body was read or discarded before
   */
  async bytes(): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of this.body) {
      chunks.push(chunk);
      length += chunk.length;
    }
    const all = new Uint8Array(length);
    for (const chunk of chunks.reverse()) all.set(chunk, (length -= chunk.length));
    return all;
  }

  /** The whole content as UTF-8 without its byte order mark, whatever charset the headers name (as fetch does). */
  async text(): Promise<string> {
    return new TextDecoder().decode(await this.bytes());
  }

  /** The whole content as JSON; a `SyntaxError` where it is none (as with fetch). */
  async json<T = unknown>(): Promise<T> {
    return JSON.parse(await this.text()) as T;
  }
}
