import type { ErrorCode, HeaderList, Phase } from "@posthaste/core";
import { HTTPParserError } from "./undici.ts";

/** The head of a proxy's refusal. */
export interface Refusal {
  readonly status: number;
  readonly reason: string;
  readonly headers: HeaderList;
}

/** A failure of which the code is known where it happens; the exchange that meets it makes an `HttpError` of it. */
export class Failure extends Error {
  readonly code: ErrorCode;
  /** What the proxy answered, where that is the failure. */
  readonly refusal: Refusal | undefined;

  constructor(code: ErrorCode, problem: string, cause?: unknown, refusal?: Refusal) {
    super(problem, { cause });
    this.code = code;
    this.refusal = refusal;
  }
}

/** Nobody waits for it any more: an attempt to connect that is called off for this says nothing about the server. */
export class GivenUp extends Failure {
  constructor() {
    super("ERR_CLOSED", "given up before it was sent");
  }
}

/** One line that says what was at the bottom of it; an error of several attempts (one per address) joins theirs. */
export function rootCause(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) {
    return [...new Set(error.errors.map(rootCause))].join("; ");
  }
  const { message, code, name } = error as { message?: unknown; code?: unknown; name?: unknown };
  return String(message || code || name)
    .replaceAll(/\s+/g, " ")
    .trim();
}

/** Undici's names for errors. */
const codes: Readonly<Record<string, ErrorCode>> = {
  UND_ERR_CLOSED: "ERR_CLOSED",
  UND_ERR_DESTROYED: "ERR_CLOSED",
  UND_ERR_HEADERS_OVERFLOW: "ERR_LIMIT",
  UND_ERR_INVALID_ARG: "ERR_UNSUPPORTED",
  UND_ERR_NOT_SUPPORTED: "ERR_UNSUPPORTED",
};

/**
 * The code of an error that undici or a socket gave after the connection stood. By class and code, never by text.
 *
 * @param ended whether the other side had closed the connection
 */
export function codeOf(error: unknown, phase: Phase, ended = true): ErrorCode {
  if (error instanceof Failure) return error.code;
  const code = String((error as NodeJS.ErrnoException).code);
  if (Object.hasOwn(codes, code)) return codes[code]!;
  // It was undici that closed, for something came that is no answer: a switch of protocols, say.
  if (code === "UND_ERR_SOCKET" && phase !== "body" && !ended) return "ERR_PROTOCOL";
  // Two lengths in one head.
  if (code === "UND_ERR_RES_CONTENT_LENGTH_MISMATCH" && phase !== "body") return "ERR_PROTOCOL";
  // It tells the bytes it did not like; without any, it did not like the end.
  if (error instanceof HTTPParserError && error.data) return "ERR_PROTOCOL";
  // With TLS 1.3 a server refuses a client's certificate after the handshake.
  if (/^ERR_(?:SSL|TLS)_/.test(code)) return "ERR_TLS";
  return cut(phase);
}

function cut(phase: Phase): ErrorCode {
  return phase === "body" ? "ERR_BODY_TRUNCATED" : "ERR_RESET";
}

/** Whether the other side has closed the connection, or the network has. */
export function isDisconnect(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "UND_ERR_SOCKET" || code === "ECONNRESET" || code === "EPIPE";
}
