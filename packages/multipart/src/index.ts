export type { Entry, FieldValue, FileLike, Form, Part } from "./form.ts";
export type { Layout } from "./layout.ts";
export { multipart, type MultipartOptions, type Progress } from "./multipart.ts";
export { multipartPlugin, type MultipartOption } from "./plugin.ts";
