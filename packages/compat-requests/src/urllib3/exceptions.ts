import { inherits, named, PythonError, ValueError } from "../python/builtins.ts";
import { repr } from "../python/values.ts";

// urllib3's own exceptions: what an adapter's and a Retry's code sees below requests'.

/** The base of urllib3's exceptions. */
export class HTTPError extends PythonError {}

/** Of a pool. */
class PoolError extends HTTPError {
  pool: unknown;

  constructor(pool: unknown, message: string) {
    super(`${String(pool)}: ${message}`);
    this.pool = pool;
  }
}

/** Of a pool and a URL. */
class RequestError extends PoolError {
  url: string | null;

  constructor(pool: unknown, url: string | null, message: string) {
    super(pool, message);
    this.url = url;
  }
}

/** The certificate was not accepted, or the handshake failed. */
export class SSLError extends HTTPError {}

/** The proxy could not be reached. */
export class ProxyError extends HTTPError {
  original_error: unknown;

  constructor(message: string, ...error: [original?: unknown]) {
    super(message, ...error);
    [this.original_error] = error;
  }
}

/** The content is not what its Content-Encoding says. */
export class DecodeError extends HTTPError {}
/** The connection broke, or what came is not HTTP. */
export class ProtocolError extends HTTPError {}

/** The attempts are used up; `reason` is what the last one met. */
export class MaxRetryError extends RequestError {
  reason: Error;

  constructor(pool: unknown, url: string | null, reason: Error) {
    super(pool, url, `Max retries exceeded with url: ${url} (Caused by ${repr(reason)})`);
    this.reason = reason;
    this.cause = reason;
  }
}

/** A timeout. */
class TimeoutError extends HTTPError {}

/** Silence while a response was awaited or read. */
export class ReadTimeoutError extends RequestError {}
inherits(ReadTimeoutError, TimeoutError);

/** No connection in time. */
export class ConnectTimeoutError extends TimeoutError {}

/** No connection at all. */
export class NewConnectionError extends ConnectTimeoutError {
  conn: unknown;

  constructor(conn: unknown, message: string) {
    super(`${String(conn)}: ${message}`);
    this.conn = conn;
  }
}

/** The name did not resolve. */
export class NameResolutionError extends NewConnectionError {
  constructor(host: string, conn: unknown, reason: unknown) {
    super(conn, `Failed to resolve '${host}' (${String(reason)})`);
  }
}

/** The pool was closed. */
export class ClosedPoolError extends PoolError {}

/** Something is wrong with a URL. */
export class LocationValueError extends ValueError {}
inherits(LocationValueError, HTTPError);

/** A URL cannot be parsed. */
export class LocationParseError extends LocationValueError {
  location: string;

  constructor(location: string) {
    super(`Failed to parse: ${location}`);
    this.location = location;
  }
}

/** A proxy's URL has a scheme that no proxy speaks. */
export class ProxySchemeUnknown extends LocationValueError {
  constructor(scheme: string | null) {
    super(
      scheme === null || scheme === "localhost"
        ? "Proxy URL had no scheme, should start with http:// or https://"
        : `Proxy URL had unsupported scheme ${scheme}, should use http:// or https://`,
    );
  }
}

/** Stands for a response whose status was to be tried again. */
export class ResponseError extends HTTPError {}
/** A header is not valid. */
export class InvalidHeader extends HTTPError {}
/** The platform does not do what was asked for. */
export class Unsupported extends HTTPError {}
/** A body cannot be sent again. */
export class UnrewindableBodyError extends HTTPError {}

/** Fewer bytes came than were announced. */
export class IncompleteRead extends HTTPError {
  partial: number;
  expected: number;

  constructor(partial: number, expected: number) {
    super(`IncompleteRead(${partial} bytes read, ${expected} more expected)`);
    this.partial = partial;
    this.expected = expected;
  }

  __repr__(): string {
    return this.message;
  }
}

named({
  HTTPError,
  PoolError,
  RequestError,
  SSLError,
  ProxyError,
  DecodeError,
  ProtocolError,
  MaxRetryError,
  TimeoutError,
  ReadTimeoutError,
  ConnectTimeoutError,
  NewConnectionError,
  NameResolutionError,
  ClosedPoolError,
  LocationValueError,
  LocationParseError,
  ProxySchemeUnknown,
  ResponseError,
  InvalidHeader,
  Unsupported,
  UnrewindableBodyError,
  IncompleteRead,
});
