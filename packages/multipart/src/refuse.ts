import { HttpError, type ErrorCode } from "@posthaste/core";

/** Refuses what the caller gave. */
export function refuse(code: ErrorCode, what: string, which?: unknown): never {
  throw new HttpError(code, `bad multipart ${what} ${JSON.stringify(which)}`);
}

/** Refuses a header line of a part that could end before its end. */
export function checkLine(line: string): void {
  if (/[\r\n\0]/.test(line)) refuse("ERR_HEADER", "header", line);
}
