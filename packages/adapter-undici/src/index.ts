export { undiciAdapter, type UndiciAdapterOptions } from "./adapter.ts";
