import { publicSuffixOf } from "#platform";

/** Names that anybody may use as they like. */
const reserved = /(?:^|\.)(?:test|example|invalid|localhost|local)$/;

/**
 * Whether a domain is a public suffix, under which anybody may register a name (RFC 6265 §5.3, step 5). With a dot at
 * its end it is the same domain. One without any dot is none: the rules for such hosts are Python's.
 */
export function isPublicSuffix(domain: string): boolean {
  if (!domain.includes(".")) return false;
  const name = domain.replace(/\.$/, "");
  return !reserved.test(name) && publicSuffixOf(name) === name;
}
