#!/usr/bin/env node
// Prints the last line of .ci/run from vitest's report: "N passed, N failed", with ", N skipped" if any.
import { existsSync, readFileSync } from "node:fs";

const report = new URL("../.reports/tests.json", import.meta.url);
if (existsSync(report)) {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(
    readFileSync(report, "utf8"),
  );
  // A file that could not even be loaded has no tests to count.
  const broken = testResults.filter(
    ({ status, assertionResults }) => status === "failed" && assertionResults.length === 0,
  );
  const skipped = numPendingTests + numTodoTests;
  const failed = numFailedTests + broken.length;
  console.log(`${numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
} else {
  console.log("0 passed, 1 failed");
}
