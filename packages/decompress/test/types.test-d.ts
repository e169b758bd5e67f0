import type { Adapter, Client, Plugin } from "@posthaste/core";
import { createClient } from "@posthaste/core";
import { decompress, type DecompressOption, type DecompressOptions } from "@posthaste/decompress";
import { expectTypeOf } from "vitest";

declare const adapter: Adapter;

expectTypeOf(decompress()).toEqualTypeOf<Plugin<DecompressOption>>();
expectTypeOf<DecompressOptions>().toEqualTypeOf<{ maxSize?: number; maxRatio?: number; maxEncodings?: number }>();
decompress({ maxSize: Infinity, maxRatio: 100 });
// @ts-expect-error -- a number of bytes
decompress({ maxSize: "1 MB" });
// @ts-expect-error -- no such limit
decompress({ maxBytes: 1 });

const client = createClient({ adapter, plugins: [decompress()], defaults: { decompress: false } });
const plain = createClient({ adapter });
expectTypeOf(client).toExtend<Client<DecompressOption>>();
// @ts-expect-error -- a client without the plugin is not one with it
expectTypeOf(plain).toExtend<Client<DecompressOption>>();
void client.get("http://a.test/", { decompress: false });
// @ts-expect-error -- only false, for true would say nothing
void client.get("http://a.test/", { decompress: true });
// @ts-expect-error -- the plugin is not installed
void plain.get("http://a.test/", { decompress: false });
