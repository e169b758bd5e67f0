import { createRequire } from "node:module";
import type * as Tldts from "tldts";

let getPublicSuffix: typeof Tldts.getPublicSuffix | undefined;

/**
 * Whether a domain is a public suffix, under which anybody may register a name, and not the host itself (RFC 6265 §5.3,
 * step 5). The list is loaded when it is asked for the first time.
 */
export function isPublicSuffix(domain: string, host: string): boolean {
  if (domain === host || !domain.includes(".")) return false;
  getPublicSuffix ??= (createRequire(import.meta.url)("tldts") as typeof Tldts).getPublicSuffix;
  return (
    getPublicSuffix(domain, { allowPrivateDomains: true }) === domain &&
    !/\.(?:test|example|invalid|localhost|local)$/.test(domain)
  );
}
