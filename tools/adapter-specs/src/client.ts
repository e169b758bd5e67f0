import { HeaderList, createClient } from "@posthaste/core";
import type {
  Adapter,
  BodyInit,
  Client,
  ConnectionOption,
  HeaderInit,
  HttpError,
  HttpRequest,
  TimeoutOption,
} from "@posthaste/core";
import type { TransportOptions } from "@posthaste/transport";
import { rejection } from "@posthaste/test-server/promises";

export { until } from "@posthaste/test-server/promises";

/** What an adapter for Node's sockets reads of a call. */
export type SocketOptions = ConnectionOption & TimeoutOption;

/** Makes the adapter that the tests are about. */
export type MakeAdapter = (options?: TransportOptions) => Adapter<SocketOptions>;

/** What makes clients with nothing but such an adapter. */
export function clients<O>(make: (options?: O) => Adapter<SocketOptions>): (options?: O) => Client<SocketOptions> {
  return (options) => createClient({ adapter: make(options) });
}

/** What a call rejects with. */
export const failure: (call: Promise<unknown>) => Promise<HttpError> = rejection<HttpError>;

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

/** A promise and what settles it. */
export const gate = (): PromiseWithResolvers<void> => Promise.withResolvers<void>();

export const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
