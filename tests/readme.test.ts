import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { promisify } from "node:util";
import { startTestServer, type TestServer } from "@posthaste/test-server";
import { findChromium, startBrowser } from "@posthaste/test-server/browser";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = new URL("../", import.meta.url).pathname;
const run = promisify(execFile);

let server: TestServer;
let folder: string;
beforeAll(async () => {
  server = await startTestServer();
  // Inside the repository, so that the packages' names resolve as they do for a user.
  folder = mkdtempSync(`${root}tests/.readme-`);
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await server.close();
});

/** The runnable examples: the first one under "## Use" of a package, each one of the main README. */
const readmes = [
  ...readdirSync(`${root}packages`).map((name) => [`packages/${name}/README.md`, "## Use"] as const),
  ["README.md", "## Quick start"] as const,
];
const examples = readmes.flatMap(([file, heading]) => {
  const text = readFileSync(root + file, "utf8");
  const section = text.slice(text.indexOf(heading)).split(/\n## /, 2)[0]!;
  const blocks = [...section.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code!);
  return (file === "README.md" ? blocks : blocks.slice(0, 1)).map((code, i) => ({ name: `${file} #${i + 1}`, code }));
});

test("every README has an example", () => {
  expect(new Set(examples.map(({ name }) => name.replace(/ #.*/, ""))).size).toBe(readmes.length);
});

/** Examples for pages. */
const inBrowser = new Set(["packages/adapter-xhr/README.md #1"]);
const chromium = findChromium();

test.skipIf(!chromium).each(examples.filter(({ name }) => inBrowser.has(name)))(
  "$name runs in Chromium",
  async ({ code }) => {
    const [, imports, body] = /^((?:import [^\n]*\n)+)(.*)$/s.exec(code)!;
    const source = `${imports}export const run = async () => {${body}};`;
    await using browser = await startBrowser({ path: chromium!, source, resolveDir: folder });
    const scope = await browser.window(`${server.url}/html`);
    await scope.evaluate(() => (globalThis as unknown as { modules: { run(): Promise<void> } }).modules.run());
  },
);

test.each(examples.filter(({ name }) => !inBrowser.has(name)))("$name runs", async ({ name, code }) => {
  const file = `${folder}/${name.replaceAll(/\W+/g, "-")}.ts`;
  writeFileSync(file, code);
  const { stderr } = await run(process.execPath, ["--conditions=@posthaste/source", file], {
    env: { ...process.env, URL: server.url },
  });
  expect(stderr).toBe("");
});
