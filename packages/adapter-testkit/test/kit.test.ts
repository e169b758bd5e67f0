import { undiciAdapter } from "@posthaste/adapter-undici";
import { expect, test } from "vitest";
import { runKit } from "../src/index.ts";
import { startScriptServer } from "../src/server/index.ts";

test("adapter-undici passes every case that it declares", async () => {
  await using server = await startScriptServer();
  const report = await runKit({ adapter: undiciAdapter, server });
  expect(report.results.filter(({ outcome }) => outcome === "failed")).toEqual([]);
  expect(report.declared).toBeLessThan(5);
}, 120_000);
