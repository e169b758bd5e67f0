import type { ErrorCode, Phase } from "@posthaste/core";

/** A failure of which the code is known where it happens; the exchange makes an `HttpError` of it. */
export class Failure extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, problem: string, cause?: unknown) {
    super(problem, { cause });
    this.code = code;
  }
}

/** `ECONNREFUSED 127.0.0.1:1`-like, one line; an AggregateError (one attempt per address) joins its parts. */
export function rootCause(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) {
    return [...new Set(error.errors.map(rootCause))].join("; ");
  }
  const text = error instanceof Error ? error.message || (error as NodeJS.ErrnoException).code || error.name : String(error);
  return text.replaceAll(/\s+/g, " ").trim();
}

/** The code of an error that came from undici or a socket after the connection stood. By class and code, never by text. */
export function codeOf(error: unknown, phase: Phase): ErrorCode {
  const { code = "" } = (error ?? {}) as { code?: unknown };
  const name = String(code);
  if (error instanceof Failure) return error.code;
  switch (name) {
    case "UND_ERR_DESTROYED":
    case "UND_ERR_CLOSED":
      return "ERR_CLOSED";
    case "UND_ERR_HEADERS_OVERFLOW":
      return "ERR_LIMIT";
    case "UND_ERR_INVALID_ARG":
    case "UND_ERR_NOT_SUPPORTED":
      return "ERR_UNSUPPORTED";
    case "HPE_INVALID_EOF_STATE":
    case "UND_ERR_RES_CONTENT_LENGTH_MISMATCH":
      return phase === "body" ? "ERR_BODY_TRUNCATED" : "ERR_RESET";
    default:
  }
  if (name.startsWith("HPE_")) return "ERR_PROTOCOL";
  if (name.startsWith("ERR_SSL_") || name.startsWith("ERR_TLS_")) return "ERR_TLS";
  return phase === "body" ? "ERR_BODY_TRUNCATED" : "ERR_RESET";
}
