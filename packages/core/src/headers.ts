/** One header line. */
export type Header = readonly [name: string, value: string];

/** What a {@link HeaderList} can be made from: pairs in order (a web `Headers` is such), or a plain object. */
export type HeaderInit = Iterable<Header> | Readonly<Record<string, string>>;

/** The pairs of an iterable of pairs or of a plain object. */
export function pairs<V>(
  init?: Iterable<readonly [string, V]> | Readonly<Record<string, V>>,
): readonly (readonly [string, V])[] {
  return init ? (Symbol.iterator in init ? [...init] : Object.entries(init)) : [];
}

const named = (name: string) => (header: Header) => header[0].toLowerCase() === name.toLowerCase();

/**
 * Header lines in the order and the letter case in which they were given or came, repeats included: an array of pairs
 * with a look-up that ignores case. `new HeaderList(list)` is a copy, `list.flat()` the flat form that Node's modules take.
 *
 * What stands in it is checked when a request is sent, by the client, just before the adapter: a name must be a token, a
 * value a string of tabs, spaces, visible ASCII and U+0080 to U+00FF (RFC 9110 §5.5), else the call rejects with
 * `ERR_HEADER`.
 *
 * @example
 * ```ts
 * const headers = new HeaderList({ "X-Trace": "1" });
 * headers.append("Accept", "text/html");
 * headers.get("x-trace"); // "1"
 * [...headers]; // [["X-Trace", "1"], ["Accept", "text/html"]]
 * ```
 */
export class HeaderList extends Array<Header> {
  /** What `map`, `flat` and their like return is a plain array. */
  static override readonly [Symbol.species]: ArrayConstructor = Array;

  constructor(init?: HeaderInit) {
    super();
    for (const header of pairs(init)) this.append(...header);
  }

  /** All values of a name joined by `", "`, or `null` where there is none. */
  get(name: string): string | null {
    return this.has(name) ? this.getAll(name).join(", ") : null;
  }

  /** Each value of a name, in order. */
  getAll(name: string): string[] {
    return this.filter(named(name)).map((header) => header[1]);
  }

  has(name: string): boolean {
    return this.some(named(name));
  }

  /** Replaces the first line of that name where it stands, and deletes further ones; adds a line where there is none. */
  set(name: string, value: string): void {
    const at = this.findIndex(named(name));
    this.delete(name);
    // -1 becomes a place far behind the end, which is the end.
    this.splice(at >>> 0, 0, [name, value]);
  }

  /** Adds a line at the end. */
  append(name: string, value: string): void {
    // Not push(), which is slow on what is no plain array.
    this[this.length] = [name, value];
  }

  /** Deletes every line of that name. */
  delete(name: string): void {
    while (this.has(name)) this.splice(this.findIndex(named(name)), 1);
  }
}
