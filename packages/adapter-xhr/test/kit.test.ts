import { readFileSync } from "node:fs";
import { table } from "@posthaste/adapter-testkit";
import { startScriptServer } from "@posthaste/adapter-testkit/server";
import { findChromium } from "@posthaste/test-server/browser";
import { test } from "vitest";
import { runs } from "./kit.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

test.skipIf(!findChromium()).for(Object.entries(runs))(
  "passes what it declares in %s, as the README says",
  { concurrent: true, timeout: 60_000 },
  async ([, run], { expect }) => {
    await using server = await startScriptServer();
    const report = await run(server.url);
    expect(report.results.filter(({ outcome }) => outcome === "failed")).toEqual([]);
    if (report.complete) expect(readme).toContain(table(report));
  },
);
