import { HttpError } from "@posthaste/core";

/** An HTTP archive, as far as this package reads and writes it; its JSON is a HAR 1.2 file. */
export interface Har {
  log: {
    version: string;
    creator: { name: string; version: string };
    entries: HarEntry[];
  };
}

/** One exchange. */
export interface HarEntry {
  /** Names that begin with an underscore are anybody's own. */
  [own: `_${string}`]: unknown;
  /** ISO 8601. */
  startedDateTime: string;
  /** Milliseconds. */
  time: number;
  request: HarRequest;
  response: HarResponse;
  cache: Record<string, never>;
  /** Milliseconds; -1 is unknown. */
  timings: { blocked: number; dns: number; connect: number; send: number; wait: number; receive: number; ssl: number };
  comment?: string;
}

/** What was asked. */
export interface HarRequest {
  method: string;
  url: string;
  httpVersion: string;
  cookies: HarCookie[];
  headers: HarPair[];
  queryString: HarPair[];
  postData?: HarPostData;
  headersSize: number;
  bodySize: number;
}

/** The content of a request. HAR 1.2 has text alone here; `_encoding` says where that is base64. */
export interface HarPostData {
  mimeType: string;
  text: string;
  _encoding?: "base64";
}

/** What was answered. A `status` of 0 is a call that failed. */
export interface HarResponse {
  status: number;
  statusText: string;
  httpVersion: string;
  cookies: HarCookie[];
  headers: HarPair[];
  content: HarContent;
  redirectURL: string;
  headersSize: number;
  bodySize: number;
  /** The code of the `HttpError` that the call, or the reading of its content, ended on. */
  _error?: string;
}

/** The content of a response, its Content-Encoding taken off. */
export interface HarContent {
  size: number;
  mimeType: string;
  text?: string;
  encoding?: string;
  comment?: string;
}

/** A header line, or a field of a query or form. */
export interface HarPair {
  name: string;
  value: string;
}

/** A cookie; the attributes are those of a Set-Cookie. */
export interface HarCookie extends HarPair {
  path?: string;
  domain?: string;
  expires?: string;
  httpOnly?: boolean;
  secure?: boolean;
}

/**
 * Reads the text of an archive, or looks at one that was read.
 *
 * @throws HttpError `ERR_OPTION` where it is none
 */
export function parseHar(har: unknown): Har {
  let value = har;
  if (typeof har === "string") {
    try {
      // RFC 8259 §8.1 lets a reader ignore a byte order mark, which some writers add.
      value = JSON.parse(har.replace(/^\ufeff/, ""));
    } catch (cause) {
      throw new HttpError("ERR_OPTION", "the archive is no JSON", { cause });
    }
  }
  const entries = at(value, "log", "entries");
  if (!Array.isArray(entries)) refuse("log.entries is no array");
  for (const [index, entry] of entries.entries()) {
    const expected: [wanted: string, ...path: string[]][] = [
      ["string", "request", "method"],
      ["string", "request", "url"],
      ["array", "request", "headers"],
      ["number", "response", "status"],
      ["string", "response", "statusText"],
      ["array", "response", "headers"],
      ["object", "response", "content"],
    ];
    for (const [wanted, ...path] of expected) {
      const found = at(entry, ...path);
      const type = Array.isArray(found) ? "array" : found === null ? "null" : typeof found;
      if (type !== wanted) refuse(`log.entries[${index}].${path.join(".")} is no ${wanted}`);
    }
    if (!URL.canParse((entry as HarEntry).request.url)) refuse(`log.entries[${index}].request.url is no URL`);
  }
  return value as Har;
}

function at(value: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>((found, name) => (found as Record<string, unknown> | null | undefined)?.[name], value);
}

function refuse(problem: string): never {
  throw new HttpError("ERR_OPTION", `no HTTP archive: ${problem}`);
}
