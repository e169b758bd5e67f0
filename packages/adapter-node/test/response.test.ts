import { OK, clients } from "@posthaste/adapter-specs/client";
import { responseSpecs } from "@posthaste/adapter-specs/response";
import { startRawServer } from "@posthaste/test-server";
import { expect, test } from "vitest";
import { nodeAdapter } from "../src/index.ts";

const client = clients(nodeAdapter);

responseSpecs(nodeAdapter);

test("bytes behind a whole response do it no harm", async () => {
  await using server = await startRawServer((socket) => void socket.write(`${OK}more`));
  await using http = client();
  for (const method of ["GET", "HEAD"]) {
    for (let time = 0; time < 2; time++) {
      const response = await http.request(server.url, { method });
      expect(await response.text()).toBe(method === "GET" ? "ok" : "");
    }
  }
  expect(server.connections).toHaveLength(4);
  await server.idle();
});
