export { nodeAdapter } from "./adapter.ts";
export type { NodeAdapterOptions, NodeOptions } from "./adapter.ts";
export type { KeepAliveOptions } from "@posthaste/transport";
