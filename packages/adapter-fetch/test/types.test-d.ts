import { createClient } from "@posthaste/core";
import type { Adapter } from "@posthaste/core";
import { totalTimeout } from "@posthaste/core/timeout";
import { expectTypeOf, test } from "vitest";
import { fetchAdapter } from "../src/index.ts";
import type { FetchAdapterOptions } from "../src/index.ts";
import { fetchAdapter as timeoutAdapter } from "../src/timeout.ts";
import type { ReadTimeoutOption } from "../src/timeout.ts";

test("the adapter adds no options to the calls of a client", () => {
  expectTypeOf(fetchAdapter).parameter(0).toEqualTypeOf<FetchAdapterOptions | undefined>();
  expectTypeOf(fetchAdapter()).toEqualTypeOf<Adapter>();
  const client = createClient({ adapter: fetchAdapter() });
  // @ts-expect-error -- connections are the platform's
  void client.get("/", { connection: {} });
  // @ts-expect-error -- so are their timeouts
  void client.get("/", { timeout: { read: 1 } });
});

test("its own options are checked", () => {
  fetchAdapter({ fetch: globalThis.fetch, credentials: "include", cache: "no-store", redirect: "follow" });
  fetchAdapter({ fetch: (request) => new Response(request.url) });
  // @ts-expect-error -- that is for the platform to throw, and nothing to read
  fetchAdapter({ redirect: "error" });
  // @ts-expect-error -- a response that shows nothing is no response
  fetchAdapter({ mode: "no-cors" });
  // @ts-expect-error -- it takes a request
  fetchAdapter({ fetch: (url: string) => new Response(url) });
});

test("the one with a budget brings it to the calls", () => {
  expectTypeOf(timeoutAdapter).parameter(0).toEqualTypeOf<(FetchAdapterOptions & ReadTimeoutOption) | undefined>();
  expectTypeOf(timeoutAdapter()).toEqualTypeOf<Adapter<ReadTimeoutOption>>();
  const client = createClient({ adapter: timeoutAdapter({ credentials: "include", timeout: { read: 1 } }) });
  void client.get("/", { timeout: { read: 1 } });
  // @ts-expect-error -- connections are the platform's
  void client.get("/", { timeout: { connect: 1 } });
  const both = createClient({ adapter: timeoutAdapter(), plugins: [totalTimeout()] });
  void both.get("/", { timeout: { read: 1, total: 2 } });
});
