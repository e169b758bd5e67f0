export { xhrAdapter } from "./adapter.ts";
export { formBody } from "./form.ts";
export type { UploadProgress, XhrOptions } from "./options.ts";
