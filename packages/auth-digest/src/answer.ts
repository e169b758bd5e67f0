import { md5, sha1 } from "@noble/hashes/legacy.js";
import { sha256, sha512, sha512_256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import type { Challenge } from "./challenge.ts";

type Hasher = typeof sha256 | typeof sha512 | typeof md5;

/** The hashes, strongest first. RFC 7616 has three of them; SHA and SHA-512 are known to Python's `requests`, too. */
const hashes: Record<string, Hasher> = {
  "SHA-512": sha512,
  "SHA-512-256": sha512_256,
  "SHA-256": sha256,
  SHA: sha1,
  MD5: md5,
};

/** What {@link answer} needs to know of the request. */
export interface DigestRequest {
  method: string;
  /** The request target as it is sent: path and query. */
  uri: string;
  /**
   * The hash of the content by the challenge's algorithm, in hexadecimal. Where it is given and the challenge offers
   * `auth-int`, that is chosen.
   */
  bodyHash?: string | undefined;
}

/** What {@link answer} needs beside the challenge and the request. */
export interface DigestState {
  username: string;
  password: string;
  /** How many requests have been sent with this nonce, this one included: from 1. */
  count: number;
  /** The client's nonce. For `-sess` algorithms the same for all requests with one nonce. */
  cnonce: string;
}

/** What {@link answer} gives. */
export interface DigestAnswer {
  /** The value of `Authorization` or `Proxy-Authorization`. */
  header: string;
  /** The `rspauth` of a server that knows the password (RFC 7616 §3.5), where that does not depend on its content. */
  rspauth: string | undefined;
}

/** The hash of a challenge, where it is a known one: what every object inherits is not in capitals. */
export const hasherOf = ({ params }: Challenge): Hasher | undefined =>
  hashes[(params["algorithm"] ?? "MD5").toUpperCase().replace(/-SESS$/, "")];

/** A string of one character a byte, as header values are, to bytes. */
const toBytes = (binary: string) => Uint8Array.from(binary, (char) => char.charCodeAt(0));

/** A quality of protection; `""` stands for RFC 2069's, which has none. */
type Qop = "auth" | "auth-int" | "";

/** The first of some qualities of protection that a challenge offers. */
export function pickQop({ params }: Challenge, ...wanted: unknown[]): Qop | undefined {
  const offered: unknown[] = (params["qop"] ?? "").toLowerCase().split(/[\s,]+/);
  return (wanted as Qop[]).find((qop) => offered.includes(qop));
}

/** The digest challenge with the strongest hash, the first one among equals. */
export function strongest(challenges: readonly Challenge[]): Challenge | undefined {
  return Object.values(hashes)
    .map((hasher) =>
      challenges.find(
        (challenge) =>
          challenge.scheme === "digest" &&
          challenge.params["nonce"] &&
          hasherOf(challenge) === hasher &&
          pickQop(challenge, "auth", "auth-int", "") !== undefined,
      ),
    )
    .find(Boolean);
}

/** Hashes content by a challenge's algorithm, for `auth-int`. */
export async function hashBody(challenge: Challenge, body: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = hasherOf(challenge)!.create();
  for await (const chunk of body) hash.update(chunk);
  return bytesToHex(hash.digest());
}

/**
 * Answers a digest challenge (RFC 7616 §3.4, RFC 2617 §3.2.2). A pure function. User name and password are hashed as UTF-8,
 * in NFC where the challenge says `charset=UTF-8`.
 *
 * @returns `undefined` where the challenge cannot be answered: an unknown algorithm, no known quality of protection, or
 * `auth-int` alone without the hash of the content
 * @example
 * ```ts
 * const [challenge] = parseChallenges(response.headers.get("www-authenticate"));
 * const state = { username: "user", password: "passwd", count: 1, cnonce: "0a4f113b" };
 * answer(challenge!, { method: "GET", uri: "/private" }, state)?.header; // 'Digest username="user", …'
 * ```
 */
export function answer(challenge: Challenge, request: DigestRequest, state: DigestState): DigestAnswer | undefined {
  const { method, uri, bodyHash } = request;
  const { username, password, count, cnonce } = state;
  const { realm = "", nonce = "", opaque, algorithm, userhash, charset } = challenge.params;
  const hasher = hasherOf(challenge);
  const qop = pickQop(challenge, bodyHash !== undefined && "auth-int", "auth", "");
  if (!hasher || qop === undefined) return undefined;

  const hash = (...parts: string[]) => bytesToHex(hasher(toBytes(parts.join(":"))));
  // RFC 7616 §4: the charset brings its normalisation form.
  const unicode = /^utf-8$/i.test(charset!);
  const binary = (text: string) => String.fromCharCode(...new TextEncoder().encode(unicode ? text.normalize() : text));
  const user = binary(username);
  const name = /^true$/i.test(userhash!) ? hash(user, realm) : user;
  const session = /-sess$/i.test(algorithm!);
  const nc = count.toString(16).padStart(8, "0");

  let a1 = hash(user, realm, binary(password));
  if (session) a1 = hash(a1, nonce, cnonce);
  const respond = (start: string, content = "") =>
    hash(a1, nonce, ...(qop ? [nc, cnonce, qop] : []), hash(start, qop === "auth-int" ? `${uri}:${content}` : uri));
  // RFC 7616 §3.4: some values must be quoted, and the others must not be.
  const quote = (key: string, value: string) => `${key}="${value.replace(/["\\]/g, "\\$&")}"`;
  const parts = [
    unicode && /[^ -~]/.test(name)
      ? // RFC 8187 §3.2.1.
        `username*=UTF-8''${name.replace(/[^\w.~-]/g, (char) => `%${bytesToHex(toBytes(char)).toUpperCase()}`)}`
      : quote("username", name),
    quote("realm", realm),
    quote("uri", uri),
    algorithm && `algorithm=${algorithm}`,
    quote("nonce", nonce),
    qop && `nc=${nc}`,
    qop && quote("cnonce", cnonce),
    qop && `qop=${qop}`,
    quote("response", respond(method, bodyHash)),
    opaque !== undefined && quote("opaque", opaque),
    name !== user && "userhash=true",
  ];
  return { header: `Digest ${parts.filter(Boolean).join(", ")}`, rspauth: qop === "auth" ? respond("") : undefined };
}
