import { HttpError, type HttpResponse, type Plugin } from "@posthaste/core";
import { bytesToHex } from "@noble/hashes/utils.js";
import { answer, hasherOf } from "./answer.ts";
import type { DigestCredentials } from "./authenticate.ts";
import { parseChallenges, type Challenge } from "./challenge.ts";
import { authDigest as plain, type DigestOption, type DigestOptions } from "./plugin.ts";

/**
 * The plugin of `@posthaste/auth-digest`, which here checks also what a server says of the content of its responses: with
 * `auth-int`, its `rspauth` covers that. It can be checked only when all has come, so that it is the reading which fails.
 *
 * Not checked are contents that are dropped or left early, and those with a Content-Encoding: what was hashed is what was
 * sent, and a plugin or a platform may have decoded that before.
 *
 * @throws HttpError `ERR_AUTH` at the end of a content where it is not the server's own; and what the plugin throws there
 * @example
 * ```ts
 * import { authDigest } from "@posthaste/auth-digest/integrity";
 *
 * const digest = authDigest({ username: "user", password: "passwd", qop: "auth-int" });
 * const client = createClient({ adapter: undiciAdapter(), plugins: [digest] });
 * ```
 */
export function authDigest(defaults?: DigestOptions): Plugin<DigestOption> {
  const plugin = plain(defaults);
  return {
    ...plugin,
    send(request, next) {
      const { digest = defaults } = request.options;
      const sent = plugin.send!(request, next);
      // A caller's own answer is for the caller to check.
      if (!digest || request.headers.has("authorization")) return sent;
      return sent.then((response) => check(response, digest));
    },
  };
}

/** Has the content checked at its end, where it is covered. */
function check(response: HttpResponse, credentials: DigestCredentials): HttpResponse {
  const { request, headers, body } = response;
  const given = parseChallenges(request.headers.get("Authorization"))[0];
  const { rspauth } = parseChallenges(`_ ${headers.get("Authentication-Info")}`)[0]!.params;
  if (given?.params["qop"] !== "auth-int" || !rspauth || headers.has("Content-Encoding")) return response;
  response.body = {
    async *[Symbol.asyncIterator]() {
      const hash = hasherOf(given)!.create();
      for await (const chunk of body) {
        hash.update(chunk);
        yield chunk;
      }
      const bodyHash = bytesToHex(hash.digest());
      // The request does not tell in which form its challenge asked for names.
      if (!["", "UTF-8"].some((charset) => rspauth === expected(given, credentials, bodyHash, charset))) {
        throw new HttpError("ERR_AUTH", "wrong rspauth for the content", { request, response, phase: "body" });
      }
    },
  };
  return response;
}

/** A server's `rspauth` is what the request's `response` would be without a method, and with the other content (RFC 7616 §3.5). */
function expected(
  { scheme, params }: Challenge,
  { username, password }: DigestCredentials,
  bodyHash: string,
  charset: string,
): string | undefined {
  const { uri = "", nc = "", cnonce = "" } = params;
  const state = { username, password, count: Number.parseInt(nc, 16), cnonce };
  const given = answer({ scheme, params: { ...params, charset } }, { method: "", uri, bodyHash }, state);
  return parseChallenges(given!.header)[0]!.params["response"];
}
