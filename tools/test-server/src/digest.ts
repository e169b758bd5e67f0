import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Exchange } from "./exchange.ts";
import { parseParameters } from "./parameters.ts";

/** Node's names of the hashes of RFC 7616; each also has its `-sess` variant. */
const HASHES: Readonly<Record<string, string>> = {
  MD5: "md5",
  "SHA-256": "sha256",
  "SHA-512": "sha512",
  "SHA-512-256": "sha512-256",
};
const REALM = "digest@test-server";

interface ChallengeOptions {
  /** `auth`, `auth-int`, `rfc2069` for a challenge without qop, anything else for both of the first two. */
  readonly qop: string;
  /** An unknown one counts as MD5. */
  readonly algorithm: string;
  readonly stale: boolean;
  /** How many answers the nonce is good for; NaN for any number. */
  readonly uses: number;
}

type Verdict =
  | {
      readonly ok: true;
      /** Makes Authentication-Info for the body of the answer; RFC 2069 has none. */
      readonly info: ((body: Buffer) => string) | undefined;
      /** Undefined for a nonce that is good for ever. */
      readonly usesLeft: number | undefined;
    }
  | {
      readonly ok: false;
      /** The answer was right but for its nonce. */
      readonly stale: boolean;
      readonly nonce: string;
    };

interface Issued {
  readonly opaque: string;
  readonly algorithm: string;
  readonly qops: readonly string[];
  usesLeft: number;
  lastCount: number;
}

interface Digest {
  /** Makes the value of WWW-Authenticate, with a new nonce. */
  readonly challenge: (options: ChallengeOptions) => string;
  /** Checks the Authorization header of a request. */
  readonly verify: (exchange: Exchange, user: string, password: string) => Verdict;
}

/** The server's side of Digest authentication (RFC 7616; RFC 2069 if there is no qop). */
export function createDigest(): Digest {
  const nonces = new Map<string, Issued>();

  const challenge = ({ qop, algorithm, stale, uses }: ChallengeOptions): string => {
    const nonce = randomBytes(16).toString("hex");
    const opaque = randomBytes(16).toString("hex");
    const known = algorithm.replace(/-sess$/i, "") in HASHES ? algorithm : "MD5";
    const qops = qop === "rfc2069" ? [] : qop === "auth" || qop === "auth-int" ? [qop] : ["auth", "auth-int"];
    nonces.set(nonce, { opaque, algorithm: known, qops, usesLeft: uses, lastCount: 0 });
    return [
      `Digest realm="${REALM}"`,
      `nonce="${nonce}"`,
      ...(qops.length > 0 ? [`qop="${qops.join(", ")}"`] : []),
      `opaque="${opaque}"`,
      `algorithm=${known}`,
      `stale=${stale ? "TRUE" : "FALSE"}`,
    ].join(", ");
  };

  const verify = (exchange: Exchange, user: string, password: string): Verdict => {
    const given = parseParameters((exchange.headers.authorization ?? "").replace(/^digest +/i, ""));
    const nonce = given.get("nonce") ?? "";
    const refuse = (stale: boolean): Verdict => ({ ok: false, stale, nonce });
    const issued = nonces.get(nonce);

    const answer = compute(exchange, given, user, password);
    if (!answer || !equal(answer.response, given.get("response") ?? "")) return refuse(false);
    if (!issued) return refuse(true); // of another server, or used up
    if (given.get("opaque") !== issued.opaque || answer.algorithm !== issued.algorithm) return refuse(false);
    if (issued.qops.length > 0 && answer.qop === undefined) return refuse(false);
    if (answer.qop !== undefined && !issued.qops.includes(answer.qop)) return refuse(false);

    if (answer.count !== undefined && answer.count <= issued.lastCount) return refuse(true); // a replay
    issued.lastCount = answer.count ?? issued.lastCount;
    if (issued.usesLeft <= 0) {
      nonces.delete(nonce);
      return refuse(true);
    }
    issued.usesLeft -= 1;
    const usesLeft = Number.isNaN(issued.usesLeft) ? undefined : issued.usesLeft;
    return { ok: true, info: answer.info, usesLeft };
  };

  return { challenge, verify };
}

interface Computed {
  readonly response: string;
  readonly algorithm: string;
  readonly qop: string | undefined;
  readonly count: number | undefined;
  readonly info: ((body: Buffer) => string) | undefined;
}

/** What the answer should be for these parameters; undefined if they make no sense for the request. */
function compute(
  { method, target, base, body }: Exchange,
  given: ReadonlyMap<string, string>,
  user: string,
  password: string,
): Computed | undefined {
  const algorithm = given.get("algorithm") ?? "MD5";
  const session = /-sess$/i.test(algorithm);
  const hashName = HASHES[algorithm.replace(/-sess$/i, "")];
  const uri = given.get("uri");
  const nonce = given.get("nonce");
  const qop = given.get("qop");
  const nc = given.get("nc") ?? "";
  const cnonce = given.get("cnonce") ?? "";
  const name = given.get("username*") ?? utf8(given.get("username") ?? "");
  if (hashName === undefined || nonce === undefined || name !== user || given.get("realm") !== REALM) return undefined;
  if (uri !== target && uri !== base + target) return undefined;
  if (qop !== undefined && (!/^[0-9a-f]{8}$/i.test(nc) || cnonce === "")) return undefined;
  if (session && cnonce === "") return undefined;

  const hash = (...parts: (string | Buffer)[]): string => {
    const state = createHash(hashName);
    parts.forEach((part, index) => state.update(index > 0 ? ":" : "").update(part));
    return state.digest("hex");
  };
  const plain = hash(user, REALM, password);
  const a1 = session ? hash(plain, nonce, cnonce) : plain;
  const a2 = (start: string, entity: Buffer): string =>
    qop === "auth-int" ? hash(start, uri, hash(entity)) : hash(start, uri);
  const respond = (end: string): string =>
    qop === undefined ? hash(a1, nonce, end) : hash(a1, nonce, nc, cnonce, qop, end);
  // The server proves in turn that it knows the password (RFC 7616 §3.5).
  const info = (answered: Buffer): string =>
    `rspauth="${respond(a2("", answered))}", cnonce="${cnonce}", nc=${nc}, qop=${qop}`;
  return {
    response: respond(a2(method, body)),
    algorithm,
    qop,
    count: qop === undefined ? undefined : Number.parseInt(nc, 16),
    info: qop === undefined ? undefined : info,
  };
}

/** The text of a header value whose bytes are UTF-8. */
function utf8(value: string): string {
  return Buffer.from(value, "latin1").toString("utf8");
}

function equal(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a, "latin1"), Buffer.from(b, "latin1"));
}
