import { HttpError } from "@posthaste/core";
import type { Header } from "@posthaste/core";
import { FOREVER } from "./watchdog.ts";

/**
 * A timeout that was given.
 *
 * @param name what the error calls it
 * @returns milliseconds that a timer can wait; {@link FOREVER} for more, `Infinity` included
 * @throws HttpError `ERR_OPTION` where it is no number above 0
 * @example
 * ```ts
 * milliseconds("timeout.read", Infinity) === FOREVER; // true
 * ```
 */
export function milliseconds(name: string, value: number): number {
  if (typeof value === "number" && value > 0) return Math.min(value, FOREVER);
  throw new HttpError("ERR_OPTION", `${name} is no number above 0`);
}

/**
 * A limit that was given: a whole number above 0, or `Infinity`.
 *
 * @param name what the error calls it
 * @throws HttpError `ERR_OPTION` where it is neither
 * @example
 * ```ts
 * count("connections", 0); // throws: connections is no whole number above 0
 * ```
 */
export function count(name: string, value: number): number {
  if (value === Infinity || (Number.isInteger(value) && value > 0)) return value;
  throw new HttpError("ERR_OPTION", `${name} is no whole number above 0`);
}

/**
 * Adds a proxy's own lines to a request that it is sent in absolute form (RFC 9112 §3.2.2): those of which the request has
 * none of that name.
 *
 * @param flat the request's lines: name, value, name, value
 * @param host for a request without a Host
 * @example
 * ```ts
 * const flat = ["Host", "origin.test"];
 * addProxyHeaders(flat, [["Proxy-Authorization", "Basic eDp5"]], "origin.test");
 * flat.length; // 4
 * ```
 */
export function addProxyHeaders(flat: string[], headers: readonly Header[], host: string): void {
  const names = new Set(flat.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase()));
  if (!names.has("host")) flat.push("host", host);
  for (const [name, value] of headers) if (!names.has(name.toLowerCase())) flat.push(name, value);
}
