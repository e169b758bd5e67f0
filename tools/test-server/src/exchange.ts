import type { IncomingHttpHeaders } from "node:http";

/** A request as the routes see it, with its whole body. */
export interface Exchange {
  readonly method: string;
  /** The request target as sent. */
  readonly target: string;
  /** The path of the target, still percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** Names and values in turn, as sent. */
  readonly rawHeaders: readonly string[];
  readonly cookies: ReadonlyMap<string, string>;
  readonly body: Buffer;
  /** The address of the client. */
  readonly origin: string;
  readonly secure: boolean;
  /** Scheme and authority that the client used, without a slash at the end. */
  readonly base: string;
  /** Aborted as soon as the client is gone. */
  readonly signal: AbortSignal;
}

/** What a route answers; the server adds Content-Length or chunked framing. */
export interface Answer {
  readonly status?: number;
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body?: string | Uint8Array | AsyncIterable<Uint8Array>;
}

/** An answer with JSON as httpbin writes it: sorted, indented by two, a line feed at the end. */
export function json(value: unknown, answer: Omit<Answer, "body"> = {}): Answer {
  return {
    ...answer,
    headers: [["Content-Type", "application/json"], ...(answer.headers ?? [])],
    body: `${JSON.stringify(sorted(value), undefined, 2)}\n`,
  };
}

/** An answer with text of a media type. */
export function text(type: string, body: string | Uint8Array, status = 200): Answer {
  return { status, headers: [["Content-Type", type]], body };
}

/** Copies plain objects with their keys in order, all the way down. */
export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}

/** Groups pairs as httpbin does: a single value is a string, repeated ones are an array. */
export function flatten(pairs: Iterable<readonly [string, string]>): Record<string, string | string[]> {
  const groups = new Map<string, string[]>();
  for (const [key, value] of pairs) groups.set(key, [...(groups.get(key) ?? []), value]);
  return Object.fromEntries(
    [...groups].map(([key, [first = "", ...rest]]) => [key, rest.length ? [first, ...rest] : first]),
  );
}

/** A header value that carries `value` as UTF-8 bytes. */
export function headerBytes(value: string): string {
  return Buffer.from(value, "utf8").toString("latin1");
}

/** Reads a Cookie header. */
export function parseCookies(header: string | undefined): Map<string, string> {
  const cookies = new Map<string, string>();
  for (const pair of header?.split(";") ?? []) {
    const [, name, value = ""] = /^\s*([^=]*?)\s*=\s*(.*?)\s*$/s.exec(pair) ?? [];
    if (name) cookies.set(name, Buffer.from(value.replace(/^"(.*)"$/s, "$1"), "latin1").toString("utf8"));
  }
  return cookies;
}
