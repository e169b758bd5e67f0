import { parseParameters } from "./parameters.ts";

/** One part of a multipart/form-data body. */
export interface Part {
  readonly name: string;
  /** Undefined for a field that is no file. */
  readonly filename: string | undefined;
  readonly contentType: string | undefined;
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/**
 * Parses a multipart/form-data body (RFC 7578, RFC 2046), whatever bytes its parts hold.
 * Throws a `SyntaxError` if it is malformed.
 */
export function parseMultipart(body: Buffer, contentType: string): Part[] {
  const boundary = parseParameters(contentType).get("boundary");
  if (boundary === undefined || boundary === "") throw new SyntaxError("multipart without a boundary");
  const delimiter = Buffer.from(`\r\n--${boundary}`, "latin1");
  // With a CRLF before it, the first delimiter looks like all the others.
  const text = Buffer.concat([Buffer.from("\r\n"), body]);
  const parts: Part[] = [];
  let start = text.indexOf(delimiter);
  for (;;) {
    if (start < 0) throw new SyntaxError("multipart without its closing delimiter");
    const after = start + delimiter.length;
    if (text.toString("latin1", after, after + 2) === "--") return parts;
    const lineEnd = text.indexOf("\r\n", after, "latin1");
    if (lineEnd < 0 || text.toString("latin1", after, lineEnd).trim() !== "")
      throw new SyntaxError("multipart with a malformed delimiter");
    const end = text.indexOf(delimiter, lineEnd);
    if (end < 0) throw new SyntaxError("multipart without its closing delimiter");
    parts.push(parsePart(text.subarray(lineEnd + 2, end)));
    start = end;
  }
}

function parsePart(bytes: Buffer): Part {
  const empty = bytes.subarray(0, 2).toString("latin1") === "\r\n";
  const headEnd = empty ? 0 : bytes.indexOf("\r\n\r\n", 0, "latin1");
  if (headEnd < 0) throw new SyntaxError("multipart with a part without an empty line");
  const headers: Record<string, string> = {};
  for (const line of bytes.toString("utf8", 0, headEnd).split("\r\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  const disposition = parseParameters(headers["content-disposition"] ?? "");
  const name = disposition.get("name");
  if (name === undefined) throw new SyntaxError("multipart with a part without a name");
  const filename = disposition.get("filename*") ?? disposition.get("filename");
  return {
    name: unescapeName(name),
    filename: filename === undefined ? undefined : unescapeName(filename),
    contentType: headers["content-type"],
    headers,
    body: bytes.subarray(headEnd + (empty ? 2 : 4)),
  };
}

/** Undoes what the HTML standard has browsers do to a name. */
function unescapeName(name: string): string {
  return name.replace(/%(22|0D|0A)/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
