import { getEventListeners } from "node:events";
import { startRawServer } from "@posthaste/test-server";
import { expect, test, vi } from "vitest";
import { createClient } from "../src/index.ts";
import { totalTimeout } from "../src/timeout.ts";
import { nodeAdapter } from "./node-adapter.ts";

const client = createClient({ adapter: nodeAdapter(), plugins: [totalTimeout()] });
const ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

test("the deadline ends a call that waits for its head", async () => {
  await using server = await startRawServer(() => {});
  const call = client.get(server.url, { timeout: { total: 20 } });
  await expect(call).rejects.toMatchObject({ code: "ERR_TIMEOUT_TOTAL", message: expect.stringContaining("20 ms") });
  await server.connections[0]?.closed;
});

test("the deadline ends the reading of a body", async () => {
  await using server = await startRawServer(
    (socket) => void socket.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi"),
  );
  // Enough for the head, on a busy machine, too.
  const response = await client.get(server.url, { timeout: { total: 1500 } });
  await expect(response.text()).rejects.toMatchObject({ code: "ERR_TIMEOUT_TOTAL" });
  await server.connections[0]?.closed;
});

test("the caller's signal still counts, with its own reason, and no listener stays on it", async () => {
  await using server = await startRawServer(() => {});
  const controller = new AbortController();
  const { signal } = controller;
  const call = client.get(server.url, { signal, timeout: { total: 60_000 } });
  await server.waitForRequests(1);
  controller.abort(new Error("enough"));
  await expect(call).rejects.toThrow("enough");
  expect(getEventListeners(signal, "abort")).toHaveLength(0);
  await expect(client.get(server.url, { signal, timeout: { total: 60_000 } })).rejects.toThrow("enough");
  expect(server.connections).toHaveLength(1);
});

test.each(["text", "discard"] as const)("after %s neither listener nor timer is left", async (end) => {
  await using server = await startRawServer([ok]);
  const { signal } = new AbortController();
  const set = vi.spyOn(globalThis, "setTimeout");
  const clear = vi.spyOn(globalThis, "clearTimeout");
  const response = await client.get(server.url, { signal, timeout: { total: 54_321 } });
  const timers = set.mock.results
    .filter((_, index) => set.mock.calls[index]![1] === 54_321)
    .map(({ value }) => value as unknown);
  expect(timers).toHaveLength(1);
  expect(clear.mock.calls.flat()).not.toContain(timers[0]);
  await response[end]();
  expect(getEventListeners(signal, "abort")).toHaveLength(0);
  expect(clear.mock.calls.flat()).toContain(timers[0]);
  vi.restoreAllMocks();
});

test("a budget beyond what timers can do is none, and one that is no number above 0 is refused", async () => {
  await using server = await startRawServer([ok, ok]);
  expect(await (await client.get(server.url, { timeout: { total: Infinity } })).text()).toBe("hi");
  expect(await (await client.get(server.url, { timeout: { total: 2 ** 40 } })).text()).toBe("hi");
  for (const total of [0, -1, Number.NaN]) {
    await expect(client.get(server.url, { timeout: { total } })).rejects.toMatchObject({ code: "ERR_OPTION" });
  }
});
