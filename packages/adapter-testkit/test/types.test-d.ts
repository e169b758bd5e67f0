import type { Adapter, Capabilities } from "@posthaste/core";
import { expectTypeOf } from "vitest";
import { cases, runKit, type Capability, type Report, type TestCase, type table } from "../src/index.ts";
import { startScriptServer, type ScriptServer } from "../src/server/index.ts";

expectTypeOf(cases).toEqualTypeOf<readonly TestCase[]>();
expectTypeOf<keyof Capabilities>().toExtend<Capability>();
expectTypeOf(startScriptServer).returns.resolves.toEqualTypeOf<ScriptServer>();

declare const server: ScriptServer;
declare const plain: Adapter;
declare const custom: Adapter<{ onUploadProgress?: (sent: number) => void; timeout?: { read?: number } }>;
expectTypeOf(runKit({ adapter: () => plain, server })).resolves.toEqualTypeOf<Report>();
expectTypeOf(runKit({ adapter: () => plain, server: server.url, can: { connections: false } })).resolves.toExtend<
  Parameters<typeof table>[0]
>();
expectTypeOf(runKit({ adapter: () => custom, server, only: ["basic"] })).resolves.toEqualTypeOf<Report>();
// @ts-expect-error -- no such word
void runKit({ adapter: () => plain, server, can: { teleport: true } });
