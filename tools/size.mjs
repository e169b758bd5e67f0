#!/usr/bin/env node
// Prints the size of each published entry, minified by esbuild and compressed by gzip -9, other packages left out, beside its
// limit in sizes.json; fails where one is passed or an entry has no line there.
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { build } from "esbuild";

const root = new URL("../", import.meta.url).pathname;
const limits = JSON.parse(readFileSync(`${root}tools/sizes.json`, "utf8"));
// The facade is a whole library for servers, the kit is for tests; their sizes are no promise.
const unlimited = new Set(["adapter-testkit", "compat-requests"]);

let failed = false;
for (const name of readdirSync(`${root}packages`)) {
  if (unlimited.has(name)) continue;
  const { exports } = JSON.parse(readFileSync(`${root}packages/${name}/package.json`, "utf8"));
  for (const [path, entry] of Object.entries(exports)) {
    if (path === "./package.json") continue;
    const { outputFiles } = await build({
      entryPoints: [`${root}packages/${name}/${entry.default}`],
      bundle: true,
      minify: true,
      format: "esm",
      platform: "node",
      packages: "external",
      write: false,
    });
    const size = execFileSync("gzip", ["-9", "-c"], { input: outputFiles[0].contents }).length;
    const label = `${name}${path.slice(1)}`;
    const limit = limits[label];
    const right = size <= limit;
    failed ||= !right;
    console.log(
      `${label.padEnd(20)} ${String(size).padStart(6)} of ${String(limit ?? "?").padStart(5)} bytes${right ? "" : "  too large"}`,
    );
  }
}
process.exitCode = failed ? 1 : 0;
