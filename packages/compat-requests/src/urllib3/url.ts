import { isIPv6 } from "../python/addresses.ts";
import { named } from "../python/builtins.ts";
import { quote } from "../python/urls.ts";
import { repr, rpartition } from "../python/values.ts";
import { LocationParseError } from "./exceptions.ts";
import { idnaLabel } from "./idna.ts";

/** A URL's parts as urllib3's `parse_url` has them; what is absent is `null`. */
export class Url {
  readonly scheme: string | null;
  readonly auth: string | null;
  readonly host: string | null;
  readonly port: number | null;
  readonly path: string | null;
  readonly query: string | null;
  readonly fragment: string | null;

  constructor(
    scheme: string | null,
    auth: string | null,
    host: string | null,
    port: number | null,
    path: string | null,
    query: string | null,
    fragment: string | null,
  ) {
    this.scheme = scheme;
    this.auth = auth;
    this.host = host;
    this.port = port;
    this.path = path && !path.startsWith("/") ? `/${path}` : path;
    this.query = query;
    this.fragment = fragment;
  }

  /** Host and port. */
  get netloc(): string | null {
    return this.host !== null && this.port ? `${this.host}:${this.port}` : this.host;
  }
}

const uri = /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?(?:\/\/([^\\/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s;
const hostPort = /^((?:[^[\]%:/?#]|%[a-fA-F0-9]{2})*|\[[^\]]*\])(?::0*?(|0|[1-9][0-9]{0,4}))?$/s;
/** An IPv4 address in any of the forms that systems take: decimal, octal or hexadecimal, of one to four numbers. */
const numbers = /^(?:0[xX][0-9a-fA-F]+|[0-9]+)(?:\.(?:0[xX][0-9a-fA-F]+|[0-9]+)){0,3}$/;
// oxlint-disable-next-line no-control-regex -- what may not stand in a host
const badHost = /[\0-\x20\x7f]/;

// What may stand in each part beside letters, digits and `_.-~`.
const userinfo = "!$&'()*+,;=:";
const inPath = `${userinfo}@/`;
const inQuery = `${inPath}?`;

/**
 * Percent-encodes what is not safe. Where every `%` begins an escape those stay, in upper case; one that does not makes all
 * of them data.
 */
function encodeInvalid(component: string, safe: string): string {
  const upper = component.replace(/%(?:[a-f][\da-fA-F]|[\dA-F][a-f])/g, (escape) => escape.toUpperCase());
  return quote(upper, /%(?![\da-fA-F]{2})/.test(upper) ? safe : `${safe}%`);
}

/** RFC 3986 §5.2.4. */
function removeDotSegments(path: string): string {
  if (!path.includes(".")) return path;
  const out: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === ".") continue;
    if (segment !== "..") out.push(segment);
    else out.pop();
  }
  if (path.startsWith("/") && (!out.length || out[0])) out.unshift("");
  if (path.endsWith("/.") || path.endsWith("/..")) out.push("");
  return out.join("/");
}

// oxlint-disable-next-line no-control-regex -- ASCII
const ascii = /^[\0-\x7f]*$/;

/** An escape in a host or zone, in upper case. @throws LocationParseError for one of a control character */
function hostEscape(escape: string, host: string): string {
  const byte = Number.parseInt(escape.slice(1), 16);
  if (byte < 32 || byte === 127) {
    throw new LocationParseError(
      `Host ${repr(host)} contains invalid percent-encoded control character ${repr(escape)}`,
    );
  }
  return escape.toUpperCase();
}

function normalizeAddress(host: string): string {
  const [, address, zone] = /^\[([^%\]]*)(%[^\]]*)?\]$/.exec(host) ?? [];
  if (address === undefined || !isIPv6(address)) throw notHost(host);
  if (zone === undefined) return host.toLowerCase();
  const id = zone.startsWith("%25") && zone !== "%25" ? zone.slice(3) : zone.slice(1);
  if (!id) throw notHost(host);
  const escaped = id.replace(/%[\da-fA-F]{2}/g, (escape) => hostEscape(escape, host));
  return `[${address.toLowerCase()}%${encodeInvalid(escaped, "")}]`;
}

function notHost(host: string): LocationParseError {
  return new LocationParseError(`${repr(host)} is not a valid host or port`);
}

/** The one failure that urllib3 tells of by itself, and not by the URL. */
class InvalidLabel extends LocationParseError {}
named({ InvalidLabel });

function normalizeHost(host: string): string {
  if (host.startsWith("[")) return normalizeAddress(host);
  if (numbers.test(host)) return host;
  if (ascii.test(host) && !host.includes("%")) return host.toLowerCase();
  const decoded = host.replace(/%[\da-fA-F]{2}/g, (given) => {
    const escape = hostEscape(given, host);
    const char = String.fromCharCode(Number.parseInt(escape.slice(1), 16));
    return /[\w.~-]/.test(char) ? char : escape;
  });
  return decoded
    .split(".")
    .map((label) => {
      if (ascii.test(label)) return label.toLowerCase().replace(/%[\da-f]{2}/g, (escape) => escape.toUpperCase());
      const name = idnaLabel(label);
      if (name === null) throw new InvalidLabel(`Name '${label}' is not a valid IDNA label`);
      return name;
    })
    .join(".");
}

/**
 * urllib3's `parse_url`: scheme and host in lower case, dot segments removed, what may not stand in a URL encoded. A text
 * without a scheme is taken for a host.
 *
 * @throws LocationParseError, which names the URL, and its cause what is wrong with it; or the label that IDNA does not allow
 */
export function parse_url(url: string): Url {
  try {
    return parse(url);
  } catch (error) {
    if (!(error instanceof LocationParseError) || error instanceof InvalidLabel) throw error;
    const failure = new LocationParseError(url);
    failure.cause = error;
    throw failure;
  }
}

function parse(url: string): Url {
  if (!url) return new Url(null, null, null, null, null, null, null);
  const match = uri.exec(/^(?:[a-zA-Z][a-zA-Z0-9+-]*:|\/)/.test(url) ? url : `//${url}`);
  if (!match) throw new LocationParseError(url);
  const scheme = match[1]?.toLowerCase() ?? null;
  const authority = match[2];
  let path = match[3]!;
  let query = match[4] ?? null;
  let fragment = match[5] ?? null;
  const normalizable = scheme === null || scheme === "http" || scheme === "https";
  let auth: string | null = null;
  let host: string | null = null;
  let port: number | null = null;
  if (authority) {
    const [user, , rest] = rpartition(authority, "@");
    auth = user || null;
    const parts = hostPort.exec(rest);
    const bad = badHost.exec(rest);
    if (bad) throw new LocationParseError(`Host ${repr(rest)} contains invalid character ${repr(bad[0])}`);
    if (!parts) throw notHost(rest);
    host = parts[1]!;
    if (auth && normalizable) auth = encodeInvalid(auth, userinfo);
    if (parts[2]) {
      port = Number(parts[2]);
      if (port > 65535) throw new LocationParseError(url);
    }
    if (host && normalizable) host = normalizeHost(host);
  }
  if (normalizable) {
    if (path) path = encodeInvalid(removeDotSegments(path), inPath);
    if (query) query = encodeInvalid(query, inQuery);
    if (fragment) fragment = encodeInvalid(fragment, inQuery);
  }
  const whole = path || (query !== null || fragment !== null ? "" : null);
  return new Url(scheme, auth, host, port, whole, query, fragment);
}

/** The target as urllib3 puts it on the wire: a path and query with nothing in them that may not be. */
export function encodeTarget(target: string): string {
  if (!/[^\w.~!$&'()*+,;=:@/?-]/.test(target)) return target;
  const [, path, query] = /^(\/[^?#]*)(?:\?([^#]*))?(?:#.*)?$/s.exec(target) ?? [];
  if (path === undefined) throw new LocationParseError(`${target} is not a valid request URI`);
  return encodeInvalid(path, inPath) + (query === undefined ? "" : `?${encodeInvalid(query, inQuery)}`);
}
