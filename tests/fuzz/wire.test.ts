import { getEventListeners } from "node:events";
import type { Socket } from "node:net";
import { inspect } from "node:util";
import { nodeAdapter } from "@posthaste/adapter-node";
import { undiciAdapter } from "@posthaste/adapter-undici";
import requests, { exceptions, type Response } from "@posthaste/compat-requests";
import { cookies } from "@posthaste/cookies";
import { toughJar } from "@posthaste/cookies/tough";
import { createClient, HttpError, type ErrorCode } from "@posthaste/core";
import { decompress } from "@posthaste/decompress";
import { startRawServer, type RawServer } from "@posthaste/test-server";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { deliveries, type Delivery } from "./responses.ts";
import { inParallel, parameters, timeout } from "./runs.ts";

vi.setConfig({ testTimeout: timeout });

/*
 * A server answers the first of two requests with the bytes of a case, and the second one well. Whatever those bytes are, the
 * first call settles with a response or with one of the errors that can be there, and the second gets its own answer.
 */

const lanes = 32;
/** Milliseconds of silence that the first call waits for where something may be missing; what comes, comes at once. */
const silence = 100;
/** Milliseconds after which a call does not settle any more; a machine may be busy. */
const patience = 15_000;
const secret = "SECRET-7c1d";

/** What a broken answer may be called. */
const codes: ReadonlySet<ErrorCode> = new Set([
  "ERR_RESET",
  "ERR_PROTOCOL",
  "ERR_LIMIT",
  "ERR_BODY_TRUNCATED",
  "ERR_TIMEOUT_READ",
  "ERR_DECODE",
]);
const classes = [
  exceptions.ConnectionError,
  exceptions.ChunkedEncodingError,
  exceptions.ContentDecodingError,
  exceptions.ReadTimeout,
  exceptions.InvalidHeader,
];

type Reading = "whole" | "pieces" | "first piece" | "nothing";

interface Case {
  readonly delivery: Delivery;
  readonly by: keyof typeof callers;
  readonly method: "GET" | "HEAD" | "POST";
  readonly reading: Reading;
}

const caseOf: fc.Arbitrary<Case> = fc.record({
  delivery: deliveries,
  by: fc.constantFrom("undici", "node", "compat-requests"),
  method: fc.constantFrom("GET", "GET", "GET", "POST", "HEAD"),
  reading: fc.constantFrom("whole", "whole", "pieces", "first piece", "nothing"),
});

/** What came of the first call; the content only where it was read to its end. */
interface Outcome {
  readonly status: number;
  readonly reason: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly content: Uint8Array | undefined;
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A server whose first answer is set for each case. */
class Lane {
  server!: RawServer;
  delivery!: Delivery;
  sent!: PromiseWithResolvers<void>;

  async start(): Promise<void> {
    this.server = await startRawServer(async (socket, { target }) => {
      if (target.startsWith("/second")) {
        socket.write("HTTP/1.1 200 OK\r\nX-Answer: second\r\nContent-Length: 6\r\n\r\nsecond");
        return;
      }
      try {
        await this.#answer(socket);
      } finally {
        this.sent.resolve();
      }
    });
  }

  async #answer(socket: Socket): Promise<void> {
    const { pieces, after } = this.delivery;
    socket.setNoDelay(true);
    for (const piece of pieces) {
      if (socket.destroyed) return;
      await new Promise((resolve) => socket.write(piece, resolve));
      await turn();
    }
    if (after === "fin") socket.end();
    else if (after === "reset") socket.resetAndDestroy();
  }
}

const all = Array.from({ length: lanes }, () => new Lane());
beforeAll(() => Promise.all(all.map((lane) => lane.start())));
afterAll(() => Promise.all(all.map(({ server }) => server.close())));

async function inTime<T>(what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not settled: ${what}`)), patience);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function take(source: AsyncIterable<Uint8Array>, reading: Reading): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) {
    if (reading === "first piece") return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The two ways to make the calls. */
interface Caller extends AsyncDisposable {
  first(url: string, one: Case, signal: AbortSignal): Promise<Outcome>;
  second(url: string): Promise<string>;
}

function core(adapter: typeof undiciAdapter | typeof nodeAdapter): Caller {
  const client = createClient({
    adapter: adapter({ timeout: { connect: patience, read: patience } }),
    plugins: [decompress(), cookies({ jar: toughJar() })],
  });
  return {
    async first(url, { delivery, method, reading }, signal) {
      const withUser = url.replace("//", `//user:${secret}@`);
      const response = await client.request(`${withUser}?token=${secret}`, {
        method,
        headers: { Authorization: secret },
        signal,
        timeout: { read: delivery.isMutated ? silence : patience },
        ...(method === "POST" && { body: "content" }),
      });
      const { status, reason, headers } = response;
      let content: Uint8Array | undefined;
      if (reading === "nothing") await response.discard();
      else content = reading === "whole" ? await response.bytes() : await take(response.body, reading);
      return { status, reason, headers, content };
    },
    async second(url) {
      const response = await client.get(url);
      return `${response.status} ${response.headers.get("x-answer")} ${await response.text()}`;
    },
    [Symbol.asyncDispose]: () => client.close(),
  };
}

function facade(): Caller {
  const session = new requests.Session();
  session.trust_env = false;
  const outcome = ({ status_code, reason, raw }: Response, content: Uint8Array | undefined): Outcome => ({
    status: status_code,
    reason: reason as string,
    headers: (raw as { headers: { iteritems(): [string, string][] } }).headers.iteritems(),
    content,
  });
  return {
    async first(url, { delivery, method, reading }, signal) {
      const r = await session.request(method, url.replace("//", `//user:${secret}@`), {
        stream: reading !== "whole",
        allow_redirects: false,
        timeout: [patience / 1000, (delivery.isMutated ? silence : patience) / 1000],
        signal,
        ...(method === "POST" && { data: "content" }),
      });
      if (reading === "whole") return outcome(r, r.content);
      if (reading === "nothing") {
        await r.close();
        return outcome(r, undefined);
      }
      try {
        return outcome(r, await take(r.iter_content(null), reading));
      } finally {
        await r.close();
      }
    },
    async second(url) {
      const r = await session.get(url);
      return `${r.status_code} ${r.headers.get("x-answer")} ${r.text}`;
    },
    [Symbol.asyncDispose]: () => session.close(),
  };
}

const callers = { undici: () => core(undiciAdapter), node: () => core(nodeAdapter), "compat-requests": facade };

function checkError(error: unknown, { by }: Case): void {
  if (by === "compat-requests") {
    if (!classes.some((type) => error instanceof type)) throw error;
  } else if (!(error instanceof HttpError && codes.has(error.code))) throw error;
  const { message } = error as Error;
  for (const text of [message, String(error), JSON.stringify(error), inspect(error, { depth: 8 })]) {
    expect(text).not.toContain(secret);
  }
  expect(message).not.toMatch(/[\r\n]/);
}

/** What may not pass for a response, whoever sends it. */
function checkResponse({ status, reason, headers, content }: Outcome, { delivery, method }: Case): void {
  const { reply, isMutated, bytes } = delivery;
  const all = (wanted: string) => headers.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value);
  const lengths = all("content-length");
  const codings = all("transfer-encoding");
  expect(status).toBeGreaterThanOrEqual(200);
  for (const [name, value] of headers) {
    expect(name).toMatch(/^[\w!#$%&'*+.^`|~-]+$/);
    expect(value).not.toMatch(/[\0\r\n]/);
  }
  // RFC 9112 §6.3: with both lengths, or two that differ, nobody can say where the response ends.
  const bare = method === "HEAD" || status === 204 || status === 304;
  if (!bare) {
    expect(lengths.length > 0 && codings.length > 0).toBe(false);
    expect(new Set(lengths.join(",").split(/\s*,\s*/)).size).toBe(1);
    if (lengths.length) expect(lengths[0]).toMatch(/^\d+$/);
    // The content is a part of what was sent.
    if (content?.length && !all("content-encoding").length && lengths.length) {
      expect(content.length).toBe(Number(lengths[0]));
      expect(bytes.includes(Buffer.from(content))).toBe(true);
    }
  }
  if (isMutated) return;
  expect([status, reason]).toEqual([reply.status, reply.reason]);
  const framing = /^(?:content-length|transfer-encoding|connection)$/i;
  expect(headers.filter(([name]) => !framing.test(name)).map(([name, value]) => [name, value])).toEqual(reply.headers);
  if (content) expect(Buffer.from(content)).toEqual(method === "HEAD" ? Buffer.alloc(0) : reply.content);
}

const counted = { responses: 0, errors: 0 };

async function tryCase(one: Case, at: number): Promise<void> {
  const lane = all[at]!;
  const { server } = lane;
  const { delivery, method } = one;
  lane.delivery = delivery;
  lane.sent = Promise.withResolvers();
  const { signal } = new AbortController();
  const caller = callers[one.by]();
  try {
    let failure: unknown;
    const outcome = await inTime("the first call", caller.first(`${server.url}/first`, one, signal)).catch(
      (error: unknown) => void (failure = error),
    );
    if (outcome) {
      checkResponse(outcome, one);
      counted.responses++;
    } else {
      checkError(failure, one);
      counted.errors++;
      // A server may reset the connection before all of its response was read.
      const isWhole = method !== "HEAD" && delivery.after !== "reset" && !delivery.isMutated;
      if (isWhole) throw new Error("a valid response was refused", { cause: failure });
    }
    // What the server sent is there before the next request goes out, or nobody could tell it from an answer.
    await lane.sent.promise;
    await turn();
    await turn();
    expect(await inTime("the second call", caller.second(`${server.url}/second`))).toBe("200 second second");
  } finally {
    await inTime("close", Promise.resolve(caller[Symbol.asyncDispose]()));
  }
  await inTime("the sockets", server.idle());
  expect(getEventListeners(signal, "abort")).toEqual([]);
}

const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;

test("a first call settles, and the next gets its own answer, whatever bytes come", async () => {
  const before = timers();
  const tried = await inParallel(lanes, caseOf, tryCase);
  expect(tried).toBe(parameters().numRuns);
  expect(timers()).toBeLessThanOrEqual(before);
  // Both happen, or nothing is tested.
  expect(counted.responses).toBeGreaterThan(tried / 10);
  expect(counted.errors).toBeGreaterThan(tried / 10);
});

/** What a call behind a proxy may fail with, where the proxy is as broken as can be. */
const proxyCodes: ReadonlySet<ErrorCode> = new Set([
  "ERR_PROXY",
  "ERR_TLS",
  "ERR_CONNECT",
  "ERR_LIMIT",
  "ERR_TIMEOUT_CONNECT",
]);

test("nothing that a proxy answers to CONNECT passes for the answer of the server behind it", async () => {
  await inParallel(
    lanes,
    fc.record({ delivery: deliveries, by: fc.constantFrom("undici", "node", "compat-requests") }),
    async ({ delivery, by }, at) => {
      const lane = all[at]!;
      lane.delivery = delivery;
      lane.sent = Promise.withResolvers();
      const proxy = lane.server.url.replace("//", `//user:${secret}@`);
      let error: unknown;
      if (by === "compat-requests") {
        await using session = new requests.Session();
        session.trust_env = false;
        const timeout: [number, number] = [silence / 1000, silence / 1000];
        const call = session.get("https://a.test/", { proxies: { https: proxy }, timeout });
        error = await inTime(
          "the call",
          call.catch((reason: unknown) => reason),
        );
        // A silent handshake is a ReadTimeout, as in Python.
        if (!(error instanceof exceptions.ConnectionError || error instanceof exceptions.ReadTimeout))
          throw new Error("not refused", { cause: error });
      } else {
        const adapter = by === "node" ? nodeAdapter() : undiciAdapter();
        await using client = createClient({ adapter });
        const call = client.get("https://a.test/", {
          connection: { proxy: { url: proxy } },
          timeout: { connect: silence },
        });
        error = await inTime(
          "the call",
          call.catch((reason: unknown) => reason),
        );
        if (!(error instanceof HttpError && proxyCodes.has(error.code)))
          throw new Error("not refused", { cause: error });
      }
      for (const text of [String(error), JSON.stringify(error), inspect(error, { depth: 8 })]) {
        expect(text).not.toContain(secret);
        expect(text).not.toContain(btoa(`user:${secret}`));
      }
      await inTime("the sockets", lane.server.idle());
    },
    0.2,
  );
});
