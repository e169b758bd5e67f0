import type { HttpRequest } from "@posthaste/core";
import { getPublicSuffix } from "tough-cookie";
import type { SameSite } from "./jar.ts";

/** The domain under which others can be registered, plus one label; nothing for an address or a public suffix. */
export function registrableDomain(host: string): string | undefined {
  return getPublicSuffix(host, { allowSpecialUseDomain: true, ignoreError: true });
}

/** Scheme and registrable domain (RFC 6265bis §5.2), or the whole host where it has none. */
function siteOf(url: string): string {
  const { protocol, hostname } = new URL(url);
  return `${protocol}//${registrableDomain(hostname) ?? hostname}`;
}

/**
 * A `sameSite` option for calls that are made on behalf of a page: `"strict"` for hops to the page's own site, and for
 * others `"lax"` where the call is a navigation, else `"none"`.
 *
 * @param page the absolute URL of the page
 * @param navigation whether the call follows a link or submits a form, as opposed to fetching something for the page
 * @example
 * ```ts
 * const sameSite = sameSiteOf("https://app.example.com/");
 * await client.get("https://api.example.com/", { cookies: { sameSite } }); // all cookies
 * await client.get("https://other.test/", { cookies: { sameSite } }); // none with SameSite=Strict or Lax
 * ```
 */
export function sameSiteOf(page: string, navigation = false): (request: HttpRequest) => SameSite {
  const site = siteOf(page);
  return ({ url }) => (siteOf(url) === site ? "strict" : navigation ? "lax" : "none");
}
