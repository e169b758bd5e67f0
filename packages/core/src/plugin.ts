import type { HttpRequest } from "./request.ts";
import type { HttpResponse } from "./response.ts";

/** Where a plugin stands, from the caller to the wire. */
export type Stage = "call" | "retry" | "redirect" | "challenge" | "auth" | "state" | "wire" | "decode";

/** Sends a request further in. */
export type Send = (request: HttpRequest) => Promise<HttpResponse>;

/**
 * A feature: a plain object, made by a factory. `O` is the type of the options it adds to every call.
 *
 * @example
 * ```ts
 * const trace = (): Plugin => ({
 *   name: "trace",
 *   prepare: (request) => request.headers.set("X-Trace", crypto.randomUUID()),
 * });
 * ```
 */
export interface Plugin<O extends object = object> {
  /** Unique within a client. */
  readonly name: string;
  /** Plugins of one stage stand in the order of the array. @default "call" */
  readonly stage?: Stage;
  /** The names of the call options it reads. */
  readonly options?: readonly (keyof O & string)[];
  /** Once per call, before the first stage; may change the request. */
  prepare?(request: HttpRequest<O>): void | Promise<void>;
  /** Around everything further in. One that sends a request twice sends copies, and discards the response it drops. */
  send?(request: HttpRequest<O>, next: Send): Promise<HttpResponse>;
  /** When the client is closed. */
  close?(): void | Promise<void>;
}

/** What an adapter can do; what it cannot must be refused or told, never done by halves. */
export interface Capabilities {
  /** Request header names keep their letter case. */
  headerCase: boolean;
  /** Request headers keep their order and their repeats. */
  headerOrder: boolean;
  /** Host, Connection, Content-Length and Transfer-Encoding go out as given, too. */
  framingHeaders: boolean;
  /** Response headers come as they were sent: case, order, repeats. */
  rawResponseHeaders: boolean;
  /** The response's content comes as it was sent: nothing is decoded on the way. */
  rawContent: boolean;
  /** Redirects come as they are. */
  manualRedirect: boolean;
  /** A request's body is sent while it is made. */
  streamingRequest: boolean;
  /** A response's body can be read while it comes. */
  streamingResponse: boolean;
  /** The option `timeout.connect` is honoured. */
  connectTimeout: boolean;
  /** The option `connection.proxy` is honoured. */
  proxy: boolean;
  /** The option `connection.tls` is honoured. */
  tls: boolean;
}

/**
 * The transport: one hop, headers as given, no opinions.
 *
 * - Sends `request.url` as it is, without its user information and fragment.
 * - Makes a `Body` of `request.body` with `toBody` from `@posthaste/core/body`, unless its platform takes the value itself;
 *   the body's content type becomes the Content-Type where the headers have none.
 * - Gives the response as soon as its head is there, redirects and error statuses too.
 * - Keeps the budgets of the `timeout` option that it declares, and ends on `signal` in every phase, rejecting with the
 *   signal's reason.
 * - Maps the platform's errors to `HttpError` by class and code.
 *
 * The client has checked method, scheme and headers.
 */
export interface Adapter<O extends object = object> {
  readonly name: string;
  /** What is left out it cannot do. */
  readonly can: Readonly<Partial<Capabilities>>;
  /** The names of the call options it reads, beyond the common ones. */
  readonly options?: readonly (keyof O & string)[];
  send(request: HttpRequest<O>): Promise<HttpResponse>;
  /** Ends what is under way and leaves no connection open; what is sent later rejects with `ERR_CLOSED`. */
  close?(): void | Promise<void>;
}
