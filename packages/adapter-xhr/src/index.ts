export { xhrAdapter } from "./adapter.ts";
export type { UploadProgress, XhrOptions } from "./options.ts";
