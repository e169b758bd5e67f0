import { fork } from "node:child_process";
import { once } from "node:events";
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { nodeAdapter } from "@posthaste/adapter-node";
import { undiciAdapter } from "@posthaste/adapter-undici";
import requests, { exceptions } from "@posthaste/compat-requests";
import { cookies } from "@posthaste/cookies";
import { toughJar } from "@posthaste/cookies/tough";
import { createClient, HttpError } from "@posthaste/core";
import { decompress } from "@posthaste/decompress";
import { redirect } from "@posthaste/redirect";
import { answerTo, faultOf, faults } from "./faults.ts";

/*
 * Two hundred calls at a time, by plugins over adapter-undici, over adapter-node, and by compat-requests in turn, to a server that
 * does one in ten of them wrong. Each call must come to its own answer or to its own error, and at the end nothing may be left.
 */

const { values } = parseArgs({ options: { seconds: { type: "string", default: "180" } } });
const seconds = Number(values.seconds);
if (!(seconds >= 1 && seconds <= 3600)) throw new Error("--seconds takes a number from 1 to 3600");
const concurrent = 200;
/** Milliseconds of silence that are waited for. */
const silence = 5000;
/** Milliseconds after which a call is lost. */
const patience = 60_000;

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

const child = fork(new URL("server.ts", import.meta.url));
const [{ port }] = (await once(child, "message")) as [{ port: number }];
const base = `http://127.0.0.1:${port}`;
const openSockets = async (): Promise<number> => {
  child.send("open");
  const [{ open }] = (await once(child, "message")) as [{ open: number }];
  return open;
};

const clients = [undiciAdapter, nodeAdapter].map((adapter) =>
  createClient({
    adapter: adapter({ timeout: { connect: patience / 2, read: silence } }),
    plugins: [redirect({ max: 5 }), cookies({ jar: toughJar() }), decompress()],
  }),
);
const session = new requests.Session();
session.trust_env = false;
session.max_redirects = 5;
session.mount("http://", new requests.adapters.HTTPAdapter({ pool_maxsize: concurrent }));

/** Makes the call of a number; gives the content of its answer. */
async function call(id: number, signal: AbortSignal | undefined): Promise<string> {
  const fault = faultOf(id);
  const url = `${fault === "nobody there" ? "http://127.0.0.1:1" : fault === "no TLS there" ? base.replace("http", "https") : base}/${id}`;
  const isLeft = fault === "caller leaves the content";
  const client = clients[id % 3];
  if (client) {
    const response = await client.get(url, { ...(signal && { signal }) });
    if (!isLeft) return response.text();
    const { value } = (await response.body[Symbol.asyncIterator]().next()) as { value: Uint8Array };
    await response.discard();
    return new TextDecoder().decode(value);
  }
  const r = await session.get(url, {
    stream: isLeft,
    timeout: [patience / 2000, silence / 1000],
    ...(signal && { signal }),
  });
  if (!isLeft) return r.text;
  try {
    const { value } = (await r.iter_content(1).next()) as { value: Uint8Array };
    return new TextDecoder().decode(value);
  } finally {
    await r.close();
  }
}

const count = { calls: 0, answers: 0, errors: 0, lost: 0, wrong: 0, met: new Map<string, number>() };
const complaints = new Set<string>();

/** Whether an error is one that the documentation names, and of this very call. */
function isOwn(error: unknown, id: number, signal: AbortSignal | undefined): boolean {
  if (signal?.aborted) return error === signal.reason;
  if (error instanceof HttpError)
    return error.request!.url.includes(`/${id}`) || error.request!.url === "http://127.0.0.1:1/";
  return error instanceof exceptions.RequestException;
}

async function one(id: number): Promise<void> {
  const fault = faultOf(id);
  const expected = fault === undefined ? "answer" : faults[fault];
  if (fault !== undefined) count.met.set(fault, (count.met.get(fault) ?? 0) + 1);
  const controller = fault?.startsWith("caller gives up") ? new AbortController() : undefined;
  const giveUp = controller && setTimeout(() => controller.abort(), 20);
  let late: NodeJS.Timeout | undefined;
  const tooLate = new Promise<"lost">((resolve) => (late = setTimeout(resolve, patience, "lost")));
  const outcome = await Promise.race([
    call(id, controller?.signal).then(
      (text) => ({ text }),
      (error: unknown) => ({ error }),
    ),
    tooLate,
  ]);
  clearTimeout(late);
  clearTimeout(giveUp);
  count.calls++;
  if (outcome === "lost") count.lost++;
  else if ("text" in outcome) {
    count.answers++;
    const isRight =
      fault === "caller leaves the content" ? answerTo(id).startsWith(outcome.text) : outcome.text === answerTo(id);
    if (isRight && expected !== "error") return;
    count.wrong++;
    complaints.add(`${fault ?? "no fault"}: answered ${JSON.stringify(outcome.text.slice(0, 40))}`);
  } else {
    count.errors++;
    if (isOwn(outcome.error, id, controller?.signal) && expected !== "answer") return;
    if (expected === "answer") count.lost++;
    else count.wrong++;
    complaints.add(`${fault ?? "no fault"}: ${String(outcome.error)}`);
  }
}

/** What the process holds. */
interface Sample {
  readonly rss: number;
  readonly heap: number;
  readonly handles: number;
}
const samples: Sample[] = [];
const started = performance.now();
const elapsed = () => (performance.now() - started) / 1000;
function sample(): void {
  collect();
  const { rss, heapUsed } = process.memoryUsage();
  samples.push({
    rss: rss / 2 ** 20,
    heap: heapUsed / 2 ** 20,
    handles: process.getActiveResourcesInfo().length,
  });
}

let next = 0;
sample();
const sampling = setInterval(sample, Math.min(1000, (seconds * 1000) / 12));
await Promise.all(
  Array.from({ length: concurrent }, async () => {
    do await one(++next);
    while (elapsed() < seconds);
  }),
);
clearInterval(sampling);
const took = elapsed();
await Promise.all([...clients, session].map((one) => one.close()));
let left = await openSockets();
for (let time = 0; left > 0 && time < 40; time++) {
  await new Promise((resolve) => setTimeout(resolve, 50));
  left = await openSockets();
}
const closed = once(child, "exit");
child.disconnect();
await closed;
await new Promise((resolve) => setImmediate(resolve));
const resources = process.getActiveResourcesInfo().filter((name) => /TCP|TLS|Timeout/.test(name));

/** The middle one of what was seen in a part of the run. */
function during(from: number, to: number, member: "rss" | "heap" | "handles"): number {
  const seen = samples.slice(from * samples.length, Math.ceil(to * samples.length)).map((one) => one[member]);
  return seen.toSorted((a, b) => a - b)[Math.floor(seen.length / 2)] ?? 0;
}
const third = (member: "rss" | "heap" | "handles") => during(0.25, 0.42, member);
const end = (member: "rss" | "heap" | "handles") => during(0.83, 1, member);

const met = [...count.met.values()].reduce((sum, one) => sum + one, 0);
const rows: (readonly [string, string | number])[] = [
  ["seconds", took.toFixed(1)],
  ["requests", count.calls],
  ["answers", count.answers],
  ["errors", count.errors],
  ["faults", `${met} (${((met / count.calls) * 100).toFixed(1)} %)`],
  ...Object.keys(faults).map((name) => [`  ${name}`, count.met.get(name) ?? 0] as const),
  ["lost answers", count.lost],
  ["wrong answers or errors", count.wrong],
  ["sockets left", left],
  ["timers and handles left", resources.length],
  ["RSS, a third in", `${third("rss").toFixed(0)} MiB`],
  ["RSS, at the end", `${end("rss").toFixed(0)} MiB`],
  ["heap, a third in", `${third("heap").toFixed(1)} MiB`],
  ["heap, at the end", `${end("heap").toFixed(1)} MiB`],
  ["handles, a third in", third("handles")],
  ["handles, at the end", end("handles")],
];
for (const [name, value] of rows) console.log(`${name.padEnd(36)} ${String(value).padStart(14)}`);
for (const complaint of [...complaints].slice(0, 20)) console.error(complaint);

const failures = [
  count.lost > 0 && "answers were lost",
  count.wrong > 0 && "answers or errors were wrong",
  left + resources.length > 0 && "something is left",
  end("handles") > third("handles") * 1.2 + 20 && "handles grow",
  // Before a minute is over, the runtime itself has not settled.
  seconds >= 120 && end("rss") > third("rss") * 1.15 && "memory grows",
].filter((failure) => failure !== false);
console.log(failures.length ? `failed: ${failures.join(", ")}` : "passed");
process.exitCode = failures.length ? 1 : 0;
