/** One request as it went over the wire. */
export interface RawRequest {
  /** Every byte of it, framing included. */
  readonly bytes: Buffer;
  /** Request line and header lines as Latin-1, without the empty line that ends them. */
  readonly head: string;
  readonly method: string;
  readonly target: string;
  /** Names as sent, values without the white space around them. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** The body without its chunk framing. */
  readonly body: Buffer;
  /** Which connection brought it, counted from 1. */
  readonly connection: number;
}

/** The head of a request whose body may still be on its way. */
export type RawHead = Omit<RawRequest, "bytes" | "body">;

type Mode =
  | { readonly at: "head" }
  | { readonly at: "fixed"; readonly end: number }
  | { readonly at: "chunk-size" }
  | { readonly at: "chunk"; readonly end: number }
  | { readonly at: "trailers" };

/** Takes bytes as they come and reports each request when it is complete. */
export interface RequestFramer {
  push(bytes: Buffer): void;
}

/**
 * Cuts the bytes of one connection into requests (RFC 9112 §6: Content-Length, chunked, or no body).
 * Throws a `SyntaxError` where the framing is broken.
 */
export function createRequestFramer(
  connection: number,
  onRequest: (request: RawRequest) => void,
  onHead: (head: RawHead) => void = () => {},
): RequestFramer {
  let buffer: Buffer = Buffer.alloc(0);
  let position = 0;
  let mode: Mode = { at: "head" };
  let head: RawHead | undefined;
  let body: Buffer[] = [];

  const finish = (): void => {
    const request: RawRequest = {
      ...(head as RawHead),
      bytes: Buffer.from(buffer.subarray(0, position)),
      body: Buffer.concat(body),
    };
    buffer = buffer.subarray(position);
    position = 0;
    body = [];
    mode = { at: "head" };
    onRequest(request);
  };

  /** The line at the position, or undefined while its end has not come. */
  const line = (): string | undefined => {
    const end = buffer.indexOf("\r\n", position, "latin1");
    if (end < 0) return undefined;
    const text = buffer.toString("latin1", position, end);
    position = end + 2;
    return text;
  };

  /** Takes one step; false when it needs more bytes. */
  const step = (): boolean => {
    switch (mode.at) {
      case "head": {
        let start = 0; // an empty line before the request line is allowed (RFC 9112 §2.2)
        while (buffer.subarray(start, start + 2).equals(CRLF)) start += 2;
        const end = buffer.indexOf("\r\n\r\n", start, "latin1");
        if (end < 0) return false;
        position = end + 4;
        head = parseHead(buffer.toString("latin1", start, end), connection);
        mode = bodyMode(head, position);
        onHead(head);
        return true;
      }
      case "fixed":
        if (buffer.length < mode.end) return false;
        body.push(Buffer.from(buffer.subarray(position, mode.end)));
        position = mode.end;
        finish();
        return true;
      case "chunk-size": {
        const text = line();
        if (text === undefined) return false;
        const [, hex] = /^([0-9a-f]+)[ \t]*(?:;.*)?$/i.exec(text) ?? [];
        if (hex === undefined) throw new SyntaxError(`Not a chunk size: ${JSON.stringify(text)}`);
        const size = Number.parseInt(hex, 16);
        mode = size === 0 ? { at: "trailers" } : { at: "chunk", end: position + size };
        return true;
      }
      case "chunk":
        if (buffer.length < mode.end + 2) return false;
        if (!buffer.subarray(mode.end, mode.end + 2).equals(CRLF))
          throw new SyntaxError("A chunk does not end in CRLF");
        body.push(Buffer.from(buffer.subarray(position, mode.end)));
        position = mode.end + 2;
        mode = { at: "chunk-size" };
        return true;
      case "trailers":
        break;
    }
    const trailer = line();
    if (trailer === undefined) return false;
    if (trailer === "") finish();
    return true;
  };

  return {
    push(bytes) {
      buffer = Buffer.concat([buffer, bytes]);
      while (buffer.length > 0 && step());
    },
  };
}

const CRLF = Buffer.from("\r\n");

function parseHead(head: string, connection: number): RawHead {
  const [requestLine = "", ...lines] = head.split("\r\n");
  const [, method, target] = /^(\S+) (\S+) HTTP\/\d\.\d$/.exec(requestLine) ?? [];
  if (method === undefined || target === undefined)
    throw new SyntaxError(`Not a request line: ${JSON.stringify(requestLine)}`);
  const headers = lines.map((text): readonly [string, string] => {
    const colon = text.indexOf(":");
    if (colon < 1) throw new SyntaxError(`Not a header line: ${JSON.stringify(text)}`);
    return [text.slice(0, colon), text.slice(colon + 1).trim()];
  });
  return { head, method, target, headers, connection };
}

function bodyMode({ headers }: RawHead, position: number): Mode {
  const values = (wanted: string): string[] =>
    headers.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value);
  const encodings = values("transfer-encoding").join(",").toLowerCase();
  const lengths = values("content-length");
  if (encodings !== "") {
    if (lengths.length > 0) throw new SyntaxError("Both Transfer-Encoding and Content-Length");
    if (!/(?:^|,)[ \t]*chunked$/.test(encodings)) throw new SyntaxError(`Not chunked at the end: ${encodings}`);
    return { at: "chunk-size" };
  }
  if (lengths.length > 1) throw new SyntaxError("More than one Content-Length");
  const length = lengths[0] ?? "0";
  if (!/^\d+$/.test(length)) throw new SyntaxError(`Not a Content-Length: ${length}`);
  return { at: "fixed", end: position + Number(length) };
}
