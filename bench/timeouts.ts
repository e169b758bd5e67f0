// How late timeouts fire: a read and a connect timeout of 300 ms, 20 tries each. Run it on an idle machine.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { undiciAdapter } from "@posthaste/adapter-undici";
import { createClient } from "@posthaste/core";

const TRIES = 20;
const LIMIT = 300;
const LATEST = 400;

/** Answers nothing. */
async function silentServer(): Promise<{ port: number; close: () => void }> {
  const server = createServer((socket) => socket.on("error", () => {}).resume()).listen(0, "127.0.0.1");
  await once(server, "listening");
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}

/** Listens, but its process never gets to accept: once its backlog is full, the kernel lets attempts to connect wait. */
async function busyServer(): Promise<{ port: number; close: () => void }> {
  const script = `
    const server = require("node:net").createServer().listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
      require("node:fs").writeSync(1, String(server.address().port));
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    });`;
  const child = spawn(process.execPath, ["--eval", script], { stdio: ["ignore", "pipe", "inherit"] });
  const [bytes] = (await once(child.stdout, "data")) as [Buffer];
  const port = Number(bytes);
  const fillers = Array.from({ length: 4 }, () => connect(port, "127.0.0.1").on("error", () => {}));
  await Promise.race(fillers.map((socket) => once(socket, "connect")));
  await new Promise((resolve) => setTimeout(resolve, 100));
  return {
    port,
    close() {
      for (const socket of fillers) socket.destroy();
      child.kill();
    },
  };
}

async function measure(kind: "read" | "connect", port: number): Promise<number[]> {
  await using client = createClient({ adapter: undiciAdapter() });
  const times: number[] = [];
  for (let number = 0; number < TRIES; number++) {
    const start = performance.now();
    const outcome = await client.get(`http://127.0.0.1:${port}/`, { timeout: { [kind]: LIMIT } }).then(
      () => "a response",
      (error: unknown) => (error as { code?: string }).code,
    );
    times.push(performance.now() - start);
    if (outcome !== `ERR_TIMEOUT_${kind.toUpperCase()}`) throw new Error(`${kind}: ${outcome}`);
  }
  return times.toSorted((a, b) => a - b);
}

const table: Record<string, Record<string, string | number>> = {};
for (const [kind, start] of [
  ["read", silentServer],
  ["connect", busyServer],
] as const) {
  const server = await start();
  const times = await measure(kind, server.port);
  server.close();
  const inTime = times.filter((time) => time >= LIMIT && time <= LATEST).length;
  const [earliest = 0, middle = 0, latest = 0] = [times[0], times[TRIES / 2], times.at(-1)].map((time) =>
    time?.toFixed(1),
  );
  table[`${kind} ${LIMIT} ms`] = {
    earliest,
    middle,
    latest,
    [`within ${LIMIT}-${LATEST} ms`]: `${inTime} of ${TRIES}`,
  };
  if (inTime < TRIES) process.exitCode = 1;
}
console.table(table);
