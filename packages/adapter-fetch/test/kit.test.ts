import { readFileSync } from "node:fs";
import { table } from "@posthaste/adapter-testkit";
import { startScriptServer } from "@posthaste/adapter-testkit/server";
import { expect, test } from "vitest";
import { runs } from "./kit.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

test.each(["Node", "Deno", "Bun", "Chromium, a window", "Chromium, a worker"])(
  "passes what it declares in %s, as the README says",
  async (name) => {
    const run = runs[name];
    if (!run) return;
    await using server = await startScriptServer();
    const report = await run(server.url);
    expect(report.results.filter(({ outcome }) => outcome === "failed")).toEqual([]);
    expect(readme).toContain(table(report));
  },
);
