import { HeaderList, HttpError } from "@posthaste/core";
import type { Body, HttpRequest } from "@posthaste/core";

/** What undici is given of a request's header. */
export interface SentHeaders {
  /** Name, value, name, value. */
  readonly flat: string[];
  /** Whether the connection is to be closed afterwards. */
  readonly close: boolean;
  /** The caller's Content-Length. */
  readonly length: number | undefined;
}

const framing = new Set(["connection", "content-length", "expect", "host", "keep-alive", "transfer-encoding", "upgrade"]);

function unsupported(request: HttpRequest, name: string): never {
  throw new HttpError("ERR_UNSUPPORTED", `undici cannot send this ${name}`, { request });
}

/**
 * The request's header lines as undici takes them. It writes the framing lines itself: one of the caller's that says the
 * same is left out, and one that says something else is refused.
 */
export function requestHeaders(request: HttpRequest, body: Body | null): SentHeaders {
  const { headers } = request;
  const flat: string[] = [];
  let close = false;
  let length: number | undefined;
  let hosts = 0;
  for (let index = 0; index < headers.length; index++) {
    const [name, value] = headers[index]!;
    switch (name.length) {
      case 4:
      case 6:
      case 7:
      case 10:
      case 14:
      case 17: {
        const lower = name.toLowerCase();
        if (!framing.has(lower)) break;
        if (lower === "host") {
          if (hosts++) throw new HttpError("ERR_HEADER", "more than one Host", { request });
          break;
        }
        if (lower === "connection" && /^\s*(?:close|keep-alive)\s*$/i.test(value)) close ||= /close/i.test(value);
        else if (lower === "content-length") {
          if (!/^\d+$/.test(value) || (length !== undefined && length !== Number(value))) {
            throw new HttpError("ERR_HEADER", `invalid Content-Length`, { request });
          }
          length = Number(value);
        } else if (lower !== "transfer-encoding" || !/^\s*chunked\s*$/i.test(value) || !body || body.length !== undefined) {
          unsupported(request, name);
        }
        continue;
      }
      default:
    }
    flat.push(name, value);
  }
  if (body?.contentType && !headers.has("content-type")) flat.push("Content-Type", body.contentType);
  const known = body ? body.length : 0;
  if (length !== undefined && known !== undefined && length !== known) {
    throw new HttpError("ERR_HEADER", `Content-Length is ${length}, but the body has ${known} bytes`, { request });
  }
  return { flat, close, length };
}

type RawHeaders = readonly (Buffer | string)[] | Readonly<Record<string, string | string[] | undefined>>;

/** The response's header lines: as they came over HTTP/1.1 (each byte a character), from an object over HTTP/2. */
export function responseHeaders(raw: RawHeaders): HeaderList {
  const headers = new HeaderList();
  if (Array.isArray(raw)) {
    for (let index = 0; index < raw.length; index += 2) {
      headers.push([(raw[index] as Buffer).toString("latin1"), (raw[index + 1] as Buffer).toString("latin1")]);
    }
  } else {
    for (const [name, values] of Object.entries(raw as Record<string, string | string[]>)) {
      for (const value of [values].flat()) headers.push([name, value]);
    }
  }
  return headers;
}
