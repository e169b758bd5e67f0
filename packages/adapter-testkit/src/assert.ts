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

/** Of a case that failed elsewhere, nobody looks at what becomes of its other calls; a runtime may end for that. */
export function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

/** What a promise rejects with. */
export function rejection(promise: Promise<unknown>, what: string): Promise<unknown> {
  return handled(
    promise.then(
      () => fail(`${what} did not reject`),
      (error: unknown) => error,
    ),
  );
}

/** A promise rejects with an `HttpError` of one of the codes; of any where there is none. */
export function refused(promise: Promise<unknown>, what: string, ...codes: readonly ErrorCode[]): Promise<HttpError> {
  return handled(
    rejection(promise, what).then((error) => {
      if (!(error instanceof HttpError)) return fail(`${what} rejected with no HttpError: ${String(error)}`);
      if (codes.length > 0 && !codes.includes(error.code)) {
        fail(`${what} rejected with ${error.code} in place of ${codes.join(" or ")}: ${error.message}`);
      }
      return error;
    }),
  );
}
