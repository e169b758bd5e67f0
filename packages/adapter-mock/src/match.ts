import { HttpError } from "@posthaste/core";
import type { Call } from "./call.ts";
import { compile, type Pattern, type UrlMatch } from "./pattern.ts";
import { Redactor } from "./redact.ts";

/** What test frameworks make, as `expect.any(String)` of vitest and jest. */
export interface AsymmetricMatcher {
  asymmetricMatch(value: unknown): boolean;
}

/** A value that is sent as text: the same text, one that a pattern is found in, or what a function says; `null` is none. */
export type ValueMatch = string | number | boolean | RegExp | AsymmetricMatcher | ((value: string) => boolean) | null;

/** Which requests are meant; what is left out is not looked at. */
export interface RequestMatch {
  /** Letter case makes no difference. */
  method?: string | readonly string[];
  /** A path or URL with `:names` and `*`, a `RegExp`, a `URL`, a `URLPattern`, or a function. */
  url?: UrlMatch;
  /** There may be others; an array is all values of a name, in order. */
  query?: Readonly<Record<string, ValueMatch | readonly ValueMatch[]>>;
  /** There may be others. One line of the name must match, or all of them joined by `", "`. */
  headers?: Readonly<Record<string, ValueMatch>>;
  /** The whole content: the same text or bytes, a pattern found in its text, or what a function says. */
  body?: string | RegExp | Uint8Array | ((bytes: Uint8Array) => boolean);
  /**
   * Part of the content as JSON. Objects may have more members than those given; arrays must be of the same length. A
   * `RegExp` is for strings; functions and asymmetric matchers are asked.
   */
  json?: unknown;
  /** Anything else; a text says what is different. Asked last, when the content was read. */
  when?: (call: Call) => boolean | string;
  /** Fields of a content of type `application/x-www-form-urlencoded`; there may be others. */
  form?: Readonly<Record<string, ValueMatch | readonly ValueMatch[]>>;
}

/** One thing that is asked: tells what is different, or nothing. */
type Check = (call: Call) => string | undefined;

const redactor = /* @__PURE__ */ new Redactor();

/** A {@link RequestMatch} made ready. */
export class Matcher {
  /** What is asked, in a line. */
  readonly text: string;
  readonly pattern: Pattern;
  /** From the method to the content. */
  readonly #checks: readonly Check[];
  readonly #head: number;

  /**
   * @throws HttpError `ERR_OPTION` for an unknown member, or a URL that is none
   */
  constructor(wanted: RequestMatch) {
    const { method, url = "*", query = {}, headers = {}, body, json, form, when, ...rest } = wanted;
    const [unknown] = Object.keys(rest);
    if (unknown !== undefined)
      throw new HttpError("ERR_OPTION", `a request has no ${JSON.stringify(unknown)} to match`);
    const pattern = (this.pattern = compile(url));
    const methods = [method ?? []].flat().map((name) => name.toUpperCase());
    const pairs = Object.entries(query);
    for (const name of new Set(pattern.query.map(([name]) => name))) {
      pairs.push([name, pattern.query.filter((pair) => pair[0] === name).map((pair) => pair[1])]);
    }
    const checks: Check[] = [];
    const words = [methods.join("|") || "*", redactor.urls(pattern.text)];
    if (methods.length > 0) {
      checks.push((call) => (methods.includes(call.method.toUpperCase()) ? undefined : `the method is ${call.method}`));
    }
    checks.push((call) => (pattern.match(call.url) ? undefined : "the URL differs"));
    for (const [name, value] of pairs) {
      const shown = redactor.isSecretQuery(name) ? secret : show;
      words.push(`${name}=${shown(value)}`);
      checks.push(({ url }) => differs(`query ${name}`, value, url.searchParams.getAll(name), shown));
    }
    for (const [name, value] of Object.entries(headers)) {
      const shown = redactor.isSecretHeader(name) ? secret : show;
      words.push(`${name}: ${shown(value)}`);
      checks.push(({ headers }) => {
        const all = headers.getAll(name);
        return all.length > 1 && fits(value, all.join(", ")) ? undefined : differs(`header ${name}`, value, all, shown);
      });
    }
    this.#head = checks.length;
    if (body !== undefined) {
      words.push(`body ${show(body)}`);
      checks.push((call) => differsInBody(body, call));
    }
    for (const [name, value] of Object.entries(form ?? {})) {
      const shown = redactor.isSecretField(name) ? secret : show;
      words.push(`form ${name}=${shown(value)}`);
      checks.push((call) => differs(`form field ${name}`, value, new URLSearchParams(call.text()).getAll(name), shown));
    }
    if (json !== undefined) {
      words.push(`json ${show(json)}`);
      checks.push((call) => differsInJson(json, call));
    }
    if (when) {
      checks.push((call) => {
        const answer = when(call);
        return typeof answer === "string" ? answer : answer ? undefined : `${when.name || "the function"} says no`;
      });
    }
    this.text = words.join(" ");
    this.#checks = checks;
  }

  /** How many things are asked. */
  get size(): number {
    return this.#checks.length;
  }

  fits(call: Call): boolean {
    return !this.#checks.some((check) => check(call));
  }

  /** Whether all but the content fits, which need not have been read. */
  fitsHead(call: Call): boolean {
    return !this.#checks.slice(0, this.#head).some((check) => check(call));
  }

  /** All that is different. */
  differences(call: Call): string[] {
    return this.#checks.flatMap((check) => check(call) ?? []);
  }
}

const isFunction = (value: unknown): value is (value: unknown) => boolean => typeof value === "function";

function isAsymmetric(value: unknown): value is AsymmetricMatcher {
  return typeof value === "object" && value !== null && "asymmetricMatch" in value;
}

/** Whether a value is as wanted; `null` is for the caller to look at. */
function fits(wanted: unknown, value: unknown): boolean {
  if (wanted instanceof RegExp) return typeof value === "string" && value.search(wanted) >= 0;
  if (isFunction(wanted)) return wanted(value);
  if (isAsymmetric(wanted)) return wanted.asymmetricMatch(value);
  const plain = wanted as string | number | boolean | null;
  return plain !== null && String(plain) === value;
}

function differs(
  what: string,
  wanted: ValueMatch | readonly ValueMatch[],
  values: readonly string[],
  shown: (value: unknown) => string,
): string | undefined {
  if (wanted === null) return values.length > 0 ? `${what} is there` : undefined;
  if (values.length === 0 && !(Array.isArray(wanted) && wanted.length === 0)) return `${what} is missing`;
  const right = Array.isArray(wanted)
    ? wanted.length === values.length && wanted.every((each, at) => fits(each, values[at]))
    : values.some((value) => fits(wanted, value));
  const is = values.length === 1 ? values[0] : values;
  return right ? undefined : `${what} is ${shown(is)}, not ${shown(wanted)}`;
}

function differsInBody(wanted: NonNullable<RequestMatch["body"]>, call: Call): string | undefined {
  const bytes = call.bytes ?? new Uint8Array();
  let right: boolean;
  if (wanted instanceof Uint8Array) {
    right = bytes.length === wanted.length && bytes.every((byte, at) => byte === wanted[at]);
  } else {
    right = isFunction(wanted) ? wanted(bytes) : fits(wanted, call.text());
  }
  return right ? undefined : "the body differs";
}

function differsInJson(wanted: unknown, call: Call): string | undefined {
  let value: unknown;
  try {
    value = call.json();
  } catch {
    return "the body is no JSON";
  }
  const path = findDifference(wanted, value, "");
  if (path === undefined) return undefined;
  if (path === "") return `the JSON is ${show(value)}, not ${show(wanted)}`;
  return `the JSON differs at ${path.replace(/^\./, "")}`;
}

/** The path of the first value that is not as wanted. */
function findDifference(wanted: unknown, value: unknown, path: string): string | undefined {
  if (wanted instanceof RegExp || isFunction(wanted) || isAsymmetric(wanted)) {
    return fits(wanted, value) ? undefined : path;
  }
  if (typeof wanted !== "object" || wanted === null) return Object.is(wanted, value) ? undefined : path;
  if (typeof value !== "object" || value === null || Array.isArray(wanted) !== Array.isArray(value)) return path;
  if (Array.isArray(wanted) && wanted.length !== (value as unknown[]).length) return path;
  for (const [name, each] of Object.entries(wanted)) {
    const next = Array.isArray(wanted) ? `${path}[${name}]` : `${path}.${name}`;
    const found = findDifference(each, Object.hasOwn(value, name) ? (value as never)[name] : undefined, next);
    if (found !== undefined) return found;
  }
  return undefined;
}

const secret = (): string => "(hidden)";

function show(value: unknown): string {
  if (value instanceof RegExp) return `${value}`;
  if (value instanceof Uint8Array) return `of ${value.length} bytes`;
  if (isFunction(value)) return value.name || "(function)";
  const text = JSON.stringify(value, (_, each: unknown) =>
    each instanceof RegExp || isFunction(each) || isAsymmetric(each) ? `${each as RegExp}` : each,
  );
  return shorten(redactor.body(text ?? String(value), ""));
}

/** Fit for a line of a message. */
export function shorten(text: string): string {
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}
