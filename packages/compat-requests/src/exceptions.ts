import type { PythonError } from "./python/builtins.ts";
import { DeprecationWarning, inherits, isinstance, named, OSError, ValueError, Warning } from "./python/builtins.ts";
import { BaseJSONDecodeError } from "./python/json.ts";
import { isPlain, record } from "./python/values.ts";
import type { PreparedRequest } from "./prepared-request.ts";
import type { Request } from "./request.ts";
import type { Response } from "./response.ts";
import { HTTPError as BaseHTTPError } from "./urllib3/exceptions.ts";

export {
  AttributeError,
  DeprecationWarning,
  NotImplementedError,
  OSError,
  OSError as IOError,
  KeyError,
  RuntimeError,
  UnicodeError,
  ValueError,
  Warning,
} from "./python/builtins.ts";

/** The keywords of requests' exceptions. */
export interface RequestExceptionKwargs {
  request?: Request | PreparedRequest | null;
  response?: Response | null;
}

function context(args: unknown[]): RequestExceptionKwargs {
  const last = args.at(-1);
  const given =
    isPlain(last) && (Object.hasOwn(last, "request") || Object.hasOwn(last, "response"))
      ? record(args.pop() as RequestExceptionKwargs)
      : record<RequestExceptionKwargs>();
  const response = given.response ?? null;
  return { response, request: given.request ?? response?.request ?? null };
}

function attach(error: object, { request = null, response = null }: RequestExceptionKwargs): void {
  // Not enumerable, so that a logged error does not print headers with credentials.
  Object.defineProperty(error, "request", { value: request, writable: true, configurable: true });
  Object.defineProperty(error, "response", { value: response, writable: true, configurable: true });
}

/**
 * The base of all that requests raises; an `OSError` too. The arguments are the message, and last a plain object with
 * `request` and `response`.
 */
export class RequestException extends OSError {
  /** The request that led here. */
  declare request: Request | PreparedRequest | null;
  /** The response, where there was one. */
  declare response: Response | null;

  constructor(...args: unknown[]) {
    const details = context(args);
    super(...args);
    attach(this, details);
  }
}

/** A value that JSON has no form for, or text that is no JSON. */
export class InvalidJSONError extends RequestException {}

/** `Response.json()` met text that is no JSON; a `ValueError` with `msg`, `doc`, `pos`, `lineno` and `colno`. */
export class JSONDecodeError extends BaseJSONDecodeError {
  declare request: Request | PreparedRequest | null;
  declare response: Response | null;

  constructor(msg: string, doc: string, pos: number, details: RequestExceptionKwargs = {}) {
    super(msg, doc, pos);
    attach(this, context([details]));
  }
}
inherits(JSONDecodeError, InvalidJSONError);

/** `raise_for_status()` met a status from 400 to 599. */
export class HTTPError extends RequestException {}
/** The connection could not be made, or broke. */
export class ConnectionError extends RequestException {}
/** The proxy could not be reached, or refused. */
export class ProxyError extends ConnectionError {}
/** The TLS handshake failed, or a certificate was not accepted. */
export class SSLError extends ConnectionError {}
/** A timeout, of either kind. */
export class Timeout extends RequestException {}
/** No connection in time; safe to try again. A `ConnectionError` and a `Timeout`. */
export class ConnectTimeout extends ConnectionError {}
inherits(ConnectTimeout, Timeout);
/** No answer in time. */
export class ReadTimeout extends Timeout {}
/** A request without a URL. */
export class URLRequired extends RequestException {}
/** More redirects than `session.max_redirects`. */
export class TooManyRedirects extends RequestException {}
/** A URL without a scheme. Also a `ValueError`. */
export class MissingSchema extends RequestException {}
/** A URL for whose scheme no adapter is mounted, or a proxy's that is not spoken. Also a `ValueError`. */
export class InvalidSchema extends RequestException {}
/** A URL that cannot be one. Also a `ValueError`. */
export class InvalidURL extends RequestException {}
/** A header whose name or value may not be sent. Also a `ValueError`. */
export class InvalidHeader extends RequestException {}
/** A proxy's URL that cannot be one. */
export class InvalidProxyURL extends InvalidURL {}
/** The body broke off, or its chunks are none. */
export class ChunkedEncodingError extends RequestException {}
/** The body is not what its Content-Encoding says. Also urllib3's `HTTPError`. */
export class ContentDecodingError extends RequestException {}
/** The body was read before, in pieces. Also a `TypeError`. */
export class StreamConsumedError extends TypeError {
  args: unknown[];
  declare request: Request | PreparedRequest | null;
  declare response: Response | null;

  static override [Symbol.hasInstance](value: unknown): boolean {
    return isinstance(value, this);
  }

  constructor(...args: unknown[]) {
    const details = context(args);
    super(args.length ? String(args[0]) : "");
    this.args = args;
    attach(this, details);
  }

  override get name(): string {
    return this.constructor.name;
  }
}
inherits(StreamConsumedError, RequestException);
/** A `Retry` gave up on a status. */
export class RetryError extends RequestException {}
/** A body that would have to be sent again cannot be. */
export class UnrewindableBodyError extends RequestException {}

for (const type of [MissingSchema, InvalidSchema, InvalidURL, InvalidHeader]) inherits(type, ValueError);
inherits(ContentDecodingError, BaseHTTPError);

/** The base of requests' warnings. */
export class RequestsWarning extends Warning {}
/** A file in text mode whose length was taken in bytes. */
export class FileModeWarning extends RequestsWarning {}
inherits(FileModeWarning, DeprecationWarning);
/** A dependency of another version than was expected. */
export class RequestsDependencyWarning extends RequestsWarning {}

named({
  RequestException,
  InvalidJSONError,
  JSONDecodeError,
  HTTPError,
  ConnectionError,
  ProxyError,
  SSLError,
  Timeout,
  ConnectTimeout,
  ReadTimeout,
  URLRequired,
  TooManyRedirects,
  MissingSchema,
  InvalidSchema,
  InvalidURL,
  InvalidHeader,
  InvalidProxyURL,
  ChunkedEncodingError,
  ContentDecodingError,
  StreamConsumedError,
  RetryError,
  UnrewindableBodyError,
  RequestsWarning,
  FileModeWarning,
  RequestsDependencyWarning,
});

/** JSON's own decoding error, as Python's `json` module raises it. */
export { BaseJSONDecodeError as CompatJSONDecodeError };
export type { PythonError };
