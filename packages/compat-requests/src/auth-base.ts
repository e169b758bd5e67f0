import { conceal } from "./inspect.ts";
import { NotImplementedError } from "./python/builtins.ts";
import { repr } from "./python/values.ts";
import type { PreparedRequest } from "./prepared-request.ts";

/**
 * The base of auth objects: a subclass has a `__call__` that changes the request and returns it.
 *
 * @example
 * ```ts
 * class TokenAuth extends AuthBase {
 *   override __call__(r: PreparedRequest) {
 *     r.headers.set("X-Token", "t");
 *     return r;
 *   }
 * }
 * ```
 */
export class AuthBase {
  __call__(_r: PreparedRequest): PreparedRequest | Promise<PreparedRequest> {
    throw new NotImplementedError("Auth hooks must be callable.");
  }
}
conceal(AuthBase);

/** Whether two objects have the same `username` and `password`. */
export function sameCredentials(one: { username: unknown; password: unknown }, other: unknown): boolean {
  const { username = null, password = null } = (other ?? {}) as { username?: unknown; password?: unknown };
  return repr(one.username) === repr(username) && repr(one.password) === repr(password);
}
