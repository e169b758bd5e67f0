import { publicSuffixOf } from "#platform";

/**
 * Whether a domain is a public suffix, under which anybody may register a name, and not the host itself (RFC 6265 §5.3,
 * step 5).
 */
export function isPublicSuffix(domain: string, host: string): boolean {
  if (domain === host || !domain.includes(".")) return false;
  return publicSuffixOf(domain) === domain && !/\.(?:test|example|invalid|localhost|local)$/.test(domain);
}
