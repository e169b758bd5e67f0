// How memory grows while 256 MiB are downloaded, and while 256 MiB are uploaded from a stream. Server and transfers are processes
// of their own.
//
// Each is done twice. The line of node:net shows what V8 leaves about when it is not asked to collect.
import { execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import type { AddressInfo } from "node:net";
import { setInterval } from "node:timers";
import { undiciAdapter } from "@posthaste/adapter-undici";
import { createClient } from "@posthaste/core";

const MiB = 1024 * 1024;
const SIZE = 256 * MiB;
const LIMIT = 60;

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

const transfers: Record<string, (url: string) => Promise<number>> = {
  async upload(url) {
    await using client = createClient({ adapter: undiciAdapter() });
    const piece = new Uint8Array(64 * 1024);
    async function* source(): AsyncGenerator<Uint8Array> {
      for (let left = SIZE; left > 0; left -= piece.length) yield piece;
    }
    return Number(await (await client.post(url, { body: source() })).text());
  },

  async download(url) {
    await using client = createClient({ adapter: undiciAdapter() });
    let length = 0;
    for await (const chunk of (await client.get(`${url}/${SIZE}`)).body) length += chunk.length;
    return length;
  },

  async "download by node:net"(url) {
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    socket.write(`GET /${SIZE} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    let length = 0;
    for await (const chunk of socket as AsyncIterable<Buffer>) length += chunk.length;
    return length > SIZE ? SIZE : length;
  },
};

/** MiB that one transfer adds. */
async function growth(name: string, url: string): Promise<number> {
  const before = process.memoryUsage.rss();
  let peak = before;
  const sample = (): void => {
    peak = Math.max(peak, process.memoryUsage.rss());
  };
  const timer = setInterval(sample, 5);
  const length = await transfers[name]!(url);
  sample();
  clearInterval(timer);
  if (length !== SIZE) throw new Error(`${name}: ${length} bytes`);
  return Math.round((peak - before) / MiB);
}

const [name, url] = process.argv.slice(2);
if (process.send) {
  serve();
} else if (name && url) {
  console.log(JSON.stringify([await growth(name, url), await growth(name, url)]));
} else {
  const server = fork(import.meta.filename);
  const [port] = (await once(server, "message")) as [number];
  const table: Record<string, Record<string, number>> = {};
  for (const transfer of Object.keys(transfers)) {
    const output = execFileSync(process.execPath, [
      ...process.execArgv,
      import.meta.filename,
      transfer,
      `http://127.0.0.1:${port}`,
    ]);
    const [first, second] = JSON.parse(output.toString()) as [number, number];
    table[`${transfer} ${SIZE / MiB} MiB`] = { "first (MiB)": first, "second (MiB)": second, "limit (MiB)": LIMIT };
    if (!transfer.includes("node:net") && Math.max(first, second) > LIMIT) process.exitCode = 1;
  }
  console.table(table);
  server.kill();
}
