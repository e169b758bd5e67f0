// Measures one client in a fresh process: node worker.ts <client> <get|post> <url> <requests>
import { clients, concurrency } from "./clients.ts";

const [name, verb, url, count] = process.argv.slice(2);
const client = await clients[name!]!(url!);
const call = verb === "post" ? () => client.post() : () => client.get();

async function run(requests: number, milliseconds = Infinity): Promise<void> {
  const end = performance.now() + milliseconds;
  let left = requests;
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      while (left-- > 0 && performance.now() < end) await call();
    }),
  );
}

// Until V8 has optimised what is measured.
await run(100_000, 3000);
const before = process.cpuUsage();
const start = performance.now();
await run(Number(count));
const seconds = (performance.now() - start) / 1000;
const { user, system } = process.cpuUsage(before);
console.log(JSON.stringify({ cpu: (user + system) / Number(count), rate: Number(count) / seconds }));
// Some of the clients keep their connections, and so the process, open.
process.exit();
