import { createHash } from "node:crypto";
import * as requests from "@posthaste/compat-requests";
import type { Recorded } from "./server.ts";
import { type Fields, isBytes, isObject, isPlain, method, pairs } from "./values.ts";

const builtinErrors = [
  "OSError",
  "ValueError",
  "TypeError",
  "RuntimeError",
  "LookupError",
  "KeyError",
  "AttributeError",
  "NotImplementedError",
  "UnicodeError",
];
type Type = new (...args: unknown[]) => unknown;
const exceptions = requests.exceptions as unknown as Record<string, Type>;

/** The class of a name: requests' own, one of Python's that the package has, or JavaScript's. */
export function errorClass(name: string): Type | undefined {
  return exceptions[name] ?? (name === "TypeError" ? (TypeError as Type) : undefined);
}

function nameOf(error: Error): string {
  // A fault of the engine, such as a call of what is no function, is never what Python raises.
  if (error instanceof TypeError && /is not a|Cannot |undefined/.test(error.message))
    return `${error.name}: ${error.message}`;
  return error.constructor.name;
}

const ownErrors = Object.keys(exceptions).filter(
  (name) => typeof exceptions[name] === "function" && !builtinErrors.includes(name) && !/^(Compat|IOError$)/.test(name),
);

/** An exception as record.py has it; the message is compared where the recording has one. */
export function errorOf(error: unknown): Fields {
  if (!(error instanceof Error)) return { error: String(error) };
  const bases = [...ownErrors, ...builtinErrors].filter((name) => {
    const type = errorClass(name);
    return type ? error instanceof type : inherits(error, name);
  });
  if (bases.includes("KeyError") && !bases.includes("LookupError")) bases.push("LookupError");
  return { error: nameOf(error), is: [...new Set(bases)].toSorted(), message: error.message };
}

/** By name, for the classes of Python's that have none in the package. */
function inherits(error: Error, name: string): boolean {
  for (let at: unknown = error.constructor; typeof at === "function"; at = Object.getPrototypeOf(at))
    if (at.name === name) return true;
  return false;
}

interface CookieFields {
  name: string;
  value: unknown;
  domain: string;
  path: string;
}
const isCookie = (value: object): value is CookieFields => value instanceof requests.cookies.Cookie;

/** A value as record.py's `encode` has it. */
export function encode(value: unknown): unknown {
  if (value === undefined || value === null) return null;
  if (typeof value === "bigint") return Number(value);
  if (!isObject(value)) return value;
  if (isBytes(value)) return { bytes: Buffer.from(value).toString("latin1") };
  if (Array.isArray(value)) return value.map(encode);
  if (value instanceof requests.cookies.CookieJar) return { jar: [...value].map(encode) };
  if (isCookie(value)) return { cookie: [value.name, value.value, value.domain, value.path] };
  if (value instanceof Error) return errorOf(value);
  if (value instanceof Set) return { set: [...value].map(String).toSorted() };
  if (typeof value === "function") {
    return /^class\b/.test(Function.prototype.toString.call(value)) ? { class: value.name } : { object: "function" };
  }
  const items = isPlain(value) || value instanceof Map || method(value, "items") ? pairs(value) : null;
  if (items) return { dict: Object.fromEntries(items.map(([key, item]) => [String(key), encode(item)])) };
  return { object: value.constructor.name };
}

/** Puts words in the place of what is another in each run; the same as record.py's. */
export function normalise(tree: unknown, ports: Record<string, number>, folder: string): unknown {
  const boundaries = new Set(
    [...JSON.stringify(tree).matchAll(/(?:form-data; boundary=|"--)([\w-]{32})/g)].map(([, found]) => found!),
  );
  const names = new Map(Object.entries(ports).map(([name, port]) => [String(port), name]));
  const anyPort = new RegExp(`(?<![0-9A-Za-z])(${[...names.keys()].join("|")})(?![0-9A-Za-z])`, "g");
  const version = requests.utils.default_user_agent();
  const text = (given: string): unknown => {
    let value = given;
    for (const boundary of boundaries) value = value.replaceAll(boundary, "<boundary>");
    value = value.replace(anyPort, (port) => `<${names.get(port)}>`).replaceAll(folder, "<folder>");
    value = value.replaceAll(version, "python-requests/<version>");
    value = value.replace(/python-(requests|urllib3)\/\d[\w.]*/g, "python-$1/<version>");
    value = value.replace(/^(Accept-Encoding: |)gzip, deflate(, br)?(, zstd)?$/, "$1<default>");
    if (value.includes("Digest ")) {
      value = value.replace(/cnonce="[^"]*"/, 'cnonce="<cnonce>"');
      if (/<cnonce>|MD5-SESS/.test(value)) value = value.replace(/response="[^"]*"/, 'response="<response>"');
    }
    // As Python counts: by code points.
    const length = Array.from(value).length;
    return length > 1000 ? { length, sha256: createHash("sha256").update(value).digest("hex") } : value;
  };
  const walk = (value: unknown): unknown => {
    if (typeof value === "string") return text(value);
    if (Array.isArray(value)) return value.map(walk);
    return isPlain(value) ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item)])) : value;
  };
  return walk(tree);
}

/** What came over the wire, as the goldens have it. */
export function wireOf(recorded: readonly Recorded[]): Fields[] {
  return recorded.map(({ to, head, framing, body, chunks, digest }) => ({
    to,
    head,
    ...(framing === "length" && { length: body }),
    ...(framing === "chunked" && { chunked: chunks }),
    ...(digest && { digest }),
  }));
}

const framing = /^(?:host|connection|content-length|transfer-encoding):/i;

/** What is said as well by not saying it: connections persist, and a request without a length has no body (RFC 9112). */
const implied = new Set(["connection: keep-alive", "content-length: 0"]);

interface Result {
  wire: { head: string[]; chunked?: string[] }[];
}

const isConnect = (head: readonly string[]): boolean => head[0]!.startsWith("CONNECT ");

/** Python before 3.12 asks for tunnels in HTTP/1.0, without a Host. */
function tunnelled(head: readonly string[]): string[] {
  if (!isConnect(head)) return [...head];
  return head.map((line, i) => (i > 0 ? line : line.replace(/1\.0$/, "1.1"))).filter((line) => !/^host:/i.test(line));
}

/** Makes comparable what is not requests' own: how tunnels are asked for. */
export function exactly(result: unknown): unknown {
  const { wire, ...rest } = result as Result;
  return { ...rest, wire: wire.map(({ head, ...request }) => ({ ...request, head: tunnelled(head) })) };
}

/** Makes comparable what may differ: where the lines of framing stand, and their case. */
export function loosely(result: unknown): unknown {
  const { wire, ...rest } = exactly(result) as Result;
  return {
    ...rest,
    wire: wire.map(({ head, ...request }) => ({
      ...request,
      head: head.filter((line) => !framing.test(line)),
      framing: head
        .filter((line) => framing.test(line))
        .map((line) => line.replace(/^[^:]*/, (name) => name.toLowerCase()))
        .filter((line) => !implied.has(line))
        .toSorted(),
    })),
  };
}

/** Takes messages out of ours where the recording has none. */
export function withoutMessages(ours: unknown, golden: unknown): unknown {
  if (Array.isArray(ours) && Array.isArray(golden))
    return ours.map((item, i) => withoutMessages(item, golden[i] as unknown));
  if (!isPlain(ours) || !isPlain(golden)) return ours;
  const out: Fields = {};
  for (const [key, value] of Object.entries(ours)) {
    if (key === "message" && "error" in ours && !("message" in golden)) continue;
    out[key] = withoutMessages(value, golden[key]);
  }
  return out;
}
