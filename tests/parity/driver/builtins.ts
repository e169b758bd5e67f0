import { type Interpreter, run } from "./interpreter.ts";
import {
  dictionary,
  type Fields,
  isBytes,
  isObject,
  isPlain,
  isThenable,
  method,
  modules,
  pairs,
  type Raise,
  size,
  truth,
} from "./values.ts";

type Type = (new () => unknown) & { prototype: object };

function str(value: unknown): string {
  if (value instanceof Error) return value.message;
  if (value == null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  return (method(value, "__str__")?.() as string | undefined) ?? (value as { toString(): string }).toString();
}

const repr = (value: unknown): string => (method(value, "__repr__")?.() as string | undefined) ?? String(value);

/** Uses what a function gives at once, or when it is there. */
function then(value: unknown, use: (value: never) => unknown): unknown {
  return isThenable(value) ? value.then((found) => use(found as never)) : use(value as never);
}

function typeOf(value: unknown): unknown {
  if (value == null) return { name: "NoneType" };
  if (typeof value === "string") return { name: "str" };
  if (typeof value === "boolean") return { name: "bool" };
  if (typeof value === "bigint" || Number.isInteger(value)) return { name: "int" };
  if (typeof value === "number") return { name: "float" };
  if (isBytes(value)) return { name: "bytes" };
  if (Array.isArray(value)) return { name: "list" };
  if (value instanceof Map || isPlain(value)) return { name: "dict" };
  return value.constructor;
}

/** Python's own functions, as far as the cases use them. */
export function builtins(interpreter: Interpreter, raise: Raise): Fields {
  const items = (of: unknown): unknown => run(interpreter.items(of));
  return {
    ...modules,
    str,
    repr,
    len: size,
    bool: truth,
    list: (of: unknown = []) => items(of),
    tuple: (of: unknown = []) => items(of),
    sorted: (of: unknown) => then(items(of), (list: string[]) => list.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))),
    dict: (of: unknown = []) => {
      const found = pairs(of);
      return found ? dictionary(found) : then(items(of), dictionary);
    },
    iter: (of: unknown) => interpreter.iterator(of),
    next: (of: unknown) =>
      then((of as Iterator<unknown>).next(), ({ done, value }: IteratorResult<unknown>) => {
        if (done) throw raise("StopIteration", "");
        return value;
      }),
    callable: (value: unknown) => typeof value === "function" || method(value, "__call__") !== null,
    hasattr: (of: unknown, name: string) => isObject(of) && name in of,
    getattr: (of: Fields, name: string, fallback: unknown = null) => of[name] ?? fallback,
    isinstance: (value: unknown, type: Type) =>
      (type as unknown) === str ? typeof value === "string" : value instanceof type,
    issubclass: (type: Type, base: Type) => type === base || (Object.create(type.prototype) as unknown) instanceof base,
    type: typeOf,
  };
}
