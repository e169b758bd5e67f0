import { InvalidURL } from "./exceptions.ts";
import { quote, unquote, urlsplit, urlunsplit } from "./python/urls.ts";
import { rpartition } from "./python/values.ts";
import { parse_url } from "./urllib3/url.ts";

/** The characters that need no escape in a URI (RFC 3986 §2.3). From requests' `utils.UNRESERVED_SET`. */
export const UNRESERVED_SET: ReadonlySet<string> = /* @__PURE__ */ new Set(
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~",
);

/**
 * Decodes the escapes of unreserved characters. From requests' `utils.unquote_unreserved`.
 *
 * @throws InvalidURL for letters behind a `%` that are no number
 */
export function unquote_unreserved(uri: string): string {
  // Mostly there is no escape to look at, also where there are many of these signs.
  if (!/%[\p{L}\p{N}]{2}/u.test(uri)) return uri;
  const [first, ...parts] = uri.split("%");
  const decoded = parts.map((part) => {
    const digits = part.slice(0, 2);
    if (digits.length !== 2 || !/^[\p{L}\p{N}]+$/u.test(digits)) return `%${part}`;
    if (!/^[\da-f]{2}$/i.test(digits)) throw new InvalidURL(`Invalid percent-escape sequence: '${digits}'`);
    const char = String.fromCharCode(Number.parseInt(digits, 16));
    return UNRESERVED_SET.has(char) ? char + part.slice(2) : `%${part}`;
  });
  return first + decoded.join("");
}

/** Quotes what may not stand in a URI, and nothing twice. From requests' `utils.requote_uri`. */
export function requote_uri(uri: string): string {
  let unquoted: string;
  try {
    unquoted = unquote_unreserved(uri);
  } catch (error) {
    if (!(error instanceof InvalidURL)) throw error;
    // A % that begins no escape makes all of them data.
    return quote(uri, "!#$&'()*+,/:;=?@[]~");
  }
  return quote(unquoted, "!#$%&'()*+,/:;=?@[]~");
}

/** Puts a scheme before a URL that has none. From requests' `utils.prepend_scheme_if_needed`. */
export function prepend_scheme_if_needed(url: string, new_scheme: string): string {
  const parsed = parse_url(url);
  let { netloc, path } = parsed;
  if (!netloc) [netloc, path] = [path, netloc];
  if (parsed.auth) netloc = `${parsed.auth}@${netloc ?? ""}`;
  return urlunsplit(parsed.scheme ?? new_scheme, netloc ?? "", path ?? "", parsed.query ?? "", parsed.fragment ?? "");
}

/** User name and password of a URL, both empty where one is missing. From requests' `utils.get_auth_from_url`. */
export function get_auth_from_url(url: string): [username: string, password: string] {
  const { username, password } = urlsplit(url);
  return username === null || password === null ? ["", ""] : [unquote(username), unquote(password)];
}

/** A URL without its fragment and its credentials. From requests' `utils.urldefragauth`. */
export function urldefragauth(url: string): string {
  const parts = urlsplit(url);
  let { netloc, path } = parts;
  if (!netloc) [netloc, path] = [path, netloc];
  return urlunsplit(parts.scheme, rpartition(netloc, "@")[2], path, parts.query, "");
}
