import { createReadStream } from "node:fs";
import type { Adapter, Body, Client, Plugin } from "@posthaste/core";
import { createClient } from "@posthaste/core";
import {
  multipart,
  multipartPlugin,
  type Form,
  type Layout,
  type MultipartOption,
  type Progress,
} from "@posthaste/multipart";
import { requestsLayout } from "@posthaste/multipart/requests";
import { expectTypeOf } from "vitest";

declare const adapter: Adapter;
declare const form: FormData;

expectTypeOf(multipart(form)).toEqualTypeOf<Body>();
expectTypeOf(multipart).parameter(0).toEqualTypeOf<Form>();
expectTypeOf(requestsLayout).toEqualTypeOf<Layout>();
expectTypeOf<Progress>().toEqualTypeOf<{ sent: number; total: number | undefined }>();
expectTypeOf(multipartPlugin()).toEqualTypeOf<Plugin<MultipartOption>>();

multipart({ a: "1", b: 2, c: true, d: 3n, e: null, f: undefined, g: ["1", new Blob()] });
multipart({ f: createReadStream("f"), g: { value: createReadStream("g"), filename: "g", length: 1 } });
multipart([["a", new Uint8Array()]], {
  boundary: "b",
  layout: requestsLayout,
  onProgress: ({ sent }) => sent.toFixed(),
});
multipart(new Map([["a", "1"]]));
// @ts-expect-error -- no content
multipart({ a: { filename: "f" } });
// @ts-expect-error -- nothing that can be sent
multipart({ a: { b: "c" } });
// @ts-expect-error -- a length is a number
multipart({ a: { value: "x", length: "1" } });
// @ts-expect-error -- layouts are functions
multipart({}, { layout: "requests" });
// @ts-expect-error -- no such option
multipart({}, { boundry: "x" });

const client = createClient({ adapter, plugins: [multipartPlugin()] });
const plain = createClient({ adapter });
expectTypeOf(client).toExtend<Client<MultipartOption>>();
// @ts-expect-error -- a client without the plugin is not one with it
expectTypeOf(plain).toExtend<Client<MultipartOption>>();
void client.post("http://a.test/", { multipart: form });
void client.post("http://a.test/", { multipart: { a: "1" } });
// @ts-expect-error -- a form is no text
void client.post("http://a.test/", { multipart: "a=1" });
// @ts-expect-error -- the plugin is not installed
void plain.post("http://a.test/", { multipart: form });
