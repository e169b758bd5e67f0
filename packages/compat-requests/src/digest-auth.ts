import { hash } from "#platform";
import { followsRedirects } from "#transport";
import { AuthBase, sameCredentials } from "./auth-base.ts";
import { extract_cookies_to_jar } from "./cookies.ts";
import { UnrewindableBodyError } from "./exceptions.ts";
import type { PreparedRequest } from "./prepared-request.ts";
import { urlsplit } from "./python/urls.ts";
import { hasMethod, isText, randomHex, str } from "./python/values.ts";
import { MAX_PASSING_BODY, type Response } from "./response.ts";
import { parse_dict_header } from "./utils-headers.ts";

/** Per request, where Python keeps it per thread: many requests share one thread here. */
interface Attempt {
  position: number | null;
  calls: number;
}

/** Scheme, host and port: whom the credentials are for. */
function originOf(url: string | null): string {
  const { scheme, hostname, port } = urlsplit(url ?? "");
  return `${scheme}://${hostname}:${port ?? (scheme === "https" ? 443 : 80)}`;
}

const hashes: Record<string, Parameters<typeof hash>[0]> = {
  MD5: "md5",
  "MD5-SESS": "md5",
  SHA: "sha1",
  "SHA-256": "sha256",
  "SHA-512": "sha512",
};

// The few lines of hashing are not those of `@posthaste/auth-digest`: Python hashes UTF-8 of whatever the challenge holds,
// "None" where it has no realm, knows neither `charset` nor `userhash`, and takes `qop` by the letter; its header has another
// order and other quotes. `build_digest_header` is synchronous, so nothing could be loaded at its first use either.

/**
 * Digest authentication, as requests has it: MD5, MD5-SESS, SHA, SHA-256 and SHA-512, without `auth-int`; any challenge
 * with a status from 400 to 499 is answered, and later requests answer the last challenge at once. For all that RFC 7616
 * has there is `@posthaste/auth-digest`.
 *
 * @example
 * ```ts
 * await requests.get("https://example.test/private", { auth: new HTTPDigestAuth("user", "pass") });
 * ```
 */
export class HTTPDigestAuth extends AuthBase {
  username: string | Uint8Array;
  password: string | Uint8Array;
  /** The challenge that is answered. */
  chal: Record<string, string | null> = {};
  last_nonce: string = "";
  nonce_count: number = 0;
  readonly #attempts = new WeakMap<PreparedRequest, Attempt>();

  constructor(username: string | Uint8Array, password: string | Uint8Array) {
    super();
    this.username = username;
    this.password = password;
  }

  /** There is nothing to do here: the state belongs to requests, not to threads. */
  init_per_thread_state(): void {}

  /** The value of the Authorization header for the last challenge, or `null` where it cannot be answered. */
  build_digest_header(method: string, url: string): string | null {
    const { realm = null, nonce = null, qop = null, algorithm = null, opaque = null } = this.chal;
    const name = algorithm === null ? "MD5" : algorithm.toUpperCase();
    const algorithmName = hashes[name];
    if (!algorithmName) return null;
    const digest = (text: string): string => hash(algorithmName, text);
    const { path, query } = urlsplit(url);
    const uri = `${path || "/"}${query ? `?${query}` : ""}`;
    this.nonce_count = nonce === this.last_nonce ? this.nonce_count + 1 : 1;
    const count = this.nonce_count.toString(16).padStart(8, "0");
    const cnonce = randomHex(8);
    let secret = digest(`${str(this.username)}:${str(realm)}:${str(this.password)}`);
    if (name === "MD5-SESS") secret = digest(`${secret}:${str(nonce)}:${cnonce}`);
    const target = digest(`${method}:${uri}`);
    let response: string;
    if (!qop) response = digest(`${secret}:${str(nonce)}:${target}`);
    else if (qop.split(",").includes("auth"))
      response = digest(`${secret}:${str(nonce)}:${count}:${cnonce}:auth:${target}`);
    else return null;
    this.last_nonce = nonce ?? "";
    const parts = [
      `username=${quoted(this.username)}`,
      `realm=${quoted(realm)}`,
      `nonce=${quoted(nonce)}`,
      `uri="${uri}"`,
      `response="${response}"`,
    ];
    if (opaque) parts.push(`opaque=${quoted(opaque)}`);
    if (algorithm) parts.push(`algorithm=${quoted(algorithm)}`);
    if (qop) parts.push('qop="auth"', `nc=${count}`, `cnonce="${cnonce}"`);
    return `Digest ${parts.join(", ")}`;
  }

  #attemptOf(request: PreparedRequest): Attempt {
    let attempt = this.#attempts.get(request);
    if (!attempt) {
      const position = typeof request._body_position === "number" ? request._body_position : null;
      this.#attempts.set(request, (attempt = { position, calls: 1 }));
    }
    return attempt;
  }

  /** A response hook: a redirect's target may be answered anew. */
  handle_redirect(r: Response, _kwargs: Record<string, unknown> = {}): void {
    if (r.is_redirect) this.#attemptOf(r.request).calls = 1;
  }

  /**
   * A response hook: answers a challenge by sending the request again.
   *
   * @throws UnrewindableBodyError where the body was a generator, of which nothing is left. (Python sends nothing.)
   */
  async handle_401(r: Response, kwargs: Record<string, unknown> = {}): Promise<Response> {
    const attempt = this.#attemptOf(r.request);
    if (r.status_code < 400 || r.status_code >= 500) {
      attempt.calls = 1;
      return r;
    }
    const { body } = r.request;
    if (attempt.position !== null && hasMethod(body, "seek")) body.seek(attempt.position);
    const challenge = r.headers.get("www-authenticate") ?? "";
    if (!challenge.toLowerCase().includes("digest") || attempt.calls >= 2) {
      attempt.calls = 1;
      return r;
    }
    attempt.calls++;
    if (isConsumed(body)) {
      await r.close();
      throw new UnrewindableBodyError(
        "The request body was consumed when it was sent, and cannot be sent again to answer the challenge.",
        {
          response: r,
        },
      );
    }
    this.chal = parse_dict_header(challenge.replace(/digest /i, ""));
    await r._read(MAX_PASSING_BODY);
    await r.close();
    const prep = r.request.copy();
    this.#attempts.set(prep, attempt);
    extract_cookies_to_jar(prep._cookies!, r.request, r.raw);
    prep.prepare_cookies(prep._cookies);
    const header = this.build_digest_header(prep.method!, followsRedirects ? r.url : prep.url!);
    if (header) prep.headers.set("Authorization", header);
    const answered = await r.connection!.send(prep, kwargs);
    answered.history.push(r);
    answered.request = prep;
    return answered;
  }

  override __call__(r: PreparedRequest): PreparedRequest {
    if (this.last_nonce) {
      const header = this.build_digest_header(r.method!, r.url!);
      if (header) r.headers.set("Authorization", header);
    }
    this.#attempts.set(r, { position: hasMethod(r.body, "tell") ? (r.body.tell() as number) : null, calls: 1 });
    // The hooks go along with redirects. Another origin must not get an answer, from which the password can be guessed.
    const origin = originOf(r.url);
    // A browser follows by itself, and then the response alone knows where it came from.
    const isFromThere = ({ request, url }: Response): boolean =>
      [request.url, url ?? request.url].every((one) => originOf(one) === origin);
    r.register_hook("response", (response, kwargs) =>
      isFromThere(response) ? this.handle_401(response, kwargs) : response,
    );
    r.register_hook("response", (response, kwargs) => this.handle_redirect(response, kwargs));
    return r;
  }

  /** Whether another object has the same name and password, of whatever class it is. */
  equals(other: unknown): boolean {
    return sameCredentials(this, other);
  }
}

/** Between quotes; where a value has such itself, or would take away the last one, it is escaped (RFC 9110 §5.6.4). */
function quoted(value: unknown): string {
  const text = str(value);
  return `"${/"|\\$/.test(text) ? text.replace(/["\\]/g, "\\$&") : text}"`;
}

/** Whether a body is an iterator that was read to its end: sent again it would be empty. */
export function isConsumed(body: unknown): boolean {
  return body != null && !isText(body) && hasMethod(body, "next") && !hasMethod(body, "seek");
}
