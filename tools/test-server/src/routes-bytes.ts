import { randomInt } from "node:crypto";
import { setInterval, setTimeout as sleep } from "node:timers/promises";
import { describe } from "./describe.ts";
import type { Exchange } from "./exchange.ts";
import { json, sorted, text } from "./exchange.ts";
import { rangeAnswer } from "./range.ts";
import type { Route } from "./router.ts";
import { ANY, route } from "./router.ts";

/** The most bytes that a route makes. httpbin stops at 100 KiB, too little to measure a download. */
const MOST = 100 * 1024 * 1024;

const numberOr = (value: string | null, fallback: number): number => {
  const number = Number(value ?? fallback);
  if (!Number.isFinite(number)) throw new SyntaxError(`Not a number: ${value}`);
  return number;
};
const seedOf = ({ query }: Exchange): number => numberOr(query.get("seed"), randomInt(2 ** 32));

/** Pseudorandom bytes in pieces; the same seed gives the same bytes however they are cut. */
function* randomPieces(seed: number, total: number, size: number): Generator<Buffer> {
  let state = seed | 0;
  for (let left = total; left > 0; left -= size) {
    const piece = Buffer.allocUnsafe(Math.min(size, left));
    for (let index = 0; index < piece.length; index++) {
      // mulberry32
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      piece[index] = (mixed ^ (mixed >>> 14)) & 0xff;
    }
    yield piece;
  }
}

async function* lines(description: object, count: number): AsyncGenerator<Buffer> {
  for (let id = 0; id < count; id++) yield Buffer.from(`${JSON.stringify(sorted({ ...description, id }))}\n`);
}

async function* asynchronously(pieces: Iterable<Buffer>): AsyncGenerator<Buffer> {
  yield* pieces;
}

/** The first byte at once, the others spread over the time: one by one, or more if that is too fast for a timer. */
async function* drip(bytes: number, seconds: number, signal: AbortSignal): AsyncGenerator<Buffer> {
  const steps = Math.max(1, Math.min(bytes, Math.floor(seconds * 500)));
  const piece = (step: number): Buffer =>
    Buffer.alloc(Math.floor((bytes * step) / steps) - Math.floor((bytes * (step - 1)) / steps), "*");
  yield piece(1);
  if (steps === 1) return;
  let step = 1;
  for await (const _ of setInterval((seconds * 1000) / steps, undefined, { signal })) {
    yield piece(++step);
    if (step === steps) return;
  }
}

/** Routes that answer with an amount of bytes, or after a time. */
export const bytesRoutes: readonly Route[] = [
  route("GET", "/bytes/<int:n>", (exchange, { n }) => {
    const size = Math.min(n, MOST);
    const [body = Buffer.alloc(0)] = randomPieces(seedOf(exchange), size, size);
    return text("application/octet-stream", body);
  }),
  route("GET", "/stream-bytes/<int:n>", (exchange, { n }) => {
    const size = Math.max(1, Math.trunc(numberOr(exchange.query.get("chunk_size"), 10 * 1024)));
    return {
      headers: [["Content-Type", "application/octet-stream"]],
      body: asynchronously(randomPieces(seedOf(exchange), Math.min(n, MOST), size)),
    };
  }),
  route("GET", "/stream/<int:n>", (exchange, { n }) => ({
    headers: [["Content-Type", "application/json"]],
    body: lines(describe(exchange, ["args", "headers", "origin", "url"]), Math.min(n, 100)),
  })),
  route("GET", "/drip", async ({ query, signal }) => {
    const bytes = Math.min(Math.trunc(numberOr(query.get("numbytes"), 10)), 10 * 1024 * 1024);
    if (bytes <= 0) return text("text/plain", "number of bytes must be positive", 400);
    const status = numberOr(query.get("code"), 200);
    if (!(status >= 200 && status <= 999)) return text("text/plain", "no such status code", 400);
    const delay = numberOr(query.get("delay"), 0);
    if (delay > 0) await sleep(delay * 1000, undefined, { signal });
    return {
      status: Math.trunc(status),
      headers: [
        ["Content-Type", "application/octet-stream"],
        ["Content-Length", String(bytes)],
      ],
      body: drip(bytes, numberOr(query.get("duration"), 2), signal),
    };
  }),
  route(ANY, "/delay/<seconds>", async (exchange, { seconds }) => {
    const delay = Math.min(Math.max(numberOr(seconds, 0), 0), 10);
    await sleep(delay * 1000, undefined, { signal: exchange.signal });
    return json(describe(exchange, ["args", "data", "files", "form", "headers", "origin", "url"]));
  }),
  route("GET", "/range/<int:n>", ({ headers }, { n }) => {
    if (n < 1 || n > MOST) return text("text/plain", `number of bytes must be in the range (0, ${MOST}]`, 404);
    return rangeAnswer(Buffer.alloc(n, "abcdefghijklmnopqrstuvwxyz"), `"range${n}"`, headers);
  }),
];
