import type { Header } from "@posthaste/core";

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
    const all = this.getlist(name);
    return all.length ? all : fallback;
  }

  get(name: string, fallback: string | null = null): string | null {
    const all = this.getlist(name);
    return all.length ? all.join(", ") : fallback;
  }

  has(name: string): boolean {
    return this.getlist(name).length > 0;
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
