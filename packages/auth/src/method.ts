import type { HttpRequest } from "@posthaste/core";

/**
 * Where credentials come from. Its `origins` say where they may go, so that nothing leaks over redirects.
 *
 * @example
 * ```ts
 * const apiKey = (key: string): AuthMethod => ({ credentials: () => `ApiKey ${key}` });
 * const client = createClient({ adapter, plugins: [auth(apiKey("k-1"))] });
 * ```
 */
export interface AuthMethod {
  /**
   * The origins that get the credentials, as `URL.origin` spells them; `"*"` where {@link credentials} looks at the
   * request's URL itself.
   *
   * @default the origin of the call's first URL
   */
  readonly origins?: readonly string[] | "*" | undefined;
  /**
   * The value of the Authorization header, or `undefined` where there is none for this hop.
   *
   * @param hop the request, not to be changed
   * @param first the call's first URL, with its user information
   */
  credentials(hop: HttpRequest, first: URL): string | undefined | Promise<string | undefined>;
  /**
   * Called after a 401 with the value that was sent. The request is sent once more with the value that it gives, unless
   * its body cannot be sent again; `undefined` gives the 401 to the caller.
   */
  renew?: ((rejected: string) => string | undefined | Promise<string | undefined>) | undefined;
}

/** Where the credentials of a method may go. */
export interface OriginsOption {
  /** URLs of the origins that get the credentials, as `"https://example.test"`. @default the origin of the call's first URL */
  origins?: readonly string[];
}

/** The same origins as `URL.origin` spells them. */
export function originsOf({ origins }: OriginsOption): string[] | undefined {
  return origins?.map((origin) => new URL(origin).origin);
}
