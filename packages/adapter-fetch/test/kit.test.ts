import { readFileSync } from "node:fs";
import { table } from "@posthaste/adapter-testkit";
import { startScriptServer } from "@posthaste/adapter-testkit/server";
import { describe, expect, test } from "vitest";
import { runs, timeoutRuns } from "./kit.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

describe.each(["Node", "Deno", "Bun", "Chromium, a window", "Chromium, a worker"])("in %s", (name) => {
  test.skipIf(!runs[name])(
    "passes what it declares, as the README says",
    async () => {
      await using server = await startScriptServer();
      const report = await runs[name]!(server.url);
      expect(report.results.filter(({ outcome }) => outcome === "failed")).toEqual([]);
      expect(readme).toContain(table(report));
      // A busy machine takes long for all those cases.
    },
    120_000,
  );

  test.skipIf(!timeoutRuns[name])(
    "with a budget for silence it passes no less, and what is about silence",
    async () => {
      await using server = await startScriptServer();
      const { results } = await timeoutRuns[name]!(server.url);
      expect(results.filter(({ outcome }) => outcome === "failed")).toEqual([]);
      const silence = results.filter(({ group, outcome }) => group === "timeouts" && outcome === "passed");
      expect(silence).toHaveLength(8);
    },
    120_000,
  );
});
