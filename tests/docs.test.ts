import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import * as compat from "@posthaste/compat-requests";
import { describe, expect, test } from "vitest";

/* What the documents list is what there is. */

const root = new URL("../", import.meta.url).pathname;
const read = (path: string): string => readFileSync(`${root}${path}`, "utf8");
const sorted = (list: Iterable<string>): string[] => [...new Set(list)].toSorted();
const code = (cell: string): string[] => Array.from(cell.matchAll(/`([^`]+)`/g), ([, text]) => text!);

/** The rows of a document's tables, those under a heading of the first column's. */
function rows(path: string, heading: string): string[][] {
  const found: string[][] = [];
  for (const table of read(path).split(/\n(?!\|)/)) {
    const [head, , ...lines] = table
      .split("\n")
      .filter((line) => line.startsWith("|"))
      .map((line) =>
        line
          .split("|")
          .slice(1, -1)
          .map((cell) => cell.trim()),
      );
    if (head?.[0] === heading) found.push(...lines);
  }
  return found;
}

describe("docs/errors.md", () => {
  test("lists the codes of the core, in its order, and what to do", () => {
    const codes = Array.from(read("packages/core/src/error.ts").matchAll(/^ {2}\| "(ERR_\w+)"/gm), ([, name]) => name!);
    const listed = rows("docs/errors.md", "code");
    expect(listed.map(([name]) => name)).toEqual(codes.map((name) => `\`${name}\``));
    for (const cells of listed) expect(cells.every(Boolean), cells[0]).toBe(true);
  });

  test("lists the exceptions of compat-requests, and what each of them is", () => {
    const classes = new Map<string, abstract new () => Error>();
    const collect = (members: object): void => {
      for (const [name, value] of Object.entries(members)) {
        if (typeof value === "function" && (value as { prototype: unknown }).prototype instanceof Error) {
          classes.set(name, value as abstract new () => Error);
        } else if (Object.prototype.toString.call(value) === "[object Module]") collect(value as object);
      }
    };
    collect(compat);
    const listed = rows("docs/errors.md", "exception");
    expect(sorted(listed.flatMap(([name]) => code(name!)))).toEqual(sorted(classes.keys()));
    classes.set("TypeError", TypeError);
    for (const [name, bases] of listed) {
      const one = Object.create(classes.get(code(name!)[0]!)!.prototype as object) as Error;
      for (const base of code(bases!))
        if (classes.has(base)) expect([name, one]).toEqual([name, expect.any(classes.get(base))]);
    }
  });
});

interface Manifest {
  name: string;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
}
const manifest = (path: string) => JSON.parse(readFileSync(path, "utf8")) as Manifest;
const outside = ({ dependencies, optionalDependencies, peerDependencies }: Manifest): string[] =>
  Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies }).filter(
    (name) => !name.startsWith("@posthaste/"),
  );

describe("docs/dependencies.md", () => {
  const packages = readdirSync(`${root}packages`).filter((name) => existsSync(`${root}packages/${name}/package.json`));
  const listed = rows("docs/dependencies.md", "dependency");

  test("lists the dependencies of the packages, and what those bring", () => {
    const pairs: string[] = [];
    const seen = new Set<string>();
    const follow = (from: string, folder: string): void => {
      for (const name of outside(manifest(`${folder}/package.json`))) {
        pairs.push(`${name} of ${from}`);
        // pnpm puts what a package needs beside it.
        const own = [`${folder}/node_modules/${name}`, `${folder.replace(/(.*\/node_modules)\/.*/, "$1")}/${name}`];
        const path = realpathSync(own.find((one) => existsSync(one))!);
        if (!seen.has(path)) follow(name, path);
        seen.add(path);
      }
    };
    for (const name of packages) follow(name, `${root}packages/${name}`);
    const told = listed.flatMap(([name, of]) => code(of!).map((owner) => `${code(name!)[0]} of ${owner}`));
    expect(sorted(told)).toEqual(sorted(pairs));
  });

  test("says why, how large, how old and what instead", () => {
    for (const cells of listed) expect(cells.every(Boolean), cells[0]).toBe(true);
  });
});

test("each kind of vulnerability in SECURITY.md has tests, and they exist", () => {
  const kinds = rows("SECURITY.md", "kind");
  expect(kinds.length).toBeGreaterThan(20);
  for (const [kind, , tests] of kinds) {
    expect(code(tests!).length, kind).toBeGreaterThan(0);
    for (const path of code(tests!)) expect([kind, path, existsSync(root + path)]).toEqual([kind, path, true]);
  }
});

test("the links of the documents lead somewhere", () => {
  const documents = readdirSync(`${root}docs`, { withFileTypes: true }).filter((entry) => entry.isFile());
  for (const document of ["SECURITY.md", "CONTRIBUTING.md", ...documents.map(({ name }) => `docs/${name}`)]) {
    for (const [, target] of read(document).matchAll(/\]\((?!https?:|#|mailto:)([^)#]+)/g)) {
      expect([document, target, existsSync(new URL(target!, `file://${root}${document}`))]).toEqual([
        document,
        target,
        true,
      ]);
    }
  }
});
