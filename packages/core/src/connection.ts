import type { HeaderInit } from "./headers.ts";

/** How TLS is spoken; the words are Node's. PEM texts or bytes. */
export interface TlsOptions {
  /** Certificate authorities to trust instead of the platform's. */
  ca?: string | Uint8Array | readonly (string | Uint8Array)[];
  /** The client's certificate chain. */
  cert?: string | Uint8Array;
  /** The client's private key. */
  key?: string | Uint8Array;
  /** For an encrypted {@link key}. */
  passphrase?: string;
  /** `false` accepts any certificate. @default true */
  rejectUnauthorized?: boolean;
  /** The name to ask for and to verify. @default the URL's host */
  servername?: string;
}

/** A proxy for one hop. */
export interface ProxyOptions {
  /** `http:`, `https:`, `socks5:` or `socks5h:`; user information becomes the proxy's credentials. */
  url: string;
  /** Headers for the proxy alone: on CONNECT, or on a request in absolute form. */
  headers?: HeaderInit;
  /** TLS towards an `https:` proxy. */
  tls?: TlsOptions;
}

/**
 * How the server is reached. Adapters that have a say in it take it as the call option `connection`; plugins at stage
 * `wire` change it per hop.
 */
export interface ConnectionOptions {
  proxy?: ProxyOptions | null;
  tls?: TlsOptions;
  /** A Unix socket to use instead of the URL's host and port. */
  socketPath?: string;
  /** The address to connect from. */
  localAddress?: string;
}

/** The option of adapters that take {@link ConnectionOptions}. */
export interface ConnectionOption {
  connection?: ConnectionOptions;
}

/** The option of adapters that keep these budgets; the one for the whole call is the `totalTimeout` plugin's. */
export interface TimeoutOption {
  /** Milliseconds; `Infinity` is none. */
  timeout?: {
    /** For a connection to stand, TLS and proxy included. */
    connect?: number;
    /** Of silence: between sending and the first byte, and between bytes. */
    read?: number;
  };
}
