import type { ErrorCode, HeaderList } from "@posthaste/core";

/** The head of a proxy's refusal. */
export interface Refusal {
  readonly status: number;
  readonly reason: string;
  readonly headers: HeaderList;
}

/**
 * A failure of which the code is known where it happens; the exchange that meets it makes an `HttpError` of it.
 *
 * @example
 * ```ts
 * throw new Failure("ERR_RESET", rootCause(error), error);
 * ```
 */
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

/**
 * One line that says what was at the bottom of it; an error of several attempts (one per address) joins theirs.
 *
 * @example
 * ```ts
 * rootCause(new AggregateError([new Error("a"), new Error("b")])); // "a; b"
 * ```
 */
export function rootCause(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) {
    return [...new Set(error.errors.map(rootCause))].join("; ");
  }
  const { message, code, name } = error as { message?: unknown; code?: unknown; name?: unknown };
  return String(message || code || name)
    .replaceAll(/\s+/g, " ")
    .trim();
}
