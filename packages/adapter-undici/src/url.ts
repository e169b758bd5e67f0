import { HttpError } from "@posthaste/core";
import type { HttpRequest } from "@posthaste/core";

/** Where a request goes. */
export interface Target {
  /** `http://host:port` as `URL.origin` has it. */
  readonly origin: string;
  readonly secure: boolean;
  /** Without the brackets of an IPv6 literal. */
  readonly hostname: string;
  readonly port: number;
}

/** What stands before the path: scheme and authority, as given. */
const prefix = /^https?:\/\/[^/?#]+/i;
/** What a request line can carry (RFC 9112 §3.2): no space, no control character, nothing beyond ASCII. */
const sendable = /^[!-~]*$/;

function refuse(request: HttpRequest, problem: string): never {
  throw new HttpError("ERR_URL", problem, { request });
}

/**
 * Splits URLs by hand, so that path and query go out byte for byte. What stands before the path is parsed once and kept.
 */
export class Targets {
  readonly #known = new Map<string, Target>();
  #lastPrefix = "\0";
  #last: Target | undefined;

  /** The target of the request's URL; {@link pathOf} gives the rest. */
  of(request: HttpRequest): Target {
    const { url } = request;
    if (url.startsWith(this.#lastPrefix)) {
      const next = url.charCodeAt(this.#lastPrefix.length);
      // "/", "?", "#" or the end
      if (next === 47 || next === 63 || next === 35 || next !== next) return this.#last!;
    }
    const [start] = prefix.exec(url) ?? refuse(request, "not an http or https URL");
    let target = this.#known.get(start);
    if (!target) {
      target = parse(start, request);
      // A crawler sees many hosts: forget all rather than grow.
      if (this.#known.size >= 1000) this.#known.clear();
      this.#known.set(start, target);
    }
    this.#lastPrefix = start;
    this.#last = target;
    return target;
  }

  /** Path and query of the URL that {@link of} was asked for last, at least "/". */
  pathOf(request: HttpRequest): string {
    const { url } = request;
    const from = this.#lastPrefix.length;
    const to = url.indexOf("#", from);
    const path = to < 0 ? url.slice(from) : url.slice(from, to);
    if (!sendable.test(path)) refuse(request, "the URL holds characters that must be percent-encoded");
    return path.charCodeAt(0) === 47 ? path : `/${path}`;
  }
}

function parse(start: string, request: HttpRequest): Target {
  // A backslash ends the authority for a URL parser but not for RFC 3986: nobody may be led to another host by that.
  if (!sendable.test(start) || start.includes("\\") || !URL.canParse(start)) refuse(request, "invalid host or port");
  const { origin, protocol, hostname, port } = new URL(start);
  const secure = protocol === "https:";
  return {
    origin,
    secure,
    hostname: hostname.startsWith("[") ? hostname.slice(1, -1) : hostname,
    port: Number(port || (secure ? 443 : 80)),
  };
}
