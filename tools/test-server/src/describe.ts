import type { Exchange } from "./exchange.ts";
import { flatten } from "./exchange.ts";
import { parseMultipart } from "./multipart.ts";

const KEYS = ["args", "data", "files", "form", "headers", "json", "method", "origin", "url"] as const;

/** The parts of httpbin's description of a request. */
export type Key = (typeof KEYS)[number];
export const ALL_KEYS: readonly Key[] = KEYS;

/** Describes a request the way httpbin does. Throws a `SyntaxError` for a malformed multipart body. */
export function describe(exchange: Exchange, keys: readonly Key[]): Record<string, unknown> {
  const body = keys.includes("form") ? describeBody(exchange) : undefined;
  const all = {
    args: () => flatten(exchange.query),
    data: () => body?.data,
    files: () => body?.files,
    form: () => body?.form,
    headers: () => describeHeaders(exchange),
    json: () => body?.json,
    method: () => exchange.method,
    origin: () => exchange.origin,
    url: () => exchange.base + exchange.target,
  } satisfies Record<Key, () => unknown>;
  return Object.fromEntries(keys.map((key) => [key, all[key]()]));
}

/** The headers with `Title-Case` names, repeated ones joined by a comma. */
export function describeHeaders({ rawHeaders }: Exchange): Record<string, string> {
  const headers = new Map<string, string>();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? "").toLowerCase().replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
    const value = rawHeaders[index + 1] ?? "";
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before},${value}`);
  }
  return Object.fromEntries(headers);
}

type Flat = Record<string, string | string[]>;

function describeBody({ body, headers }: Exchange): { data: string; form: Flat; files: Flat; json: unknown } {
  const type = headers["content-type"] ?? "";
  const media = type.split(";", 1)[0]?.trim().toLowerCase();
  if (media === "application/x-www-form-urlencoded")
    return { data: "", form: flatten(new URLSearchParams(body.toString("latin1"))), files: {}, json: null };
  if (media === "multipart/form-data") {
    const parts = parseMultipart(body, type);
    const fields = parts.filter((part) => part.filename === undefined);
    const files = parts.filter((part) => part.filename !== undefined);
    return {
      data: "",
      form: flatten(fields.map((part) => [part.name, part.body.toString("utf8")] as const)),
      files: flatten(files.map((part) => [part.name, textOrDataUri(part.body, part.contentType)] as const)),
      json: null,
    };
  }
  return { data: textOrDataUri(body), form: {}, files: {}, json: parseJson(body) };
}

/** UTF-8 as text, anything else as a `data:` URI. */
function textOrDataUri(bytes: Buffer, type = "application/octet-stream"): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return `data:${type};base64,${bytes.toString("base64")}`;
  }
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    return null;
  }
}
