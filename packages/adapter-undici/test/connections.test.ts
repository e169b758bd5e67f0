import { spawnSync } from "node:child_process";
import { OK, clients } from "@posthaste/adapter-specs/client";
import { connectionsSpecs } from "@posthaste/adapter-specs/connections";
import { startRawServer } from "@posthaste/test-server";
import { describe, expect, test } from "vitest";
import { undiciAdapter } from "../src/index.ts";

const client = clients(undiciAdapter);

connectionsSpecs(undiciAdapter);

describe("connections", () => {
  test("are not, where a trailer says that the server closes them", async () => {
    const chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nConnection: close\r\n\r\n";
    await using server = await startRawServer([chunked, OK]);
    await using http = client();
    for (let time = 1; time < 3; time++) {
      expect(await (await http.get(server.url)).text()).toBe("ok");
      expect(server.connections).toHaveLength(time);
    }
  });
});

test("Node's own fetch keeps its dispatcher", () => {
  const script = `
    await import("@posthaste/adapter-undici");
    const symbols = Object.getOwnPropertySymbols(globalThis).map(String);
    process.exitCode = symbols.some((name) => name.includes("undici")) ? 1 : 0;`;
  const flags = ["--conditions=@posthaste/source", "--input-type=module", "--eval", script];
  expect(spawnSync(process.execPath, flags, { cwd: import.meta.dirname }).status).toBe(0);
});
