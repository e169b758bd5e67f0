import type { Plugin } from "@posthaste/core";
import { authenticate, type DigestCredentials, type Sessions } from "./authenticate.ts";

/** Credentials for servers. */
export interface DigestOptions extends DigestCredentials {
  /** URLs of the origins that get an answer, as `"https://example.test"`. @default the origin of the call's first URL */
  origins?: readonly string[];
}

/** The option that the plugin adds to every call. */
export interface DigestOption {
  /** Credentials for this call; `null` for none. Nonces are remembered for as long as the object lives. */
  digest?: DigestOptions | null;
}

/** Under this a call keeps the origin of its first URL. */
const firstOrigin = Symbol("auth-digest");

/** Digest access authentication. */
export function authDigest(defaults?: DigestOptions): Plugin<DigestOption> {
  const known = new WeakMap<DigestOptions, Sessions>();

  return {
    name: "auth-digest",
    stage: "auth",
    options: ["digest"],
    send(request, next) {
      const { digest = defaults } = request.options;
      // What cannot be parsed is refused further in.
      const origin = digest && URL.parse(request.url)?.origin;
      if (!origin || request.headers.has("authorization")) return next(request);
      const { origins = [(request.call[firstOrigin] ??= origin) as string] } = digest;
      if (!origins.includes(origin)) return next(request);
      const sessions = known.get(digest) ?? {};
      known.set(digest, sessions);
      // As the adapter sends it, which may differ from what the URL's parser makes of it.
      const uri = request.url.replace(/^.*?:\/\/[^/?#]*\/?([^#]*).*/s, "/$1");
      return authenticate(request, next, digest, sessions, origin, uri);
    },
  };
}
