// `node bench/decompress.ts [--rounds 5] [--mib 1024]`, after a build: a gzip download, decoded by @posthaste/decompress
// and by undici with node:zlib, each in processes of its own, in alternating rounds; medians, and the growth of the memory.
//
// Each process is warmed up with 128 MiB: V8 collects pieces only once there are some 64 MiB of them, whoever reads them.
import { undiciAdapter } from "@posthaste/adapter-undici";
import { createClient } from "@posthaste/core";
import { decompress } from "@posthaste/decompress";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { constants, crc32, createGunzip, deflateRawSync } from "node:zlib";
import { request } from "undici";
import { median } from "./median.ts";

interface Sample {
  bytes: number;
  seconds: number;
  /** Seconds of CPU. */
  cpu: number;
  /** MiB of resident memory beyond what was there after the warm-up. */
  growth: number;
  /** The same beyond the start of the process. */
  inAll: number;
}

const contenders: Record<string, (url: string) => Promise<AsyncIterable<Uint8Array>>> = {
  "undici.request + zlib.createGunzip()": async (url) => (await request(url)).body.pipe(createGunzip()),
  "undici.request + zlib.createGunzip({ chunkSize: 65536 })": async (url) =>
    (await request(url)).body.pipe(createGunzip({ chunkSize: 65_536 })),
  "adapter-undici + decompress": async (url) => {
    const client = createClient({ adapter: undiciAdapter(), plugins: [decompress()] });
    return (await client.get(url)).body;
  },
};

/** MiB. */
const WARM_UP = 128;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: "string", default: "5" }, mib: { type: "string", default: "1024" } },
});
const [role, url, name] = positionals;
if (role === "server") await serve();
else if (role === "worker") await measure(contenders[name!]!, url!);
else await main();

/** Texts, which shrink to about two fifths, as one member of gzip, of as many MiB as the path says. */
async function serve(): Promise<void> {
  const blockSize = 16 << 20;
  const words = Array.from({ length: 4096 }, (_, at) => ((at * 2_654_435_761) >>> 0).toString(36).slice(at % 4));
  let text = "";
  for (let seed = 1; text.length < blockSize; seed = (seed * 48_271) % 0x7fff_ffff) text += `${words[seed % 4096]} `;
  const block = Buffer.from(text.slice(0, blockSize));
  // A piece that ends on a byte can follow itself.
  const piece = deflateRawSync(block, { finishFlush: constants.Z_FULL_FLUSH });
  function* content(mib: number): Generator<Buffer> {
    const count = (mib << 20) / blockSize;
    let crc = 0;
    yield Buffer.from([31, 139, 8, 0, 0, 0, 0, 0, 0, 255]);
    for (let at = 0; at < count; at++) {
      for (let from = 0; from < piece.length; from += 65_536) yield piece.subarray(from, from + 65_536);
      crc = crc32(block, crc);
    }
    const end = Buffer.from([3, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    end.writeUInt32LE(crc, 2);
    end.writeUInt32LE(count * blockSize, 6);
    yield end;
  }
  const server = createServer((incoming, response) => {
    response.setHeader("Content-Encoding", "gzip");
    const mib = Number(incoming.url!.slice(1));
    Readable.from(content(mib), { objectMode: false, highWaterMark: 262_144 }).pipe(response);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await once(process.stdin.resume(), "end");
  process.exit();
}

async function measure(open: (url: string) => Promise<AsyncIterable<Uint8Array>>, from: string): Promise<void> {
  const cold = process.memoryUsage.rss();
  for await (const chunk of await open(`${from}${WARM_UP}`)) void chunk;
  const warm = process.memoryUsage.rss();
  let most = warm;
  const timer = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 10);
  const cpu = process.cpuUsage();
  const start = performance.now();
  let bytes = 0;
  for await (const chunk of await open(from + values.mib)) bytes += chunk.length;
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  clearInterval(timer);
  const growth = (most - warm) / 2 ** 20;
  const sample: Sample = { bytes, seconds, cpu: (user + system) / 1e6, growth, inAll: (most - cold) / 2 ** 20 };
  process.stdout.write(JSON.stringify(sample), () => process.exit());
}

async function main(): Promise<void> {
  const self = fileURLToPath(import.meta.url);
  const server = spawn(process.execPath, [...process.execArgv, self, "server"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const [address] = (await once(createInterface(server.stdout), "line")) as [string];
  const samples = new Map<string, Sample[]>(Object.keys(contenders).map((key) => [key, []]));
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const [key, list] of samples) {
      const output = execFileSync(process.execPath, [
        ...process.execArgv,
        self,
        "worker",
        address,
        key,
        "--mib",
        values.mib,
      ]);
      const sample = JSON.parse(output.toString()) as Sample;
      if (sample.bytes !== Number(values.mib) << 20) throw new Error(`${key} gave ${sample.bytes} bytes`);
      list.push(sample);
    }
  }
  server.stdin.end();
  console.log(
    `\n${values.mib} MiB from gzip, Node ${process.version}, medians of ${values.rounds} alternating rounds\n`,
  );
  console.log(
    "| client | MiB/s | × the first | CPU s | RSS growth MiB, most | from the start |\n| --- | ---: | ---: | ---: | ---: | ---: |",
  );
  let first: number | undefined;
  for (const [key, list] of samples) {
    const rate = median(list.map(({ bytes, seconds }) => bytes / 2 ** 20 / seconds));
    first ??= rate;
    const cpu = median(list.map((sample) => sample.cpu));
    const growth = Math.max(...list.map((sample) => sample.growth)).toFixed(0);
    const inAll = Math.max(...list.map((sample) => sample.inAll)).toFixed(0);
    console.log(
      `| ${key} | ${rate.toFixed(0)} | ${(rate / first).toFixed(2)} | ${cpu.toFixed(2)} | ${growth} | ${inAll} |`,
    );
  }
}
