import { spawn } from "node:child_process";
import { createClient } from "@posthaste/core";
import { undiciAdapter } from "@posthaste/adapter-undici";
import { Agent, request } from "undici";
const child = spawn(process.execPath, ["/tmp/perf/server.mjs"], { stdio: ["ignore", "pipe", "inherit"] });
const port = await new Promise<number>((r) => child.stdout.once("data", (d) => r(Number(d))));
const url = `http://127.0.0.1:${port}/get?x=1`;
const origin = `http://127.0.0.1:${port}`;
const agent = new Agent({ connections: 50 });
const adapter = undiciAdapter();
const client = createClient({ adapter });
const { HeaderList } = await import("@posthaste/core");
const kinds: Record<string, () => Promise<unknown>> = {
  raw: () =>
    new Promise((resolve, reject) => {
      let c: any[] = [];
      agent.dispatch(
        { origin, path: "/get?x=1", method: "GET" } as any,
        {
          onRequestStart() {},
          onResponseStart() {},
          onResponseData(_: any, d: any) {
            c.push(d);
          },
          onResponseEnd() {
            resolve(JSON.parse(Buffer.concat(c).toString()));
          },
          onResponseError(_: any, e: any) {
            reject(e);
          },
        } as any,
      );
    }),
  request: async () => (await request(url, { dispatcher: agent })).body.json(),
  adapter: async () => {
    const r = await adapter.send({ method: "GET", url, headers: new HeaderList(), body: null, options: {}, call: {} });
    const c: any[] = [];
    for await (const x of r.body) c.push(x);
    return JSON.parse(Buffer.concat(c).toString());
  },
  client: async () => (await client.get(url)).json(),
};
const only = process.argv[2]?.split(",") ?? Object.keys(kinds);
const N = Number(process.argv[3] ?? 20000),
  C = 50;
async function run(f: () => Promise<unknown>, n: number) {
  let left = n;
  const w = async () => {
    while (left-- > 0) await f();
  };
  const c0 = process.cpuUsage(),
    t0 = performance.now();
  await Promise.all(Array.from({ length: C }, w));
  const c = process.cpuUsage(c0);
  return [(c.user + c.system) / n, (n / (performance.now() - t0)) * 1000];
}
const ROUNDS = Number(process.argv[4] ?? 25);
for (const k of only) await run(kinds[k]!, 8000);
const out: Record<string, number[]> = {};
for (let i = 0; i < ROUNDS; i++) {
  const order = i % 2 ? only : [...only].reverse();
  for (const k of order) (out[k] ??= []).push((await run(kinds[k]!, N))[0]!);
}
const med = (a: number[]) => [...a].sort((x, y) => x - y)[a.length >> 1]!;
for (const k of only)
  console.log(
    k.padEnd(10),
    "p10",
    [...out[k]!].sort((x, y) => x - y)[Math.floor(out[k]!.length / 10)]!.toFixed(1),
    med(out[k]!).toFixed(1),
    "µs  min",
    Math.min(...out[k]!).toFixed(1),
    " /",
    only[0],
    med(out[k]!.map((x, i) => x / out[only[0]!]![i]!)).toFixed(3),
  );
await client.close();
await agent.close();
child.kill();
process.exit();
