import type { ErrorCode, Phase } from "@posthaste/core";
import { Failure } from "@posthaste/transport";

/** The code of an error that Node gave after the connection stood. By class and code, never by text. */
export function codeOf(error: unknown, phase: Phase): ErrorCode {
  if (error instanceof Failure) return error.code;
  const code = String((error as NodeJS.ErrnoException).code);
  if (code === "HPE_HEADER_OVERFLOW" || code === "HPE_CHUNK_EXTENSIONS_OVERFLOW") return "ERR_LIMIT";
  // The parser did not like what came; at the end of the connection, that nothing more did.
  if (code.startsWith("HPE_") && code !== "HPE_INVALID_EOF_STATE") return "ERR_PROTOCOL";
  // With TLS 1.3 a server refuses a client's certificate after the handshake.
  if (/^ERR_(?:SSL|TLS)_/.test(code)) return "ERR_TLS";
  return phase === "body" ? "ERR_BODY_TRUNCATED" : "ERR_RESET";
}

/** Whether the other side has closed the connection, or the network has. */
export function isDisconnect(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ECONNRESET" || code === "EPIPE";
}
