import { aborted, unsupported } from "#transport";
import type { HttpError } from "@posthaste/core";
import { ValueError, OSError } from "../python/builtins.ts";
import { str } from "../python/values.ts";
import {
  ClosedPoolError,
  ConnectTimeoutError,
  InvalidHeader,
  LocationParseError,
  NameResolutionError,
  NewConnectionError,
  ProtocolError,
  ProxyError,
  ReadTimeoutError,
  SSLError,
} from "./exceptions.ts";
import type { HTTPConnectionPool, UrlopenKwargs } from "./pool.ts";

/** The first cause that has an error code of the system's. */
export function systemError(error: unknown): NodeJS.ErrnoException | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    const all = at instanceof AggregateError ? (at.errors as unknown[]) : [at];
    for (const one of all) {
      const { code, syscall } = one as NodeJS.ErrnoException;
      if (code && syscall) return one as NodeJS.ErrnoException;
    }
  }
  return undefined;
}

function unconnected(error: HttpError, pool: HTTPConnectionPool): NewConnectionError {
  const system = systemError(error);
  const where = `${pool.scheme === "https" ? "HTTPSConnection" : "HTTPConnection"}(host='${pool.host}', port=${str(pool.port)})`;
  if (system?.syscall === "getaddrinfo") return new NameResolutionError(pool.host, where, system.message);
  return new NewConnectionError(where, `Failed to establish a new connection: ${system?.message ?? error.message}`);
}

/** urllib3's exception for an error of the transport's that came before the response. */
export function transportError(error: HttpError, pool: HTTPConnectionPool, { url, timeout }: UrlopenKwargs): Error {
  const made = translate(error, pool, url, timeout?.connect_timeout ?? null, timeout?.read_timeout ?? null);
  made.cause ??= systemError(error) ?? error;
  return made;
}

function translate(
  error: HttpError,
  pool: HTTPConnectionPool,
  url: string,
  connect: number | null,
  read: number | null,
): Error {
  const socks = pool.proxy?.scheme.startsWith("socks");
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- any other code is a broken connection
  switch (error.code) {
    case "ERR_CONNECT":
      return unconnected(error, pool);
    case "ERR_PROXY":
      // urllib3 does not know a SOCKS proxy from the network.
      if (socks) return unconnected(error, pool);
      return new ProxyError(
        "Unable to connect to proxy",
        systemError(error) ? unconnected(error, pool) : new OSError(`Tunnel connection failed: ${error.message}`),
      );
    case "ERR_TIMEOUT_CONNECT":
      // As urllib3, to which a silent TLS handshake is a read, that may take as long as connecting.
      if (
        ((error.cause as Error | undefined)?.cause as NodeJS.ErrnoException | undefined)?.code ===
        "ERR_TLS_HANDSHAKE_TIMEOUT"
      ) {
        return new ReadTimeoutError(pool, url, `Read timed out. (read timeout=${str(connect)})`);
      }
      return new ConnectTimeoutError(`Connection to ${pool.host} timed out. (connect timeout=${str(connect)})`);
    case "ERR_TIMEOUT_READ":
      return new ReadTimeoutError(pool, url, `Read timed out. (read timeout=${str(read)})`);
    case "ERR_TLS":
      return new SSLError(error);
    case "ERR_URL":
      return new LocationParseError(error.message);
    case "ERR_METHOD":
    case "ERR_HEADER":
      return new ValueError(error.message);
    case "ERR_BODY":
      return new TypeError(error.message);
    case "ERR_CLOSED":
      return new ClosedPoolError(pool, "Pool is closed.");
    case "ERR_UNSUPPORTED":
      return unsupported(error);
    case "ERR_OPTION":
      // What only the transport finds wrong with the URL of a proxy.
      return pool.proxy ? new ProxyError("Unable to connect to proxy", new OSError(error.message)) : error;
    default:
      // Several Content-Length lines, of which undici makes one number, and Node's parser none.
      if ((error.cause as NodeJS.ErrnoException | undefined)?.code === severalLengths(pool)) {
        return new InvalidHeader("Content-Length contained multiple values");
      }
      return new ProtocolError(aborted, systemError(error) ?? error);
  }
}

function severalLengths({ kwargs }: HTTPConnectionPool): string {
  return kwargs.exact ? "HPE_UNEXPECTED_CONTENT_LENGTH" : "UND_ERR_RES_CONTENT_LENGTH_MISMATCH";
}
