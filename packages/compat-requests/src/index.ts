import * as requests from "./requests.ts";

export * from "./requests.ts";
export type * from "./types.ts";
export default requests;
