export { fetchAdapter } from "./adapter.ts";
export type { FetchAdapterOptions } from "./adapter.ts";
