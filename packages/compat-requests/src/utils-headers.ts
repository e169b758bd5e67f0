import { InvalidHeader } from "./exceptions.ts";
import { HEADER_VALIDATORS } from "./internal-utils.ts";
import { type Optional, optional } from "./python/arguments.ts";
import { isBytes, latin1, repr, reprTuple, strip, toBytes, typeName } from "./python/values.ts";

const [namePattern, valuePattern] = HEADER_VALIDATORS.get(String)!;

/**
 * Checks a header's name and value. From requests' `utils.check_header_validity`.
 *
 * @throws InvalidHeader for white space at the start, a colon in the name, an end of line, or what is neither text nor bytes
 */
export function check_header_validity(header: readonly [name: string | Uint8Array, value: string | Uint8Array]): void {
  const [name, value] = header;
  if (typeof name === "string" && typeof value === "string" && namePattern.test(name) && valuePattern.test(value))
    return;
  checkPart(header, 0, "name");
  checkPart(header, 1, "value");
}

function checkPart(header: readonly unknown[], at: 0 | 1, kind: string): void {
  const part = header[at];
  if (typeof part !== "string" && !isBytes(part)) {
    throw new InvalidHeader(
      `Header part (${repr(part)}) from ${reprTuple(header)} must be of type str or bytes, not <class '${typeName(part)}'>`,
    );
  }
  const pattern = HEADER_VALIDATORS.get(typeof part === "string" ? String : Uint8Array)![at];
  if (!pattern.test(typeof part === "string" ? part : latin1(toBytes(part)))) {
    throw new InvalidHeader(
      `Invalid leading whitespace, reserved character(s), or return character(s) in header ${kind}: ${repr(part)}`,
    );
  }
}

/** The items of a comma-separated list, quotes and all. */
function listItems(value: string): string[] {
  const items: string[] = [];
  let part = "";
  let escape = false;
  let quote = false;
  for (const char of value) {
    if (escape) {
      part += char;
      escape = false;
    } else if (quote) {
      if (char === "\\") escape = true;
      else {
        if (char === '"') quote = false;
        part += char;
      }
    } else if (char === ",") {
      items.push(part);
      part = "";
    } else {
      if (char === '"') quote = true;
      part += char;
    }
  }
  if (part) items.push(part);
  return items.map((item) => item.trim());
}

function isQuoted(value: string): boolean {
  return value.startsWith('"') && value.endsWith('"');
}

/** The items of a comma-separated list, without their quotes. From requests' `utils.parse_list_header`. */
export function parse_list_header(value: string): string[] {
  return listItems(value).map((item) => (isQuoted(item) ? unquote_header_value(item.slice(1, -1)) : item));
}

/** The `key=value` items of a list; one without `=` is `null`. From requests' `utils.parse_dict_header`. */
export function parse_dict_header(value: string): Record<string, string | null> {
  const items = listItems(value).map((item): [string, string | null] => {
    const at = item.indexOf("=");
    if (at < 0) return [item, null];
    const own = item.slice(at + 1);
    return [item.slice(0, at), isQuoted(own) ? unquote_header_value(own.slice(1, -1)) : own];
  });
  // Not by assignment, which `__proto__` would take for something else.
  return Object.fromEntries(items);
}

/** Takes quotes off, in the way of browsers. From requests' `utils.unquote_header_value`. */
export function unquote_header_value(value: string, is_filename?: Optional<"is_filename", boolean>): string {
  if (!value || !isQuoted(value)) return value;
  const inner = value.slice(1, -1);
  const isPath = optional("unquote_header_value", "is_filename", is_filename, false) && inner.startsWith("\\\\");
  return isPath ? inner : inner.replaceAll("\\\\", "\\").replaceAll('\\"', '"');
}

/** A Content-Type without its parameters, and those by their names in lower case. */
export function _parse_content_type_header(header: string): [type: string, params: Record<string, string>] {
  const [type, ...rest] = header.split(";");
  const params = rest.flatMap((given) => {
    const at = given.indexOf("=");
    const name = strip(given.slice(0, at).trim(), "\"' ").toLowerCase();
    return at < 0 ? [] : [[name, strip(given.slice(at + 1).trim(), "\"' ")] as const];
  });
  return [type!.trim(), Object.fromEntries(params)];
}

/** The encoding that a Content-Type says or means; `null` where it says nothing. From requests' `utils.get_encoding_from_headers`. */
export function get_encoding_from_headers(
  headers: { get(name: string): string | null } | Record<string, string>,
): string | null {
  const type =
    typeof headers.get === "function"
      ? (headers as { get(name: string): string | null }).get("content-type")
      : (headers as Record<string, string>)["content-type"];
  return type ? encodingOf(type) : null;
}

/** The Content-Type that was asked about last, and its encoding: a server's are mostly the same. */
let known: readonly [contentType: string, encoding: string | null] | undefined;

/** The encoding of a Content-Type. */
export function encodingOf(contentType: string): string | null {
  if (known?.[0] !== contentType) known = [contentType, readEncoding(contentType)];
  return known[1];
}

function readEncoding(contentType: string): string | null {
  const [type, params] = _parse_content_type_header(contentType);
  if (Object.hasOwn(params, "charset")) return strip(params["charset"]!, "'\"");
  if (type.includes("text")) return "ISO-8859-1";
  return type.includes("application/json") ? "utf-8" : null;
}

/** The links of a Link header, with `url` and their parameters. From requests' `utils.parse_header_links`. */
export function parse_header_links(value: string): Record<string, string>[] {
  const stripped = strip(value, " '\"");
  if (!stripped) return [];
  return stripped.split(/, *</).map((text) => {
    const [target, ...params] = text.split(";");
    const link = [["url", strip(target!, "<> '\"")]];
    for (const param of params) {
      const parts = param.split("=");
      // As in Python, a parameter that is not one name and one value ends the link.
      if (parts.length !== 2) break;
      link.push(parts.map((part) => strip(part, " '\"")));
    }
    return Object.fromEntries(link) as Record<string, string>;
  });
}
