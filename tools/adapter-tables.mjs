#!/usr/bin/env node
// Writes what each adapter passes of the kit into its README, between two comments: node tools/adapter-tables.mjs [adapter …]
// An adapter takes part with a file test/kit.ts that exports `runs`: functions from the script server's address to a report,
// by the name of where they run. The packages must be built.
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { table } from "../packages/adapter-testkit/dist/index.js";
import { startScriptServer } from "../packages/adapter-testkit/dist/server/index.js";

const root = new URL("../", import.meta.url).pathname;
const [start, end] = ["<!-- what it passes of the kit -->", "<!-- by tools/adapter-tables.mjs -->"];

const wanted = process.argv.slice(2);
const names = readdirSync(`${root}packages`).filter((name) => existsSync(`${root}packages/${name}/test/kit.ts`));
const server = await startScriptServer();
for (const name of names) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const { runs } = await import(`../packages/${name}/test/kit.ts`);
  const parts = [];
  for (const [place, run] of Object.entries(runs)) {
    const report = await run(server.url);
    if (!report.complete) throw new Error("this machine has no IPv6, and the tables would lack what needs it");
    parts.push(`${place}:\n\n${table(report)}`);
    console.log(`${name} in ${place}: ${report.passed} passed, ${report.failed} failed, ${report.declared} declared`);
  }
  const file = `${root}packages/${name}/README.md`;
  const text = readFileSync(file, "utf8");
  const [from, to] = [text.indexOf(start), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`packages/${name}/README.md lacks the lines "${start}" and "${end}"`);
  writeFileSync(file, `${text.slice(0, from + start.length)}\n\n${parts.join("\n")}\n${text.slice(to)}`);
}
await server.close();
