import type { CallOptions, Client } from "@posthaste/core";
import { refused, rejection, same, truth } from "../assert.ts";
import { group } from "../case.ts";
import type { Kit, KitOptions, TestCase } from "../case.ts";
import { body, end, flood, reply, reset, send, sendHead } from "../control.ts";
import type { Step } from "../script.ts";

/** A signal that counts its listeners. */
function watchedSignal(): { signal: AbortSignal; listeners: () => number } {
  const { signal } = new AbortController();
  const held: unknown[] = [];
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    if (!held.includes(args[1])) held.push(args[1]);
    add(...args);
  };
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    if (held.includes(args[1])) held.splice(held.indexOf(args[1]), 1);
    remove(...args);
  };
  return { signal, listeners: () => held.length };
}

/** A timer; where programs end by themselves, one that says whether it keeps its program up. */
type Timer = { readonly hasRef?: () => boolean } | number;
type Set = (handler: (...args: unknown[]) => void, time?: number, ...args: unknown[]) => Timer;

/** Holds the timers that are set for longer than any case takes, until they are cleared. */
function watchTimers(): { left: () => Timer[]; stop: () => void } {
  const { setTimeout, clearTimeout } = globalThis;
  const held: Timer[] = [];
  const set: Set = (handler, time = 0, ...args) => {
    const timer = (setTimeout as Set)(handler, time, ...args);
    if (time > 100_000) held.push(timer);
    return timer;
  };
  globalThis.setTimeout = Object.assign(set, setTimeout) as typeof setTimeout;
  globalThis.clearTimeout = (timer) => {
    if (held.includes(timer as Timer)) held.splice(held.indexOf(timer as Timer), 1);
    clearTimeout(timer);
  };
  return {
    left: () => held,
    stop: () => {
      globalThis.setTimeout = setTimeout;
      globalThis.clearTimeout = clearTimeout;
    },
  };
}

const length = 300_000;

/** How calls end: the steps of the server, and what becomes of the call. */
type Way = readonly [
  steps: readonly Step[],
  call: (client: Client<KitOptions>, url: string, options: CallOptions & KitOptions) => Promise<unknown>,
];

const ways: readonly Way[] = [
  [reply("read"), async (client, url, options) => (await client.get(url, options)).text()],
  [reply(""), async (client, url, options) => (await client.get(url, options)).text()],
  [[sendHead("204 No Content")], async (client, url, options) => (await client.get(url, options)).discard()],
  [
    [sendHead("200 OK", "Content-Length: 5")],
    async (client, url, options) => (await client.head(url, options)).discard(),
  ],
  [
    [body, ...reply("thanks")],
    async (client, url, options) => (await client.post(url, { ...options, body: "a" })).text(),
  ],
  [
    [sendHead("200 OK", `Content-Length: ${length}`), flood(length)],
    async (client, url, options) => (await client.get(url, options)).discard(),
  ],
  [
    [sendHead("200 OK", `Content-Length: ${length}`), flood(length)],
    async (client, url, options) => {
      for await (const chunk of (await client.get(url, options)).body) if (chunk.length > 0) break;
    },
  ],
  [[reset], (client, url, options) => refused(client.get(url, options), "the call")],
  [
    [sendHead("200 OK", "Content-Length: 9"), send("abc"), end],
    (client, url, options) =>
      refused(
        client.get(url, options).then((response) => response.bytes()),
        "the reading",
      ),
  ],
];

async function everyWay(
  kit: Kit,
  options: CallOptions & KitOptions,
): Promise<{ client: Client<KitOptions>; done: () => Promise<void> }> {
  const client = kit.client();
  const servers = await Promise.all(ways.map(([steps]) => kit.script({ requests: [steps] })));
  for (let time = 0; time < 3; time++) {
    await Promise.all(ways.map(([, call], index) => call(client, servers[index]!.url, options)));
  }
  return {
    client,
    done: async () => {
      await Promise.all(servers.map((server) => server.until({ open: 0 })));
    },
  };
}

/** What is left when all is over: nothing. */
export const leaks: readonly TestCase[] = group(
  "leaks",
  [
    "listeners",
    "however calls end, their signal has no listener left",
    [],
    async (kit) => {
      const { signal, listeners } = watchedSignal();
      await everyWay(kit, { signal });
      same(listeners(), 0, "listeners");
    },
  ],
  [
    "listeners-aborted",
    "neither has one that was aborted, nor one of a call that was refused",
    [],
    async (kit) => {
      const server = await kit.script({ requests: [[]] });
      const client = kit.client();
      const controller = new AbortController();
      const { signal, listeners } = watchedSignal();
      const calls = ["a", "b"].map((path) =>
        rejection(client.get(server.url + path, { signal: controller.signal }), "the call"),
      );
      await server.until({ requests: 2 });
      controller.abort();
      await Promise.all(calls);
      const nowhere = await kit.script({ listen: "nowhere", connections: [] });
      await refused(client.get(nowhere.url, { signal }), "the call");
      same(listeners(), 0, "listeners");
    },
  ],
  [
    "timers",
    "calls leave no timer behind but one that all calls with one budget share, and none that keeps a program up",
    ["readTimeout", "close"],
    async (kit) => {
      const timers = watchTimers();
      try {
        const timeout = { read: 999_999, ...(kit.can.connectTimeout && { connect: 999_998 }) };
        const { client } = await everyWay(kit, { timeout });
        await client.close();
        const left = timers.left();
        truth(left.length <= 2, `${left.length} timers are left`);
        truth(!left.some((timer) => typeof timer === "object" && timer.hasRef?.()), "a timer keeps the program up");
      } finally {
        timers.stop();
      }
    },
  ],
  [
    "sockets",
    "however calls end, close() leaves no socket",
    ["connections", "close"],
    async (kit) => {
      const { client, done } = await everyWay(kit, {});
      await client.close();
      await done();
    },
  ],
  [
    "sockets-in-use",
    "calls one after the other, however they end, have no more than a connection open at a time",
    ["connections"],
    async (kit) => {
      const client = kit.client();
      for (const [steps, call] of ways) {
        const server = await kit.script({ requests: [steps] });
        for (let time = 0; time < 5; time++) await call(client, server.url, {});
        await server.until({ openAtMost: 1 });
      }
    },
  ],
);
