const PARAMETER = /([^\s=;,"]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\[\s\S])*)"|([^;,\s]*))/g;

/**
 * The parameters of a header value (`form-data; name="a"`, `Digest nonce="b", qop=auth`) by their
 * names in lower case, without quotes. A `name*` (RFC 8187) is decoded.
 */
export function parseParameters(value: string): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const [, name = "", quoted, token] of value.matchAll(PARAMETER)) {
    const text = quoted === undefined ? (token ?? "") : unquote(quoted);
    parameters.set(name.toLowerCase(), name.endsWith("*") ? decodeExtended(text) : text);
  }
  return parameters;
}

/** Takes the backslash from `\"` and `\\` only: browsers of old sent `C:\file` unescaped. */
function unquote(text: string): string {
  return text.replace(/\\(["\\])/g, "$1");
}

function decodeExtended(text: string): string {
  const [charset = "", , encoded = ""] = text.split("'");
  const bytes = encoded.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return new TextDecoder(charset).decode(Buffer.from(bytes, "latin1"));
}
