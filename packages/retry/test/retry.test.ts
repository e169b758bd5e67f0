import { getEventListeners } from "node:events";
import { undiciAdapter } from "@posthaste/adapter-undici";
import { createClient, HttpError, type Plugin } from "@posthaste/core";
import { totalTimeout } from "@posthaste/core/timeout";
import { startRawServer, startTestServer, type RawReply } from "@posthaste/test-server";
import { freePort } from "@posthaste/test-server/program";
import { rejection } from "@posthaste/test-server/promises";
import { describe, expect, test } from "vitest";
import { attemptsOf, retry, type RetryAttempt, type RetryPluginOptions } from "@posthaste/retry";

const failure = rejection<HttpError>;

const reply = (status: number, head = "", body = ""): string =>
  `HTTP/1.1 ${status} X\r\n${head}Content-Length: ${body.length}\r\n\r\n${body}`;
/** After which the next request comes over a connection of its own, for adapters may repair a reused one by themselves. */
const last = (status: number, body = ""): string => reply(status, "Connection: close\r\n", body);
const drop: RawReply = (socket) => void socket.destroy();
const quick = { backoff: 1 };

function clientOf(options?: RetryPluginOptions) {
  return createClient({ adapter: undiciAdapter(), plugins: [retry({ ...quick, ...options })] });
}

describe("what is sent again", () => {
  test("a status that will pass, over the same connection", async () => {
    await using server = await startRawServer([
      reply(503, "", "later"),
      reply(502, "", "later"),
      reply(200, "", "now"),
    ]);
    await using client = clientOf();
    const response = await client.get(server.url);
    expect(response.status).toBe(200);
    expect(await response.text()).toBe("now");
    expect(response.history).toEqual([]);
    expect(server.requests).toHaveLength(3);
    expect(server.connections).toHaveLength(1);
    expect(attemptsOf(response)).toMatchObject([
      { attempt: 1, category: "status", outcome: { status: 503 } },
      { attempt: 2, category: "status", outcome: { status: 502 } },
    ]);
  });

  test("a connection that was lost", async () => {
    await using server = await startRawServer([drop, reply(200, "", "now")]);
    await using client = clientOf();
    const response = await client.get(server.url);
    expect(await response.text()).toBe("now");
    expect(attemptsOf(response)).toMatchObject([{ category: "read", outcome: { code: "ERR_RESET" } }]);
  });

  test("a server that says nothing", async () => {
    await using server = await startRawServer([() => {}, reply(200, "", "now")]);
    await using client = clientOf();
    const response = await client.get(server.url, { timeout: { read: 50 } });
    expect(await response.text()).toBe("now");
    expect(attemptsOf(response)).toMatchObject([{ category: "read", outcome: { code: "ERR_TIMEOUT_READ" } }]);
  });

  test("a connection that was never made, of any method", async () => {
    await using client = clientOf({ total: 2 });
    const error = await failure(client.post(`http://127.0.0.1:${await freePort()}/`, { body: "once" }));
    expect(error.code).toBe("ERR_CONNECT");
    expect(attemptsOf(error)).toMatchObject([{ category: "connect" }, { category: "connect" }]);
  });

  test.each(["POST", "PATCH"])("not a %s that may have arrived", async (method) => {
    await using server = await startRawServer([drop, reply(503, "", "later")]);
    await using client = clientOf();
    const error = await failure(client.request(server.url, { method, body: "once" }));
    expect(error.code).toBe("ERR_RESET");
    const response = await client.request(server.url, { method, body: "once" });
    expect(response.status).toBe(503);
    expect(await response.text()).toBe("later");
    expect(server.requests).toHaveLength(2);
  });

  test("a POST where that is safe: with a key, or because the caller says so", async () => {
    await using server = await startRawServer([503, 201, 503, 201, 503, 201].map((status) => reply(status)));
    await using client = clientOf();
    const statuses = [
      await client.post(server.url, { body: "once", headers: { "Idempotency-Key": "1" } }),
      await client.post(server.url, { body: "once", retry: { methods: ["POST"] } }),
      await client.post(server.url, { body: "once", retry: { methods: null } }),
    ].map(({ status }) => status);
    expect(statuses).toEqual([201, 201, 201]);
    expect(server.requests.map(({ body }) => body.toString())).toEqual(Array.from({ length: 6 }, () => "once"));
  });

  test("not a method that is left out", async () => {
    await using server = await startRawServer([last(503), drop]);
    await using client = clientOf({ methods: ["PUT"] });
    expect((await client.get(server.url)).status).toBe(503);
    expect((await failure(client.get(server.url))).code).toBe("ERR_RESET");
  });

  test("a body that can be read anew, whole", async () => {
    await using server = await startRawServer([last(503), drop, reply(200)]);
    await using client = clientOf();
    await client.put(server.url, { body: new Blob(["a blob"]) });
    expect(server.requests.map(({ body }) => body.toString())).toEqual(["a blob", "a blob", "a blob"]);
  });

  test("never a body that cannot", async () => {
    await using server = await startRawServer([last(503, "later"), drop]);
    await using client = clientOf();
    const stream = async function* () {
      yield "once";
    };
    const response = await client.put(server.url, { body: stream() });
    expect(response.status).toBe(503);
    expect(await response.text()).toBe("later");
    expect((await failure(client.put(server.url, { body: stream() }))).code).toBe("ERR_RESET");
    expect(server.requests).toHaveLength(2);
  });

  test("nothing where the call says so", async () => {
    await using server = await startRawServer([reply(503)]);
    await using client = clientOf();
    expect((await client.get(server.url, { retry: false })).status).toBe(503);
  });

  test("nothing that is the caller's own mistake", async () => {
    await using client = clientOf();
    const attempts: RetryAttempt[] = [];
    const hook = { beforeRetry: (attempt: RetryAttempt) => void attempts.push(attempt) };
    const error = await failure(client.get("http://127.0.0.1:1/", { headers: { "X-A": "a\r\nb" }, retry: hook }));
    expect(error.code).toBe("ERR_HEADER");
    expect(attempts).toEqual([]);
  });

  test("an error that the caller knows better", async () => {
    await using server = await startRawServer([reply(200, "X-Busy: 1\r\n"), reply(200)]);
    await using client = clientOf({
      classify: (outcome) => ((outcome as { headers?: Headers }).headers?.has("x-busy") ? "other" : undefined),
    });
    const response = await client.post(server.url);
    expect(response.headers.has("x-busy")).toBe(false);
    expect(attemptsOf(response)).toMatchObject([{ category: "other" }]);
  });
});

describe("budgets", () => {
  test.each<[string, RetryPluginOptions, RawReply[], number]>([
    ["three in all by default", {}, [503, 503, 503, 503].map((status) => reply(status)), 4],
    ["none", { total: 0 }, [reply(503)], 1],
    ["of one category", { status: 1 }, [reply(503), reply(503)], 2],
    ["each of its own", { status: 1, read: 1 }, [last(503), drop, last(503)], 3],
    ["and all together", { status: 2, read: 2, total: 2 }, [last(503), drop, last(503)], 3],
  ])("%s", async (_, options, replies, sent) => {
    await using server = await startRawServer(replies);
    await using client = clientOf(options);
    const response = await client.get(server.url);
    expect(response.status).toBe(503);
    expect(server.requests).toHaveLength(sent);
    expect(attemptsOf(response)).toHaveLength(sent - 1);
  });

  test("used up, the last response is given, its body still to be read", async () => {
    await using server = await startRawServer([reply(503, "", "first"), reply(503, "", "last")]);
    await using client = clientOf({ total: 1 });
    const response = await client.get(server.url);
    expect(await response.text()).toBe("last");
  });

  test("used up, the last error is thrown as it is", async () => {
    await using server = await startRawServer([drop, drop]);
    const thrown: unknown[] = [];
    const witness: Plugin = {
      name: "witness",
      stage: "wire",
      send: (request, next) =>
        next(request).catch((error: unknown) => {
          thrown.push(error);
          throw error;
        }),
    };
    await using client = createClient({ adapter: undiciAdapter(), plugins: [retry({ ...quick, total: 1 }), witness] });
    const error = await failure(client.get(server.url));
    expect(error).toBe(thrown[1]);
    expect(attemptsOf(error).map(({ outcome }) => outcome)).toEqual([thrown[0]]);
  });

  test("used up, ERR_RETRY where it is asked for", async () => {
    await using server = await startRawServer([drop, drop, reply(503, "", "x"), reply(503, "", "x"), reply(200)]);
    await using client = clientOf({ total: 1, throws: true });
    const lost = await failure(client.get(server.url));
    expect(lost).toBeInstanceOf(HttpError);
    expect(lost.code).toBe("ERR_RETRY");
    expect(lost.cause).toMatchObject({ code: "ERR_RESET" });
    expect(lost.message).toBe(`GET ${server.url}/: 2 attempts (ERR_RETRY)`);
    expect(attemptsOf(lost)).toHaveLength(1);
    const busy = await failure(client.get(server.url));
    expect(busy.code).toBe("ERR_RETRY");
    expect(busy.response).toMatchObject({ status: 503 });
    // Its connection is free again.
    await client.get(server.url);
    expect(server.connections).toHaveLength(3);
  });

  test("what may not be sent again is given as it is, too, where ERR_RETRY is asked for", async () => {
    await using server = await startRawServer([drop, reply(404)]);
    await using client = clientOf({ throws: true });
    expect((await failure(client.post(server.url))).code).toBe("ERR_RESET");
    expect((await client.get(server.url)).status).toBe(404);
  });
});

describe("the wait", () => {
  test("is as long as Retry-After says", async () => {
    await using server = await startRawServer([reply(503, "Retry-After: 7\r\n"), reply(429, "Retry-After: 61\r\n")]);
    await using client = clientOf();
    const delays: number[] = [];
    const beforeRetry = ({ delay }: RetryAttempt) => {
      delays.push(delay);
      return false as const;
    };
    expect((await client.get(server.url, { retry: { beforeRetry } })).status).toBe(503);
    // Longer than anybody would wait: nothing is asked, and nothing is sent.
    expect((await client.get(server.url, { retry: { beforeRetry } })).status).toBe(429);
    expect(delays).toEqual([7000]);
  });

  test("can be decided by the caller", async () => {
    await using server = await startRawServer([reply(503, "Retry-After: 7\r\n"), reply(503), reply(200)]);
    const asked: unknown[] = [];
    await using client = clientOf({
      delay(outcome, attempt) {
        asked.push([(outcome as { status: number }).status, attempt]);
        return attempt === 1 ? 0 : undefined;
      },
    });
    expect((await client.get(server.url)).status).toBe(503);
    expect(asked).toEqual([
      [503, 1],
      [503, 2],
    ]);
  });

  test("ends with an abort, and leaves no listener", async () => {
    await using server = await startRawServer([reply(503)]);
    await using client = clientOf({ delay: () => 60_000 });
    const controller = new AbortController();
    const { signal } = controller;
    const beforeRetry = () => void setImmediate(() => controller.abort("enough"));
    await expect(client.get(server.url, { signal, retry: { beforeRetry } })).rejects.toBe("enough");
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
    expect(server.requests).toHaveLength(1);
  });

  test("leaves no listener on a signal that lives on", async () => {
    await using server = await startRawServer([last(503), drop, reply(200)]);
    await using client = clientOf();
    const { signal } = new AbortController();
    await (await client.get(server.url, { signal })).discard();
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
  });

  test("ends with the total timeout", async () => {
    await using server = await startRawServer([reply(503)]);
    await using client = createClient({
      adapter: undiciAdapter(),
      plugins: [retry({ delay: () => 60_000 }), totalTimeout()],
    });
    expect((await failure(client.get(server.url, { timeout: { total: 100 } }))).code).toBe("ERR_TIMEOUT_TOTAL");
    expect(server.requests).toHaveLength(1);
  });
});

describe("beforeRetry", () => {
  test("may change what is sent next, and only that", async () => {
    await using server = await startRawServer([reply(503), reply(503), reply(200)]);
    await using client = clientOf();
    const beforeRetry = async ({ attempt, request }: RetryAttempt) => {
      await Promise.resolve();
      request.headers.append(`X-Attempt-${attempt}`, "1");
    };
    await client.get(server.url, { retry: { beforeRetry } });
    const names = server.requests.map(({ headers }) =>
      headers.map(([name]) => name).filter((name) => /attempt/i.test(name)),
    );
    expect(names).toEqual([[], ["X-Attempt-1"], ["X-Attempt-2"]]);
  });

  test("may end it with what there is, still to be read", async () => {
    await using server = await startRawServer([last(503, "later"), drop]);
    await using client = clientOf({ beforeRetry: () => false });
    expect(await (await client.get(server.url)).text()).toBe("later");
    expect((await failure(client.get(server.url))).code).toBe("ERR_RESET");
    expect(server.requests).toHaveLength(2);
  });

  test("may fail: the call rejects with that, and the connection is free", async () => {
    await using server = await startRawServer([reply(503, "", "later"), reply(200)]);
    await using client = clientOf();
    const reason = new Error("no token");
    const beforeRetry = () => Promise.reject(reason);
    await expect(client.get(server.url, { retry: { beforeRetry } })).rejects.toBe(reason);
    await client.get(server.url);
    expect(server.connections).toHaveLength(1);
  });
});

describe("stages", () => {
  const mark: Plugin = {
    name: "mark",
    stage: "wire",
    send(request, next) {
      // In place, as interceptors do.
      request.headers.append("X-Mark", "1");
      return next(request);
    },
  };

  test("each attempt starts from the request as it was", async () => {
    await using server = await startRawServer([last(503), drop, reply(200)]);
    await using client = createClient({ adapter: undiciAdapter(), plugins: [mark, retry(quick)] });
    await client.get(server.url);
    for (const { headers } of server.requests) expect(headers.filter(([name]) => name === "X-Mark")).toHaveLength(1);
  });

  test("by default further out than redirects, and at the wire where that is asked for", () => {
    const hop: Plugin = { name: "hop", stage: "redirect" };
    const order = (options: RetryPluginOptions) =>
      createClient({ adapter: undiciAdapter(), plugins: [hop, retry(options)] }).order;
    expect(order({})).toEqual(["retry", "hop", "adapter-undici"]);
    expect(order({ stage: "wire" })).toEqual(["hop", "retry", "adapter-undici"]);
  });

  test("with the embedded server", async () => {
    await using server = await startTestServer();
    await using client = clientOf({ total: 1 });
    const response = await client.get(`${server.url}/status/503`);
    await response.discard();
    expect(response.status).toBe(503);
    expect(server.requests).toHaveLength(2);
  });
});
