import { HeaderList, createClient } from "@posthaste/core";
import type { BodyInit, Client, HeaderInit, HttpError, HttpRequest } from "@posthaste/core";
import { nodeAdapter } from "../src/index.ts";
import type { NodeAdapterOptions, NodeOptions } from "../src/index.ts";

/** A client with nothing but the adapter. */
export function client(options?: NodeAdapterOptions): Client<NodeOptions> {
  return createClient({ adapter: nodeAdapter(options) });
}

/** A request as a plugin would pass it on, its URL as it is. */
export function request(
  url: string,
  init: {
    method?: string;
    headers?: HeaderInit;
    body?: BodyInit;
    options?: NodeOptions & { signal?: AbortSignal };
  } = {},
): HttpRequest<NodeOptions> {
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
