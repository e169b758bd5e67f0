export { PreparedRequest } from "./prepared-request.ts";
export { Request, type RequestFields } from "./request.ts";
export {
  CONTENT_CHUNK_SIZE,
  DEFAULT_REDIRECT_LIMIT,
  ITER_CHUNK_SIZE,
  type IterContentKwargs,
  type IterLinesKwargs,
  type Pieces,
  REDIRECT_STATI,
  Response,
} from "./response.ts";
export { RequestHooksMixin } from "./hooks.ts";
export { timedelta } from "./python/timedelta.ts";
