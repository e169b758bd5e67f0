import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { Agent, request } from "undici";

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));

test.each(["stdin", "SIGTERM"])("the command serves until %s", async (end) => {
  const child = spawn(process.execPath, [main, "--https"], { stdio: ["pipe", "pipe", "inherit"] });
  const [line] = (await once(createInterface(child.stdout), "line")) as [string];
  const { url, httpsUrl, ca } = JSON.parse(line) as Record<"url" | "httpsUrl" | "ca", string>;
  expect(await (await request(`${url}/ip`)).body.json()).toEqual({ origin: "127.0.0.1" });
  const dispatcher = new Agent({ connect: { ca } });
  expect((await request(`${httpsUrl}/status/204`, { dispatcher })).statusCode).toBe(204);
  if (end === "stdin") child.stdin.end();
  else child.kill("SIGTERM");
  expect(await once(child, "exit")).toEqual([0, null]);
  await dispatcher.destroy();
});
