// `node bench/decompress.ts [--rounds 5] [--mib 1024]`, after a build: a gzip download, decoded by @posthaste/decompress
// and by undici with node:zlib, each in processes of its own, in alternating rounds; medians, and the growth of the memory.
//
// Each process is warmed up with 128 MiB: V8 by itself collects pieces only once there are some 64 MiB of them.
import { undiciAdapter } from "@posthaste/adapter-undici";
import { createClient } from "@posthaste/core";
import { decompress } from "@posthaste/decompress";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { constants, crc32, createGunzip, deflateRawSync } from "node:zlib";
import { request } from "undici";
import { compare, measure, print } from "./transfer.ts";

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
else if (role === "worker")
  await measure(
    () => read(contenders[name!]!, `${url}${WARM_UP}`),
    () => read(contenders[name!]!, `${url}${values.mib}`),
  );
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

async function read(open: (url: string) => Promise<AsyncIterable<Uint8Array>>, from: string): Promise<number> {
  let bytes = 0;
  for await (const chunk of await open(from)) bytes += chunk.length;
  return bytes;
}

async function main(): Promise<void> {
  const rounds = Number(values.rounds);
  const samples = await compare({
    program: fileURLToPath(import.meta.url),
    contenders: Object.keys(contenders),
    rounds,
    worker: (key) => [key, "--mib", values.mib],
    bytes: Number(values.mib) << 20,
  });
  print(`${values.mib} MiB from gzip`, rounds, samples, { name: "the first", is: (_, index) => index === 0 });
}
