import { getEventListeners } from "node:events";
import { gzipSync } from "node:zlib";
import { createClient, HttpError, type Adapter, type Client, type ErrorCode } from "@posthaste/core";
import { downloadProgress } from "@posthaste/core/progress";
import { decompress } from "@posthaste/decompress";
import { retry } from "@posthaste/retry";
import { mockAdapter, type MockAdapter, type MockOption, type Reply } from "@posthaste/adapter-mock";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

let mock: MockAdapter;
let client: Client<MockOption>;
beforeEach(() => {
  mock = mockAdapter();
  client = createClient({ adapter: mock, defaults: { baseUrl: "https://api.test" } });
});
afterEach(() => {
  vi.useRealTimers();
});

async function* pieces(...texts: string[]): AsyncGenerator<string> {
  yield* texts;
}

describe("a reply", () => {
  test.each<[string, Reply, object, string]>([
    ["a status", 404, { status: 404, headers: [["Content-Length", "0"]] }, ""],
    ["nothing", {}, { status: 200, reason: "", headers: [["Content-Length", "0"]] }, ""],
    ["a reason", { status: 418, reason: "Teapot" }, { status: 418, reason: "Teapot" }, ""],
    [
      "text",
      { body: "hé" },
      {
        headers: [
          ["Content-Type", "text/plain;charset=UTF-8"],
          ["Content-Length", "3"],
        ],
      },
      "hé",
    ],
    [
      "JSON",
      { json: { a: 1 } },
      {
        headers: [
          ["Content-Type", "application/json"],
          ["Content-Length", "7"],
        ],
      },
      '{"a":1}',
    ],
    ["null as JSON", { json: null }, { status: 200 }, "null"],
    ["bytes", { body: new TextEncoder().encode("bytes") }, { headers: [["Content-Length", "5"]] }, "bytes"],
    [
      "a Blob",
      { body: new Blob(["blob"], { type: "text/x" }) },
      {
        headers: [
          ["Content-Type", "text/x"],
          ["Content-Length", "4"],
        ],
      },
      "blob",
    ],
    ["a stream", { body: new Blob(["stream"]).stream() }, { headers: [] }, "stream"],
    ["chunks", { body: pieces("a", "b") }, { headers: [] }, "ab"],
    [
      "headers as given",
      {
        headers: [
          ["x-a", "1"],
          ["X-A", "2"],
          ["content-type", "a/b"],
          ["content-length", "1"],
        ],
        body: "x",
      },
      {
        headers: [
          ["x-a", "1"],
          ["X-A", "2"],
          ["content-type", "a/b"],
          ["content-length", "1"],
        ],
      },
      "x",
    ],
    [
      "a redirect as it is",
      { status: 302, headers: { Location: "/b" } },
      { status: 302, url: "https://api.test/a" },
      "",
    ],
    ["no content", 204, { status: 204, headers: [] }, ""],
  ])("%s", async (_, reply, wanted, text) => {
    mock.get("/a").reply(reply);
    const response = await client.get("/a");
    const { status, reason, url, headers } = response;
    expect({ status, reason, url, headers: [...headers] }).toMatchObject(wanted);
    expect(await response.text()).toBe(text);
    await expect(response.text()).rejects.toMatchObject({ code: "ERR_BODY_CONSUMED" });
  });

  test.each([0, 101, 199, 200.5, 1000, Number.NaN])("of status %d is refused", (status) => {
    expect(() => mock.get("/").reply(status)).toThrow(expect.objectContaining({ code: "ERR_OPTION" }));
  });

  test.each<Reply>([
    { status: 204, body: "x" },
    { status: 304, json: 1 },
    { body: "x", json: 1 },
    { delay: -1 },
    { delay: { chunk: Number.NaN } },
  ])("%j makes no sense", async (reply) => {
    expect(() => mock.get("/").replyOnce(reply)).toThrow(expect.objectContaining({ code: "ERR_OPTION" }));
    mock.get("/a").reply(() => reply);
    await expect(client.get("/a")).rejects.toMatchObject({ code: "ERR_OPTION" });
  });

  test("to HEAD has no content", async () => {
    mock.head("/a").reply({ body: "text" });
    const response = await client.head("/a");
    expect([response.headers.get("content-length"), await response.text()]).toEqual(["4", ""]);
  });

  test("from a function sees the call", async () => {
    mock.post("/:id").reply(async (call) => ({
      status: 201,
      json: {
        ...call.params,
        method: call.method,
        search: call.url.search,
        type: call.headers.get("content-type"),
        sent: call.json(),
      },
    }));
    const response = await client.post("/7?a=1#b", { json: { x: [1] } });
    expect(await response.json()).toEqual({
      id: "7",
      method: "POST",
      search: "?a=1",
      type: "application/json",
      sent: { x: [1] },
    });
  });

  test("what a function throws is what the call rejects with", async () => {
    const error = new Error("mine");
    mock.get("/a").reply(() => {
      throw error;
    });
    await expect(client.get("/a")).rejects.toBe(error);
  });

  test("a stream is good for one reply, and told so afterwards", async () => {
    mock.get("/a").reply({ body: new Blob(["stream"]).stream() });
    expect(await (await client.get("/a")).text()).toBe("stream");
    await expect((await client.get("/a")).text()).rejects.toMatchObject({ code: "ERR_BODY_CONSUMED" });
  });

  test("encoded content is left to plugins", async () => {
    mock.get("/a").reply({ body: gzipSync("text"), headers: { "Content-Encoding": "gzip" } });
    const client = createClient({ adapter: mock, plugins: [decompress(), downloadProgress()] });
    expect(await (await client.get("http://a.test/a")).text()).toBe("text");
  });

  test("a discarded or left body cancels its stream", async () => {
    const cancel = vi.fn<() => void>();
    const stream = () =>
      new ReadableStream<Uint8Array>({ pull: (controller) => controller.enqueue(new Uint8Array(1)), cancel });
    mock.get("/a").reply(() => ({ body: stream() }));
    const unread = await client.get("/a");
    await unread.discard();
    await unread.discard();
    expect(cancel).toHaveBeenCalledTimes(1);
    await expect(unread.bytes()).rejects.toMatchObject({ code: "ERR_BODY_CONSUMED" });
    for await (const _ of (await client.get("/a")).body) break;
    expect(cancel).toHaveBeenCalledTimes(2);
  });
});

describe("a failure", () => {
  test.each<[ErrorCode, string]>([
    ["ERR_CONNECT", "connect"],
    ["ERR_TLS", "connect"],
    ["ERR_TIMEOUT_CONNECT", "connect"],
    ["ERR_RESET", "headers"],
    ["ERR_TIMEOUT_READ", "headers"],
    ["ERR_URL", "prepare"],
  ])("%s", async (code, phase) => {
    mock.get("/a").reply({ error: code });
    const error = await client.get("/a?secret").catch((error: unknown) => error);
    expect(error).toBeInstanceOf(HttpError);
    expect(error).toMatchObject({ code, phase, message: `GET https://api.test/a: the mock's reply (${code})` });
    expect((error as HttpError).request?.url).toBe("https://api.test/a?secret");
  });

  test("of any other kind", async () => {
    const error = new TypeError("mine");
    mock.get("/a").reply({ error });
    await expect(client.get("/a")).rejects.toBe(error);
  });

  test("of the body comes after its content", async () => {
    mock
      .get("/a")
      .replyOnce({ body: pieces("a", "b"), bodyError: "ERR_BODY_TRUNCATED" })
      .replyOnce({ bodyError: new Error("mine") });
    const response = await client.get("/a");
    const read: string[] = [];
    const reading = async () => {
      for await (const chunk of response.body) read.push(new TextDecoder().decode(chunk));
    };
    await expect(reading()).rejects.toMatchObject({ code: "ERR_BODY_TRUNCATED", phase: "body" });
    expect(read).toEqual(["a", "b"]);
    await expect((await client.get("/a")).text()).rejects.toThrow("mine");
  });

  test("is retried as a real one", async () => {
    mock.get("/a").replyOnce({ error: "ERR_RESET" }).replyOnce(503).reply({ body: "at last" });
    const client = createClient({ adapter: mock, plugins: [retry()] });
    vi.useFakeTimers();
    const call = client.get("https://api.test/a");
    await vi.runAllTimersAsync();
    expect(await (await call).text()).toBe("at last");
    mock.assertCalled("/a", 3);
  });
});

describe("delays, timeouts and aborts", () => {
  const codeOf = (promise: Promise<unknown>) =>
    promise.then(
      () => "none",
      (error: HttpError) => `${error.code} in ${error.phase}`,
    );

  test.each<[string, Reply, MockOption["timeout"], string]>([
    ["no limit", { delay: 10_000 }, {}, "none"],
    ["head within the limit", { delay: 99 }, { read: 100 }, "none"],
    ["head too late", { delay: 101 }, { read: 100 }, "ERR_TIMEOUT_READ in headers"],
    ["head never", { delay: Infinity }, { read: 100 }, "ERR_TIMEOUT_READ in headers"],
    ["connection too late", { delay: { connect: 101 } }, { connect: 100 }, "ERR_TIMEOUT_CONNECT in connect"],
    [
      "connection and head within their limits",
      { delay: { connect: 90, head: 90 } },
      { connect: 100, read: 100 },
      "none",
    ],
    ["chunks within the limit", { body: ["a", "b", "c"], delay: { chunk: 90 } }, { read: 100 }, "none"],
    ["chunks too late", { body: ["a"], delay: { chunk: 101 } }, { read: 100 }, "ERR_TIMEOUT_READ in body"],
    ["late failure", { error: "ERR_RESET", delay: 50 }, { read: 100 }, "ERR_RESET in headers"],
    ["failure too late", { error: "ERR_RESET", delay: 101 }, { read: 100 }, "ERR_TIMEOUT_READ in headers"],
  ])("%s", async (_, reply, timeout, wanted) => {
    vi.useFakeTimers();
    mock.get("/a").reply(reply);
    const result = codeOf(client.get("/a", { timeout: timeout! }).then((response) => response.bytes()));
    await vi.runAllTimersAsync();
    expect(await result).toBe(wanted);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("a function's and a stream's silence count", async () => {
    vi.useFakeTimers();
    mock = mockAdapter({ timeout: { read: 100 } });
    client = createClient({ adapter: mock, defaults: { baseUrl: "https://api.test" } });
    const never = () => new Promise<never>(() => {});
    const cancel = vi.fn<() => void>();
    mock.get("/a").reply(never);
    mock.get("/b").reply(() => ({ body: new ReadableStream({ pull: never, cancel }) }));
    const results = ["/a", "/b"].map((path) => codeOf(client.get(path).then((response) => response.bytes())));
    await vi.advanceTimersByTimeAsync(100);
    expect(await Promise.all(results)).toEqual(["ERR_TIMEOUT_READ in headers", "ERR_TIMEOUT_READ in body"]);
    expect(vi.getTimerCount()).toBe(0);
    // The call's own goes before the adapter's.
    const patient = codeOf(client.get("/a", { timeout: { read: 200 } }));
    await vi.advanceTimersByTimeAsync(199);
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(await patient).toBe("ERR_TIMEOUT_READ in headers");
  });

  test.each([0, -1, Number.NaN])("a timeout of %d is refused", async (read) => {
    mock.get("/a").reply(200);
    await expect(client.get("/a", { timeout: { read } })).rejects.toMatchObject({ code: "ERR_OPTION" });
  });

  test("an abort ends each phase with its reason, and leaves no listener and no timer", async () => {
    vi.useFakeTimers();
    const reason = new Error("enough");
    const stopped = vi.fn<() => void>();
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) {
          yield new Uint8Array(1);
          await new Promise((resolve) => setTimeout(resolve, 1000));
        }
      } finally {
        stopped();
      }
    }
    mock.get("/connect").reply({ delay: { connect: 1000 } });
    mock.get("/head").reply({ delay: Infinity });
    mock.get("/function").reply(() => new Promise<never>(() => {}));
    mock.get("/body").reply({ delay: { chunk: 1000 }, body: "x" });
    mock.on({ method: "POST", url: "/upload" }).reply(200);
    const phases = {
      before: (signal: AbortSignal) => client.get("/head", { signal }),
      connect: (signal: AbortSignal) => client.get("/connect", { signal }),
      head: (signal: AbortSignal) => client.get("/head", { signal }),
      function: (signal: AbortSignal) => client.get("/function", { signal }),
      body: async (signal: AbortSignal) => (await client.get("/body", { signal })).bytes(),
      upload: (signal: AbortSignal) => client.post("/upload", { signal, body: endless() }),
    };
    for (const [phase, run] of Object.entries(phases)) {
      const controller = new AbortController();
      if (phase === "before") controller.abort(reason);
      const result = run(controller.signal).catch((error: unknown) => error);
      await vi.advanceTimersByTimeAsync(10);
      if (phase !== "before") expect(getEventListeners(controller.signal, "abort").length, phase).toBe(1);
      controller.abort(reason);
      expect(await result, phase).toBe(reason);
      expect(getEventListeners(controller.signal, "abort").length, phase).toBe(0);
    }
    await vi.advanceTimersByTimeAsync(1000);
    expect(stopped).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("nothing is left on a signal after success, and between chunks", async () => {
    const { signal } = new AbortController();
    mock.get("/a").reply({ body: ["a", "b"] });
    const response = await client.get("/a", { signal, timeout: { read: 1000 } });
    expect(getEventListeners(signal, "abort").length).toBe(0);
    expect(await response.text()).toBe("ab");
    expect(getEventListeners(signal, "abort").length).toBe(0);
  });

  test("close() ends what is under way, and what comes later", async () => {
    mock
      .get("/a")
      .replyOnce({ delay: Infinity })
      .reply({ body: ["a", "b"] });
    const waiting = client.get("/a");
    const response = await client.get("/a");
    const chunks = response.body[Symbol.asyncIterator]();
    await chunks.next();
    await client.close();
    await client.close();
    await expect(waiting).rejects.toMatchObject({ code: "ERR_CLOSED" });
    await expect(chunks.next()).rejects.toMatchObject({ code: "ERR_CLOSED" });
    await expect(client.get("/a")).rejects.toMatchObject({ code: "ERR_CLOSED" });
  });
});

describe("a request's content", () => {
  test("is read whatever it is, and one-shot ones once", async () => {
    mock.post("/a").reply(({ bytes }) => ({ body: bytes!.slice() }));
    const text = (body: Parameters<typeof client.post>[1]) =>
      client.post("/a", body).then((response) => response.text());
    expect(await text({ body: "text" })).toBe("text");
    expect(await text({})).toBe("");
    expect(await text({ body: new URLSearchParams({ a: "b c" }) })).toBe("a=b+c");
    expect(await text({ body: new Blob(["blob"]) })).toBe("blob");
    const once = pieces("one", "shot");
    expect(await text({ body: once })).toBe("oneshot");
    await expect(text({ body: once })).rejects.toMatchObject({ code: "ERR_BODY_CONSUMED" });
    expect(mock.calls[2]!.headers.get("content-type")).toBe("application/x-www-form-urlencoded;charset=UTF-8");
  });

  test("that is wrong is refused, and its own error comes as it is", async () => {
    mock.post("/a").reply(200);
    const source = (length: number | undefined, ...chunks: unknown[]) => ({
      replayable: true,
      length,
      async *open() {
        for (const chunk of chunks) yield chunk as Uint8Array;
      },
    });
    await expect(client.post("/a", { body: source(3, new Uint8Array(2)) })).rejects.toMatchObject({ code: "ERR_BODY" });
    await expect(client.post("/a", { body: source(undefined, 7) })).rejects.toMatchObject({ code: "ERR_BODY" });
    await expect(client.post("/a", { body: 7 as never })).rejects.toMatchObject({ code: "ERR_BODY" });
    const error = new Error("mine");
    // oxlint-disable-next-line eslint/require-yield -- it fails before
    const failing = async function* () {
      throw error;
    };
    await expect(client.post("/a", { body: failing() as AsyncGenerator<Uint8Array> })).rejects.toBe(error);
  });
});

test("it says what it can, and takes the options of what it stands in for", async () => {
  expect(Object.values(mock.can).every(Boolean)).toBe(true);
  expect(mockAdapter({ can: { proxy: false } }).can).toMatchObject({ proxy: false, tls: true });
  const inner: Adapter<{ credentials?: string }> = {
    name: "inner",
    can: { ...mock.can, tls: false },
    options: ["credentials"],
    send: (request) => mock.send(request),
  };
  const outer = mockAdapter({ fallback: inner, can: { proxy: false } });
  expect(outer.can).toMatchObject({ proxy: false, tls: false, headerCase: true });
  expect(outer.options).toEqual(["connection", "timeout", "credentials"]);
  // What an adapter leaves out, it cannot.
  const bare = { ...inner, can: {} };
  expect(mockAdapter({ fallback: bare, can: { tls: true } }).can).toEqual({ tls: true });
  const named = mockAdapter<{ withCredentials?: boolean }>({ options: ["withCredentials"] });
  named.get("/a").reply(({ request }) => ({ json: request.options }));
  const client = createClient({ adapter: named });
  const connection = { proxy: { url: "http://proxy.test" } };
  const response = await client.get("http://a.test/a", { withCredentials: true, connection });
  expect(await response.json()).toEqual({ withCredentials: true, connection });
});
