import { getEventListeners } from "node:events";
import { createClient } from "@posthaste/core";
import type { Body, Client, HttpError } from "@posthaste/core";
import { toBody } from "@posthaste/core/body";
import { totalTimeout } from "@posthaste/core/timeout";
import { startTestServer } from "@posthaste/test-server";
import { rejection } from "@posthaste/test-server/promises";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { fetchAdapter } from "../src/timeout.ts";
import type { ReadTimeoutOption } from "../src/timeout.ts";

const read = 1000;
const url = "https://app.test/a?token=secret";

/** A client of an app without a network. */
const clientOf = (fetch: (request: Request) => Response | Promise<Response>): Client<ReadTimeoutOption> =>
  createClient({ adapter: fetchAdapter({ fetch, timeout: { read } }) });

/** An app that does not answer, until the caller has enough. */
const silent = ({ signal }: Request): Promise<Response> =>
  new Promise((_, reject) => {
    const leave = () => reject(new Error("gone"));
    if (signal.aborted) leave();
    else signal.addEventListener("abort", leave);
  });

const failure = rejection<HttpError>;

// Time passes where a test says so, and what is no timer goes on as ever.
beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

/** Lets so many milliseconds pass, and all that waits for no timer go on before. */
async function pass(milliseconds: number): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  vi.advanceTimersByTime(milliseconds);
}

describe("silence", () => {
  test("before the head", async () => {
    const call = failure(clientOf(silent).get(url));
    await pass(read);
    expect(await call).toMatchObject({
      code: "ERR_TIMEOUT_READ",
      phase: "headers",
      message: `GET https://app.test/a: silence for ${read} ms (ERR_TIMEOUT_READ)`,
    });
  });

  test("between chunks, and only while one is asked for", async () => {
    const cancelled = vi.fn<() => void>();
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    writer.closed.catch(cancelled);
    const response = await clientOf(() => new Response(readable)).get(url);
    await pass(10 * read);
    const chunks = response.body[Symbol.asyncIterator]();
    for (let time = 0; time < 3; time++) {
      const next = chunks.next();
      await pass(read - 1);
      void writer.write(new Uint8Array([time]));
      expect((await next).value).toEqual(new Uint8Array([time]));
      await pass(10 * read);
    }
    const last = failure(chunks.next());
    await pass(read);
    expect(await last).toMatchObject({ code: "ERR_TIMEOUT_READ", phase: "body" });
    expect(cancelled).toHaveBeenCalledOnce();
  });

  test("while a platform takes no more of a content, but not while that is made", async () => {
    let made = 0;
    const { promise: taken, resolve: take } = Promise.withResolvers<void>();
    const left = vi.fn<() => void>();
    const body = async function* () {
      try {
        for (; ; made++) {
          vi.advanceTimersByTime(10 * read);
          yield "a";
        }
      } finally {
        left();
      }
    };
    const client = clientOf(async (request) => {
      const reader = request.body!.getReader();
      for (let time = 0; time < 3; time++) await reader.read();
      take();
      return silent(request);
    });
    const call = failure(client.post(url, { body: body() }));
    await taken;
    await pass(read);
    expect(await call).toMatchObject({ code: "ERR_TIMEOUT_READ", phase: "headers" });
    expect(made).toBeGreaterThanOrEqual(2);
    await vi.waitFor(() => expect(left).toHaveBeenCalledOnce());
  });

  test("does not count for a content that still goes out when the response is there", async () => {
    const { promise: enough, resolve: stop } = Promise.withResolvers<void>();
    const body = async function* () {
      yield "a";
      await enough;
      yield "b";
    };
    let rest: Promise<string> | undefined;
    const client = clientOf(async (request) => {
      const reader = request.body!.getReader();
      await reader.read();
      rest = enough.then(async () => new TextDecoder().decode((await reader.read()).value));
      return new Response("early");
    });
    const response = await client.post(url, { body: body() });
    stop();
    expect(await rest).toBe("b");
    await pass(10 * read);
    expect(await response.text()).toBe("early");
  });
});

test("contents of each kind arrive, and what can be sent again can", async () => {
  const client = clientOf(async (request) =>
    Response.json([await request.text(), request.headers.get("content-type")]),
  );
  class Own implements Body {
    get length() {
      return 3;
    }
    get replayable() {
      return true;
    }
    get contentType() {
      return "text/own";
    }
    async *open() {
      yield new TextEncoder().encode("abc");
    }
  }
  const kinds = {
    text: "abc",
    bytes: new TextEncoder().encode("abc"),
    clamped: new Uint8ClampedArray([97, 98, 99]),
    blob: new Blob(["abc"], { type: "text/own" }),
    pieces: ["a", "bc"],
    body: toBody("abc"),
    own: new Own(),
  };
  for (const [kind, body] of Object.entries(kinds)) {
    for (let time = 0; time < 2; time++) {
      const [text, type] = await (await client.post(url, { body })).json<[string, string]>();
      expect(text, kind).toBe("abc");
      if (/blob|own/.test(kind)) expect(type).toBe("text/own");
    }
  }
  const generator = (function* () {
    yield "abc";
  })();
  await (await client.post(url, { body: generator })).discard();
  expect(await failure(client.post(url, { body: generator }))).toMatchObject({ code: "ERR_BODY_CONSUMED" });
});

test("a call's budget comes before the adapter's, and must be above 0", async () => {
  const client = clientOf(silent);
  const call = failure(client.get(url, { timeout: { read: 5 } }));
  await pass(5);
  expect(await call).toMatchObject({ code: "ERR_TIMEOUT_READ", message: expect.stringContaining("5 ms") });
  for (const none of [0, -1, Number.NaN]) {
    expect(await failure(client.get(url, { timeout: { read: none } }))).toMatchObject({ code: "ERR_OPTION" });
  }
  const long = clientOf(() => new Response("in time"));
  for (const budget of [Infinity, 2 ** 31, 2 ** 40]) {
    expect(await (await long.get(url, { timeout: { read: budget } })).text()).toBe("in time");
  }
});

test("the budget of the whole call is the plugin's", async () => {
  const client = createClient({
    adapter: fetchAdapter({ fetch: silent, timeout: { read } }),
    plugins: [totalTimeout()],
  });
  const call = failure(client.get(url, { timeout: { total: 10 } }));
  await pass(10);
  expect(await call).toMatchObject({ code: "ERR_TIMEOUT_TOTAL" });
});

test("a caller's signal ends the call with its reason, and has no listener left, however calls end", async () => {
  vi.useRealTimers();
  await using server = await startTestServer();
  const client = createClient({
    adapter: fetchAdapter({ timeout: { read: 60_000 } }),
    defaults: { baseUrl: server.url },
  });
  const controller = new AbortController();
  const { signal } = controller;
  const ways = [
    async () => (await client.get("/get", { signal })).bytes(),
    async () => (await client.get("/bytes/200000", { signal })).discard(),
    async () => client.head("/get", { signal }),
    async () => client.get("/status/204", { signal }),
    async () => failure(client.get("http://127.0.0.1:1/", { signal })),
    async () => failure(client.request("/", { signal, method: "TRACE" })),
    async () => {
      for await (const chunk of (await client.get("/bytes/200000", { signal })).body) if (chunk) break;
    },
  ];
  await Promise.all(ways.map((way) => way()));
  expect(getEventListeners(signal, "abort")).toHaveLength(0);
  const response = await client.get("/drip?duration=60&numbytes=60", { signal });
  const reading = failure(response.bytes());
  controller.abort("enough");
  expect(await reading).toBe("enough");
  expect(await failure(client.get("/get", { signal }))).toBe("enough");
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});
