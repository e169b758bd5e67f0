import {
  ChunkedEncodingError,
  ConnectionError,
  ConnectTimeout,
  ContentDecodingError,
  InvalidHeader,
  InvalidURL,
  ProxyError,
  ReadTimeout,
  RequestException,
  RetryError,
  SSLError,
  UnrewindableBodyError,
} from "./exceptions.ts";
import type { PreparedRequest } from "./prepared-request.ts";
import { OSError } from "./python/builtins.ts";
import * as urllib3 from "./urllib3/exceptions.ts";

/** requests' exception for one of urllib3's that came before the response. */
export function requestsError(error: unknown, request: PreparedRequest): unknown {
  const details = { request };
  if (error instanceof urllib3.ProtocolError || error instanceof OSError) return new ConnectionError(error, details);
  if (error instanceof urllib3.MaxRetryError) {
    const { reason } = error;
    if (reason instanceof urllib3.ConnectTimeoutError && !(reason instanceof urllib3.NewConnectionError))
      return new ConnectTimeout(error, details);
    if (reason instanceof urllib3.ResponseError) return new RetryError(error, details);
    if (reason instanceof urllib3.ProxyError) return new ProxyError(error, details);
    if (reason instanceof urllib3.SSLError) return new SSLError(error, details);
    return new ConnectionError(error, details);
  }
  if (error instanceof urllib3.ClosedPoolError) return new ConnectionError(error, details);
  if (error instanceof urllib3.ProxyError) return new ProxyError(error);
  if (error instanceof urllib3.SSLError) return new SSLError(error, details);
  if (error instanceof urllib3.ReadTimeoutError) return new ReadTimeout(error, details);
  if (error instanceof urllib3.InvalidHeader) return new InvalidHeader(error, details);
  if (error instanceof urllib3.LocationValueError) return new InvalidURL(error, details);
  if (error instanceof urllib3.Unsupported) return new RequestException(error, details);
  if (error instanceof urllib3.UnrewindableBodyError) return new UnrewindableBodyError(error, details);
  return error;
}

/** requests' exception for one of urllib3's that came while a body was read. */
export function bodyError(error: unknown): unknown {
  if (error instanceof urllib3.ProtocolError) return new ChunkedEncodingError(error);
  if (error instanceof urllib3.DecodeError) return new ContentDecodingError(error);
  if (error instanceof urllib3.ReadTimeoutError) return new ConnectionError(error);
  if (error instanceof urllib3.SSLError) return new SSLError(error);
  if (error instanceof urllib3.ClosedPoolError) return new ConnectionError(error);
  return error;
}
