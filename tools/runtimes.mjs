#!/usr/bin/env node
// Fetches the runtimes that are no Node from the registry into .cache/runtimes, once: node tools/runtimes.mjs
// They are heavy, and so no dependencies; tests that want one skip where it is not there.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";

const root = new URL("../", import.meta.url).pathname;
const folder = `${root}.cache/runtimes`;
const { node, ...wanted } = JSON.parse(readFileSync(`${root}tools/runtimes.json`, "utf8"));
const manifest = `${JSON.stringify({ private: true, dependencies: wanted }, null, 2)}\n`;
const bins = Object.keys(wanted).map((name) => `${folder}/node_modules/.bin/${name}`);
const upToDate = existsSync(`${folder}/done.json`) && readFileSync(`${folder}/done.json`, "utf8") === manifest;
if (!upToDate || !bins.every((bin) => existsSync(bin))) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/package.json`, manifest);
  const { status } = spawnSync("npm", ["install", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"], {
    cwd: folder,
    stdio: "inherit",
  });
  if (status !== 0) process.exit(1);
  writeFileSync(`${folder}/done.json`, manifest);
}
for (const [name, version] of Object.entries(wanted)) console.log(`${name} ${version}`);
