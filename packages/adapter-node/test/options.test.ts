import { describe, expect, test } from "vitest";
import { nodeAdapter } from "../src/index.ts";
import type { NodeAdapterOptions } from "../src/index.ts";
import { client, failure } from "./helpers.ts";

const wrong: [string, NodeAdapterOptions][] = [
  ["connections", { connections: 0 }],
  ["connections", { connections: 1.5 }],
  ["maxAgents", { maxAgents: -1 }],
  ["maxHeaderSize", { maxHeaderSize: Number.NaN }],
  ["keepAlive.timeout", { keepAlive: { timeout: 0 } }],
  ["keepAlive.maxTimeout", { keepAlive: { maxTimeout: "1" as unknown as number } }],
  ["timeout.connect", { timeout: { connect: -1 } }],
];
test.each(wrong)("%s that makes no sense is refused when the adapter is made: %j", (name, options) => {
  expect(() => nodeAdapter(options)).toThrow(new RegExp(`${name} is no .*ERR_OPTION`));
});

test.each(["localhost", "", "127.0.0.256"])(
  "the local address %j is refused before anything connects",
  async (localAddress) => {
    await using http = client();
    const error = await failure(http.get("http://127.0.0.1:1/", { connection: { localAddress } }));
    expect(error).toMatchObject({ code: "ERR_OPTION", phase: "prepare" });
  },
);

describe("the adapter", () => {
  test("says what it is and what it can", () => {
    const { name, options, can } = nodeAdapter();
    expect([name, options]).toEqual(["adapter-node", ["connection", "timeout"]]);
    expect(Object.entries(can).filter(([, value]) => !value)).toEqual([]);
  });

  test("takes Infinity for no limit", async () => {
    await using http = client({ connections: Infinity, maxAgents: Infinity, timeout: { connect: Infinity } });
    expect(await failure(http.get("http://127.0.0.1:1/"))).toMatchObject({ code: "ERR_CONNECT" });
  });
});
