import { canReplay, copy, HttpError, type HttpRequest, type HttpResponse, type Send } from "@posthaste/core";
import { toBody } from "@posthaste/core/body";
import { answer, hashBody, pickQop, strongest, type DigestAnswer, type DigestState } from "./answer.ts";
import { parseChallenges, type Challenge } from "./challenge.ts";

/** Who asks, and how; for a server and for a proxy alike. */
export interface DigestCredentials {
  username: string;
  password: string;
  /** What to use where both are offered: `"auth-int"` covers the content, too. @default "auth" */
  qop?: "auth" | "auth-int";
  /** Whether challenges that were answered are put in the response's `history`. @default true */
  history?: boolean;
}

/** A challenge that was answered and accepted, to be used again without being asked. */
interface Session extends DigestState {
  challenge: Challenge;
}

/** Sessions by whom they are with: an origin, or a proxy. */
export type Sessions = Record<string, Session | undefined>;

/**
 * Sends a request, answers what challenges come, and checks what comes with the success.
 *
 * @param key where the session is kept
 * @param uri the request target as the other side sees it
 * @param kind starts the names of header fields
 */
export async function authenticate(
  request: HttpRequest,
  next: Send,
  credentials: DigestCredentials,
  sessions: Sessions,
  key: string,
  uri: string,
  kind: "" | "Proxy-" = "",
): Promise<HttpResponse> {
  const { url, method, body } = request;
  const history: HttpResponse[] = [];
  let session = sessions[key];
  // RFC 7616 §3.3: a challenge may be for a part of the origin only.
  const domain = session?.challenge.params["domain"] ?? "/";
  if (!domain.split(" ").some((prefix) => url.startsWith(URL.parse(prefix, url)?.href as string))) session = undefined;
  for (let answered = 0; ; answered++) {
    const sent = copy(request);
    let given: DigestAnswer | undefined;
    if (session) {
      const { challenge } = session;
      let bodyHash: string | undefined;
      // Hashing opens the body once more than sending it.
      if (pickQop(challenge, credentials.qop, "auth", "auth-int") === "auth-int" && canReplay(request)) {
        bodyHash = await hashBody(challenge, toBody(body ?? "").open());
      }
      // Nothing is awaited between the two, so that no count is used twice.
      session.count++;
      given = answer(challenge, { method, uri, bodyHash }, session);
      if (given) sent.headers.set(`${kind}Authorization`, given.header);
    }
    const response = await next(sent);
    const { headers, status } = response;
    if (credentials.history !== false) response.history.unshift(...history);
    if (status !== (kind ? 407 : 401)) {
      if (given) {
        sessions[key] = session;
        const { nextnonce, rspauth } = parseChallenges(`_ ${headers.get(`${kind}Authentication-Info`)}`)[0]!.params;
        if (rspauth && given.rspauth && rspauth !== given.rspauth) {
          await response.discard();
          throw new HttpError("ERR_AUTH", "wrong rspauth", { request, response, phase: "headers" });
        }
        if (nextnonce && nextnonce !== session!.challenge.params["nonce"]) {
          session!.challenge.params["nonce"] = nextnonce;
          session!.count = 0;
        }
      }
      return response;
    }
    const challenge = strongest(parseChallenges(headers.get(`${kind || "WWW-"}Authenticate`)));
    if (!challenge || !canReplay(request)) return response;
    // A second answer is for a nonce that went stale while others used it.
    if (answered > Number(/^true$/i.test(challenge.params["stale"]!))) return response;
    session = { ...credentials, challenge, cnonce: crypto.getRandomValues(new Uint8Array(16)).join(""), count: 0 };
    await response.discard();
    history.push(response);
  }
}
