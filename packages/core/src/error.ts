import type { HttpRequest } from "./request.ts";
import type { HttpResponse } from "./response.ts";

/**
 * What went wrong, as a closed set to switch on.
 *
 * | code | when |
 * | --- | --- |
 * | `ERR_URL` | the URL cannot be parsed, or its scheme is neither http nor https |
 * | `ERR_METHOD` | the method is not a token (RFC 9110 §9.1) |
 * | `ERR_HEADER` | a header's name is not a token, or its value is no string, or holds CR, LF, NUL or a character beyond U+00FF |
 * | `ERR_BODY` | the body, or a chunk of it, is of a type that cannot be sent |
 * | `ERR_BODY_CONSUMED` | a one-shot body was to be opened or read a second time |
 * | `ERR_BODY_TRUNCATED` | the response ended before its declared length |
 * | `ERR_OPTION` | an option, or the value of one, is unknown |
 * | `ERR_UNSUPPORTED` | the adapter cannot do what was asked |
 * | `ERR_CLOSED` | the client was closed |
 * | `ERR_CONNECT` | the name did not resolve, or nobody answered there |
 * | `ERR_TLS` | the TLS handshake failed, or the certificate was not accepted |
 * | `ERR_PROXY` | the proxy could not be reached or refused |
 * | `ERR_RESET` | the connection ended before the response's head was there |
 * | `ERR_PROTOCOL` | the answer is not HTTP |
 * | `ERR_TIMEOUT_CONNECT` | no connection within `timeout.connect` |
 * | `ERR_TIMEOUT_READ` | silence for longer than `timeout.read` |
 * | `ERR_TIMEOUT_TOTAL` | the call, its body included, took longer than `timeout.total` |
 * | `ERR_STATUS` | the status was one that the caller counts as an error |
 * | `ERR_REDIRECT` | a redirect that cannot be followed, or one too many |
 * | `ERR_AUTH` | credentials could not be had or were not accepted |
 * | `ERR_RETRY` | all attempts are used up |
 * | `ERR_DECODE` | the content is not what its encoding or type says |
 * | `ERR_LIMIT` | a size limit was passed |
 */
export type ErrorCode =
  | "ERR_URL"
  | "ERR_METHOD"
  | "ERR_HEADER"
  | "ERR_BODY"
  | "ERR_BODY_CONSUMED"
  | "ERR_BODY_TRUNCATED"
  | "ERR_OPTION"
  | "ERR_UNSUPPORTED"
  | "ERR_CLOSED"
  | "ERR_CONNECT"
  | "ERR_TLS"
  | "ERR_PROXY"
  | "ERR_RESET"
  | "ERR_PROTOCOL"
  | "ERR_TIMEOUT_CONNECT"
  | "ERR_TIMEOUT_READ"
  | "ERR_TIMEOUT_TOTAL"
  | "ERR_STATUS"
  | "ERR_REDIRECT"
  | "ERR_AUTH"
  | "ERR_RETRY"
  | "ERR_DECODE"
  | "ERR_LIMIT";

/** How far the call had come: nothing sent yet, connecting, sending, waiting for the head, or reading the body. */
export type Phase = "prepare" | "connect" | "send" | "headers" | "body";

/** The surroundings of an error. */
export interface ErrorDetails {
  /** The request that failed. */
  request?: HttpRequest | undefined;
  /** The response, where there was one. */
  response?: HttpResponse | undefined;
  /** @default "prepare" */
  phase?: Phase | undefined;
  /** The error below this one. */
  cause?: unknown;
}

/**
 * The one error class of every package. Its message is one line: method, origin and path, root cause, code. A URL's user
 * information, query and fragment are left out, and `request` and `response` are neither enumerable nor serialised, so
 * that a logged error tells no secret.
 *
 * @example
 * ```ts
 * try {
 *   await client.get("https://example.test/");
 * } catch (error) {
 *   if (error instanceof HttpError && error.code === "ERR_CONNECT") console.log(error.message);
 * }
 * ```
 */
export class HttpError extends Error {
  /** What went wrong. */
  declare readonly code: ErrorCode;
  /** How far the call had come. */
  declare readonly phase: Phase;
  readonly #details: ErrorDetails;

  constructor(code: ErrorCode, problem: string, details: ErrorDetails = {}) {
    const { request, phase = "prepare" } = details;
    super(`${request ? `${request.method} ${safeUrl(request.url)}: ` : ""}${problem} (${code})`, details);
    this.code = code;
    this.phase = phase;
    this.#details = details;
  }

  // On the prototype, so that it is not an own property of every error.
  override get name(): string {
    return "HttpError";
  }

  /** The request that failed; its headers may hold credentials. */
  get request(): HttpRequest | undefined {
    return this.#details.request;
  }

  /** The response, where there was one. */
  get response(): HttpResponse | undefined {
    return this.#details.response;
  }

  /** What may be logged. */
  toJSON(): { code: ErrorCode; phase: Phase; message: string } {
    // oxlint-disable-next-line typescript/no-misused-spread -- just its own properties
    return { ...this, message: this.message };
  }
}

/** Origin and path: user information, query and fragment may hold secrets. */
export function safeUrl(url: string): string {
  return url.replace(/(?<=\/\/)[^/?#]*@|[\s?#].*/g, "");
}

/** Refuses what the caller gave. */
export function refuse(code: ErrorCode, what: unknown): never {
  throw new HttpError(code, `invalid ${JSON.stringify(what)}`);
}
