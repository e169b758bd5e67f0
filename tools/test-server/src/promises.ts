/**
 * What a promise rejects with.
 *
 * @throws Error where it does not
 */
export async function rejection<E = Error>(promise: Promise<unknown>): Promise<E> {
  try {
    await promise;
  } catch (error) {
    return error as E;
  }
  throw new Error("It did not fail");
}

/** Resolves on the next turn of the event loop, as often as it takes until `condition` holds. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
