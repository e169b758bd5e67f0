export { undiciAdapter } from "./adapter.ts";
export type { KeepAliveOptions, UndiciAdapterOptions, UndiciOptions } from "./adapter.ts";
