import { isPlain, record } from "./values.ts";

const none: Readonly<Record<string, unknown>> = Object.freeze({});

/** What a function takes: its name for messages, its parameters in order, and how many of them must be given. */
export interface Signature {
  readonly name: string;
  readonly params: readonly string[];
  /** Parameters without a default; a plain object in such a place is a value, unless it names that parameter. @default 0 */
  readonly required?: number;
  /** Whether keywords beyond `params` are taken too. */
  readonly open?: boolean;
}

/**
 * Brings Python's positional and keyword arguments together: a plain object in the last place holds keywords.
 *
 * Where other optional arguments stand before it, and none of its keys is a parameter's name, it is a positional value.
 *
 * @throws TypeError in Python's words, with a hint, for an unknown keyword or a parameter given twice
 */
export function bind(signature: Signature, args: readonly unknown[]): Record<string, unknown> {
  const { name, params, required = 0, open } = signature;
  let count = args.length;
  let keywords = none;
  const last = args[count - 1];
  if (isPlain(last) && isKeywords(signature, last, count)) {
    keywords = last;
    count--;
  }
  if (count > params.length)
    throw new TypeError(`${name}() takes ${params.length} positional arguments but ${count} were given`);
  const out = record<Record<string, unknown>>();
  for (let at = 0; at < count; at++) out[params[at]!] = args[at];
  for (const key in keywords) {
    if (!Object.hasOwn(keywords, key)) continue;
    const at = params.indexOf(key);
    if (at < 0 && !open)
      throw new TypeError(`${name}() got an unexpected keyword argument '${key}'${hint(params, key)}`);
    if (at >= 0 && at < count) throw new TypeError(`${name}() got multiple values for argument '${key}'`);
    out[key] = keywords[key];
  }
  for (let at = count; at < required; at++) {
    if (!Object.hasOwn(out, params[at]!))
      throw new TypeError(`${name}() missing 1 required positional argument: '${params[at]}'`);
  }
  return out;
}

/** An optional argument that comes alone behind the required ones: by position, or by its name in a plain object. */
export type Optional<Name extends string, T> = T | { readonly [Key in Name]?: T } | undefined;

/** The value of such an argument of function `name`, or its default. @throws TypeError as {@link bind} */
export function optional<Name extends string, T extends string | boolean | null>(
  name: string,
  param: Name,
  given: Optional<Name, T>,
  fallback: T,
): T {
  const value = isPlain(given) ? bind({ name, params: [param] }, [given])[param] : given;
  return value === undefined ? fallback : (value as T);
}

function isKeywords({ params, required = 0, open }: Signature, last: Record<string, unknown>, count: number): boolean {
  if (count <= required) return Object.hasOwn(last, params[count - 1]!);
  if (count > params.length || open || count === required + 1) return true;
  const keys = Object.keys(last);
  return keys.length === 0 || keys.some((key) => params.includes(key));
}

function hint(params: readonly string[], key: string): string {
  const place = ["data", "params", "headers"].find((param) => params.includes(param));
  return place ? ` (the last plain object holds keywords: did you mean { ${place}: { ${key}: … } }?)` : "";
}
