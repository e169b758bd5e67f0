import { followsRedirects } from "#transport";
import { verbKwargs } from "./session-calls.ts";
import { Session } from "./sessions.ts";
import type { Response } from "./response.ts";
import type { DataType, ParamsType, RequestKwargs, UriType } from "./types.ts";

/**
 * Makes a request and sends it, with a session of its own.
 *
 * @throws requests' exceptions; TypeError for an unknown keyword
 * @example
 * ```ts
 * const r = await request("GET", "https://example.test/get", { params: { q: "1" }, timeout: 3 });
 * ```
 */
export function request(method: string, url: UriType, kwargs?: RequestKwargs): Promise<Response>;
export function request(kwargs: RequestKwargs & { method: string; url: UriType }): Promise<Response>;
export async function request(...args: unknown[]): Promise<Response> {
  const session = new Session();
  try {
    return await session.request(...(args as [string, UriType, RequestKwargs]));
  } finally {
    await session._retire();
  }
}

/** Sends a GET. @see {@link request} */
export function get(url: UriType, kwargs?: RequestKwargs): Promise<Response>;
export function get(url: UriType, params: ParamsType, kwargs?: RequestKwargs): Promise<Response>;
export async function get(url: UriType, ...args: unknown[]): Promise<Response> {
  return request("get", url, verbKwargs("GET", args));
}

/** Sends an OPTIONS. @see {@link request} */
export function options(url: UriType, kwargs?: RequestKwargs): Promise<Response> {
  return request("options", url, kwargs);
}

/** Sends a HEAD, and follows no redirects by default, but where the browser does. @see {@link request} */
export function head(url: UriType, kwargs?: RequestKwargs): Promise<Response> {
  return request("head", url, { allow_redirects: followsRedirects, ...kwargs });
}

/** Sends a POST. @see {@link request} */
export function post(url: UriType, kwargs?: RequestKwargs): Promise<Response>;
export function post(url: UriType, data: DataType, kwargs?: RequestKwargs): Promise<Response>;
export function post(url: UriType, data: DataType, json: unknown, kwargs?: RequestKwargs): Promise<Response>;
export async function post(url: UriType, ...args: unknown[]): Promise<Response> {
  return request("post", url, verbKwargs("POST", args));
}

/** Sends a PUT. @see {@link request} */
export function put(url: UriType, kwargs?: RequestKwargs): Promise<Response>;
export function put(url: UriType, data: DataType, kwargs?: RequestKwargs): Promise<Response>;
export async function put(url: UriType, ...args: unknown[]): Promise<Response> {
  return request("put", url, verbKwargs("PUT", args));
}

/** Sends a PATCH. @see {@link request} */
export function patch(url: UriType, kwargs?: RequestKwargs): Promise<Response>;
export function patch(url: UriType, data: DataType, kwargs?: RequestKwargs): Promise<Response>;
export async function patch(url: UriType, ...args: unknown[]): Promise<Response> {
  return request("patch", url, verbKwargs("PATCH", args));
}

/** Sends a DELETE. @see {@link request} */
function del(url: UriType, kwargs?: RequestKwargs): Promise<Response> {
  return request("delete", url, kwargs);
}
export { del as delete };
