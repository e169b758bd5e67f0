import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { startTestServer } from "@posthaste/test-server";
import { expect, test } from "vitest";

const root = new URL("../", import.meta.url).pathname;
const run = promisify(execFile);
const tour = (...args: string[]) =>
  run(process.execPath, ["--conditions=@posthaste/source", `${root}examples/tour/main.ts`, ...args]);

test("the tour ends well, and shows the code of each step", async () => {
  const { stdout, stderr } = await tour();
  expect(stderr).toBe("");
  expect(stdout).toMatch(/All 11 steps gave what they should\.\n$/);
  expect(stdout).not.toContain("✗");
  expect(stdout).toContain("requests.get(`${url}/get`, { params: {");
});

test("given a URL, it gets that and prints status, headers and body", async () => {
  await using server = await startTestServer();
  const { stdout } = await tour(`${server.url}/robots.txt`);
  expect(stdout).toMatch(/^200 OK {2}http/);
  expect(stdout).toContain("Disallow: /deny");
  await expect(tour(`${server.url}/status/404`)).rejects.toMatchObject({ code: 1 });
  await expect(tour("http://127.0.0.1:1/")).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining("ConnectionError"),
  });
});
