import { bind } from "./python/arguments.ts";
import { KeyError } from "./python/builtins.ts";
import { type Items, Mapping, pairsOf, subscriptable } from "./python/dict.ts";
import { isMapping, repr, str } from "./python/values.ts";

/** Key in lower case, to key and value as they were set. A pair is never changed, only replaced. */
export type Lines<V> = Map<string, readonly [string, V]>;

/** The lines of a dictionary: what code on the hot path works with, past the brackets. */
export function store<V>(dict: CaseInsensitiveDict<V>): Lines<V> {
  return dict._lines;
}

/** A dictionary of lines that are there already, which stay its own. */
export function dictOf<V>(lines: Lines<V>): CaseInsensitiveDict<V> {
  const dict = new CaseInsensitiveDict<V>();
  dict._lines = lines;
  return dict;
}

/**
 * A dictionary whose keys are looked up without regard to case, and keep the case in which they were set last.
 * Iterating yields the keys. From requests' `structures.CaseInsensitiveDict`.
 *
 * @example
 * ```ts
 * const headers = new CaseInsensitiveDict({ Accept: "text/html" });
 * headers["aCCEPT"]; // "text/html"
 * headers.get("x-none", "-"); // "-"
 * ```
 */
export class CaseInsensitiveDict<V = string> extends Mapping<V> {
  [key: string]: unknown;
  #lines: Lines<V> = new Map();

  constructor(data?: Items<V>, kwargs?: Readonly<Record<string, V>>) {
    super();
    if (data) this.#fill(data);
    if (kwargs) this.#fill(kwargs);
    return subscriptable(this as unknown as Mapping<never>) as unknown as this;
  }

  #fill(items: Items<V>): void {
    for (const [key, value] of pairsOf(items)) this.#lines.set(key.toLowerCase(), [key, value]);
  }

  /** The proxy behind the brackets has no private fields, but its accessors are called with what it stands for. */
  get _lines(): Lines<V> {
    return this.#lines;
  }

  set _lines(lines: Lines<V>) {
    this.#lines = lines;
  }

  /** The value of a key, or `fallback`. */
  override get(key: string, fallback: V | null = null): V | null {
    const line = this._lines.get(key.toLowerCase());
    return line ? line[1] : fallback;
  }

  /** Sets a key where it stands, with its case; a new one comes last. */
  override set(key: string, value: V): this {
    this._lines.set(key.toLowerCase(), [key, value]);
    return this;
  }

  /** Whether a key is there. */
  override has(key: string): boolean {
    return typeof key === "string" && this._lines.has(key.toLowerCase());
  }

  /** Takes a key out; tells whether it was there. */
  override delete(key: string): boolean {
    return this._lines.delete(key.toLowerCase());
  }

  /** The keys, in the case in which they were set. */
  override keys(): string[] {
    return Array.from(this._lines.values(), (line) => line[0]);
  }

  /** Every key in lower case, with its value. */
  lower_items(): [string, V][] {
    return Array.from(this._lines, ([key, line]) => [key, line[1]]);
  }

  /** A dictionary of its own with the same lines. */
  copy(): CaseInsensitiveDict<V> {
    return new CaseInsensitiveDict(this._lines.values());
  }

  /** Whether a mapping has the same values, with keys in any case. */
  equals(other: unknown): boolean {
    if (!isMapping(other)) return false;
    const lines = new CaseInsensitiveDict(other as Items<V>);
    if (lines.size !== this.size) return false;
    return this.lower_items().every(([key, value]) => lines.has(key) && lines.get(key) === value);
  }

  /** As in Python, the first pair goes. @throws KeyError where there is none */
  override popitem(): [string, V] {
    const first = this._lines.values().next().value;
    if (!first) throw new KeyError();
    this.delete(first[0]);
    return [...first];
  }

  /** The keys. */
  *[Symbol.iterator](): Generator<string, void, undefined> {
    for (const line of this._lines.values()) yield line[0];
  }

  override toString(): string {
    return repr(new Map(this.items()));
  }

  get [Symbol.toStringTag](): string {
    return "CaseInsensitiveDict";
  }
}

/**
 * A dictionary whose items are its attributes too; one that is not there is `null` as an item. From requests'
 * `structures.LookupDict`.
 */
export class LookupDict<V = number> {
  [name: string]: V | null | ((...args: never[]) => unknown);

  constructor(kwargs?: { name?: unknown });
  constructor(name: unknown);
  constructor(...args: unknown[]) {
    const { name = null } = bind({ name: "LookupDict", params: ["name"] }, args);
    Object.defineProperty(this, "toString", { value: () => `<lookup '${str(this["name"])}'>` });
    Object.defineProperty(this, "get", {
      value: (key: string, fallback: unknown = null): unknown => (Object.hasOwn(this, key) ? this[key] : fallback),
    });
    Object.defineProperty(this, "name", { value: name, writable: true });
  }
}
