import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { promisify } from "node:util";
import { runKit, type RunOptions } from "@posthaste/adapter-testkit";
import { startScriptServer } from "@posthaste/adapter-testkit/server";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = new URL("../", import.meta.url).pathname;
const document = readFileSync(`${root}docs/adapters.md`, "utf8");

let folder: string;
beforeAll(() => {
  // Inside the repository, so that the packages' names resolve as they do for a user.
  folder = mkdtempSync(`${root}tests/.readme-`);
  for (const [, name, code] of document.matchAll(/^```ts\n\/\/ (\S+)\n(.*?)^```$/gms)) {
    writeFileSync(`${folder}/${name}`, code!);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the adapter of the document passes the basic group", async () => {
  const { tinyAdapter } = (await import(`${folder}/adapter.ts`)) as { tinyAdapter: RunOptions["adapter"] };
  await using server = await startScriptServer();
  const report = await runKit({ adapter: tinyAdapter, server, only: ["basic"] });
  expect(report.results.filter(({ outcome }) => outcome !== "passed")).toEqual([]);
  expect(report.passed).toBeGreaterThan(10);
});

// All cases take several seconds, time and again.
test.skipIf(!process.env["CI"])("its run prints the table that the document shows, and no failure", async () => {
  const args = ["--conditions=@posthaste/source", `${folder}/run.ts`];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args);
  expect(stderr).toBe("");
  expect(document).toContain(`\n\n${stdout.trim()}\n\n`);
});

test.skipIf(!process.env["CI"])("what it does not claim it would fail", async () => {
  const { tinyAdapter } = (await import(`${folder}/adapter.ts`)) as { tinyAdapter: RunOptions["adapter"] };
  await using server = await startScriptServer();
  const only = ["streaming/source-fails", "streaming/early-response"];
  const can = { streamingRequest: true };
  const report = await runKit({ adapter: tinyAdapter, server, can, only, budget: 2000 });
  expect(report.failed).toBe(2);
});

test("its parts have about the length that is told", () => {
  const send = /^async function send[^]*?^}$/m.exec(readFileSync(`${folder}/adapter.ts`, "utf8"))![0];
  expect(send.split("\n").filter((line) => line.trim() !== "").length).toBeLessThan(45);
});

const adapters = readdirSync(`${root}packages`).filter((name) => /^adapter-(?!testkit)/.test(name));

test.each(adapters)("%s runs the kit, and its test compares the README with the table", async (name) => {
  const read = (file: string): string => readFileSync(`${root}packages/${name}/${file}`, "utf8");
  expect(read("test/kit.test.ts")).toMatch(/toContain\(table\(report\)\)|kitSpecs\(runs, .*README/);
  const { runs } = (await import(`${root}packages/${name}/test/kit.ts`)) as { runs: object };
  const table = read("README.md").split(/<!-- (?:what it passes of the kit|by tools\/adapter-tables\.mjs) -->/)[1];
  for (const place of Object.keys(runs)) expect(table).toContain(`${place}:\n\n| group`);
});
