/** Bases beside the prototype chain: JavaScript has one parent a class, Python any number. */
const bases = new WeakMap<object, readonly object[]>();

/** Declares the Python bases of `type` that its prototype chain does not show. */
export function inherits(type: object, ...others: readonly object[]): void {
  bases.set(type, others);
}

/** Gives classes the names that they have here, whatever a minifier made of them: errors and `repr` tell them. */
export function named(classes: Readonly<Record<string, object>>): void {
  for (const [name, type] of Object.entries(classes)) Object.defineProperty(type, "name", { value: name });
}

const ordinary = Function.prototype[Symbol.hasInstance] as (this: unknown, value: unknown) => boolean;

/** Whether `type` is `wanted` or a class below it, over both kinds of bases. */
function issubclass(type: unknown, wanted: object): boolean {
  for (let at = type; typeof at === "function"; at = Object.getPrototypeOf(at) as unknown) {
    if (at === wanted) return true;
    if (bases.get(at)?.some((base) => issubclass(base, wanted))) return true;
  }
  return false;
}

/** `instanceof` over both kinds of bases. */
export function isinstance(value: unknown, type: object): boolean {
  if (ordinary.call(type, value)) return true;
  return typeof value === "object" && value !== null && issubclass(value.constructor, type);
}

/** Python's `str()` of an exception with these arguments. */
function message(args: readonly unknown[]): string {
  if (args.length === 0) return "";
  return args.length === 1
    ? text(args[0])
    : `(${args.map((arg) => (typeof arg === "string" ? `'${arg}'` : text(arg))).join(", ")})`;
}

function text(value: unknown): string {
  return value instanceof Error ? value.message : String(value);
}

/** What every exception of Python's has: `args`, and `str()` of them as the message. */
export class PythonError extends Error {
  /** What the exception was made with. */
  args: unknown[];

  static override [Symbol.hasInstance](value: unknown): boolean {
    return isinstance(value, this);
  }

  constructor(...args: unknown[]) {
    super(message(args), args[0] instanceof Error ? { cause: args[0] } : undefined);
    this.args = args;
  }

  override get name(): string {
    return this.constructor.name;
  }
}

/** Python's `OSError`, also called `IOError`: with two arguments the first is the error's number. */
export class OSError extends PythonError {
  constructor(...args: unknown[]) {
    super(...args);
    if (args.length > 1) this.message = `[Errno ${text(args[0])}] ${text(args[1])}`;
  }
}
/** Python's `ValueError`. */
export class ValueError extends PythonError {}
/** Python's `UnicodeError`. */
export class UnicodeError extends ValueError {}
/** Python's `RuntimeError`. */
export class RuntimeError extends PythonError {}
/** Python's `NotImplementedError`. */
export class NotImplementedError extends RuntimeError {}
/** Python's `AttributeError`. */
export class AttributeError extends PythonError {}
/** Python's `LookupError`. */
export class LookupError extends PythonError {}
/** Python's `KeyError`; the message is the key. */
export class KeyError extends LookupError {
  constructor(...args: unknown[]) {
    super(...args);
    if (args.length === 1 && typeof args[0] === "string") this.message = `'${args[0]}'`;
  }
}
/** Python's `Warning`. */
export class Warning extends PythonError {}
/** Python's `DeprecationWarning`. */
export class DeprecationWarning extends Warning {}

named({
  PythonError,
  OSError,
  ValueError,
  UnicodeError,
  RuntimeError,
  NotImplementedError,
  AttributeError,
  LookupError,
  KeyError,
  Warning,
  DeprecationWarning,
});
