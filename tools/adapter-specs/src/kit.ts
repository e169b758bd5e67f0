import { readFileSync } from "node:fs";
import { table } from "@posthaste/adapter-testkit";
import type { Report } from "@posthaste/adapter-testkit";
import { startScriptServer } from "@posthaste/adapter-testkit/server";
import { expect, test } from "vitest";

/** The kit's runs, by where they run, against what the README at `readme` says of them. */
export function kitSpecs(runs: Readonly<Record<string, (server: string) => Promise<Report>>>, readme: URL): void {
  const text = readFileSync(readme, "utf8");
  test.each(Object.entries(runs))(
    "passes what it declares in %s, as the README says",
    async (_, run) => {
      await using server = await startScriptServer();
      const report = await run(server.url);
      expect(report.results.filter(({ outcome }) => outcome === "failed")).toEqual([]);
      if (report.complete) expect(text).toContain(table(report));
    },
    // A busy machine takes long for all those cases.
    120_000,
  );
}
