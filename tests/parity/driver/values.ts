import { deflateSync, gzipSync } from "node:zlib";

// What Python's own types can do, for the JavaScript values that stand for them.

export type Fields = Record<string, unknown>;

export const isObject = (value: unknown): value is object =>
  value !== null && (typeof value === "object" || typeof value === "function");

export function isPlain(value: unknown): value is Fields {
  if (!isObject(value) || typeof value === "function") return false;
  if (Object.prototype.toString.call(value) === "[object Module]") return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // Keywords may stand on an object of their own, for safety from a polluted prototype.
  return prototype === Object.prototype || prototype === null || !("constructor" in (prototype as object));
}

export function method(value: unknown, name: string | symbol): ((...args: unknown[]) => unknown) | null {
  const found = isObject(value) ? (value as Record<string | symbol, unknown>)[name] : null;
  return typeof found === "function" ? (...args) => Reflect.apply(found, value, args) as unknown : null;
}

export const isThenable = (value: unknown): value is PromiseLike<unknown> => method(value, "then") !== null;

export const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array;

const plainBytes = (buffer: Buffer): Uint8Array => new Uint8Array(buffer);

/** A Python error of a name, as the package has it. */
export type Raise = (name: string, message: string) => Error;

/** Pairs of anything like a dictionary, or `null`. */
export function pairs(value: unknown): [unknown, unknown][] | null {
  if (value instanceof Map) return [...value] as [unknown, unknown][];
  const items = method(value, "items");
  if (items) return [...(items() as Iterable<[unknown, unknown]>)].map(([key, item]) => [key, item]);
  return isPlain(value) ? Object.entries(value) : null;
}

/** A dictionary: a plain object, but a Map where a key is not text. */
export function dictionary(items: Iterable<readonly [unknown, unknown]>): Fields | Map<unknown, unknown> {
  const list = [...items];
  return list.every(([key]) => typeof key === "string") ? (Object.fromEntries(list) as Fields) : new Map(list);
}

export function truth(value: unknown): boolean {
  if (!isObject(value)) return Boolean(value);
  if (Array.isArray(value) || isBytes(value)) return value.length > 0;
  if (isPlain(value)) return Object.keys(value).length > 0;
  const own = method(value, "__bool__");
  if (own) return Boolean(own());
  return typeof value === "object" && "size" in value ? Boolean(value.size) : true;
}

export function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (!isObject(a)) return (a ?? null) === (b ?? null);
  for (const name of ["__eq__", "equals"]) {
    const own = method(a, name);
    if (own) return Boolean(own(b));
  }
  if (!isObject(b)) return false;
  if ((Array.isArray(a) && Array.isArray(b)) || (isBytes(a) && isBytes(b)))
    return a.length === b.length && a.every((item, i) => equal(item, b[i]));
  const [left, right] = [pairs(a), pairs(b)];
  if (!left || !right || left.length !== right.length) return false;
  const found = new Map(right);
  return left.every(([key, item]) => found.has(key) && equal(item, found.get(key)));
}

export function size(value: unknown): number {
  if (typeof value === "string") return Array.from(value).length;
  const own = method(value, "__len__");
  if (own) return own() as number;
  const { length, size: count } = value as { length?: number; size?: number };
  return length ?? count ?? pairs(value)?.length ?? [...(value as Iterable<unknown>)].length;
}

type Methods = Record<string, (...args: never[]) => unknown>;

function strMethods(text: string): Methods {
  return {
    encode: (encoding = "utf-8") => plainBytes(Buffer.from(text, encoding === "utf-8" ? "utf8" : "latin1")),
    join: (items: string[]) => items.join(text),
    split: (separator: string) => text.split(separator),
    lower: () => text.toLowerCase(),
    upper: () => text.toUpperCase(),
    startsWith: (start: string) => text.startsWith(start),
    startswith: (start: string) => text.startsWith(start),
    endswith: (end: string) => text.endsWith(end),
    replace: (from: string, to: string) => text.replaceAll(from, to),
    count: (part: string) => text.split(part).length - 1,
  };
}

function bytesMethods(bytes: Uint8Array): Methods {
  return {
    decode: (encoding = "utf-8") => Buffer.from(bytes).toString(encoding === "utf-8" ? "utf8" : "latin1"),
    join: (items: Uint8Array[]) =>
      plainBytes(Buffer.concat(items.flatMap((item, i) => (i && bytes.length ? [bytes, item] : [item])))),
  };
}

function listMethods(list: unknown[]): Methods {
  return {
    append: (item: unknown) => void list.push(item),
    index: (item: unknown) => list.findIndex((other) => equal(item, other)),
  };
}

function dictMethods(dict: Fields): Methods {
  return {
    get: (key: string, fallback: unknown = null) => (Object.hasOwn(dict, key) ? dict[key] : fallback),
    items: () => Object.entries(dict),
    keys: () => Object.keys(dict),
    values: () => Object.values(dict),
    update: (other: Fields) => void Object.assign(dict, other),
    copy: () => ({ ...dict }),
  };
}

/** The method of Python's own type that JavaScript's value does not have under that name. */
export function ownMethod(value: unknown, name: string): unknown {
  let methods: Methods = {};
  if (typeof value === "string") methods = strMethods(value);
  else if (isBytes(value)) methods = bytesMethods(value);
  else if (Array.isArray(value)) methods = listMethods(value);
  else if (isPlain(value)) methods = dictMethods(value);
  else if (typeof value === "function" && name === "__name__") return value.name;
  return Object.hasOwn(methods, name) ? methods[name] : undefined;
}

/** `io.BytesIO`, `io.StringIO` and what `open` gives: text or bytes with a position. */
class Buffered {
  closed = false;
  readonly #data: string | Uint8Array;
  #at = 0;

  constructor(data: string | Uint8Array = new Uint8Array()) {
    this.#data = data;
  }

  read(count?: number | null): string | Uint8Array {
    const end = count == null || count < 0 ? this.#data.length : this.#at + count;
    const part = this.#data.slice(this.#at, end);
    this.#at += part.length;
    return part;
  }

  seek(offset: number, whence = 0): number {
    this.#at = offset + (whence === 1 ? this.#at : whence === 2 ? this.#data.length : 0);
    return this.#at;
  }

  tell(): number {
    return this.#at;
  }

  close(): void {
    this.closed = true;
  }

  *[Symbol.iterator](): Generator<string | Uint8Array, void, undefined> {
    while (this.#at < this.#data.length) {
      const end =
        (typeof this.#data === "string" ? this.#data.indexOf("\n", this.#at) : this.#data.indexOf(10, this.#at)) + 1;
      yield this.read((end || this.#data.length) - this.#at);
    }
  }
}
class BytesIO extends Buffered {}
class StringIO extends Buffered {
  constructor(data = "") {
    super(data);
  }
}
export class OpenFile extends Buffered {
  readonly name: string;
  readonly mode: string;

  constructor(data: string | Uint8Array, name: string, mode: string) {
    super(data);
    this.name = name;
    this.mode = mode;
  }
}

/** The modules of the standard library that cases use. */
export const modules = {
  io: { BytesIO, StringIO },
  gzip: { compress: (data: Uint8Array) => plainBytes(gzipSync(data)) },
  zlib: { compress: (data: Uint8Array) => plainBytes(deflateSync(data)) },
} as const;
