import { readFileSync } from "node:fs";
import { table } from "@posthaste/adapter-testkit";
import { startScriptServer } from "@posthaste/adapter-testkit/server";
import { expect, test } from "vitest";
import { runs } from "./kit.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

// Three times all cases.
test.skipIf(!process.env["CI"]).each(Object.entries(runs))(
  "passes what it declares in %s, as the README says",
  async (_name, run) => {
    await using server = await startScriptServer();
    const report = await run(server.url);
    expect(report.results.filter(({ outcome }) => outcome === "failed")).toEqual([]);
    if (report.complete) expect(readme).toContain(table(report));
  },
  // A busy machine takes long for all those cases.
  120_000,
);
