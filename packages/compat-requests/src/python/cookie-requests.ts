import { quote, urlsplit } from "./urls.ts";

/** What cookie code asks of a request, as `urllib.request.Request` answers it. */
export interface HeaderSource {
  readonly type: string;
  readonly host: string;
  readonly origin_req_host: string;
  readonly unverifiable: boolean;
  get_full_url(): string;
  has_header(name: string): boolean;
  get_header(name: string, fallback?: string | null): string | null;
  add_unredirected_header(name: string, value: string): void;
}

/** Whether a host ends in digits, as an IPv4 address does. */
export function looksLikeAddress(host: string): boolean {
  return /\.\d+$/.test(host);
}

/**
 * Whether a host is an address. Its parts are no domains, though Python takes `0.0.1` for one of 127.0.0.1 and of
 * 10.0.0.1.
 */
export function isAddress(host: string): boolean {
  return host.endsWith("]") || /\.(?:\d+|0x[\da-f]*)\.?$/.test(host);
}

function isHostName(text: string): boolean {
  return text !== "" && !looksLikeAddress(text) && !text.startsWith(".") && !text.endsWith(".");
}

/** RFC 2965 §1. */
export function domainMatch(one: string, other: string): boolean {
  const [a, b] = [one.toLowerCase(), other.toLowerCase()];
  if (a === b) return true;
  return isHostName(a) && a.lastIndexOf(b) > 0 && b.startsWith(".") && isHostName(b.slice(1));
}

/** A domain with a dot before it, but for nothing at all. */
export function dotted(domain: string): string {
  return domain && !domain.startsWith(".") ? `.${domain}` : domain;
}

/** A domain without the dot before it. */
export function withoutDot(domain: string): string {
  return domain.startsWith(".") ? domain.slice(1) : domain;
}

/** For lists of blocked and allowed domains: with a dot at its start an entry stands for all below it. */
export function userDomainMatch(domain: string, entry: string): boolean {
  const [a, b] = [domain.toLowerCase(), entry.toLowerCase()];
  if (looksLikeAddress(a) || looksLikeAddress(b)) return a === b;
  return b.startsWith(".") ? a.endsWith(b) : a === b;
}

/** The host a request goes to, in lower case and without its port. */
function requestHost(request: HeaderSource): string {
  const host = urlsplit(request.get_full_url()).netloc || (request.get_header("Host", "") ?? "");
  return host.replace(/:\d+$/, "").toLowerCase();
}

/** The host, and the host with `.local` behind it where it has no dot. */
export function effectiveHost(request: HeaderSource): [host: string, effective: string] {
  const host = requestHost(request);
  return [host, host.includes(".") || looksLikeAddress(host) ? host : `${host}.local`];
}

/** The path of a request's URL, with what may not stand in a URL escaped. */
export function requestPath(request: HeaderSource): string {
  const path = escapePath(urlsplit(request.get_full_url()).path);
  return path.startsWith("/") ? path : `/${path}`;
}

/** Escapes what may not stand in a path, and puts all escapes in upper case. */
export function escapePath(path: string): string {
  return quote(path, "%/;:@&=+$,!~*'()").replace(/%[\da-fA-F]{2}/g, (escape) => escape.toUpperCase());
}

/** Whether a path is another one or below it. */
export function pathMatch(one: string, other: string): boolean {
  return one === other || (one.startsWith(other) && (other.endsWith("/") || one[other.length] === "/"));
}

/** The port in a request's host, "80" where there is none, `null` where it is no number. */
export function requestPort(request: HeaderSource): string | null {
  const at = request.host.indexOf(":");
  if (at < 0) return "80";
  const port = request.host.slice(at + 1);
  return /^\d+$/.test(port) ? port : null;
}

/** RFC 2965 §3.3.6. */
export function isThirdParty(request: HeaderSource): boolean {
  const origin = request.origin_req_host;
  const dot = origin.indexOf(".");
  const parent = origin.slice(dot + 1);
  const reach = dot >= 0 && isHostName(origin) && (parent.includes(".") || parent === "local") ? `.${parent}` : origin;
  return !domainMatch(requestHost(request), reach);
}
