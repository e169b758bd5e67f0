/**
 * How close the one who asks is to the URL (RFC 6265bis §5.2): `"strict"` is the same site, or no site at all as with an
 * address typed in; `"lax"` a cross-site navigation, which counts for the safe methods alone; `"none"` any other
 * cross-site request.
 */
export type SameSite = "strict" | "lax" | "none";

/** What a {@link Jar} is told beside the URL. */
export interface CookieContext {
  readonly sameSite: SameSite;
}

/**
 * Where cookies are kept. A jar that can answer at once does so without a promise, which keeps requests without cookies
 * as fast as with no plugin.
 *
 * @example
 * ```ts
 * // One fixed cookie for every URL.
 * const jar: Jar = { get: () => "theme=dark", store: () => {} };
 * ```
 */
export interface Jar {
  /** The value of the Cookie header for a request to an absolute URL; `""` where no cookie matches. */
  get(url: string, context: CookieContext): string | Promise<string>;
  /** Takes the Set-Cookie lines that came from an absolute URL, in their order; ignores those that it must not keep. */
  store(url: string, lines: readonly string[], context: CookieContext): void | Promise<void>;
}
