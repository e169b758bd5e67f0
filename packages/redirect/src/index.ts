export type { RedirectDecision, RedirectOption, RedirectOptions } from "./options.ts";
export { nextRequest, redirect } from "./redirect.ts";
