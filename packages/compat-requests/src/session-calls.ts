import { bind, type Signature } from "./python/arguments.ts";
import { isBytes, isMapping, native, toBytes, truth } from "./python/values.ts";
import { fill, Request } from "./request.ts";
import type { RequestKwargs, UriType } from "./types.ts";

const requestParams = [
  "method",
  "url",
  "params",
  "data",
  "headers",
  "cookies",
  "files",
  "auth",
  "timeout",
  "allow_redirects",
  "proxies",
  "hooks",
  "stream",
  "verify",
  "cert",
  "json",
  "signal",
];
/** The arguments of `Session.request`, as `bind` takes them. */
export const requestSignature: Signature = { name: "Session.request", params: requestParams, required: 2 };

/** The positional parameters of the verbs behind the URL; all else is a keyword. */
const verbParams: Record<string, readonly string[]> = {
  GET: ["params"],
  POST: ["data", "json"],
  PUT: ["data"],
  PATCH: ["data"],
};

/** The keywords of a verb's call. */
export function verbKwargs(verb: string, args: readonly unknown[]): RequestKwargs {
  if (args.length === 0) return {};
  const positional = verbParams[verb] ?? [];
  const rest = requestParams.filter((name) => name !== "method" && name !== "url" && !positional.includes(name));
  const last = args.at(-1);
  const count = isMapping(last) && Object.getPrototypeOf(last) === Object.prototype ? args.length - 1 : args.length;
  if (count > positional.length) {
    const name = `Session.${verb.toLowerCase()}`;
    throw new TypeError(`${name}() takes ${positional.length + 2} positional arguments but ${count + 2} were given`);
  }
  return bind({ name: "Session.request", params: [...positional, ...rest] }, args);
}

/** The arguments of `Session.request`. */
export interface RequestCall extends RequestKwargs {
  method: string | Uint8Array;
  url: UriType;
}

/** The request that a call is for. */
export function requestOf(call: RequestCall): Request {
  const { method, url, headers, files, data, json, params, auth, cookies, hooks = null } = call;
  return fill(new Request(), {
    method: native(method).toUpperCase(),
    url: isBytes(url) ? native(toBytes(url)) : url,
    headers,
    files,
    data: truth(data) || typeof data === "object" ? data : {},
    json,
    params,
    auth,
    cookies,
    hooks,
  });
}
