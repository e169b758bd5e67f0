export { categoryOf, delayFor, parseRetryAfter, wait } from "./delay.ts";
export type { RetryAttempt, RetryCategory, RetryOptions } from "./options.ts";
export { attemptsOf, retry, type RetryOption, type RetryPluginOptions } from "./plugin.ts";
