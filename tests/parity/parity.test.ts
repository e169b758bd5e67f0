import { execFile } from "node:child_process";
import { realpathSync } from "node:fs";
import { promisify } from "node:util";
import { findProgram } from "@posthaste/test-server/program";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { differences, olderReleases } from "./differences.ts";
import { cases, comparable, folder, golden, runCase } from "./driver/cases.ts";
import { ParityServer } from "./driver/server.ts";

const all = cases();
const excused = new Set(differences.map((difference) => difference.case));
const server = new ParityServer();
beforeAll(() => server.start());
afterAll(() => server.close());

describe.each([...new Set(all.map(({ group }) => group))])("%s is as in Python", (group) => {
  const { cases: recorded } = golden(group);
  const own = all.filter((one) => one.group === group);

  test("every case has a recording, and every recording a case", () => {
    expect(own.map(({ name }) => name)).toEqual(Object.keys(recorded));
  });

  test.each(own.filter(({ id }) => !excused.has(id)))("$name", async (one) => {
    const pair = comparable(await runCase(one, server), recorded[one.name]);
    expect(pair.ours).toEqual(pair.recorded);
  });
});

test.each(differences)("$case still differs", async ({ case: id }) => {
  const one = all.find((candidate) => candidate.id === id)!;
  const pair = comparable(await runCase(one, server), golden(one.group).cases[one.name]);
  expect(pair.ours).not.toEqual(pair.recorded);
});

const run = promisify(execFile);

/** The Pythons of this machine that can run the cases. */
async function pythons(): Promise<{ path: string; version: string }[]> {
  const found: { path: string; version: string }[] = [];
  const seen = new Set<string>();
  for (const path of [findProgram("python3"), "/usr/bin/python3"]) {
    try {
      const code = "import sys, requests; print(sys.executable, sys.version_info[1], requests.__version__)";
      const [executable, minor, version] = (await run(path ?? "", ["-c", code])).stdout.trim().split(" ");
      const real = realpathSync(executable!);
      // Other Pythons have other cookie and URL rules than the recorded ones.
      if (minor === "11" && !seen.has(real)) found.push({ path: path!, version: version! });
      seen.add(real);
    } catch {
      // None there, or one without requests.
    }
  }
  if (found.length === 0) {
    const line = "no Python 3.11 with requests is installed (apt-get install python3-requests)";
    if (process.env["REQUIRE_ALL"]) throw new Error(line);
    console.warn(`skipped: ${line}`);
  }
  return found;
}

// Recording afresh takes a while, and says something of Python alone: it is for continuous integration.
const installed = process.env["CI"] ? await pythons() : [];

test.skipIf(installed.length === 0).each(installed)(
  "requests $version still does what was recorded",
  async ({ path, version }) => {
    const { stdout } = await run(path, [`${folder}record.py`, "--check"]);
    const { differs, cases: count } = JSON.parse(stdout) as { differs: string[]; cases: number };
    expect(count).toBe(all.length);
    const older = new Set(olderReleases.map((difference) => difference.case));
    const sameVersion = version === golden(all[0]!.group).requests;
    expect(differs.filter((id) => sameVersion || !older.has(id))).toEqual([]);
  },
  60_000,
);
