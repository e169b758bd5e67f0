import { execFile } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { promisify } from "node:util";
import { temporaryFolder } from "@posthaste/test-server/program";
import { build } from "esbuild";

const folder = new URL("../../../.cache/runtimes/node_modules/.bin/", import.meta.url).pathname;
const commands = { deno: ["run", "--quiet", "--no-config", "--allow-net"], bun: ["run"] };
const run = promisify(execFile);

export type Runtime = keyof typeof commands;

/** Where `tools/runtimes.mjs` has put it; where it has not, says so, or fails under `REQUIRE_ALL`. */
export function findRuntime(name: Runtime): string | undefined {
  if (existsSync(folder + name)) return folder + name;
  const line = `${name} is not installed (node tools/runtimes.mjs)`;
  if (process.env["REQUIRE_ALL"]) throw new Error(line);
  console.warn(`skipped: ${line}`);
  return undefined;
}

/** Runs a program, bundled from source text with its imports, and gives what it prints as JSON. */
export async function runIn<T>(name: Runtime, source: string, ...args: string[]): Promise<T> {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: import.meta.dirname, loader: "ts" },
    bundle: true,
    format: "esm",
    platform: "neutral",
    target: "es2024",
    conditions: ["@posthaste/source"],
    write: false,
  });
  using temporary = temporaryFolder();
  const file = `${temporary.path}/program.mjs`;
  writeFileSync(file, outputFiles[0]!.text);
  const { stdout } = await run(findRuntime(name)!, [...commands[name], file, ...args]);
  return JSON.parse(stdout) as T;
}
