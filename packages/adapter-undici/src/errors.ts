import type { ErrorCode, Phase } from "@posthaste/core";
import { Failure } from "@posthaste/transport";
import { HTTPParserError } from "./undici.ts";

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
