import { equal, isBytes, isPlain, method, truth } from "./values.ts";

function repeat(value: unknown, count: number): unknown {
  if (typeof value === "string") return value.repeat(count);
  if (Array.isArray(value)) return Array.from({ length: count }, () => value as unknown[]).flat();
  if (isBytes(value)) return new Uint8Array(Buffer.concat(Array.from({ length: count }, () => value)));
  return (value as number) * count;
}

function add(left: unknown, right: unknown): unknown {
  if (isBytes(left)) return new Uint8Array(Buffer.concat([left, right as Uint8Array]));
  if (Array.isArray(left)) return [...(left as unknown[]), ...(right as unknown[])];
  return (left as number) + (right as number);
}

function contains(of: unknown, key: unknown): boolean {
  if (typeof of === "string") return of.includes(key as string);
  if (isBytes(of)) return Buffer.from(of).includes(Buffer.from(key as Uint8Array));
  if (Array.isArray(of)) return of.some((item) => equal(item, key));
  const own = method(of, "__contains__") ?? (isPlain(of) ? null : method(of, "has"));
  return own ? truth(own(key)) : (key as string) in (of as object);
}

const operators: Record<string, (left: unknown, right: unknown) => unknown> = {
  "==": equal,
  "!=": (left, right) => !equal(left, right),
  is: (left, right) => (left ?? null) === (right ?? null),
  "is not": (left, right) => (left ?? null) !== (right ?? null),
  in: (left, right) => contains(right, left),
  "not in": (left, right) => !contains(right, left),
  "*": (left, right) => repeat(left, right as number),
  "+": add,
  "-": (left, right) => (left as number) - (right as number),
  "<": (left, right) => (left as number) < (right as number),
  ">": (left, right) => (left as number) > (right as number),
  "<=": (left, right) => (left as number) <= (right as number),
  ">=": (left, right) => (left as number) >= (right as number),
};

/** What a Python operator gives, but for `and` and `or`, which may not look at what is to their right. */
export function operate(operator: string, left: unknown, right: unknown): unknown {
  const apply = operators[operator];
  if (!apply) throw new SyntaxError(`there is no ${operator}`);
  return apply(left, right);
}
