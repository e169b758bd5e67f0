import { KeyError } from "./builtins.ts";
import { hasKeys, isMapping, isPlain, itemsOf } from "./values.ts";

/** What a mapping can be filled from. */
export type Items<V> =
  | Iterable<readonly [string, V]>
  | Readonly<Record<string, V>>
  | { items(): Iterable<readonly [string, V]> }
  | null;

/** The pairs in anything that {@link Items} names. */
export function pairsOf<V>(items: Items<V> | undefined): Iterable<readonly [string, V]> {
  if (items == null) return [];
  return isMapping(items) ? (itemsOf(items) as [string, V][]) : (items as Iterable<readonly [string, V]>);
}

/** What {@link item} access of a {@link Mapping} goes through, behind brackets. */
const handler: ProxyHandler<Mapping<never>> = {
  get(target, key) {
    if (typeof key !== "string" || key in target) return Reflect.get(target, key) as unknown;
    return target.has(key) ? target.get(key) : undefined;
  },
  set(target, key, value) {
    if (typeof key !== "string" || key in target || key.startsWith("_")) return Reflect.set(target, key, value);
    target.set(key, value as never);
    return true;
  },
  has(target, key) {
    return key in target || (typeof key === "string" && target.has(key));
  },
  deleteProperty(target, key) {
    if (typeof key === "string" && !(key in target)) target.delete(key);
    return true;
  },
  ownKeys(target) {
    return [...new Set([...Reflect.ownKeys(target), ...target.keys()])];
  },
  getOwnPropertyDescriptor(target, key) {
    const own = Reflect.getOwnPropertyDescriptor(target, key);
    if (own || typeof key !== "string" || !target.has(key)) return own;
    return { value: target.get(key), writable: true, enumerable: true, configurable: true };
  },
};

/** What a {@link Mapping} must have of its own; the rest is made from these. */
interface Primitives<V> {
  get(key: string, fallback?: V | null): V | null;
  set(key: string, value: V): unknown;
  has(key: string): boolean;
  delete(key: string): boolean;
  keys(): string[];
}

/**
 * Python's `MutableMapping`: what a `dict` can do, and `mapping["key"]`, `"key" in mapping`, `delete mapping["key"]` and
 * `Object.entries(mapping)` besides. A key that is also the name of a method must be read with `get`.
 */
export abstract class Mapping<V> implements Primitives<V> {
  abstract get(key: string, fallback?: V | null): V | null;
  abstract set(key: string, value: V): unknown;
  abstract has(key: string): boolean;
  abstract delete(key: string): boolean;
  abstract keys(): string[];

  /** How many keys there are. */
  get size(): number {
    return this.keys().length;
  }

  /** Every value, in the order of the keys. */
  values(): V[] {
    return this.items().map((item) => item[1]);
  }

  /** Every key with its value. */
  items(): [string, V][] {
    return this.keys().map((key) => [key, this.get(key) as V]);
  }

  /** As {@link items}. */
  entries(): [string, V][] {
    return this.items();
  }

  /** Sets every pair of `items`. */
  update(items?: Items<V>): void {
    for (const [key, value] of pairsOf(items)) this.set(key, value);
  }

  /**
   * Takes a key out and returns its value.
   *
   * @throws KeyError where it is not there and no fallback is given
   */
  pop(key: string, ...fallback: [] | [V | null]): V | null {
    if (!this.has(key)) {
      if (fallback.length) return fallback[0];
      throw new KeyError(key);
    }
    const value = this.get(key);
    this.delete(key);
    return value;
  }

  /**
   * Takes the first pair out and returns it.
   *
   * @throws KeyError where there is none
   */
  popitem(): [string, V] {
    const key = this.keys()[0];
    if (key === undefined) throw new KeyError();
    const value = this.get(key) as V;
    this.delete(key);
    return [key, value];
  }

  /** The value of a key, which is set to `fallback` where it is not there. */
  setdefault(key: string, fallback: V): V {
    if (!this.has(key)) this.set(key, fallback);
    return this.get(key) as V;
  }

  /** Takes every key out. */
  clear(): void {
    for (const key of this.keys()) this.delete(key);
  }

  /** Calls `visit` with each value and key. */
  forEach(visit: (value: V, key: string) => void): void {
    for (const [key, value] of this.items()) visit(value, key);
  }

  /** The pairs as a plain object. */
  toJSON(): Record<string, V> {
    return Object.fromEntries(this.items());
  }
}

/** Makes a mapping's brackets work; the constructors return what this returns. */
export function subscriptable<T extends Mapping<never>>(mapping: T): T {
  return new Proxy<T>(mapping, handler);
}

/**
 * Python's `dict` with text for keys, as a session's `params` and `proxies` are: a plain object with a dict's methods.
 *
 * @example
 * ```ts
 * session.proxies.update({ http: "http://127.0.0.1:3128" });
 * session.proxies["https"] = "http://127.0.0.1:3128";
 * ```
 */
export class Dict<V = unknown> {
  [key: string]: V | ((...args: never[]) => unknown);

  constructor(items?: Items<V>) {
    for (const [key, value] of pairsOf(items)) this[key] = value;
  }
}

/** Whether it is a dictionary with nothing in it. */
export function isEmpty(value: unknown): boolean {
  if (!(value instanceof Dict || isPlain(value))) return false;
  return !hasKeys(value);
}

const methods: Record<string, (this: Dict, ...args: never[]) => unknown> = {
  get(key: string, fallback: unknown = null) {
    return Object.hasOwn(this, key) ? this[key] : fallback;
  },
  update(items: Items<unknown>) {
    for (const [key, value] of pairsOf(items)) this[key] = value;
  },
  items() {
    return Object.entries(this);
  },
  keys() {
    return Object.keys(this);
  },
  __len__() {
    return Object.keys(this).length;
  },
  values() {
    return Object.values(this);
  },
  copy() {
    return new Dict(Object.entries(this));
  },
  setdefault(key: string, fallback: unknown) {
    if (!Object.hasOwn(this, key)) this[key] = fallback;
    return this[key];
  },
  pop(key: string, ...fallback: unknown[]) {
    if (!Object.hasOwn(this, key)) {
      if (fallback.length) return fallback[0];
      throw new KeyError(key);
    }
    const value = this[key];
    delete this[key];
    return value;
  },
  clear() {
    for (const key of Object.keys(this)) delete this[key];
  },
};
for (const [name, value] of Object.entries(methods)) {
  Object.defineProperty(Dict.prototype, name, { value, enumerable: false, writable: true, configurable: true });
}
