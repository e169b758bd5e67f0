/**
 * What a large cookie jar costs: CPU of a request to one domain with 10 000 cookies over 1 000 domains in the jar, beside
 * the same request with that domain's 10 cookies alone, and with an empty jar and no plugin at all. No network: the adapter
 * answers from memory, so that the jar is nearly all there is to measure.
 *
 * Run it with `node bench/cookies.ts` after a build.
 */
import { createClient, HeaderList, HttpResponse, type Adapter, type Client } from "@posthaste/core";
import { cookies } from "../packages/cookies/src/index.ts";
import { toughJar, type ToughJar } from "../packages/cookies/src/tough.ts";

const perDomain = 10;
const domains = 1_000;
const requests = 20_000;
const rounds = 7;
const url = "https://www.site500.com/shop/basket";

const adapter: Adapter = {
  name: "memory",
  can: {},
  send: async (request) =>
    new HttpResponse({
      request,
      status: 200,
      reason: "OK",
      headers: new HeaderList(),
      body: { async *[Symbol.asyncIterator]() {} },
      async discard() {},
    }),
};

async function fill(jar: ToughJar, from: number, to: number): Promise<ToughJar> {
  for (let site = from; site < to; site++) {
    const lines = Array.from({ length: perDomain }, (_, index) => `name${index}=value${index}; Path=/; Max-Age=86400`);
    await jar.store(`https://www.site${site}.com/`, lines, { sameSite: "strict" });
  }
  return jar;
}

async function microseconds(client: Client): Promise<number> {
  const start = process.cpuUsage();
  for (let index = 0; index < requests; index++) await client.get(url);
  const { user, system } = process.cpuUsage(start);
  return (user + system) / requests;
}

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

const clients: Record<string, Client> = {
  "no plugin": createClient({ adapter }),
  "empty jar": createClient({ adapter, plugins: [cookies({ jar: toughJar() })] }),
  "10 cookies, 1 domain": createClient({ adapter, plugins: [cookies({ jar: await fill(toughJar(), 500, 501) })] }),
  "10 000 cookies, 1 000 domains": createClient({
    adapter,
    plugins: [cookies({ jar: await fill(toughJar(), 0, domains) })],
  }),
};

const times: Record<string, number[]> = {};
for (let round = -1; round < rounds; round++) {
  for (const [name, client] of Object.entries(clients)) {
    const time = await microseconds(client);
    // The first round warms up.
    if (round >= 0) (times[name] ??= []).push(time);
  }
}

const [none, empty, small, large] = Object.keys(clients).map((name) => median(times[name]!)) as [
  number,
  number,
  number,
  number,
];
for (const name of Object.keys(clients)) console.log(`${median(times[name]!).toFixed(2).padStart(8)} µs  ${name}`);
console.log(`an empty jar adds ${(empty - none).toFixed(2)} µs`);
console.log(`ratio of 10 000 cookies to 10: ${(large / small).toFixed(3)} (at most 1.2)`);
if (large / small > 1.2) process.exitCode = 1;
