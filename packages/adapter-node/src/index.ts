export { nodeAdapter } from "./adapter.ts";
export type { KeepAliveOptions, NodeAdapterOptions, NodeOptions } from "./adapter.ts";
