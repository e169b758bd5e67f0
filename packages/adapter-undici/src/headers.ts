import { HeaderList, HttpError } from "@posthaste/core";
import type { Body, HttpRequest } from "@posthaste/core";

/** A request's header as undici takes it. */
export interface SentHeaders {
  /** Name, value, name, value. */
  readonly flat: string[];
  /** Whether the connection is to be closed afterwards. */
  readonly close: boolean;
  /** Of the body, where it is known. */
  readonly length: number | undefined;
}

/**
 * The request's header lines as undici takes them. It writes the framing lines by itself (RFC 9112 §6 and §9.6): one of the
 * caller's that says the same is left out, and one that says something else is refused.
 *
 * @throws HttpError `ERR_UNSUPPORTED` for what undici cannot send; `ERR_HEADER` for a Content-Length that is not the body's
 */
export function requestHeaders(request: HttpRequest, body: Body | undefined): SentHeaders {
  const { headers } = request;
  if (request.method === "CONNECT") unsupported(request, "a tunnel");
  const flat: string[] = [];
  let length = body ? body.length : 0;
  let close = false;
  let typed = false;
  let hosted = false;
  let chunked = false;
  for (let index = 0; index < headers.length; index++) {
    const [name, value] = headers[index]!;
    switch (name.length < 4 || name.length > 17 ? "" : name.toLowerCase()) {
      case "host":
        if (hosted) throw new HttpError("ERR_HEADER", "more than one Host", { request });
        hosted = true;
        break;
      case "content-type":
        typed = true;
        break;
      case "content-length":
        if (!/^\d+$/.test(value) || Number(value) !== (length ?? Number(value))) {
          throw new HttpError("ERR_HEADER", `Content-Length is not the length of the body`, { request });
        }
        length = Number(value);
        continue;
      case "transfer-encoding":
        if (!/^\s*chunked\s*$/i.test(value)) unsupported(request, name);
        chunked = true;
        continue;
      case "connection":
        if (!/^\s*(?:close|keep-alive)\s*$/i.test(value)) unsupported(request, name);
        close ||= /close/i.test(value);
        continue;
      case "expect":
      case "keep-alive":
      case "upgrade":
        unsupported(request, name);
      // It throws.
      default:
    }
    flat.push(name, value);
  }
  if (chunked && length !== undefined) unsupported(request, "Transfer-Encoding with a body of known length");
  if (!typed && body?.contentType) flat.push("content-type", body.contentType);
  return { flat, close, length };
}

function unsupported(request: HttpRequest, what: string): never {
  throw new HttpError("ERR_UNSUPPORTED", `undici cannot send this: ${what}`, { request });
}

/** What undici has of a response's header: lines over HTTP/1.1, an object over HTTP/2. */
type RawHeaders = readonly (Uint8Array | string)[] | Readonly<Record<string, string | string[] | undefined>>;

/** The response's header lines as they came, each byte a character. */
export function responseHeaders(raw: RawHeaders): HeaderList {
  const headers = new HeaderList();
  if (!Array.isArray(raw)) {
    for (const [name, values] of Object.entries(raw as Record<string, string | string[]>)) {
      for (const value of [values].flat()) headers.append(name, value);
    }
    return headers;
  }
  const parts = raw as Buffer[];
  const [first] = parts;
  if (!first) return headers;
  // Undici cuts the parts from one piece of memory: decoding that at once takes half the time. Where the head came in several
  // pieces, what lies elsewhere is decoded by itself.
  const { buffer, byteOffset: start } = first;
  const last = parts.at(-1)!;
  const length = last.buffer === buffer ? last.byteOffset + last.length - start : first.length;
  const text = Buffer.from(buffer, start, length).toString("latin1");
  for (let index = 0; index < parts.length; index += 2) {
    const name = parts[index]!;
    const value = parts[index + 1]!;
    // By index, for push() is slow on what is no plain array.
    headers[index / 2] =
      isWithin(name, buffer, start, length) && isWithin(value, buffer, start, length)
        ? [
            text.slice(name.byteOffset - start, name.byteOffset - start + name.length),
            text.slice(value.byteOffset - start, value.byteOffset - start + value.length - whiteSpaceAfter(value)),
          ]
        : [name.toString("latin1"), value.toString("latin1", 0, value.length - whiteSpaceAfter(value))];
  }
  return headers;
}

function isWithin(part: Uint8Array, buffer: ArrayBufferLike, start: number, length: number): boolean {
  return part.buffer === buffer && part.byteOffset >= start && part.byteOffset + part.length <= start + length;
}

/** Bytes of white space at the end of a value, which are no part of it (RFC 9110 §5.5); undici leaves tabs there. */
function whiteSpaceAfter(value: Uint8Array): number {
  let end = value.length;
  while (value[end - 1] === 9 || value[end - 1] === 32) end--;
  return value.length - end;
}
