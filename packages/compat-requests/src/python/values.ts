import { fromUtf8, latin1, utf8 } from "#platform";
import { ValueError } from "./builtins.ts";

export { fromUtf8, latin1, utf8 };

/** Stands between {@link record}s and `Object.prototype`. Objects made straight on null are slow. */
const bare: object = /* @__PURE__ */ Object.create(null) as object;

/** The own members of objects, the last one's first, so that nothing on a polluted `Object.prototype` is taken for one. */
export function record<T extends object>(...sources: (T | null | undefined)[]): T {
  return Object.assign(Object.create(bare) as T, ...sources) as T;
}

/** A plain object: made by braces, by `Object.create(null)`, by `JSON.parse`, or by {@link record}. */
export function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null && prototype !== bare) return false;
  // Braces may also make something to iterate over.
  return !(Symbol.iterator in value) && !(Symbol.asyncIterator in value);
}

/** Whether `value` has a method of that name. */
export function hasMethod<N extends string | symbol>(
  value: unknown,
  name: N,
): value is Record<N, (...args: unknown[]) => unknown> {
  return value != null && typeof (value as Record<N, unknown>)[name] === "function";
}

/** Python's `isinstance(value, Mapping)`. */
export function isMapping(value: unknown): value is object {
  return isPlain(value) || value instanceof Map || (hasMethod(value, "items") && hasMethod(value, "keys"));
}

/** Python's `bytes`, `bytearray` and `memoryview`. */
export function isBytes(value: unknown): value is Uint8Array | ArrayBuffer | ArrayBufferView {
  return value instanceof Uint8Array || value instanceof ArrayBuffer || ArrayBuffer.isView(value);
}

/** The bytes of anything that {@link isBytes} accepts, without a copy. */
export function toBytes(value: Uint8Array | ArrayBuffer | ArrayBufferView): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
}

/** Python's `isinstance(value, (str, bytes))`. */
export function isText(value: unknown): value is string | Uint8Array {
  return typeof value === "string" || isBytes(value);
}

/** Python's `hasattr(value, "__iter__")`: a plain object iterates over its keys. */
export function isIterable(value: unknown): boolean {
  return (
    typeof value === "string" ||
    isBytes(value) ||
    isMapping(value) ||
    hasMethod(value, Symbol.iterator) ||
    hasMethod(value, Symbol.asyncIterator) ||
    hasMethod(value, "__iter__")
  );
}

/** Python's `iter(value)`, for what is in memory. */
export function iterate(value: unknown): Iterable<unknown> {
  if (isPlain(value)) return Object.keys(value);
  if (value instanceof Map) return value.keys();
  if (isMapping(value)) return (value as { keys(): Iterable<unknown> }).keys();
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (hasMethod(value, Symbol.iterator)) return value as unknown as Iterable<unknown>;
  if (hasMethod(value, "__iter__")) return value.__iter__() as Iterable<unknown>;
  throw new TypeError(`'${typeName(value)}' object is not iterable`);
}

/** The pairs of a mapping, in its order. */
export function itemsOf(value: object): [unknown, unknown][] {
  if (value instanceof Map) return [...value];
  // A list of pairs serves as a mapping.
  if (Array.isArray(value)) return value as [unknown, unknown][];
  if (hasMethod(value, "items")) return [...(value.items() as Iterable<[unknown, unknown]>)];
  return Object.entries(value);
}

/** Python's truth: empty text, bytes, lists and mappings are false, and so is an object that says so by `__len__` or `__bool__`. */
export function truth(value: unknown): boolean {
  if (value == null || value === false || value === 0 || value === "" || value === 0n || Number.isNaN(value))
    return Number.isNaN(value);
  if (typeof value !== "object") return true;
  if (Array.isArray(value) || value instanceof Uint8Array) return value.length > 0;
  if (value instanceof Map || value instanceof Set) return value.size > 0;
  if (isPlain(value)) return hasKeys(value);
  if (hasMethod(value, "__bool__")) return Boolean(value.__bool__());
  if (hasMethod(value, "__len__")) return Boolean(value.__len__());
  return true;
}

/** Whether an object has a member of its own. */
export function hasKeys(value: object): boolean {
  for (const key in value) if (Object.hasOwn(value, key)) return true;
  return false;
}

/** Python's name for the type of `value`. */
export function typeName(value: unknown): string {
  if (value == null) return "NoneType";
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- objects follow below
  switch (typeof value) {
    case "string":
      return "str";
    case "boolean":
      return "bool";
    case "number":
      return Number.isInteger(value) ? "int" : "float";
    case "bigint":
      return "int";
    case "function":
      return "function";
  }
  if (isBytes(value)) return "bytes";
  if (Array.isArray(value)) return "list";
  if (value instanceof Map || isPlain(value)) return "dict";
  if (value instanceof Set) return "set";
  return value.constructor.name;
}

/** Python's `str` of a float: the shortest digits, with an exponent below 1e-4 and from 1e16 on. */
function float(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (Math.abs(value) >= 1e-4) return String(value);
  return value.toExponential().replace(/e([-+])(\d)$/, "e$10$2");
}

/** Python's `str(value)`. JavaScript has no telling of 1 and 1.0: a number without a fraction is an int. */
export function str(value: unknown): string {
  // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- objects follow below
  switch (typeof value) {
    case "string":
      return value;
    case "number":
      if (Object.is(value, -0)) return "-0.0";
      return Number.isInteger(value) ? BigInt(value).toString() : float(value);
    case "boolean":
      return value ? "True" : "False";
    case "undefined":
      return "None";
  }
  if (value === null) return "None";
  if (hasMethod(value, "__str__")) return value.__str__() as string;
  if (value instanceof Error) return value.message;
  return isBytes(value) || Array.isArray(value) || value instanceof Map || value instanceof Set || isPlain(value)
    ? repr(value)
    : // oxlint-disable-next-line typescript/no-base-to-string -- an object without a text of its own has none here either
      String(value);
}

const escapes: Record<string, string> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\" };

function quoted(value: string): string {
  const quote = value.includes("'") && !value.includes('"') ? '"' : "'";
  const body = value.replace(
    // oxlint-disable-next-line no-control-regex -- they are what is escaped
    /[\0-\x1f\\\x7f-\xa0\xad]/g,
    (c) => escapes[c] ?? `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
  return quote + (quote === "'" ? body.replaceAll("'", "\\'") : body) + quote;
}

/** What `repr` is inside of. */
const within = new Set<object>();

/** As in Python, a container inside of itself is told by dots. @throws ValueError for what is nested too deep to be written */
function nested(value: object, open: string, close: string, items: () => string[]): string {
  if (within.has(value)) return `${open}...${close}`;
  if (within.size >= 1000) throw new ValueError("maximum recursion depth exceeded while getting the repr of an object");
  within.add(value);
  try {
    return `${open}${items().join(", ")}${close}`;
  } finally {
    within.delete(value);
  }
}

/** Python's `repr(value)`. */
export function repr(value: unknown): string {
  if (typeof value === "string") return quoted(value);
  if (isBytes(value)) {
    const text = latin1(toBytes(value));
    const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
    const body = text.replace(/[^ -~]|\\/g, (c) => escapes[c] ?? `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}`);
    return `b${quote}${quote === "'" ? body.replaceAll("'", "\\'") : body}${quote}`;
  }
  if (hasMethod(value, "__repr__")) return value.__repr__() as string;
  if (value instanceof Error) return `${value.name}(${value.message === "" ? "" : quoted(value.message)})`;
  if (Array.isArray(value)) return nested(value, "[", "]", () => value.map(repr));
  if (value instanceof Set) return value.size ? nested(value, "{", "}", () => [...value].map(repr)) : "set()";
  if (value instanceof Map || isPlain(value)) {
    return nested(value, "{", "}", () => itemsOf(value).map(([key, item]) => `${repr(key)}: ${repr(item)}`));
  }
  return str(value);
}

/** The `repr` of a tuple. */
export function reprTuple(items: readonly unknown[]): string {
  return `(${items.map(repr).join(", ")}${items.length === 1 ? "," : ""})`;
}

/** Text of one character a byte as those bytes. */
export function fromLatin1(value: string): Uint8Array {
  const bytes = new Uint8Array(value.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = value.charCodeAt(at);
  return bytes;
}

/** Bytes or text as text; bytes are UTF-8. */
export function native(value: string | Uint8Array): string {
  if (typeof value === "string") return value;
  if (!isBytes(value)) throw new TypeError(`expected string or bytes-like object, got '${typeName(value)}'`);
  return fromUtf8(toBytes(value));
}

/** Bytes in hexadecimal. */
export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** So many random bytes, in hexadecimal. */
export function randomHex(length: number): string {
  return hex(crypto.getRandomValues(new Uint8Array(length)));
}

/** Pieces of bytes in one. */
export function concat(pieces: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/** `str.strip(characters)`. */
export function strip(value: string, characters: string): string {
  return lstrip(rstrip(value, characters), characters);
}

/** `str.lstrip(characters)`. */
export function lstrip(value: string, characters: string): string {
  let start = 0;
  while (start < value.length && characters.includes(value[start]!)) start++;
  return value.slice(start);
}

/** `str.rstrip(characters)`. */
function rstrip(value: string, characters: string): string {
  let end = value.length;
  while (end > 0 && characters.includes(value[end - 1]!)) end--;
  return value.slice(0, end);
}

/** `str.partition(separator)`. */
export function partition(value: string, separator: string): [string, string, string] {
  const at = value.indexOf(separator);
  return at < 0 ? [value, "", ""] : [value.slice(0, at), separator, value.slice(at + separator.length)];
}

/** `str.rpartition(separator)`. */
export function rpartition(value: string, separator: string): [string, string, string] {
  const at = value.lastIndexOf(separator);
  return at < 0 ? ["", "", value] : [value.slice(0, at), separator, value.slice(at + separator.length)];
}
