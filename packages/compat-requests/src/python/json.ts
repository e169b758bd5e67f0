import { named, ValueError } from "./builtins.ts";
import { hasMethod, isBytes, isPlain, str, typeName } from "./values.ts";

/** Python's `json.JSONDecodeError`: what was wrong, in which text, and where. */
export class BaseJSONDecodeError extends ValueError {
  msg: string;
  doc: string;
  pos: number;
  lineno: number;
  colno: number;

  constructor(msg: string, doc: string, pos: number) {
    const lineno = doc.slice(0, pos).split("\n").length;
    const colno = pos - doc.lastIndexOf("\n", pos - 1);
    super(`${msg}: line ${lineno} column ${colno} (char ${pos})`);
    this.msg = msg;
    this.doc = doc;
    this.pos = pos;
    this.lineno = lineno;
    this.colno = colno;
  }
}

/** The keywords of Python's `json.loads` that {@link loads} takes. */
export interface LoadsKwargs {
  /** Called with the text of each integer, as `BigInt` may be. */
  parse_int?: ((text: string) => unknown) | null;
  /** Called with the text of each number that has a fraction or an exponent. */
  parse_float?: ((text: string) => unknown) | null;
  /** Called with `NaN`, `Infinity` or `-Infinity`. */
  parse_constant?: ((text: string) => unknown) | null;
  /** Called with each object; what it returns stands in its place. */
  object_hook?: ((object: Record<string, unknown>) => unknown) | null;
  /** As `object_hook`, with the pairs as they came. */
  object_pairs_hook?: ((pairs: [string, unknown][]) => unknown) | null;
  /** `false` lets control characters stand in strings. @default true */
  strict?: boolean | null;
}

/**
 * Python's `json.loads`: takes `NaN` and `Infinity`, and says in Python's words what is wrong.
 *
 * @throws BaseJSONDecodeError
 */
export function loads(text: string, kwargs?: LoadsKwargs): unknown {
  if (!kwargs || Object.values(kwargs).every((value) => value == null)) {
    try {
      return JSON.parse(text);
    } catch {
      // What JavaScript does not take Python may, and otherwise has its own words for.
    }
  }
  if (text.startsWith("\ufeff"))
    throw new BaseJSONDecodeError("Unexpected UTF-8 BOM (decode using utf-8-sig)", text, 0);
  return new Parser(text, kwargs ?? {}).document();
}

const constants: Record<string, number> = { NaN, Infinity, "-Infinity": -Infinity };
const shortEscapes: Record<string, string> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

/** Whether an error says that the stack is full: engines have no class for it in common. */
function isOverflow(error: unknown): boolean {
  return error instanceof Error && /call stack size exceeded|too much recursion/.test(error.message);
}

class Parser {
  readonly #text: string;
  readonly #kwargs: LoadsKwargs;
  #at = 0;

  constructor(text: string, kwargs: LoadsKwargs) {
    this.#text = text;
    this.#kwargs = kwargs;
  }

  document(): unknown {
    this.#space();
    const value = this.#outermost();
    this.#space();
    if (this.#at !== this.#text.length) this.#fail("Extra data");
    return value;
  }

  #outermost(): unknown {
    try {
      return this.#value();
    } catch (error) {
      // Each level takes some of the stack, and a server says how many there are.
      if (isOverflow(error)) this.#fail("Too deeply nested");
      throw error;
    }
  }

  #fail(problem: string, at: number = this.#at): never {
    throw new BaseJSONDecodeError(problem, this.#text, at);
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match) this.#at = pattern.lastIndex;
    return match?.[0];
  }

  #space(): void {
    this.#take(/[ \t\n\r]*/y);
  }

  #value(): unknown {
    const { parse_int, parse_float, parse_constant } = this.#kwargs;
    // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- the rest follows below
    switch (this.#text[this.#at]) {
      case '"':
        return this.#string();
      case "{":
        return this.#object();
      case "[":
        return this.#array();
    }
    const word = this.#take(/null|true|false/y);
    if (word) return word === "null" ? null : word === "true";
    const number = this.#take(/-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/y);
    if (number) {
      const float = /[.eE]/.test(number);
      const parse = float ? parse_float : parse_int;
      return parse ? parse(number) : Number(number);
    }
    const constant = this.#take(/NaN|-?Infinity/y);
    if (constant) return parse_constant ? parse_constant(constant) : constants[constant];
    return this.#fail("Expecting value");
  }

  #string(): string {
    const begin = this.#at++;
    let out = "";
    for (;;) {
      // oxlint-disable-next-line no-control-regex -- they may not stand in a string
      out += this.#take(this.#kwargs.strict === false ? /[^"\\]*/y : /[^"\\\0-\x1f]*/y)!;
      const stop = this.#text[this.#at];
      if (stop === undefined) this.#fail("Unterminated string starting at", begin);
      if (stop === '"') break;
      if (stop !== "\\") this.#fail("Invalid control character at");
      const escape = this.#text[this.#at + 1];
      if (escape === undefined) this.#fail("Unterminated string starting at", begin);
      if (escape === "u") {
        const digits = this.#text.slice(this.#at + 2, this.#at + 6);
        if (!/^[\da-f]{4}$/i.test(digits)) this.#fail("Invalid \\uXXXX escape", this.#at + 1);
        out += String.fromCharCode(Number.parseInt(digits, 16));
        this.#at += 6;
      } else {
        if (!'"\\/bfnrt'.includes(escape)) this.#fail("Invalid \\escape");
        out += shortEscapes[escape] ?? escape;
        this.#at += 2;
      }
    }
    this.#at++;
    return out;
  }

  #array(): unknown[] {
    const out: unknown[] = [];
    this.#at++;
    this.#space();
    if (this.#text[this.#at] === "]") {
      this.#at++;
      return out;
    }
    for (;;) {
      out.push(this.#value());
      this.#space();
      if (this.#text[this.#at] === "]") break;
      if (this.#text[this.#at] !== ",") this.#fail("Expecting ',' delimiter");
      this.#at++;
      this.#space();
    }
    this.#at++;
    return out;
  }

  #object(): unknown {
    const { object_hook, object_pairs_hook } = this.#kwargs;
    const pairs: [string, unknown][] = [];
    this.#at++;
    this.#space();
    if (this.#text[this.#at] !== "}") {
      for (;;) {
        if (this.#text[this.#at] !== '"') this.#fail("Expecting property name enclosed in double quotes");
        const key = this.#string();
        this.#space();
        if (this.#text[this.#at] !== ":") this.#fail("Expecting ':' delimiter");
        this.#at++;
        this.#space();
        pairs.push([key, this.#value()]);
        this.#space();
        if (this.#text[this.#at] === "}") break;
        if (this.#text[this.#at] !== ",") this.#fail("Expecting ',' delimiter");
        this.#at++;
        this.#space();
      }
    }
    this.#at++;
    if (object_pairs_hook) return object_pairs_hook(pairs);
    const object = Object.fromEntries(pairs);
    return object_hook ? object_hook(object) : object;
  }
}

/** Thrown by {@link dumps} for a number that JSON has no form for, and for a circle. */
export class NotJSON extends ValueError {}

named({ BaseJSONDecodeError, NotJSON });

/**
 * Python's `json.dumps(value, allow_nan=False)`: `", "` and `": "` between, and `\uXXXX` for all that is not ASCII.
 *
 * @throws NotJSON for NaN, infinities and circles; TypeError for what has no JSON form
 */
export function dumps(value: unknown): string {
  const open = new Set<object>();
  const inside = (object: object, write: () => string): string => {
    if (open.has(object)) throw new NotJSON("Circular reference detected");
    open.add(object);
    const text = write();
    open.delete(object);
    return text;
  };
  const write = (item: unknown): string => {
    if (item == null) return "null";
    // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- objects follow below
    switch (typeof item) {
      case "string":
        return quoted(item);
      case "boolean":
        return item ? "true" : "false";
      case "bigint":
        return item.toString();
      case "number":
        if (!Number.isFinite(item)) throw new NotJSON(`Out of range float values are not JSON compliant: ${str(item)}`);
        return str(item);
    }
    if (Array.isArray(item)) return inside(item, () => `[${item.map(write).join(", ")}]`);
    if (isPlain(item) || item instanceof Map) {
      const entries: Iterable<[unknown, unknown]> = item instanceof Map ? item : Object.entries(item);
      return inside(
        item,
        () => `{${Array.from(entries, ([key, of]) => `${quoted(keyText(key))}: ${write(of)}`).join(", ")}}`,
      );
    }
    // JavaScript's own way for an object to say what it is in JSON; Python has none.
    if (!isBytes(item) && hasMethod(item, "toJSON")) return write(item.toJSON());
    throw new TypeError(`Object of type ${typeName(item)} is not JSON serializable`);
  };
  return write(value);
}

function quoted(text: string): string {
  return JSON.stringify(text).replace(
    /[\x7f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function keyText(key: unknown): string {
  if (typeof key === "string") return key;
  if (key == null) return "null";
  if (typeof key === "boolean") return String(key);
  if (typeof key === "number" || typeof key === "bigint") return str(key);
  throw new TypeError(`keys must be str, int, float, bool or None, not ${typeName(key)}`);
}
