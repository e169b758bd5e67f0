// `node bench/multipart.ts [--rounds 5] [--mib 1024]`, after a build: the upload of a file by @posthaste/multipart, and the
// same bytes by undici alone, each in processes of its own, in alternating rounds; medians, and the growth of the memory.
//
// Each process is warmed up with 128 MiB: V8 collects pieces only once there are some 64 MiB of them, whoever reads them.
import { undiciAdapter } from "@posthaste/adapter-undici";
import { createClient, type Body } from "@posthaste/core";
import { multipart } from "@posthaste/multipart";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createReadStream, mkdtempSync, openAsBlob, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { request } from "undici";
import { median } from "./median.ts";

interface Sample {
  /** What the server has counted. */
  bytes: number;
  seconds: number;
  /** Seconds of CPU. */
  cpu: number;
  /** MiB of resident memory beyond what was there after the warm-up. */
  growth: number;
  /** The same beyond the start of the process. */
  inAll: number;
}

const boundary = "0123456789abcdef0123456789abcdef";

async function byUndici(url: string, length: number, file: AsyncIterable<Uint8Array>): Promise<string> {
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="f"\r\nContent-Type: application/octet-stream\r\n\r\n`;
  const tail = `\r\n--${boundary}--\r\n`;
  const headers = {
    "content-type": `multipart/form-data; boundary=${boundary}`,
    "content-length": String(head.length + length + tail.length),
  };
  async function* content(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(head);
    yield* file;
    yield Buffer.from(tail);
  }
  return (await request(url, { method: "POST", headers, body: content() as never })).body.text();
}

async function byMultipart(url: string, value: Body | Blob): Promise<string> {
  const client = createClient({ adapter: undiciAdapter() });
  return (await client.post(url, { body: multipart({ file: { value, filename: "f" } }, { boundary }) })).text();
}

/** Each sends the file to the URL and gives the server's answer. */
const contenders: Record<string, (url: string, path: string) => Promise<string>> = {
  "undici.request, file stream": (url, path) => byUndici(url, statSync(path).size, createReadStream(path)),
  "multipart, file stream": (url, path) =>
    byMultipart(url, { length: statSync(path).size, replayable: true, open: () => createReadStream(path) }),
  "undici.request, Blob": async (url, path) => {
    const blob = await openAsBlob(path);
    return byUndici(url, blob.size, blob.stream());
  },
  "multipart, Blob": async (url, path) => byMultipart(url, await openAsBlob(path)),
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: "string", default: "5" }, mib: { type: "string", default: "1024" } },
});
const [role, url, folder, name] = positionals;
if (role === "server") await serve();
else if (role === "worker")
  await measure((file) => contenders[name!]!(url!, file), join(folder!, "small"), join(folder!, "large"));
else await main();

/** Counts what comes. */
async function serve(): Promise<void> {
  const server = createServer((incoming, response) => {
    let bytes = 0;
    incoming.on("data", (chunk: Buffer) => (bytes += chunk.length));
    incoming.on("end", () => response.end(String(bytes)));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await once(process.stdin.resume(), "end");
  process.exit();
}

async function measure(send: (file: string) => Promise<string>, small: string, large: string): Promise<void> {
  const cold = process.memoryUsage.rss();
  await send(small);
  const warm = process.memoryUsage.rss();
  let most = warm;
  const timer = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 10);
  const cpu = process.cpuUsage();
  const start = performance.now();
  const bytes = Number(await send(large));
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  clearInterval(timer);
  const growth = (most - warm) / 2 ** 20;
  const sample: Sample = { bytes, seconds, cpu: (user + system) / 1e6, growth, inAll: (most - cold) / 2 ** 20 };
  process.stdout.write(JSON.stringify(sample), () => process.exit());
}

async function main(): Promise<void> {
  const self = fileURLToPath(import.meta.url);
  const files = mkdtempSync(join(tmpdir(), "posthaste-bench-"));
  const server = spawn(process.execPath, [...process.execArgv, self, "server"], { stdio: ["pipe", "pipe", "inherit"] });
  try {
    for (const [file, mib] of Object.entries({ small: 128, large: Number(values.mib) })) {
      writeFileSync(join(files, file), "");
      truncateSync(join(files, file), mib << 20);
    }
    const [address] = (await once(createInterface(server.stdout), "line")) as [string];
    const samples = new Map<string, Sample[]>(Object.keys(contenders).map((key) => [key, []]));
    let bytes: number | undefined;
    for (let round = 0; round < Number(values.rounds); round++) {
      for (const [key, list] of samples) {
        const output = execFileSync(process.execPath, [...process.execArgv, self, "worker", address, files, key]);
        const sample = JSON.parse(output.toString()) as Sample;
        if (sample.bytes !== (bytes ??= sample.bytes)) throw new Error(`${key} sent ${sample.bytes} bytes`);
        list.push(sample);
      }
    }
    print(samples);
  } finally {
    server.stdin.end();
    rmSync(files, { recursive: true });
  }
}

function print(samples: Map<string, Sample[]>): void {
  console.log(
    `\nupload of ${values.mib} MiB, Node ${process.version}, medians of ${values.rounds} alternating rounds\n`,
  );
  console.log(
    "| client | MiB/s | × undici's | CPU s | RSS growth MiB, most | from the start |\n| --- | ---: | ---: | ---: | ---: | ---: |",
  );
  let base = 0;
  for (const [key, list] of samples) {
    const rate = median(list.map(({ bytes, seconds }) => bytes / 2 ** 20 / seconds));
    if (key.startsWith("undici")) base = rate;
    const cpu = median(list.map((sample) => sample.cpu));
    const growth = Math.max(...list.map((sample) => sample.growth)).toFixed(0);
    const inAll = Math.max(...list.map((sample) => sample.inAll)).toFixed(0);
    console.log(
      `| ${key} | ${rate.toFixed(0)} | ${(rate / base).toFixed(2)} | ${cpu.toFixed(2)} | ${growth} | ${inAll} |`,
    );
  }
}
