import { HeaderList, HttpError } from "@posthaste/core";
import type { Body, HttpRequest } from "@posthaste/core";
import type { Target } from "@posthaste/transport";

/** A request's head as Node takes it, and what its framing says. */
export interface SentHeaders {
  /** Name, value, name, value. */
  readonly flat: string[];
  /** Whether the connection is to be closed afterwards. */
  readonly close: boolean;
  /** Whether the body goes out in chunks (RFC 9112 §7.1). */
  readonly chunked: boolean;
  /** Of the body, where it is known. */
  readonly length: number | undefined;
}

/** Methods for which content has a meaning: without any, they say so (RFC 9110 §8.6). */
const contentful: ReadonlySet<string> = new Set(["POST", "PUT", "PATCH"]);

/**
 * The request's lines as they are given. What is missing for a message that a server can read is added: Host in front,
 * Content-Type, Content-Length or Transfer-Encoding at the end.
 *
 * @param keep whether connections are kept at all
 * @throws HttpError `ERR_HEADER` for framing that two parties could read in two ways, or that is not the body's;
 *   `ERR_UNSUPPORTED` for what Node cannot send
 */
export function requestHeaders(
  request: HttpRequest,
  body: Body | undefined,
  { host }: Pick<Target, "host">,
  keep: boolean,
): SentHeaders {
  const { method, headers } = request;
  if (method === "CONNECT") unsupported(request, "a tunnel");
  // Node would put it into capitals.
  if (/[a-z]/.test(method)) unsupported(request, "a method in small letters");
  const flat: string[] = [];
  let length = body ? body.length : 0;
  let sized = false;
  let close = !keep;
  let connection = false;
  let typed = false;
  let hosted = false;
  let coding = "";
  let trailer = false;
  let expect = false;
  let ascii = true;
  for (const [name, value] of headers) {
    flat.push(name, value);
    // oxlint-disable-next-line no-control-regex -- ASCII
    ascii &&= /^[\0-\x7f]*$/.test(value);
    switch (name.length < 4 || name.length > 17 ? "" : name.toLowerCase()) {
      case "host":
        if (hosted) wrong(request, "more than one Host");
        hosted = true;
        break;
      case "content-type":
        typed = true;
        break;
      case "content-length":
        if (sized) wrong(request, "more than one Content-Length");
        if (!/^\d+$/.test(value) || Number(value) !== (length ?? Number(value))) {
          wrong(request, "Content-Length is not the length of the body");
        }
        length = Number(value);
        sized = true;
        break;
      case "transfer-encoding":
        coding = coding ? `${coding},${value}` : value;
        break;
      case "connection":
        connection = true;
        close ||= /(?:^|,)[\t ]*close[\t ]*(?:,|$)/i.test(value);
        break;
      case "expect":
        expect = true;
        break;
      case "trailer":
        trailer = true;
        break;
      default:
    }
  }
  let chunked = false;
  if (coding) {
    // RFC 9112 §6.1 and §6.2: the end of the body must be told, and only once.
    if (sized) wrong(request, "both Content-Length and Transfer-Encoding");
    if (!/(?:^|,)[\t ]*chunked[\t ]*$/i.test(coding))
      wrong(request, "a Transfer-Encoding that does not end on chunked");
    chunked = true;
  }
  if (!hosted) flat.unshift("Host", host);
  if (!connection && !keep) flat.push("Connection", "close");
  if (!typed && body?.contentType) flat.push("Content-Type", body.contentType);
  if (!sized && !chunked) {
    if (length === undefined) {
      flat.push("Transfer-Encoding", "chunked");
      chunked = true;
    } else if (body || contentful.has(method)) {
      flat.push("Content-Length", `${length}`);
    }
  }
  // Node would write the head as UTF-8.
  if (expect && !ascii) unsupported(request, "Expect beside a value beyond ASCII");
  if (trailer && !chunked) unsupported(request, "Trailer without chunks");
  return { flat, close, chunked, length };
}

function wrong(request: HttpRequest, problem: string): never {
  throw new HttpError("ERR_HEADER", problem, { request });
}

function unsupported(request: HttpRequest, what: string): never {
  throw new HttpError("ERR_UNSUPPORTED", `Node cannot send this: ${what}`, { request });
}

/** The response's header lines as they came, each byte a character. */
export function responseHeaders(raw: readonly string[]): HeaderList {
  const headers = new HeaderList();
  for (let index = 0; index < raw.length; index += 2) headers.append(raw[index]!, raw[index + 1]!);
  return headers;
}
