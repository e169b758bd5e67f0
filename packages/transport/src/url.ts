import { HttpError } from "@posthaste/core";
import type { HttpRequest } from "@posthaste/core";

/** Where a request goes. */
export interface Target {
  /** As `URL.origin` has it. */
  readonly origin: string;
  /** Whether TLS is spoken. */
  readonly secure: boolean;
  /** Without the brackets of an IPv6 literal. */
  readonly hostname: string;
  readonly port: number;
  /** For Host: the port left out where it is the scheme's. */
  readonly host: string;
}

/** `host:port` for CONNECT: always with the port (RFC 9110 §9.3.6). */
export function authorityOf({ hostname, port }: Target): string {
  return `${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
}

/** What stands before the path, as given. */
const prefix = /^https?:\/\/[^/?#]+/i;
/** What a request line can carry (RFC 9112 §3.2): no space, no control character, nothing beyond ASCII. */
const sendable = /^[!-~]*$/;

function refuse(request: HttpRequest, problem: string): never {
  throw new HttpError("ERR_URL", problem, { request });
}

/**
 * Takes URLs apart by hand, so that path and query go out byte for byte. What stands before the path is parsed once and
 * remembered.
 *
 * @example
 * ```ts
 * const urls = new UrlReader();
 * const { hostname, port, secure } = urls.target(request);
 * const path = urls.path(request); // as it stands in the URL, without the fragment
 * ```
 */
export class UrlReader {
  readonly #known = new Map<string, Target>();
  #prefix = "\0";
  #target: Target | undefined;

  /**
   * Where the URL leads.
   *
   * @throws HttpError `ERR_URL` for a URL that cannot be sent as it is
   */
  target(request: HttpRequest): Target {
    const { url } = request;
    if (this.#target && url.startsWith(this.#prefix)) {
      const next = url.charCodeAt(this.#prefix.length);
      // "/", "?", "#" or the end: the same prefix again.
      if (next === 47 || next === 63 || next === 35 || url.length === this.#prefix.length) return this.#target;
    }
    const [start] = prefix.exec(url) ?? refuse(request, "no http or https URL");
    let target = this.#known.get(start);
    if (!target) {
      target = parse(start, request);
      // A crawler sees many hosts: forget rather than grow.
      if (this.#known.size >= 1000) this.#known.clear();
      this.#known.set(start, target);
    }
    this.#prefix = start;
    return (this.#target = target);
  }

  /**
   * Path and query of the URL that {@link target} was asked for last.
   *
   * @throws HttpError `ERR_URL` where they hold what a request line cannot
   */
  path(request: HttpRequest): string {
    const { url } = request;
    const from = this.#prefix.length;
    const to = url.indexOf("#", from);
    const path = to < 0 ? url.slice(from) : url.slice(from, to);
    if (!sendable.test(path)) refuse(request, "the URL holds characters that must be percent-encoded");
    return path.charCodeAt(0) === 47 ? path : `/${path}`;
  }
}

function parse(start: string, request: HttpRequest): Target {
  // To a URL parser a backslash ends the host; to RFC 3986 it does not. Nobody may be led to another host by that.
  const parsed = sendable.test(start) && !start.includes("\\") ? URL.parse(start) : null;
  if (!parsed) refuse(request, "invalid host or port");
  const { origin, protocol, hostname, port, host } = parsed;
  const secure = protocol === "https:";
  return {
    origin,
    secure,
    hostname: hostname.startsWith("[") ? hostname.slice(1, -1) : hostname,
    port: Number(port || (secure ? 443 : 80)),
    host,
  };
}
