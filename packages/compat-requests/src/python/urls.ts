import { isIPv4, isIPv6 } from "./addresses.ts";
import { ValueError } from "./builtins.ts";
import {
  fromLatin1,
  fromUtf8,
  hasMethod,
  isBytes,
  isIterable,
  isText,
  iterate,
  latin1,
  partition,
  repr,
  rpartition,
  str,
  toBytes,
  utf8,
} from "./values.ts";

/** The five parts of a URL, as `urllib.parse.urlsplit` has them, and what is read off the network location. */
export class SplitResult {
  readonly scheme: string;
  readonly netloc: string;
  readonly path: string;
  readonly query: string;
  readonly fragment: string;
  // Kept, since they are asked for several times a request.
  #hostinfo: [string, string] | undefined;
  #hostname: string | null | undefined;

  constructor(scheme: string, netloc: string, path: string, query: string, fragment: string) {
    this.scheme = scheme;
    this.netloc = netloc;
    this.path = path;
    this.query = query;
    this.fragment = fragment;
  }

  get #hostAndPort(): [string, string] {
    return (this.#hostinfo ??= this.#splitNetloc());
  }

  #splitNetloc(): [string, string] {
    const hostinfo = rpartition(this.netloc, "@")[2];
    const [, bracket, bracketed] = partition(hostinfo, "[");
    if (!bracket) {
      const [host, , port] = partition(hostinfo, ":");
      return [host, port];
    }
    const [host, , rest] = partition(bracketed, "]");
    return [host, partition(rest, ":")[2]];
  }

  get username(): string | null {
    const [userinfo, at] = rpartition(this.netloc, "@");
    return at ? partition(userinfo, ":")[0] : null;
  }

  get password(): string | null {
    const [userinfo, at] = rpartition(this.netloc, "@");
    const [, colon, password] = partition(userinfo, ":");
    return at && colon ? password : null;
  }

  /** In lower case, but for the zone of a scoped IPv6 address. */
  get hostname(): string | null {
    if (this.#hostname === undefined) {
      const [name, percent, zone] = partition(this.#hostAndPort[0], "%");
      this.#hostname = name.toLowerCase() + percent + zone || null;
    }
    return this.#hostname;
  }

  /** @throws ValueError where it is no number up to 65535 */
  get port(): number | null {
    const port = this.#hostAndPort[1];
    if (!port) return null;
    if (!/^\d+$/.test(port)) throw new ValueError(`Port could not be cast to integer value as ${repr(port)}`);
    if (Number(port) > 65535) throw new ValueError("Port out of range 0-65535");
    return Number(port);
  }
}

const recent = new Map<string, SplitResult>();

/**
 * Python's `urlsplit`. As there, what was split lately is kept.
 *
 * @throws ValueError for brackets that hold no IPv6 address
 */
export function urlsplit(url: string): SplitResult {
  let result = recent.get(url);
  if (result) return result;
  result = split(url);
  if (recent.size >= 128) recent.clear();
  recent.set(url, result);
  return result;
}

function split(url: string): SplitResult {
  // oxlint-disable-next-line no-control-regex -- the C0 controls that the WHATWG has taken off
  url = url.replace(/^[\0-\x20]+/, "").replace(/[\t\r\n]/g, "");
  let [scheme, netloc, query, fragment] = ["", "", "", ""];
  const named = /^([a-z][a-z\d+.-]*):/i.exec(url);
  if (named) {
    scheme = named[1]!.toLowerCase();
    url = url.slice(named[0].length);
  }
  if (url.startsWith("//")) {
    const end = url.slice(2).search(/[/?#]/);
    netloc = end < 0 ? url.slice(2) : url.slice(2, end + 2);
    url = end < 0 ? "" : url.slice(end + 2);
    if (netloc.includes("[") !== netloc.includes("]")) throw new ValueError("Invalid IPv6 URL");
    if (netloc.includes("[")) checkBracketed(partition(partition(netloc, "[")[2], "]")[0]);
  }
  [url, , fragment] = partition(url, "#");
  [url, , query] = partition(url, "?");
  checkNetloc(netloc);
  return new SplitResult(scheme, netloc, url, query, fragment);
}

function checkBracketed(host: string): void {
  if (host.startsWith("v")) {
    if (!/^v[a-fA-F0-9]+\..+$/.test(host)) throw new ValueError("IPvFuture address is invalid");
  } else if (isIPv4(host)) {
    throw new ValueError("An IPv4 address cannot be in brackets");
  } else if (!isIPv6(host)) {
    throw new ValueError(`${repr(host)} does not appear to be an IPv4 or IPv6 address`);
  }
}

/** Characters that turn into delimiters when they are normalised, as U+2100 does, would move the host. */
function checkNetloc(netloc: string): void {
  // oxlint-disable-next-line no-control-regex -- ASCII
  if (/^[\0-\x7f]*$/.test(netloc)) return;
  const bare = netloc.replace(/[@:#?]/g, "");
  const normal = bare.normalize("NFKC");
  if (bare !== normal && /[/?#@:]/.test(normal)) {
    throw new ValueError(`netloc '${netloc}' contains invalid characters under NFKC normalization`);
  }
}

const withNetloc = new Set(
  " ftp http gopher nntp telnet imap wais file mms https shttp snews prospero rtsp rtsps rtspu rsync svn svn+ssh sftp nfs git git+ssh ws wss".split(
    " ",
  ),
);
const withRelative = new Set(
  " ftp http gopher nntp imap wais file https shttp mms prospero rtsp rtsps rtspu sftp svn svn+ssh ws wss".split(" "),
);
const withParams = new Set(" ftp hdl prospero http imap https shttp rtsp rtsps rtspu sip sips mms sftp tel".split(" "));

/** Python's `urlunsplit`. */
export function urlunsplit(scheme: string, netloc: string, path: string, query: string, fragment: string): string {
  let url = path;
  if (netloc || (scheme && withNetloc.has(scheme) && !url.startsWith("//"))) {
    if (url && !url.startsWith("/")) url = `/${url}`;
    url = `//${netloc}${url}`;
  }
  if (scheme) url = `${scheme}:${url}`;
  if (query) url += `?${query}`;
  if (fragment) url += `#${fragment}`;
  return url;
}

/** The path and, for schemes that have such, the parameters behind its last segment's semicolon. */
function splitParams(scheme: string, path: string): [string, string] {
  if (!withParams.has(scheme)) return [path, ""];
  const at = path.indexOf(";", path.lastIndexOf("/") + 1);
  return at < 0 ? [path, ""] : [path.slice(0, at), path.slice(at + 1)];
}

/** `urlparse(url).geturl()` with another fragment, where one is given. */
export function geturl(url: SplitResult, fragment: string = url.fragment): string {
  const [path, params] = splitParams(url.scheme, url.path);
  return urlunsplit(url.scheme, url.netloc, params ? `${path};${params}` : path, url.query, fragment);
}

/** Python's `urljoin`. */
export function urljoin(base: string, url: string): string {
  if (!base) return url;
  if (!url) return base;
  const from = urlsplit(base);
  const to = urlsplit(url);
  const scheme = to.scheme || from.scheme;
  if (scheme !== from.scheme || !withRelative.has(scheme)) return url;
  let [path, params] = splitParams(scheme, to.path);
  const [basePath, baseParams] = splitParams(from.scheme, from.path);
  const whole = (): string => (params ? `${path};${params}` : path);
  let { netloc, query } = to;
  if (withNetloc.has(scheme)) {
    if (netloc) return urlunsplit(scheme, netloc, whole(), query, to.fragment);
    netloc = from.netloc;
  }
  if (!path && !params) {
    [path, params] = [basePath, baseParams];
    query ||= from.query;
    return urlunsplit(scheme, netloc, whole(), query, to.fragment);
  }
  let segments = path.split("/");
  if (!path.startsWith("/")) {
    const parts = basePath.split("/");
    if (parts.at(-1) !== "") parts.pop();
    segments = [...parts, ...segments];
    segments = segments.filter((segment, at) => segment || at === 0 || at === segments.length - 1);
  }
  const resolved: string[] = [];
  for (const segment of segments) {
    if (segment === "..") resolved.pop();
    else if (segment !== ".") resolved.push(segment);
  }
  if (segments.at(-1) === "." || segments.at(-1) === "..") resolved.push("");
  path = resolved.join("/") || "/";
  return urlunsplit(scheme, netloc, whole(), query, to.fragment);
}

const escapes = Array.from({ length: 256 }, (_, byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`);

/** What {@link quote} must quote, in runs, by the safe characters. */
const unsafe = new Map<string, RegExp>();

/** Python's `quote`: everything but letters, digits, `_.-~` and the safe characters becomes %XX of its UTF-8. */
export function quote(value: string | Uint8Array, safe: string = "/"): string {
  let runs = unsafe.get(safe);
  if (!runs) {
    runs = new RegExp(`[^\\w.~${safe.replace(/[\\\]^-]/g, "\\$&")}-]+`, "g");
    unsafe.set(safe, runs);
  }
  const [text, bytesOf] = typeof value === "string" ? ([value, utf8] as const) : ([latin1(value), fromLatin1] as const);
  return text.replace(runs, (run) => {
    let out = "";
    for (const byte of bytesOf(run)) out += escapes[byte]!;
    return out;
  });
}

/** Python's `quote_plus`. */
function quotePlus(value: string | Uint8Array): string {
  return quote(value, " ").replaceAll(" ", "+");
}

/** Python's `unquote`: what is no UTF-8 becomes U+FFFD, and a `%` without two digits stays. */
export function unquote(value: string): string {
  return value.replace(/(?:%[\da-f]{2})+/gi, (run) =>
    fromUtf8(Uint8Array.from(run.slice(1).split("%"), (digits) => Number.parseInt(digits, 16))),
  );
}

/** Python's `urlencode(pairs, doseq=True)`. */
export function urlencode(pairs: Iterable<readonly [unknown, unknown]>): string {
  const out: string[] = [];
  const part = (value: unknown): string => quotePlus(isBytes(value) ? toBytes(value) : str(value));
  for (const [key, value] of pairs) {
    const many =
      !isText(value) &&
      isIterable(value) &&
      !hasMethod(value, Symbol.asyncIterator) &&
      (Array.isArray(value) || hasLength(value));
    for (const item of many ? iterate(value) : [value]) out.push(`${part(key)}=${part(item)}`);
  }
  return out.join("&");
}

/** Whether Python's `len(value)` would work. */
function hasLength(value: unknown): boolean {
  return !hasMethod(value, "next");
}
