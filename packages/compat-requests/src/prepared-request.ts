import { conceal } from "./inspect.ts";
import { HTTPBasicAuth } from "./auth.ts";
import { _copy_cookie_jar, CookieJar, cookiejar_from_dict, get_cookie_header, RequestsCookieJar } from "./cookies.ts";
import { encodeFiles } from "./encode-files.ts";
import { encodeParams } from "./encode-params.ts";
import { InvalidJSONError, InvalidURL, MissingSchema } from "./exceptions.ts";
import { isFileLike, isOSError, super_len } from "./files.ts";
import { call, type HooksInputType, isCallable, registerHooks, RequestHooksMixin } from "./hooks.ts";
import { bind } from "./python/arguments.ts";
import { NotImplementedError, UnicodeError } from "./python/builtins.ts";
import { dumps, NotJSON } from "./python/json.ts";
import { urlsplit, urlunsplit } from "./python/urls.ts";
import {
  hasMethod,
  isBytes,
  isIterable,
  isMapping,
  isText,
  itemsOf,
  native,
  repr,
  str,
  toBytes,
  truth,
  typeName,
  utf8,
} from "./python/values.ts";
import type { RequestFields } from "./request.ts";
import { type CaseInsensitiveDict, dictOf, type Lines, store } from "./structures.ts";
import type {
  AuthType,
  BodyType,
  CookiesType,
  DataType,
  FilesType,
  HeadersType,
  JsonType,
  ParamsType,
  UriType,
} from "./types.ts";
import { LocationParseError } from "./urllib3/exceptions.ts";
import { parse_url } from "./urllib3/url.ts";
import { check_header_validity } from "./utils-headers.ts";
import { get_auth_from_url, requote_uri } from "./utils-urls.ts";

type RequestHeaders = CaseInsensitiveDict<string | Uint8Array>;
type HeaderLines = Lines<string | Uint8Array>;

/** What stands for the position of a file that cannot tell it: sending it again is an error. */
const unknownPosition: object = Object.freeze({});

// oxlint-disable-next-line no-control-regex -- ASCII
const ascii = /^[\0-\x7f]*$/;

const signature = {
  name: "PreparedRequest.prepare",
  params: ["method", "url", "headers", "files", "data", "params", "auth", "cookies", "hooks", "json"],
};

/**
 * A request with the exact bytes that will be sent. Made by `Request.prepare` and `Session.prepare_request`; all of it may
 * be changed before it is sent.
 */
export class PreparedRequest extends RequestHooksMixin {
  /** In upper case. */
  method: string | null = null;
  /** Absolute and encoded. */
  url: string | null = null;
  /** Text, bytes, or what will be read or iterated over. */
  body: BodyType = null;
  /** Where a file stood; an object where it could not tell. */
  _body_position: number | object | null = null;
  /** An auth that returned a promise; `Session.send` waits for it. */
  _pending: Promise<void> | null = null;
  /** The headers, or the lines for them as long as nobody has asked: most requests are sent without. */
  _headers: RequestHeaders | HeaderLines | null = null;
  /** The jar, or nothing for an empty one that nobody has asked for. */
  _jar: CookieJar | null | undefined = null;

  get headers(): RequestHeaders {
    if (this._headers instanceof Map) this._headers = dictOf(this._headers);
    return this._headers!;
  }

  set headers(headers: RequestHeaders) {
    this._headers = headers;
  }

  /** The jar that the Cookie header came from. */
  get _cookies(): CookieJar | null {
    return this._jar === undefined ? (this._jar = new RequestsCookieJar()) : this._jar;
  }

  set _cookies(jar: CookieJar | null) {
    this._jar = jar;
  }

  /** Encodes a query or form; text, bytes and files come back as they are. */
  static _encode_params(data: unknown): unknown {
    return encodeParams(data);
  }

  /** A multipart body and its Content-Type. */
  static _encode_files(files: unknown, data: unknown): [unknown, string] {
    return encodeFiles(files, data);
  }

  /** Prepares everything, in requests' order: method, URL, headers, cookies, body, auth, hooks. */
  prepare(fields?: RequestFields): void;
  prepare(method: string | null, url: UriType | null, ...rest: unknown[]): void;
  prepare(...args: unknown[]): void {
    prepare(this, bind(args.length > 1 ? { ...signature, required: 2 } : signature, args));
  }

  /** A copy with headers and cookies of its own. */
  copy(): PreparedRequest {
    const copy = new PreparedRequest();
    copy.method = this.method;
    copy.url = this.url;
    copy.headers = this.headers && this.headers.copy();
    copy._cookies = _copy_cookie_jar(this._cookies);
    copy.body = this.body;
    copy.hooks = this.hooks;
    copy._body_position = this._body_position;
    return copy;
  }

  /** The path and query of the URL. */
  get path_url(): string {
    const { path, query } = urlsplit(this.url ?? "");
    return query ? `${path || "/"}?${query}` : path || "/";
  }

  prepare_method(method?: string | Uint8Array | null): void {
    this.method = method == null ? null : native(method).toUpperCase();
  }

  /**
   * Parses, completes and quotes the URL. One of another scheme than http is left alone, parameters and all.
   *
   * @throws MissingSchema, InvalidURL
   */
  prepare_url(url: UriType | null | undefined, params?: ParamsType): void {
    const text = isBytes(url) ? native(toBytes(url)) : str(url);
    const known = params == null || (typeof params === "object" && !truth(params)) ? quoted.get(text) : undefined;
    this.url = known ?? prepareUrl(text, params);
  }

  /** @throws InvalidHeader for a name or value that may not be sent */
  prepare_headers(headers?: HeadersType): void {
    this._headers = headers == null ? new Map() : checkedLines(headers);
  }

  /**
   * Takes form, JSON, files or stream for the body, and sets Content-Length or Transfer-Encoding, and Content-Type.
   *
   * @throws InvalidJSONError for numbers that JSON has no form for; NotImplementedError for a stream together with files
   */
  prepare_body(data?: DataType, files?: FilesType, json?: JsonType): void {
    let body: unknown = null;
    let type: string | null = null;
    if (!truth(data) && json != null) {
      type = "application/json";
      body = utf8(this.#dump(json));
    }
    if (isStream(data)) {
      this.#prepareStream(data, files);
      return;
    }
    if (truth(files)) [body, type] = encodeFiles(files, data);
    else if (truth(data)) {
      body = encodeParams(data);
      type = isText(data) || hasMethod(data, "read") ? null : "application/x-www-form-urlencoded";
      if (isBytes(body)) body = toBytes(body);
    }
    this.prepare_content_length(body as BodyType);
    if (type && !this.headers.has("content-type")) this.headers.set("Content-Type", type);
    this.body = body as BodyType;
  }

  #dump(json: unknown): string {
    try {
      return dumps(json);
    } catch (error) {
      // A RangeError: it is nested too deep for the stack.
      if (error instanceof NotJSON || error instanceof RangeError) throw new InvalidJSONError(error, { request: this });
      throw error;
    }
  }

  #prepareStream(data: unknown, files: unknown): void {
    let length = 0;
    try {
      length = super_len(data);
    } catch (error) {
      // What has no length is sent in chunks, as in Python; a file that cannot be looked at is an error.
      if (isOSError(error)) throw error;
    }
    if (hasMethod(data, "tell")) {
      try {
        this._body_position = data.tell() as number;
      } catch (error) {
        if (!isOSError(error)) throw error;
        this._body_position = unknownPosition;
      }
    }
    if (truth(files)) throw new NotImplementedError("Streamed bodies and files are mutually exclusive.");
    if (length) this.headers.set("Content-Length", String(length));
    else this.headers.set("Transfer-Encoding", "chunked");
    this.body = data as BodyType;
  }

  /** Sets Content-Length to the body's length; 0 where a method that may have a body has none. */
  prepare_content_length(body: BodyType): void {
    if (body !== null && body !== undefined) {
      const length = super_len(body);
      if (length) this.headers.set("Content-Length", String(length));
    } else if (this.method !== "GET" && this.method !== "HEAD" && this.headers.get("Content-Length") === null) {
      this.headers.set("Content-Length", "0");
    }
  }

  /** Lets an auth change the request; without one, credentials in the URL are taken. */
  prepare_auth(auth?: AuthType, _url: UriType | null = ""): void {
    let handler: unknown = auth;
    if (handler == null) {
      // Most URLs have no credentials.
      if (!this.url?.includes("@")) return;
      const pair = get_auth_from_url(this.url);
      handler = pair.some(Boolean) ? pair : null;
    }
    if (!truth(handler)) return;
    if (Array.isArray(handler)) {
      if (handler.length !== 2) throw new TypeError("'tuple' object is not callable");
      handler = new HTTPBasicAuth(handler[0] as string, handler[1] as string);
    }
    if (!isCallable(handler)) throw new TypeError(`'${typeName(handler)}' object is not callable`);
    const result = call(handler, this) as PreparedRequest | Promise<PreparedRequest>;
    if (result instanceof Promise) this._pending = result.then((request) => this.#adopt(request));
    else this.#adopt(result);
  }

  #adopt(request: PreparedRequest): void {
    if (request !== this) Object.assign(this, request);
    this.prepare_content_length(this.body);
  }

  /** Sets the Cookie header from a jar or mapping, where there is none yet. */
  prepare_cookies(cookies?: CookiesType): void {
    if (cookies == null) {
      this._jar = undefined;
      return;
    }
    const jar = cookies instanceof CookieJar ? cookies : cookiejar_from_dict(cookies as Record<string, string>);
    this._jar = jar;
    const header = get_cookie_header(jar, this);
    if (header !== null) this.headers.set("Cookie", header);
  }

  prepare_hooks(hooks?: HooksInputType | null): void {
    registerHooks(this, hooks);
  }

  override toString(): string {
    return `<PreparedRequest [${str(this.method)}]>`;
  }
}
conceal(PreparedRequest);

/** The lines of a request's headers, without making the dictionary. */
export function headerLines({ _headers: headers }: PreparedRequest): HeaderLines {
  return headers instanceof Map ? headers : store(headers!);
}

/** What was found in order last: mostly a session's own headers, which are the same for request after request. */
let checked: HeaderLines = new Map();

function isChecked(items: readonly (readonly [unknown, unknown])[]): boolean {
  if (items.length !== checked.size) return false;
  let at = 0;
  for (const known of checked.values()) {
    const item = items[at++]!;
    // Bytes may have changed since.
    if (item[0] !== known[0] || item[1] !== known[1] || typeof item[1] !== "string") return false;
  }
  return true;
}

/** @throws InvalidHeader */
function checkedLines(headers: NonNullable<HeadersType>): HeaderLines {
  const items = itemsOf(headers);
  if (isChecked(items)) return new Map(checked);
  const lines: HeaderLines = new Map();
  for (const [name, value] of items as [string | Uint8Array, string][]) {
    check_header_validity([name, value]);
    const text = native(name);
    lines.set(text.toLowerCase(), [text, value]);
  }
  checked = new Map(lines);
  return lines;
}

/** Whether a body is sent as it is read, and not encoded first. */
function isStream(data: unknown): boolean {
  if (data == null || isText(data) || Array.isArray(data) || isMapping(data)) return false;
  return isFileLike(data) || isIterable(data);
}

/** Prepares everything. What `Session.prepare_request` calls, without the binding of keywords. */
export function prepare(request: PreparedRequest, fields: RequestFields): void {
  request.prepare_method(fields.method);
  request.prepare_url(fields.url, fields.params);
  request.prepare_headers(fields.headers);
  request.prepare_cookies(fields.cookies);
  request.prepare_body(fields.data, fields.files, fields.json);
  // Last but hooks, so that an auth sees the whole request; and it may add hooks.
  request.prepare_auth(fields.auth, fields.url ?? "");
  request.prepare_hooks(fields.hooks);
}

/** URLs that were prepared lately and had no parameters. */
const quoted = new Map<string, string>();

function prepareUrl(text: string, params: ParamsType): string {
  const url = text.trimStart();
  if (url.includes(":") && !url.toLowerCase().startsWith("http")) return url;
  let parts;
  try {
    parts = parse_url(url);
  } catch (error) {
    if (error instanceof LocationParseError) throw new InvalidURL(error.message);
    throw error;
  }
  const { scheme, auth, host, port, fragment } = parts;
  if (!scheme)
    throw new MissingSchema(`Invalid URL ${repr(url)}: No scheme supplied. Perhaps you meant https://${url}?`);
  if (!host) throw new InvalidURL(`Invalid URL ${repr(url)}: No host supplied`);
  if (/^[*.]/.test(host) || !ascii.test(host)) throw new InvalidURL("URL has an invalid label.");
  const netloc = `${auth ? `${auth}@` : ""}${host}${port ? `:${port}` : ""}`;
  const encoded = encodeParams(isBytes(params) ? asciiText(toBytes(params)) : params);
  const added = truth(encoded) ? str(encoded) : "";
  const query = added && parts.query ? `${parts.query}&${added}` : added || parts.query || "";
  const result = requote_uri(urlunsplit(scheme, netloc, parts.path || "/", query, fragment ?? ""));
  if (!added) {
    if (quoted.size >= 128) quoted.clear();
    quoted.set(text, result);
  }
  return result;
}

function asciiText(bytes: Uint8Array): string {
  const text = native(bytes);
  if (!ascii.test(text)) throw new UnicodeError(`'ascii' codec can't decode byte ${repr(bytes)}`);
  return text;
}
