import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const root = new URL("../", import.meta.url).pathname;
const names = readdirSync(`${root}packages`);
const read = (path: string) => readFileSync(`${root}${path}`, "utf8");

interface Manifest {
  name: string;
  version: string;
  private?: boolean;
  dependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  exports: Record<string, unknown>;
}
const manifest = (name: string) => JSON.parse(read(`packages/${name}/package.json`)) as Manifest;

const sections = ["What", "When to use", "Install", "Use", "API", "Types", "Compatibility", "Security"];
/** The facade is a whole library and explains itself in an order of its own. */
const ownReadme = new Set(["compat-requests"]);

describe.each(names)("%s looks like its neighbours", (name) => {
  test("in its manifest", () => {
    expect(manifest(name)).toMatchObject({
      name: `@posthaste/${name}`,
      license: "MIT",
      type: "module",
      sideEffects: false,
      files: ["dist", "src", "!dist/.tsbuildinfo"],
      publishConfig: { access: "public" },
      engines: { node: ">=22.19" },
      exports: { "./package.json": "./package.json" },
    });
    for (const [path, entry] of Object.entries(manifest(name).exports)) {
      if (path !== "./package.json")
        expect(entry).toMatchObject({ "@posthaste/source": expect.stringMatching(/^\.\/src\/.*\.ts$/) });
    }
  });

  test("in its files", () => {
    for (const file of ["README.md", "LICENSE", "tsconfig.json", "tsconfig.build.json", "src/index.ts"]) {
      expect(existsSync(`${root}packages/${name}/${file}`), file).toBe(true);
    }
    expect(read(`packages/${name}/LICENSE`)).toBe(read("LICENSE"));
    const tests = readdirSync(`${root}packages/${name}/test`);
    expect(tests.some((file) => file.endsWith(".test.ts"))).toBe(true);
    expect(tests.some((file) => file.endsWith(".test-d.ts"))).toBe(true);
  });

  test("in its README", () => {
    const headings = [...read(`packages/${name}/README.md`).matchAll(/^## (.*)$/gm)].map(([, heading]) => heading!);
    if (!ownReadme.has(name)) expect(headings.filter((heading) => sections.includes(heading))).toEqual(sections);
  });

  test("has a changeset as long as it was never released", () => {
    if (manifest(name).version !== "0.0.0") return;
    const changesets = readdirSync(`${root}.changeset`).filter((file) => file.endsWith(".md") && file !== "README.md");
    expect(changesets.some((file) => read(`.changeset/${file}`).includes(`"@posthaste/${name}": `))).toBe(true);
  });
});

test("the core has no runtime dependency", () => {
  expect(manifest("core").dependencies).toBeUndefined();
  expect(manifest("core").peerDependencies).toBeUndefined();
});
