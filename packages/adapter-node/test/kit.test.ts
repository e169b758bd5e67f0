import { runKit } from "@posthaste/adapter-testkit";
import { startScriptServer } from "@posthaste/adapter-testkit/server";
import { expect, test } from "vitest";
import { nodeAdapter } from "../src/index.ts";

await using server = await startScriptServer();
const { results } = await runKit({ adapter: nodeAdapter, server });

test.each(results)("$id: $title", ({ outcome, problem }) => {
  expect({ outcome, problem }).toEqual({ outcome: "passed", problem: undefined });
});
