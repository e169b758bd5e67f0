import { canReplay, copy, type HttpRequest, type HttpResponse, type Plugin, type Send } from "@posthaste/core";
import { randomBytes, bytesToHex } from "@noble/hashes/utils.js";
import { algorithmOf, answer, hashBody, offers, strongest, type DigestAnswer } from "./answer.ts";
import { parseChallenges, type Challenge } from "./challenge.ts";

/** Who asks. */
export interface DigestOptions {
  username: string;
  password: string;
  /** The origins that may have an answer. @default the origin of the call's first URL */
  origins?: readonly string[];
}

/** The option that the plugin adds to every call. */
export interface DigestOption {
  /** Credentials for this call; `null` for none. Nonces are remembered for as long as the object lives. */
  digest?: DigestOptions | null;
}

/** A challenge that was answered and accepted, to be used again without being asked. */
interface Space {
  challenge: Challenge;
  cnonce: string;
  count: number;
  /** What URLs it is good for (RFC 7616 §3.3, domain). */
  prefixes: string[];
}

const firstOrigin = Symbol("first origin");

/** Digest access authentication. */
export function authDigest(defaults?: DigestOptions): Plugin<DigestOption> {
  const known = new WeakMap<DigestOptions, Space[]>();

  return {
    name: "auth-digest",
    stage: "auth",
    options: ["digest"],
    send(request, next) {
      const { digest = defaults } = request.options;
      if (!digest) return next(request);
      const { origin, href } = new URL(request.url);
      const first = (request.call[firstOrigin] ??= origin);
      if (!(digest.origins ?? [first]).includes(origin)) return next(request);
      let spaces = known.get(digest);
      if (!spaces) known.set(digest, (spaces = []));
      return authenticate(request, next, digest, spaces, href);
    },
  };
}

async function authenticate(
  request: HttpRequest,
  next: Send,
  options: DigestOptions,
  spaces: Space[],
  href: string,
): Promise<HttpResponse> {
  const history: HttpResponse[] = [];
  let space = request.headers.has("authorization")
    ? undefined
    : spaces.find(({ prefixes }) => prefixes.some((prefix) => href.startsWith(prefix)));
  for (let left = 2; ; left--) {
    const given = space && (await answerFor(request, space, options));
    const sent = given ? copy(request) : request;
    if (given) sent.headers.set("Authorization", given.header);
    const response = await next(sent);
    response.history.unshift(...history);
    if (response.status !== 401) {
      if (space && !spaces.includes(space)) spaces.unshift(space);
      return response;
    }
    if (space && spaces.includes(space)) spaces.splice(spaces.indexOf(space), 1);
    const challenge = strongest(parseChallenges(response.headers.get("www-authenticate") ?? ""));
    const stale = /^true$/i.test(challenge?.params["stale"] ?? "");
    if (!challenge || !canReplay(request) || !left || (left < 2 && !stale)) return response;
    const { domain = "/" } = challenge.params;
    space = {
      challenge,
      cnonce: bytesToHex(randomBytes(16)),
      count: 0,
      prefixes: domain.split(/\s+/).map((uri) => new URL(uri, href).href),
    };
    await response.discard();
    history.push(response);
  }
}

async function answerFor(
  request: HttpRequest,
  space: Space,
  { username, password }: DigestOptions,
): Promise<DigestAnswer | undefined> {
  const { challenge, cnonce } = space;
  const { method, url, body } = request;
  const uri = url.replace(/^[^:]+:\/\/[^/?#]*|#.*/gs, "").replace(/^(?!\/)/, "/");
  let bodyHash: string | undefined;
  // Hashing opens the body once more than sending it.
  if (offers(challenge, "auth-int") && !offers(challenge, "auth") && canReplay(request)) {
    bodyHash = await hashBody(algorithmOf(challenge)!, body ? (body.bytes ? [body.bytes] : body.open()) : []);
  }
  return answer(challenge, { method, uri, bodyHash }, { username, password, cnonce, count: ++space.count });
}
