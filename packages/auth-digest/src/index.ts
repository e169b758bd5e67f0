export {
  answer,
  hashBody,
  strongest,
  type DigestAlgorithm,
  type DigestAnswer,
  type DigestRequest,
  type DigestState,
} from "./answer.ts";
export { parseChallenges, type Challenge } from "./challenge.ts";
export { authDigest, type DigestOption, type DigestOptions } from "./plugin.ts";
