import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { createClient } from "@posthaste/core";
import { describe, expect, test } from "vitest";
import { cases, runKit, table, type Report, type Result } from "../src/index.ts";
import { startScriptServer } from "../src/server/index.ts";
import { referenceAdapter } from "./reference.ts";

describe("the cases", () => {
  test("are at least sixty, with an id and a title each", () => {
    expect(cases.length).toBeGreaterThanOrEqual(60);
    for (const key of ["id", "title"] as const) expect(new Set(cases.map((one) => one[key])).size).toBe(cases.length);
    for (const { id, group } of cases) expect(id.startsWith(`${group}/`)).toBe(true);
  });

  test("of the basic group need nothing", () => {
    expect(cases.filter(({ group, needs }) => group === "basic" && needs.length > 0)).toEqual([]);
  });
});

describe("runKit", () => {
  test("runs what it is told, and reports each at once", async () => {
    await using server = await startScriptServer();
    const results: Result[] = [];
    const report = await runKit({
      adapter: () => referenceAdapter("lower-cases names"),
      server,
      only: ["headers/case", "headers/framing-given", "basic/get"],
      onResult: (result) => results.push(result),
    });
    expect(report).toEqual({
      adapter: "adapter-reference",
      results,
      passed: 1,
      failed: 1,
      declared: 1,
      complete: true,
    });
    expect(results).toEqual([
      { id: "basic/get", group: "basic", title: expect.any(String), outcome: "passed" },
      {
        id: "headers/case",
        group: "headers",
        title: expect.any(String),
        outcome: "failed",
        problem: expect.stringMatching(/^names: .*"x-upper".* in place of .*"X-UPPER"/),
      },
      {
        id: "headers/framing-given",
        group: "headers",
        title: expect.any(String),
        outcome: "declared",
        problem: "framingHeaders",
      },
    ]);
  });

  test("takes what it is told for what the adapter can", async () => {
    await using server = await startScriptServer();
    const only = ["headers/case", "headers/framing-given"];
    const can = { headerCase: false, framingHeaders: true };
    const { results } = await runKit({ adapter: () => referenceAdapter(), server: server.url, only, can });
    expect(results.map(({ outcome }) => outcome)).toEqual(["declared", "failed"]);
  });

  test("gives up a case after its time, and closes what it made", async () => {
    await using server = await startScriptServer();
    let [made, closed] = [0, 0];
    const adapter = (): ReturnType<typeof referenceAdapter> => {
      made++;
      return { ...referenceAdapter(), send: () => new Promise(() => {}), close: () => void closed++ };
    };
    const { results } = await runKit({ adapter, server, only: ["basic/get"], budget: 100 });
    expect(results[0]).toMatchObject({ outcome: "failed", problem: "not done in 100 ms" });
    expect(closed).toBe(made);
  });

  test("tells what the server waited for in vain", async () => {
    await using server = await startScriptServer();
    const adapter = (): ReturnType<typeof referenceAdapter> => referenceAdapter("keeps what is discarded");
    const { results } = await runKit({ adapter, server, only: ["connections/discard-endless"], budget: 4000 });
    expect(results[0]!.problem).toBe(
      'the server waited in vain for {"open":0}: 1 sockets open; 1 requests, ' +
        `${"GET / HTTP/1.1\r\nHost: 127.0.0.1:00000\r\nConnection: keep-alive\r\n\r\n".length} bytes`,
    );
  });

  test("refuses the name of no case", async () => {
    await expect(runKit({ adapter: () => referenceAdapter(), server: "", only: ["basic/got"] })).rejects.toThrow(
      "no such case or group: basic/got",
    );
  });
});

test("a table has a line for each group", () => {
  const result = (id: string, outcome: Result["outcome"], problem?: string): Result => ({
    id,
    group: id.split("/")[0]!,
    title: id,
    outcome,
    ...(problem !== undefined && { problem }),
  });
  const results = [
    result("one/a", "passed"),
    result("one/b", "declared", "tls, proxy"),
    result("one/c", "declared", "tls"),
    result("two/a", "failed", "wrong"),
  ];
  const report: Report = { adapter: "x", results, passed: 1, failed: 1, declared: 2, complete: true };
  expect(table(report)).toBe(
    `
| group   | passed | failed     | declared: cannot  |
| ------- | -----: | ---------- | ----------------- |
| one     |      1 | 0          | 2: \`tls\`, \`proxy\` |
| two     |      0 | 1: \`two/a\` | 0                 |
| **all** |  **1** | **1**      | **2**             |
`.trimStart(),
  );
});

test("the server can be a process of its own, and ends when it is told", async () => {
  const main = new URL("../src/server/main.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, ["--conditions=@posthaste/source", main], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const [url] = (await once(createInterface(child.stdout), "line")) as [string];
    const report = await runKit({ adapter: () => referenceAdapter(), server: url, only: ["basic"] });
    expect([report.failed, report.declared]).toEqual([0, 0]);
  } finally {
    child.kill();
  }
  expect(await once(child, "exit")).toEqual([null, "SIGTERM"]);
});

test("the kit runs without Node's modules", async () => {
  // What it is made of is loaded where no import of node: succeeds.
  const program = `
    import { registerHooks } from "node:module";
    registerHooks({
      resolve: (name, context, next) => {
        if (name.startsWith("node:")) throw new Error(name);
        return next(name, context);
      },
    });
    const { cases } = await import("@posthaste/adapter-testkit");
    console.log(cases.length);
  `;
  const args = ["--conditions=@posthaste/source", "--input-type=module", "--eval", program];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: new URL("../../..", import.meta.url) });
  expect(stdout.trim()).toBe(`${cases.length}`);
});

test("a client of the reference adapter is one like any other", async () => {
  await using server = await startScriptServer();
  await using client = createClient({ adapter: referenceAdapter() });
  const response = await client.get(server.url);
  expect(response.status).toBe(204);
});
