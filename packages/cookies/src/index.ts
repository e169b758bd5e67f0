export { cookies, type CookiesConfig, type CookiesOption, type CookiesOptions } from "./plugin.ts";
export type { CookieContext, Jar, SameSite } from "./jar.ts";
