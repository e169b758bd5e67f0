/** What the tests' functions find in the browser under the name `modules`. */
export { default as requests, adapters, auth, cookies, exceptions, help, structures, utils } from "../src/index.ts";
import requests, { exceptions } from "../src/index.ts";

/** What a promise rejects with, as it can leave the browser: its class, those of requests' that it is one of, and its words. */
export async function failure(promise: Promise<unknown>): Promise<{ name: string; is: string[]; message: string }> {
  try {
    await promise;
  } catch (error) {
    const { name, message } = error as Error;
    const is = Object.entries(exceptions).filter(
      ([key, type]) => typeof type === "function" && key !== name && error instanceof type,
    );
    return { name, is: is.map(([key]) => key), message };
  }
  throw new Error("It did not fail");
}

/** What httpbin tells of a request. */
export interface Echo {
  args: Record<string, string | string[]>;
  form: Record<string, string | string[]>;
  files: Record<string, string>;
  headers: Record<string, string>;
  json: unknown;
  data: string;
  url: string;
}

/** What httpbin tells of a request with some content. */
export async function posted(url: string, kwargs: Parameters<typeof requests.post>[1]): Promise<Echo> {
  return (await requests.post(`${url}/post`, kwargs as object)).json<Echo>();
}
