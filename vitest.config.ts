import { readdirSync } from "node:fs";
import { defineConfig } from "vitest/config";

// "@posthaste/source" makes workspace packages resolve to src, so tests need no build.
const conditions = ["@posthaste/source", "module", "node", "development|production"];

const packages = readdirSync(new URL("packages", import.meta.url)).map((name) => ({
  extends: true as const,
  root: `packages/${name}`,
  test: { name, include: ["test/**/*.test.ts"] },
}));

export default defineConfig({
  ssr: { resolve: { conditions } },
  test: {
    // Generous: a machine may be busy, and no test is about time.
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // More than there may be cores, for many tests wait for servers.
    maxWorkers: 5,
    // Files one after the other in the same worker load what they share once; CI gives each one of its own.
    isolate: Boolean(process.env["CI"]),
    reporters: process.env["CI"] ? ["default", ["json", { outputFile: ".reports/tests.json" }]] : ["default"],
    projects: [
      ...packages,
      {
        extends: true,
        root: "tools/test-server",
        // On a busy machine, undici's request() of a FormData now and then hung in a worker that other files had used.
        test: { name: "test-server", isolate: true, include: ["test/**/*.test.ts"] },
      },
      { extends: true, test: { name: "repo", include: ["tests/**/*.test.ts"] } },
    ],
    coverage: {
      provider: "v8",
      include: ["packages/*/src/**/*.ts"],
      reporter: ["text", "json-summary", "lcov"],
      thresholds: { lines: 80 },
    },
  },
});
