import type { Header } from "@posthaste/core";
import { UnicodeError } from "../python/builtins.ts";
import { isBytes, latin1, repr, str, toBytes, typeName } from "../python/values.ts";
import type { Lines } from "../structures.ts";

/**
 * Response headers as urllib3's `HTTPHeaderDict` has them: lines of one name are joined by `", "`, under the case in which
 * the name came first.
 */
export class HTTPHeaderDict {
  readonly #lines: readonly Header[];

  constructor(lines: readonly Header[] = []) {
    this.#lines = lines;
  }

  /** Every value of a name. */
  getlist(name: string): string[] {
    const wanted = name.toLowerCase();
    const out: string[] = [];
    for (const [own, value] of this.#lines)
      if (own.length === wanted.length && own.toLowerCase() === wanted) out.push(value);
    return out;
  }

  /** Every value of a name, or `fallback`: as Python's `HTTPMessage` answers cookie jars. */
  get_all(name: string, fallback: null = null): string[] | null {
    return this.has(name) ? this.getlist(name) : fallback;
  }

  get(name: string, fallback: string | null = null): string | null {
    const at = this.#find(name);
    if (at < 0) return fallback;
    return this.#find(name, at + 1) < 0 ? this.#lines[at]![1] : this.getlist(name).join(", ");
  }

  has(name: string): boolean {
    return this.#find(name) >= 0;
  }

  #find(name: string, from: number = 0): number {
    const lines = this.#lines;
    const wanted = name.toLowerCase();
    for (let at = from; at < lines.length; at++) {
      const own = lines[at]![0];
      if (own.length === wanted.length && own.toLowerCase() === wanted) return at;
    }
    return -1;
  }

  items(): [string, string][] {
    const joined = new Map<string, [string, string]>();
    for (const [name, value] of this.#lines) {
      const line = joined.get(name.toLowerCase());
      if (line) line[1] += `, ${value}`;
      else joined.set(name.toLowerCase(), [name, value]);
    }
    return [...joined.values()];
  }

  keys(): string[] {
    return this.items().map((line) => line[0]);
  }

  values(): string[] {
    return this.items().map((line) => line[1]);
  }

  /** The lines as they came. */
  iteritems(): readonly Header[] {
    return this.#lines;
  }

  *[Symbol.iterator](): Generator<string, void, undefined> {
    yield* this.keys();
  }
}

/** What a header's value is on the wire. @throws UnicodeError beyond latin-1 */
export function headerText(value: unknown): string {
  if (typeof value !== "string") {
    if (isBytes(value)) return latin1(toBytes(value));
    if (typeof value === "number") return str(value);
    throw new TypeError(`expected string or bytes-like object, got '${typeName(value)}'`);
  }
  // oxlint-disable-next-line no-control-regex -- latin-1
  const bad = /[^\0-\xff]/.exec(value);
  if (bad) {
    throw new UnicodeError(
      `'latin-1' codec can't encode character ${repr(bad[0])} in position ${bad.index}: ordinal not in range(256)`,
    );
  }
  return value;
}

/** What a Content-Length says. */
export function contentLength(headers: Lines<string | Uint8Array>): number | undefined {
  const value = headers.get("content-length");
  const length = value === undefined ? Number.NaN : Number(str(value[1]));
  return Number.isInteger(length) ? length : undefined;
}
