import { createClient } from "@posthaste/core";
import type { Adapter, ConnectionOption, HttpResponse, TimeoutOption } from "@posthaste/core";
import { expectTypeOf, test } from "vitest";
import { nodeAdapter } from "../src/index.ts";
import type { NodeAdapterOptions, NodeOptions } from "../src/index.ts";

test("the adapter brings its options to the calls of a client", () => {
  expectTypeOf(nodeAdapter).parameter(0).toEqualTypeOf<NodeAdapterOptions | undefined>();
  expectTypeOf(nodeAdapter()).toEqualTypeOf<Adapter<NodeOptions>>();
  expectTypeOf<NodeOptions>().toEqualTypeOf<ConnectionOption & TimeoutOption>();

  const client = createClient({ adapter: nodeAdapter() });
  const call = client.get("/", { timeout: { connect: 1, read: 2 }, connection: { proxy: null, tls: { ca: ["x"] } } });
  expectTypeOf(call).toEqualTypeOf<Promise<HttpResponse>>();
  // @ts-expect-error -- the whole call's budget is a plugin's
  void client.get("/", { timeout: { total: 1 } });
  // @ts-expect-error -- a budget is a number of milliseconds
  void client.get("/", { timeout: { read: "1s" } });
  // @ts-expect-error -- a proxy has a URL
  void client.get("/", { connection: { proxy: "http://proxy.test" } });
  // @ts-expect-error -- no such setting
  void client.get("/", { connection: { host: "x" } });
});

test("its own options are checked", () => {
  nodeAdapter({ keepAlive: false, connections: 1, maxAgents: 1, maxHeaderSize: 1 });
  // @ts-expect-error -- keeping connections is the default
  nodeAdapter({ keepAlive: true });
  // @ts-expect-error -- no such option
  nodeAdapter({ dispatcher: {} });
});
