import { adapters } from "@posthaste/compat-requests";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exactDifferences } from "./differences.ts";
import { cases, comparable, golden, runCase } from "./driver/cases.ts";
import { ParityServer } from "./driver/server.ts";

const all = cases();
const excused = new Set(exactDifferences.map((difference) => difference.case));
const server = new ParityServer();
const { prototype } = adapters.HTTPAdapter;
// oxlint-disable-next-line typescript/unbound-method -- they are put back
const { init_poolmanager, proxy_manager_for } = prototype;

beforeAll(async () => {
  await server.start();
  // Sessions make their adapters themselves: each is to be exact.
  prototype.init_poolmanager = function (connections, maxsize, block, kwargs) {
    init_poolmanager.call(this, connections, maxsize, block, { ...kwargs, exact: true });
  };
  prototype.proxy_manager_for = function (proxy, kwargs) {
    return proxy_manager_for.call(this, proxy, { ...kwargs, exact: true });
  };
});
afterAll(async () => {
  Object.assign(prototype, { init_poolmanager, proxy_manager_for });
  await server.close();
});

describe.each([...new Set(all.map(({ group }) => group))])(
  "with the exact adapter %s is as in Python, byte for byte",
  (group) => {
    const { cases: recorded } = golden(group);
    const own = all.filter((one) => one.group === group);

    test.each(own.filter(({ id }) => !excused.has(id)))("$name", async (one) => {
      const pair = comparable(await runCase(one, server), recorded[one.name], "exact");
      expect(pair.ours).toEqual(pair.recorded);
    });
  },
);

test.each(exactDifferences)("$case still differs", async ({ case: id }) => {
  const one = all.find((candidate) => candidate.id === id)!;
  const pair = comparable(await runCase(one, server), golden(one.group).cases[one.name], "exact");
  expect(pair.ours).not.toEqual(pair.recorded);
});
