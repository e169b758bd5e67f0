import { totalTimeout } from "@posthaste/core/timeout";
import { refused, same } from "../assert.ts";
import { group } from "../case.ts";
import type { TestCase } from "../case.ts";
import { reply, send, sendHead } from "../control.ts";

/** Milliseconds that pass in vain. */
const short = 200;

/** Budgets of time; what must not pass has a budget that it cannot. */
export const timeouts: readonly TestCase[] = group(
  "timeouts",
  [
    "connect",
    "a connection that does not come to stand, TLS included, is ERR_TIMEOUT_CONNECT",
    ["connectTimeout"],
    async (kit) => {
      const server = await kit.script({ connections: [[]] });
      const call = kit.client().get(server.https(), { timeout: { connect: short } });
      await refused(call, "the call", "ERR_TIMEOUT_CONNECT");
      if (kit.can.connections) await server.until({ open: 0 });
    },
  ],
  [
    "read-head",
    "silence before the head is ERR_TIMEOUT_READ",
    ["readTimeout"],
    async (kit) => {
      const server = await kit.script({ requests: [[]] });
      await refused(kit.client().get(server.url, { timeout: { read: short } }), "the call", "ERR_TIMEOUT_READ");
      if (kit.can.connections) await server.until({ open: 0 });
    },
  ],
  [
    "read-in-head",
    "silence within the head is ERR_TIMEOUT_READ",
    ["readTimeout"],
    async (kit) => {
      const server = await kit.script({ requests: [[send("HTTP/1.1 200 OK\r\nContent-")]] });
      await refused(kit.client().get(server.url, { timeout: { read: short } }), "the call", "ERR_TIMEOUT_READ");
    },
  ],
  [
    "read-content",
    "silence within the content is ERR_TIMEOUT_READ",
    ["readTimeout"],
    async (kit) => {
      const server = await kit.script({ requests: [[sendHead("200 OK", "Content-Length: 10"), send("abc")]] });
      const call = kit.client().get(server.url, { timeout: { read: short } });
      await refused(
        call.then((response) => response.bytes()),
        "the reading",
        "ERR_TIMEOUT_READ",
      );
      if (kit.can.connections) await server.until({ open: 0 });
    },
  ],
  [
    "total",
    "the budget of the plugin for the whole call ends the wait for the head",
    [],
    async (kit) => {
      const server = await kit.script({ requests: [[]] });
      const client = kit.client(undefined, totalTimeout());
      await refused(client.get(server.url, { timeout: { total: short } }), "the call", "ERR_TIMEOUT_TOTAL");
      await server.until({ open: 0 });
    },
  ],
  [
    "total-content",
    "it ends the reading of the content, too",
    [],
    async (kit) => {
      const server = await kit.script({ requests: [[sendHead("200 OK", "Content-Length: 10"), send("abc")]] });
      const call = kit.client(undefined, totalTimeout()).get(server.url, { timeout: { total: short } });
      await refused(
        call.then((response) => response.bytes()),
        "the reading",
        "ERR_TIMEOUT_TOTAL",
      );
      await server.until({ open: 0 });
    },
  ],
  [
    "defaults",
    "the adapter's own budget counts for calls that do not say",
    ["readTimeout"],
    async (kit) => {
      const server = await kit.script({ requests: [[]] });
      const client = kit.client({ timeout: { read: short } });
      await refused(client.get(server.url), "the call", "ERR_TIMEOUT_READ");
    },
  ],
  [
    "enough",
    "a budget that does not pass, or of Infinity, does no harm",
    ["readTimeout"],
    async (kit) => {
      const server = await kit.script({ requests: [reply("in time")] });
      const client = kit.client();
      for (const budget of [600_000, 2 ** 40, Infinity]) {
        const timeout = kit.can.connectTimeout ? { connect: budget, read: budget } : { read: budget };
        same(await (await client.get(server.url, { timeout })).text(), "in time", `content within ${budget} ms`);
      }
    },
  ],
  [
    "no-budget",
    "a budget that is no number above 0 is ERR_OPTION",
    ["readTimeout"],
    async (kit) => {
      const server = await kit.script({ requests: [reply("")] });
      for (const read of [0, -1, Number.NaN]) {
        await refused(kit.client().get(server.url, { timeout: { read } }), `a budget of ${read}`, "ERR_OPTION");
      }
    },
  ],
);
