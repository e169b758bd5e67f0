export * as _internal_utils from "./internal-utils.ts";
export * as adapters from "./adapters.ts";
export * as api from "./api.ts";
export * as auth from "./auth.ts";
export * as certs from "./certs.ts";
export * as cookies from "./cookies.ts";
export * as exceptions from "./exceptions.ts";
export * as help from "./help.ts";
export * as hooks from "./hooks.ts";
export * as models from "./models.ts";
export * as sessions from "./sessions.ts";
export * as status_codes from "./status-codes.ts";
export * as structures from "./structures.ts";
export * as utils from "./utils.ts";
export { delete, get, head, options, patch, post, put, request } from "./api.ts";
export {
  ConnectionError,
  ConnectTimeout,
  FileModeWarning,
  HTTPError,
  JSONDecodeError,
  ReadTimeout,
  RequestException,
  RequestsDependencyWarning,
  Timeout,
  TooManyRedirects,
  URLRequired,
} from "./exceptions.ts";
export { PreparedRequest, Request, Response } from "./models.ts";
export { Session, session } from "./sessions.ts";
export { codes } from "./status-codes.ts";
export * from "./version.ts";
