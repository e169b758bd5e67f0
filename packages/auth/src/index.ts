export { auth, type AuthOption, type AuthOptions } from "./plugin.ts";
export { basic, basicCredentials, type BasicOptions, type CredentialsEncoding } from "./basic.ts";
export { bearer, type BearerOptions, type Token } from "./bearer.ts";
export type { AuthMethod } from "./method.ts";
export { urlCredentials } from "./url-credentials.ts";
