import { describe, expect, test } from "vitest";
import { clients, failure } from "./client.ts";
import type { TransportOptions } from "@posthaste/transport";
import type { MakeAdapter } from "./client.ts";

const wrong: [string, TransportOptions][] = [
  ["connections", { connections: 0 }],
  ["connections", { connections: 1.5 }],
  ["maxAgents", { maxAgents: -1 }],
  ["maxHeaderSize", { maxHeaderSize: Number.NaN }],
  ["maxHeaders", { maxHeaders: 0 }],
  ["maxDrain", { maxDrain: -1 }],
  ["keepAlive.timeout", { keepAlive: { timeout: 0 } }],
  ["keepAlive.maxTimeout", { keepAlive: { maxTimeout: "1" as unknown as number } }],
  ["timeout.connect", { timeout: { connect: -1 } }],
];

/** What an adapter says of itself: its name, and the one thing or other that it cannot do. */
export interface Self {
  readonly name: string;
  readonly cannot: readonly string[];
}

export function optionsSpecs(make: MakeAdapter, self: Self): void {
  const client = clients(make);

  test.each(wrong)("%s that makes no sense is refused when the adapter is made: %j", (name, options) => {
    expect(() => make(options)).toThrow(new RegExp(`${name} is no .*ERR_OPTION`));
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
      const { name, options, can } = make();
      expect([name, options]).toEqual([self.name, ["connection", "timeout"]]);
      const cannot = Object.entries(can).filter(([, value]) => !value);
      expect(cannot.map(([capability]) => capability)).toEqual(self.cannot);
    });

    test("takes Infinity for no limit", async () => {
      await using http = client({ connections: Infinity, maxAgents: Infinity, timeout: { connect: Infinity } });
      expect(await failure(http.get("http://127.0.0.1:1/"))).toMatchObject({ code: "ERR_CONNECT" });
    });
  });
}
