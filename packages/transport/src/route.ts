import { HttpError } from "@posthaste/core";
import type { ConnectionOptions, Header, HeaderInit, ProxyOptions, TlsOptions } from "@posthaste/core";
import { own } from "./own.ts";

/** A proxy, taken apart. */
export interface ProxyRoute {
  /** Without credentials. */
  readonly origin: string;
  /** Without the brackets of an IPv6 literal. */
  readonly hostname: string;
  readonly port: number;
  /** TLS towards the proxy, for `https:`. */
  readonly tls: TlsOptions | undefined;
  /** For `socks5:` and `socks5h:`. */
  readonly socks: { readonly resolves: boolean; readonly user: string; readonly password: string } | undefined;
  /** For the proxy alone, its credentials included. */
  readonly headers: readonly Header[];
}

/** How connections are made: one set of settings, to any number of origins. */
export interface Route {
  /** For a connection to stand, in milliseconds. */
  readonly timeout: number;
  readonly proxy: ProxyRoute | undefined;
  readonly tls: TlsOptions;
  readonly socketPath: string | undefined;
  readonly localAddress: string | undefined;
  readonly allowH2: boolean;
  readonly maxHeaderSize: number;
}

const ports: Readonly<Record<string, number>> = { "http:": 80, "https:": 443, "socks5:": 1080, "socks5h:": 1080 };

/**
 * Takes a proxy's settings apart.
 *
 * @throws HttpError `ERR_OPTION` for a URL that is none, or has another scheme; `ERR_HEADER` for a header that cannot be sent
 * @example
 * ```ts
 * parseProxy({ url: "http://me:secret@proxy.test" }).origin; // "http://proxy.test:80"
 * ```
 */
export function parseProxy(options: ProxyOptions): ProxyRoute {
  const { url, headers, tls } = own(options);
  const parsed = URL.parse(url);
  const defaultPort = parsed ? ports[parsed.protocol] : undefined;
  // The URL is not quoted, for it may hold a password.
  if (!parsed?.hostname || defaultPort === undefined) {
    throw new HttpError("ERR_OPTION", "connection.proxy.url is no http, https, socks5 or socks5h URL");
  }
  const { protocol, username, password } = parsed;
  const hostname = parsed.hostname.replace(/^\[(.*)\]$/, "$1");
  const port = Number(parsed.port || defaultPort);
  const user = decode(username);
  const secret = decode(password);
  const lines = headerLines(headers);
  const isSocks = protocol.startsWith("socks");
  if (username && !isSocks && !lines.some(([name]) => name.toLowerCase() === "proxy-authorization")) {
    lines.push(["Proxy-Authorization", `Basic ${Buffer.from(`${user}:${secret}`).toString("base64")}`]);
  }
  return {
    origin: `${protocol}//${parsed.hostname}:${port}`,
    hostname,
    port,
    tls: protocol === "https:" ? own(tls) : undefined,
    socks: isSocks ? { resolves: protocol === "socks5h:", user, password: secret } : undefined,
    headers: lines,
  };
}

function headerLines(init: HeaderInit = {}): Header[] {
  const lines: Header[] = Symbol.iterator in init ? [...init] : Object.entries(init);
  for (const [name, value] of lines) {
    // These lines do not pass the client's check (RFC 9110 §5.5 and §5.6.2).
    if (!/^[\w!#$%&'*+.^`|~-]+:[\t -~\x80-\xff]*$/.test(`${name}:${value}`)) {
      throw new HttpError("ERR_HEADER", `invalid ${JSON.stringify(name)} in connection.proxy.headers`);
    }
  }
  return lines;
}

/** Percent-decoded where it is percent-encoded. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Numbers for PEM texts and bytes, so that a key stays short and an unchanged bundle is not read anew for every request. */
export class Fingerprints {
  readonly #texts = new Map<string, number>();
  readonly #bytes = new WeakMap<Uint8Array, string>();
  #next = 0;

  of(value: string | Uint8Array): number {
    let text = value;
    if (typeof text !== "string") {
      text = this.#bytes.get(text) ?? Buffer.from(text.buffer, text.byteOffset, text.length).toString("latin1");
      this.#bytes.set(value as Uint8Array, text);
    }
    let number = this.#texts.get(text);
    if (number === undefined) {
      // Numbers are never used twice, so forgetting costs a new agent at most.
      if (this.#texts.size >= 100) this.#texts.clear();
      this.#texts.set(text, (number = this.#next++));
    }
    return number;
  }

  /** The same for settings that make the same connections, and only for those. */
  key(settings: ConnectionOptions, timeout: number, secure: boolean): string {
    const { tls, socketPath, localAddress } = settings;
    const proxy = settings.proxy && own(settings.proxy);
    let via: unknown;
    if (proxy && socketPath === undefined) {
      // Without a tunnel the proxy's headers go with each request, and connections are the same for all of them.
      const plain = !secure && /^https?:/i.test(proxy.url);
      via = [
        plain ? parseProxy(proxy).origin : proxy.url,
        plain ? 0 : proxy.headers && headerLines(proxy.headers),
        this.#tls(proxy.tls),
      ];
    }
    return JSON.stringify([timeout, localAddress, socketPath, this.#tls(tls), via]);
  }

  #tls(options: TlsOptions | undefined): unknown {
    if (!options) return undefined;
    const { ca, cert, key, passphrase, rejectUnauthorized, servername } = own(options);
    return [
      (ca === undefined ? [] : [ca].flat()).map((part) => this.of(part)),
      cert === undefined ? null : this.of(cert),
      key === undefined ? null : this.of(key),
      passphrase,
      rejectUnauthorized,
      servername,
    ];
  }
}
