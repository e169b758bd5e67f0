export { multipart, type MultipartOptions, type Progress } from "./multipart.ts";
export type { FieldValue, FileLike, Form, Part } from "./form.ts";
export { multipartPlugin, type MultipartOption } from "./plugin.ts";
