import fc from "fast-check";

/** Milliseconds for a test: there are many cases in `.ci/run`, and the machine may be busy. */
export const timeout = 600_000;

/** Raw responses that are tried; the properties about values take a share of it. */
const cases = Number(process.env["FUZZ_RUNS"] ?? 300);
/** Set to what a failure prints, it makes the same cases again. */
const seed = process.env["FUZZ_SEED"] === undefined ? Date.now() % 2 ** 31 : Number(process.env["FUZZ_SEED"]);

/**
 * How often a property is tried. What fails prints its seed, for `FUZZ_SEED`.
 *
 * @param share of `FUZZ_RUNS`; 20 at least
 */
export function parameters(share = 1): { numRuns: number; seed: number } {
  return { numRuns: Math.max(20, Math.ceil(cases * share)), seed };
}

/**
 * Tries a property on many cases at a time, for one that waits for sockets. A case that fails is tried again by itself, and
 * made smaller.
 *
 * @param property throws where a case fails; `lane` is one that no other case has at the time
 * @param share as for {@link parameters}
 * @returns how many cases were tried
 */
export async function inParallel<T>(
  lanes: number,
  arbitrary: fc.Arbitrary<T>,
  property: (value: T, lane: number) => Promise<void>,
  share = 1,
): Promise<number> {
  const { numRuns } = parameters(share);
  const values = fc.sample(arbitrary, { seed, numRuns });
  let next = 0;
  let failed: { index: number; error: unknown } | undefined;
  const run = async (_: unknown, lane: number) => {
    while (next < values.length && !failed) {
      const index = next++;
      try {
        await property(values[index]!, lane);
      } catch (error) {
        failed ??= { index, error };
      }
    }
  };
  await Promise.all(Array.from({ length: lanes }, run));
  if (failed) {
    const { index, error } = failed;
    const alone = fc.asyncProperty(arbitrary, (value) => property(value, 0));
    // Making it smaller may wait for what does not come.
    await fc.assert(alone, { seed, path: `${index}`, numRuns: 1, interruptAfterTimeLimit: 30_000 });
    throw new Error(`failed beside others alone: FUZZ_SEED=${seed}, case ${index}: ${fc.stringify(values[index])}`, {
      cause: error,
    });
  }
  return values.length;
}
