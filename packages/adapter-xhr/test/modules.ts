/** What the tests' functions find in the browser under the name `modules`. */
export { createClient, HeaderList, HttpError } from "@posthaste/core";
export { toBody } from "@posthaste/core/body";
export { totalTimeout } from "@posthaste/core/timeout";
export { formBody, xhrAdapter } from "../src/index.ts";
export { xhrAdapter as streamsAdapter } from "../src/streams.ts";

/** What a promise rejects with, as it can leave the browser. */
export async function failure(
  promise: Promise<unknown>,
): Promise<{ name: string; code: string; phase: string; message: string }> {
  try {
    await promise;
  } catch (error) {
    const { name, code, phase, message } = error as Error & { code: string; phase: string };
    return { name, code, phase, message };
  }
  throw new Error("It did not fail");
}
