// How late timeouts fire: a read and a connect timeout of 300 ms, 20 tries each. Run it on an idle machine.
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { undiciAdapter } from "@posthaste/adapter-undici";
import { createClient } from "@posthaste/core";
import { startBusyServer } from "@posthaste/test-server";

const TRIES = 20;
const LIMIT = 300;
const LATEST = 400;

/** Answers nothing. */
async function silentServer(): Promise<{ port: number; close: () => void }> {
  const server = createServer((socket) => socket.on("error", () => {}).resume()).listen(0, "127.0.0.1");
  await once(server, "listening");
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
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
  ["connect", startBusyServer],
] as const) {
  const server = await start();
  const times = await measure(kind, server.port);
  await server.close();
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
