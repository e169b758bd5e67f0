// `node bench/multipart.ts [--rounds 5] [--mib 1024]`, after a build: the upload of a file by @posthaste/multipart, and the
// same bytes by undici alone, each in processes of its own, in alternating rounds; medians, and the growth of the memory.
//
// Each process is warmed up with 128 MiB: V8 collects pieces only once there are some 64 MiB of them, whoever reads them.
import { undiciAdapter } from "@posthaste/adapter-undici";
import { createClient, type Body } from "@posthaste/core";
import { multipart } from "@posthaste/multipart";
import { once } from "node:events";
import { createReadStream, mkdtempSync, openAsBlob, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { request } from "undici";
import { compare, measure, print } from "./transfer.ts";

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
  await measure(
    () => send("small"),
    () => send("large"),
  );
else await main();

/** Resolves with how many bytes came to the server. */
async function send(file: string): Promise<number> {
  return Number(await contenders[name!]!(url!, join(folder!, file)));
}

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

async function main(): Promise<void> {
  const files = mkdtempSync(join(tmpdir(), "posthaste-bench-"));
  try {
    for (const [file, mib] of Object.entries({ small: 128, large: Number(values.mib) })) {
      writeFileSync(join(files, file), "");
      truncateSync(join(files, file), mib << 20);
    }
    const rounds = Number(values.rounds);
    const samples = await compare({
      program: fileURLToPath(import.meta.url),
      contenders: Object.keys(contenders),
      rounds,
      worker: (key) => [files, key],
    });
    const base = { name: "undici's", is: (key: string) => key.startsWith("undici") };
    print(`upload of ${values.mib} MiB`, rounds, samples, base);
  } finally {
    rmSync(files, { recursive: true });
  }
}
