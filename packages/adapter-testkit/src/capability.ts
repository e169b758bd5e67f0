import type { Adapter, Capabilities } from "@posthaste/core";

/**
 * What the cases need to know of an adapter beyond its `can`. Platforms that hide their connections from programs, as
 * browsers do, cannot do most of it; `runKit`'s `can` says so.
 */
export interface Extras {
  /**
   * Its connections are its own: kept and used again after a response, closed by `close()`, by an abort and with a content
   * that is dropped. @default true
   */
  connections: boolean;
  /** It tells apart why there is no response, by code: nobody there, reset, no HTTP, TLS. @default true */
  errorCodes: boolean;
  /** It makes the server wait for a slow reader, and a slow server the source of a body. @default true */
  backpressure: boolean;
  /** It has `close`. @default whether it has */
  close: boolean;
  /** Bytes beyond ASCII in header values are characters up to U+00FF, both ways. @default true */
  latin1: boolean;
  /** It skips a `100 Continue` that was not asked for. @default true */
  informational: boolean;
  /** White space around the value of a response header is left out, tabs too. @default true */
  headerSpace: boolean;
  /** Path and query go out byte for byte, also where `new URL` would write them otherwise. @default true */
  rawUrl: boolean;
  /** A stream of known length goes out with Content-Length. @default the adapter's `can.streamingRequest` */
  knownLength: boolean;
  /** The option `timeout.read` is honoured. @default whether the adapter reads the option `timeout` */
  readTimeout: boolean;
  /** The option `connection.socketPath` is honoured. @default whether the adapter reads the option `connection` */
  unixSocket: boolean;
  /** The option `connection.proxy` takes `socks5:` and `socks5h:`. @default the adapter's `can.proxy` */
  socks: boolean;
}

/** A word for something that a case needs and an adapter can or cannot do. */
export type Capability = keyof Capabilities | keyof Extras;

/** What an adapter can, in all words. */
export type Abilities = Readonly<Record<Capability, boolean>>;

const nothing: Readonly<Capabilities> = {
  headerCase: false,
  headerOrder: false,
  framingHeaders: false,
  rawResponseHeaders: false,
  rawContent: false,
  manualRedirect: false,
  streamingRequest: false,
  streamingResponse: false,
  connectTimeout: false,
  proxy: false,
  tls: false,
};

/** What is known of an adapter by its own declarations, and what its caller says beyond. */
export function abilities(
  adapter: { readonly can: Adapter["can"]; readonly options?: readonly string[]; readonly close?: unknown },
  said: Partial<Abilities> = {},
): Abilities {
  const { options = [] } = adapter;
  const can: Capabilities = { ...nothing, ...adapter.can };
  return {
    connections: true,
    errorCodes: true,
    backpressure: true,
    close: adapter.close !== undefined,
    latin1: true,
    informational: true,
    headerSpace: true,
    rawUrl: true,
    knownLength: can.streamingRequest,
    readTimeout: options.includes("timeout"),
    unixSocket: options.includes("connection"),
    socks: can.proxy,
    ...can,
    ...said,
  };
}
