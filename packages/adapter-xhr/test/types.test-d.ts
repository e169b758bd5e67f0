import { createClient } from "@posthaste/core";
import type { Adapter, BodyInit, HttpResponse } from "@posthaste/core";
import type { DownloadProgress } from "@posthaste/core/progress";
import { totalTimeout } from "@posthaste/core/timeout";
import { expectTypeOf, test } from "vitest";
import { formBody, xhrAdapter } from "../src/index.ts";
import type { UploadProgress, XhrOptions } from "../src/index.ts";
import { xhrAdapter as streamsAdapter } from "../src/streams.ts";

test("the adapter brings its options to the calls of a client", () => {
  expectTypeOf(xhrAdapter).parameter(0).toEqualTypeOf<XhrOptions | undefined>();
  expectTypeOf(xhrAdapter()).toEqualTypeOf<Adapter<XhrOptions>>();
  expectTypeOf<UploadProgress>().toEqualTypeOf<{ sent: number; total: number | undefined }>();

  const client = createClient({ adapter: xhrAdapter(), defaults: { withCredentials: true } });
  const call = client.post("/", {
    body: new Blob(["x"]),
    timeout: { read: 1000 },
    onUploadProgress: (progress) => expectTypeOf(progress).toEqualTypeOf<UploadProgress>(),
    onDownloadProgress: (progress) => expectTypeOf(progress).toEqualTypeOf<DownloadProgress>(),
  });
  expectTypeOf(call).toEqualTypeOf<Promise<HttpResponse>>();
  // @ts-expect-error -- a browser has no such timeout
  void client.get("/", { timeout: { connect: 1 } });
  // @ts-expect-error -- the whole call's budget is a plugin's
  void client.get("/", { timeout: { total: 1 } });
  // @ts-expect-error -- a browser has its own connections
  void client.get("/", { connection: {} });
  // @ts-expect-error -- it is a yes or a no
  void client.get("/", { withCredentials: "include" });
});

test("the adapter for streams has the same options", () => {
  expectTypeOf(streamsAdapter).toEqualTypeOf(xhrAdapter);
});

test("with the plugin, both budgets are of one option", () => {
  const client = createClient({ adapter: xhrAdapter(), plugins: [totalTimeout()] });
  void client.get("/", { timeout: { read: 1, total: 2 } });
});

test("a form is a body by formBody", () => {
  const client = createClient({ adapter: xhrAdapter() });
  expectTypeOf(formBody(new FormData())).toEqualTypeOf<BodyInit>();
  void client.post("/", { body: formBody(new FormData()) });
  // @ts-expect-error -- not every adapter can send one
  void client.post("/", { body: new FormData() });
});
