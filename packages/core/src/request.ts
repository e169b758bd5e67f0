import { HeaderList } from "./headers.ts";
import type { HeaderInit } from "./headers.ts";
import type { Body, BodyInit, Chunk } from "./body.ts";

/** A value of {@link CallOptions.query}; `null` and `undefined` leave the name out, an array repeats it. */
export type QueryValue = string | number | boolean | bigint | null | undefined;

/** What every call takes, whichever plugins are installed. */
export interface CallOptions {
  /** Upper-cased. @default "GET" */
  method?: string;
  /** Added to the client's default headers; a line replaces default lines of its name. */
  headers?: HeaderInit;
  /** The content; its type becomes the Content-Type where the headers have none. */
  body?: BodyInit | null;
  /** A value to send as JSON, in place of a {@link body}. */
  json?: unknown;
  /** Appended to the URL's own query. */
  query?: Iterable<readonly [string, QueryValue]> | Readonly<Record<string, QueryValue | readonly QueryValue[]>>;
  /** What a relative URL is resolved against (RFC 3986 §5, as `new URL(url, baseUrl)` does). */
  baseUrl?: string | URL;
  /** Ends the call in any phase, its body included; the promise rejects with the signal's reason. */
  signal?: AbortSignal;
}

/** One request on its way through the stages. Whoever wants to change one that may be sent again changes a {@link copy}. */
export interface HttpRequest<O extends object = object> {
  method: string;
  /** Absolute and encoded: the adapter sends these bytes. A fragment is kept here and never sent. */
  url: string;
  headers: HeaderList;
  /** As it was given: adapters hand to their platform what it takes, and make a `Body` of the rest with `toBody`. */
  body: BodyInit | null;
  readonly options: Readonly<CallOptions & O>;
  /** Plugins' private state, the same object for all hops and attempts of one call. */
  readonly call: Record<symbol, unknown>;
}

/**
 * A copy with headers of its own; options and call state are shared.
 *
 * @example
 * ```ts
 * const again = copy(request, { method: "GET", body: null });
 * ```
 */
export function copy<O extends object>(request: HttpRequest<O>, changes?: Partial<HttpRequest<O>>): HttpRequest<O> {
  return { ...request, headers: new HeaderList(request.headers), ...changes };
}

/** Whether it may be sent again: it has no body, or one that can be read anew, as a stream or a generator cannot. */
export function canReplay(request: Pick<HttpRequest, "body">): boolean {
  const body = request.body as Partial<Body & AsyncIterable<Chunk> & Iterator<Chunk>> | null;
  return body?.replayable ?? !(body?.[Symbol.asyncIterator] ?? body?.next);
}
