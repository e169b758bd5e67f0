// How memory grows while 256 MiB are downloaded, and while 256 MiB are uploaded from a stream. The server is another process.
//
// Each transfer is warmed up with 128 MiB. Node reads a download in pieces, and V8 collects those only once there are some 64 MiB
// of them, whoever reads them, as the line of node:net shows. What counts is that it does not grow from there.
import { fork } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import type { AddressInfo } from "node:net";
import { setInterval } from "node:timers";
import { undiciAdapter } from "@posthaste/adapter-undici";
import { createClient } from "@posthaste/core";

const MiB = 1024 * 1024;
const SIZE = 256 * MiB;
const WARM_UP = 128 * MiB;
const LIMIT = 60 * MiB;

/** GET gives zeros as many as the path says, POST the number of bytes that came. */
function serve(): void {
  const piece = Buffer.alloc(64 * 1024);
  const server = createServer((request, response) => {
    if (request.method === "POST") {
      let length = 0;
      request.on("data", (chunk: Buffer) => (length += chunk.length));
      request.on("end", () => response.end(String(length)));
      return;
    }
    let left = Number(request.url?.slice(1));
    response.writeHead(200, { "Content-Length": left });
    const more = (): void => {
      while (left > 0 && response.write(left < piece.length ? piece.subarray(0, left) : piece)) left -= piece.length;
      if (left > 0) {
        left -= piece.length;
        response.once("drain", more);
      } else response.end();
    };
    more();
  }).listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
}

async function measure(url: string): Promise<void> {
  await using client = createClient({ adapter: undiciAdapter() });
  const download = async (size: number): Promise<number> => {
    let length = 0;
    for await (const chunk of (await client.get(`${url}/${size}`)).body) length += chunk.length;
    return length;
  };
  const upload = async (size: number): Promise<number> => {
    const piece = new Uint8Array(64 * 1024);
    async function* source(): AsyncGenerator<Uint8Array> {
      for (let left = size; left > 0; left -= piece.length) yield piece;
    }
    return Number(await (await client.post(url, { body: source() })).text());
  };

  const bare = async (size: number): Promise<number> => {
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    socket.write(`GET /${size} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    let length = 0;
    for await (const chunk of socket as AsyncIterable<Buffer>) length += chunk.length;
    return length > size ? size : length;
  };

  const table: Record<string, Record<string, string | number>> = {};
  for (const [name, transfer] of Object.entries({ upload, download, "download by node:net": bare })) {
    const start = process.memoryUsage.rss();
    await transfer(WARM_UP);
    const before = process.memoryUsage.rss();
    let peak = before;
    const sample = (): void => {
      peak = Math.max(peak, process.memoryUsage.rss());
    };
    const timer = setInterval(sample, 5);
    const began = performance.now();
    const length = await transfer(SIZE);
    const seconds = (performance.now() - began) / 1000;
    sample();
    clearInterval(timer);
    if (length !== SIZE) throw new Error(`${name}: ${length} bytes`);
    const growth = peak - before;
    if (growth > LIMIT) process.exitCode = 1;
    table[`${name} ${SIZE / MiB} MiB`] = {
      "RSS before (MiB)": Math.round(start / MiB),
      "warm (MiB)": Math.round(before / MiB),
      "peak (MiB)": Math.round(peak / MiB),
      "growth (MiB)": Math.round(growth / MiB),
      "limit (MiB)": LIMIT / MiB,
      "MiB/s": Math.round(SIZE / MiB / seconds),
    };
  }
  console.table(table);
}

if (process.send) {
  serve();
} else {
  const child = fork(import.meta.filename);
  const [port] = (await once(child, "message")) as [number];
  await measure(`http://127.0.0.1:${port}`);
  child.kill();
}
