import { readFileSync } from "node:fs";
import * as requests from "@posthaste/compat-requests";
import { describe, expect, test } from "vitest";
import { absent, calledOtherwise, protocols } from "./differences.ts";

// Finds every public name of requests in ours; inventory.py wrote the list, so that no Python is needed here.

interface Class {
  kind: "class";
  bases: string[];
  parameters: string[] | null;
  methods: Record<string, string[] | null>;
  attributes: string[];
  protocols: string[];
}
type Entry = Class | { kind: "function"; parameters: string[] | null } | { kind: "module" | "value" };

const { modules } = JSON.parse(readFileSync(new URL("inventory.json", import.meta.url), "utf8")) as {
  modules: Record<string, Record<string, Entry>>;
};

type Members = Record<string, unknown>;
type Type = (new (...args: unknown[]) => object) & { prototype: object };
const namespace = (module: string): Members =>
  (module === "requests" ? requests : (requests as unknown as Record<string, Members>)[module]) as Members;

const excused = (place: string): boolean => absent.some((pattern) => pattern.names.test(place));

/** One object of each class whose attributes are set when it is made. */
const prepared = (): requests.PreparedRequest => new requests.Request("GET", "http://example.test/").prepare();
const examples: Record<string, (type: Type) => object> = {
  HTTPBasicAuth: (type) => new type("user", "pass"),
  HTTPProxyAuth: (type) => new type("user", "pass"),
  HTTPDigestAuth: (type) => new type("user", "pass"),
  MockRequest: (type) => new type(prepared()),
  MockResponse: (type) => new type({}),
  JSONDecodeError: (type) => new type("message", "document", 0),
};
// Mixins and bases are made by a class below them.
const below: Record<string, () => object> = {
  SessionRedirectMixin: () => new requests.Session(),
  RequestHooksMixin: () => new requests.Request(),
  RequestEncodingMixin: () => new requests.PreparedRequest(),
};

/** The names of a function's parameters, where it declares them; `null` where it takes what comes and binds it itself. */
function declared(value: unknown): string[] | null {
  const source = Function.prototype.toString.call(value);
  const list = /^(?:async )?(?:function\*? ?)?\*?[\w$]*\s*\(([^]*?)\)\s*\{/.exec(source)?.[1];
  if (list === undefined || /[{[(]|\.\.\./.test(list)) return null;
  return list
    .split(",")
    .map((param) => param.replace(/=[^]*/, "").trim())
    .filter(Boolean);
}

/** Whether a function takes what Python's takes by position; one more place may be there, for keywords. */
function takes(value: unknown, parameters: string[]): boolean {
  const ours = declared(value);
  if (!ours) return true;
  const positional = parameters.filter((name) => !name.startsWith("*"));
  const required = positional.filter((name) => !name.endsWith("=")).length;
  const most = positional.length + (positional.length < parameters.length || required < positional.length ? 2 : 0);
  return ours.length >= required && ours.length <= most;
}

describe.each(Object.entries(modules))("%s", (module, entries) => {
  const own = namespace(module);

  test("is a namespace", () => expect(own).toBeTypeOf("object"));

  test.each(Object.entries(entries).filter(([name]) => !excused(`${module}.${name}`)))("has %s", (name, entry) => {
    const value = own[name];
    expect(name in own, `${module}.${name}`).toBe(true);
    if (entry.kind === "function") {
      expect(value).toBeTypeOf("function");
      if (entry.parameters && !calledOtherwise.has(`${module}.${name}`))
        expect(takes(value, entry.parameters), `${module}.${name}(${entry.parameters.join(", ")})`).toBe(true);
    }
    if (entry.kind === "class") expect(missing(`${module}.${name}`, value as Type, entry)).toEqual([]);
  });
});

function missing(place: string, type: Type, entry: Class): string[] {
  expect(type, place).toBeTypeOf("function");
  const short = place.replace(/^.*\./, "");
  const sample = below[short]?.() ?? examples[short]?.(type) ?? new type();
  const out: string[] = [];
  for (const base of entry.bases) {
    const found = baseClass(base);
    if (!excused(`${place} is ${base}`) && !(found && sample instanceof found)) out.push(`${place} is ${base}`);
  }
  for (const [name, parameters] of Object.entries(entry.methods)) {
    const member = (sample as Members)[name] ?? (type as unknown as Members)[name];
    if (excused(`${place}.${name}`)) continue;
    if (typeof member !== "function") out.push(`${place}.${name}()`);
    else if (parameters && !calledOtherwise.has(`${place}.${name}`) && !takes(member, parameters))
      out.push(`${place}.${name}(${parameters.join(", ")}) is (${declared(member)?.join(", ")})`);
  }
  for (const name of entry.attributes)
    // An attribute of a class is one of its objects too in Python; here it is static.
    if (!excused(`${place}.${name}`) && !(name in sample) && !(name in type)) out.push(`${place}.${name}`);
  for (const name of entry.protocols) if (!(name in protocols)) out.push(`${place}.${name}`);
  return out;
}

/** A class of requests by name alone, or Python's own. */
function baseClass(name: string): Type | undefined {
  const spaces = [requests.exceptions, requests, ...Object.keys(modules).map(namespace)] as unknown as Members[];
  const found = spaces.map((space) => space[name]).find((value) => typeof value === "function");
  if (found) return found as Type;
  return { Exception: Error, TypeError }[name] as Type | undefined;
}

test("nothing is excused that is there", () => {
  const places = Object.entries(modules).flatMap(([module, entries]) =>
    Object.entries(entries).flatMap(([name, entry]) => [
      `${module}.${name}`,
      ...(entry.kind === "class"
        ? [
            ...entry.bases.map((base) => `${module}.${name} is ${base}`),
            ...[...Object.keys(entry.methods), ...entry.attributes].map((member) => `${module}.${name}.${member}`),
          ]
        : []),
    ]),
  );
  for (const { names } of absent)
    expect(
      places.some((place) => names.test(place)),
      String(names),
    ).toBe(true);
  for (const place of calledOtherwise) expect(places).toContain(place);
  const used = Object.values(modules).flatMap((entries) =>
    Object.values(entries).flatMap((entry) => (entry.kind === "class" ? entry.protocols : [])),
  );
  expect(Object.keys(protocols).filter((name) => !used.includes(name))).toEqual([]);
});
