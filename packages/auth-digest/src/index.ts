export { answer, type DigestAnswer, type DigestRequest, type DigestState } from "./answer.ts";
export type { DigestCredentials } from "./authenticate.ts";
export { parseChallenges, type Challenge } from "./challenge.ts";
export { authDigest, type DigestOption, type DigestOptions } from "./plugin.ts";
