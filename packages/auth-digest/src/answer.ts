import { md5, sha1 } from "@noble/hashes/legacy.js";
import { sha256, sha512, sha512_256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import type { Challenge } from "./challenge.ts";

/** The hashes, strongest first. RFC 7616 has three; SHA and SHA-512 are what Python's `requests` knows beside them. */
const hashes = { "SHA-512": sha512, "SHA-512-256": sha512_256, "SHA-256": sha256, SHA: sha1, MD5: md5 };

/** A digest algorithm; each also has a `-sess` variant. */
export type DigestAlgorithm = keyof typeof hashes;

/** What {@link answer} needs to know of the request. */
export interface DigestRequest {
  method: string;
  /** The request target as it is sent: path and query. */
  uri: string;
  /** The content's {@link hashBody}. Given, it makes `auth-int` the choice where the challenge offers it. */
  bodyHash?: string | undefined;
}

/** What {@link answer} needs beside the challenge and the request. */
export interface DigestState {
  username: string;
  password: string;
  /** How many requests have been sent with this nonce, this one included: from 1. */
  count: number;
  /** The client's nonce. For `-sess` algorithms the same for all requests of a session. */
  cnonce: string;
}

/** What {@link answer} gives. */
export interface DigestAnswer {
  /** The value of `Authorization` or `Proxy-Authorization`. */
  header: string;
  /** The parameters in it, without quotes and escapes. */
  params: Record<string, string>;
  /** The `rspauth` a server that knows the password sends (RFC 7616 §3.5); for `auth-int` with the hash of its content. */
  rspauth(bodyHash?: string): string;
}

/** The text's UTF-8 bytes as a string of one character a byte, as header values are. */
const binary = (text: string): string => String.fromCharCode(...new TextEncoder().encode(text));

const quote = (text: string): string => `"${text.replace(/["\\]/g, "\\$&")}"`;

/** RFC 8187 §3.2.1: all but attr-char is percent-encoded. */
const extended = (text: string): string =>
  `UTF-8''${encodeURIComponent(text).replace(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)}`;

/**
 * The hash of a digest challenge, or `undefined` where it is not a known one.
 */
export function algorithmOf({ params }: Challenge): DigestAlgorithm | undefined {
  const name = (params["algorithm"] || "MD5").toUpperCase().replace(/-SESS$/, "");
  return Object.hasOwn(hashes, name) ? (name as DigestAlgorithm) : undefined;
}

/** Whether the challenge offers this quality of protection; `""` stands for RFC 2069's, without any. */
export function offers({ params }: Challenge, qop: "auth" | "auth-int" | ""): boolean {
  return (params["qop"] ?? "")
    .toLowerCase()
    .split(/[\s,]+/)
    .includes(qop);
}

/** Hashes content that comes in pieces. */
export async function hashBody(
  algorithm: DigestAlgorithm,
  body: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<string> {
  const hash = hashes[algorithm].create();
  for await (const chunk of body) hash.update(chunk);
  return bytesToHex(hash.digest());
}

/**
 * Answers a digest challenge (RFC 7616 §3.4, RFC 2617 §3.2.2). A pure function.
 *
 * @returns `undefined` where the challenge cannot be answered: no nonce or realm, an unknown algorithm, or no known
 * quality of protection
 */
export function answer(challenge: Challenge, request: DigestRequest, state: DigestState): DigestAnswer | undefined {
  const { realm, nonce, opaque, algorithm = "", userhash, charset } = challenge.params;
  const { method, uri, bodyHash } = request;
  const { cnonce } = state;
  const name = algorithmOf(challenge);
  if (realm === undefined || nonce === undefined || !name) return undefined;
  const qop =
    bodyHash !== undefined && offers(challenge, "auth-int") ? "auth-int" : offers(challenge, "auth") ? "auth" : "";
  if (!qop && !offers(challenge, "")) return undefined;

  const hash = (...parts: string[]) =>
    bytesToHex(hashes[name](Uint8Array.from(parts.join(":"), (char) => char.charCodeAt(0))));
  // RFC 7616 §4: with the charset come its normalisation form and its way into the header.
  const unicode = /^utf-8$/i.test(charset ?? "");
  const [username, password] = [state.username, state.password].map((text) => (unicode ? text.normalize() : text)) as [
    string,
    string,
  ];
  const hashed = /^true$/i.test(userhash ?? "");
  const session = /-sess$/i.test(algorithm);
  const nc = state.count.toString(16).padStart(8, "0");

  const plain = hash(binary(username), realm, binary(password));
  const a1 = session ? hash(plain, nonce, cnonce) : plain;
  const respond = (start: string, body = "") => {
    const a2 = qop === "auth-int" ? hash(start, uri, body) : hash(start, uri);
    return qop ? hash(a1, nonce, nc, cnonce, qop, a2) : hash(a1, nonce, a2);
  };

  const params: Record<string, string> = {};
  const parts: string[] = [];
  const add = (key: string, value: string | undefined, token?: boolean) => {
    if (value === undefined) return;
    params[key] = value;
    parts.push(`${key}=${token ? value : quote(value)}`);
  };
  if (hashed) add("username", hash(binary(username), realm));
  else if (unicode && /[^ -~]/.test(username)) add("username*", extended(username), true);
  else add("username", binary(username));
  add("realm", realm);
  add("uri", uri);
  if (algorithm) add("algorithm", algorithm, true);
  add("nonce", nonce);
  if (qop) add("nc", nc, true);
  if (qop || session) add("cnonce", cnonce);
  if (qop) add("qop", qop, true);
  add("response", respond(method, bodyHash));
  add("opaque", opaque);
  if (hashed) add("userhash", "true", true);
  return { header: `Digest ${parts.join(", ")}`, params, rspauth: (body) => respond("", body) };
}

/** The challenge with the strongest algorithm of those that can be answered; the first one among equals. */
export function strongest(challenges: readonly Challenge[]): Challenge | undefined {
  const ranks = Object.keys(hashes);
  let best: Challenge | undefined;
  let bestRank = ranks.length;
  for (const challenge of challenges) {
    const rank = ranks.indexOf(algorithmOf(challenge) ?? "");
    if (challenge.scheme !== "digest" || rank < 0 || rank >= bestRank) continue;
    if (challenge.params["nonce"] === undefined || challenge.params["realm"] === undefined) continue;
    if (!offers(challenge, "auth") && !offers(challenge, "auth-int") && !offers(challenge, "")) continue;
    best = challenge;
    bestRank = rank;
  }
  return best;
}
