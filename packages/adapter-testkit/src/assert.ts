import { HttpError } from "@posthaste/core";
import type { ErrorCode } from "@posthaste/core";

const show = (value: unknown): string => {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 400 ? `${text.slice(0, 400)}…` : text;
};

/** Fails the case. */
export function fail(problem: string): never {
  throw new Error(problem);
}

/** Two values are the same, by their JSON. */
export function same(actual: unknown, expected: unknown, what: string): void {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) {
    fail(`${what}: ${show(actual)} in place of ${show(expected)}`);
  }
}

export function truth(value: boolean, problem: string): void {
  if (!value) fail(problem);
}

/** What a promise rejects with. */
export async function rejection(promise: Promise<unknown>, what: string): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  return fail(`${what} did not reject`);
}

/** A promise rejects with an `HttpError` of one of the codes; of any where there is none. */
export async function refused(
  promise: Promise<unknown>,
  what: string,
  ...codes: readonly ErrorCode[]
): Promise<HttpError> {
  const error = await rejection(promise, what);
  if (!(error instanceof HttpError)) fail(`${what} rejected with no HttpError: ${String(error)}`);
  if (codes.length > 0 && !codes.includes(error.code)) {
    fail(`${what} rejected with ${error.code} in place of ${codes.join(" or ")}: ${error.message}`);
  }
  return error;
}
