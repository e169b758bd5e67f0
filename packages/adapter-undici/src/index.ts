export { undiciAdapter } from "./adapter.ts";
export type { UndiciAdapterOptions, UndiciOptions } from "./adapter.ts";
export type { KeepAliveOptions } from "@posthaste/transport";
