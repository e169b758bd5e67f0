import { HeaderList, createClient } from "@posthaste/core";
import type {
  Adapter,
  BodyInit,
  Client,
  ConnectionOption,
  ConnectionOptions,
  HeaderInit,
  HttpError,
  HttpRequest,
  TimeoutOption,
} from "@posthaste/core";

/** What an adapter for Node's sockets reads of a call. */
export type SocketOptions = ConnectionOption & TimeoutOption;

/** What an adapter for Node's sockets takes, whatever else it takes. */
export interface SocketAdapterOptions {
  connection?: ConnectionOptions;
  timeout?: TimeoutOption["timeout"];
  connections?: number;
  keepAlive?: { timeout?: number; maxTimeout?: number } | false;
  maxAgents?: number;
  maxHeaderSize?: number;
}

/** Makes the adapter that the tests are about. */
export type MakeAdapter = (options?: SocketAdapterOptions) => Adapter<SocketOptions>;

/** What makes clients with nothing but such an adapter. */
export function clients<O>(make: (options?: O) => Adapter<SocketOptions>): (options?: O) => Client<SocketOptions> {
  return (options) => createClient({ adapter: make(options) });
}

/** A request as a plugin would pass it on, its URL as it is. */
export function request(
  url: string,
  init: {
    method?: string;
    headers?: HeaderInit;
    body?: BodyInit;
    options?: SocketOptions & { signal?: AbortSignal };
  } = {},
): HttpRequest<SocketOptions> {
  return {
    method: init.method ?? "GET",
    url,
    headers: new HeaderList(init.headers),
    body: init.body ?? null,
    options: init.options ?? {},
    call: {},
  };
}

/** What a promise rejects with. */
export async function failure(promise: Promise<unknown>): Promise<HttpError> {
  try {
    await promise;
  } catch (error) {
    return error as HttpError;
  }
  throw new Error("It did not fail");
}

/** Resolves on the next turn of the event loop, as often as it takes until `condition` holds. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

/** A promise and what settles it. */
export const gate = (): PromiseWithResolvers<void> => Promise.withResolvers<void>();

export const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
