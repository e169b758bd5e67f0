export { decompress, type DecompressOption, type DecompressOptions } from "./decompress.ts";
