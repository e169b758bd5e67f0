import type { Plugin } from "@posthaste/core";
import { authenticate, type DigestCredentials, type Sessions } from "./authenticate.ts";

/** Credentials for servers, and where they may go. */
export interface DigestOptions extends DigestCredentials {
  /** The origins that get an answer, as `URL.origin` spells them. @default the origin of the call's first URL */
  origins?: readonly string[];
}

/** The option that the plugin adds to every call. */
export interface DigestOption {
  /**
   * Credentials for this call instead of the plugin's; `false` for none. What is known of a server is kept with the object:
   * to answer in advance, give the same one again.
   */
  digest?: DigestOptions | false;
}

/** Under this a call keeps the origin of its first URL. */
const firstOrigin = Symbol("auth-digest");

/**
 * Digest access authentication (RFC 7616, RFC 2617): answers the digest challenge of a 401 by sending the request again, and
 * answers in advance from then on. The strongest hash that the server offers is used. A 401 is returned as it is where it
 * has no digest challenge that can be answered, where the request's body cannot be sent again, and where the answer was not
 * accepted. An Authorization header that the request has already stands.
 *
 * @throws HttpError (the call's rejection) `ERR_AUTH` where the server shows that it does not know the password itself, by
 * the wrong `rspauth`; `ERR_HEADER` for a user name with line ends that a server asks for in the clear
 * @example
 * ```ts
 * const client = createClient({ adapter: undiciAdapter(), plugins: [authDigest({ username: "user", password: "passwd" })] });
 * await client.get("https://example.test/private");
 * await client.get("https://example.test/public", { digest: false });
 * ```
 */
export function authDigest(defaults?: DigestOptions): Plugin<DigestOption> {
  const known = new WeakMap<DigestOptions, Sessions>();

  return {
    name: "auth-digest",
    stage: "challenge",
    options: ["digest"],
    send(request, next) {
      const { digest = defaults } = request.options;
      // What cannot be parsed is refused further in.
      const origin = digest && URL.parse(request.url)?.origin;
      if (!origin) return next(request);
      // Kept also where another plugin or the caller has credentials for this hop: a later hop is no first one.
      const first = (request.call[firstOrigin] ??= origin);
      if (request.headers.has("authorization") || !(digest.origins ?? [first]).includes(origin)) {
        return next(request);
      }
      const sessions = known.get(digest) ?? {};
      known.set(digest, sessions);
      // As the adapter sends it, which may differ from what the URL's parser makes of it.
      const uri = request.url.replace(/^.*?:\/\/[^/?#]*\/?([^#]*).*/s, "/$1");
      return authenticate(request, next, digest, sessions, origin, uri);
    },
  };
}
