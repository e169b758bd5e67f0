import { HttpError } from "@posthaste/core";
import { originsOf, type AuthMethod, type OriginsOption } from "./method.ts";

/** How user names and passwords become bytes. */
export type CredentialsEncoding = "utf-8" | "latin1";

/** What {@link basic} takes beside the credentials. */
export interface BasicOptions extends OriginsOption {
  /** @default "utf-8" */
  encoding?: CredentialsEncoding;
}

/**
 * The credentials of the Basic scheme (RFC 7617), for an Authorization or Proxy-Authorization header. In UTF-8 the text is
 * put into Normalization Form C first (§2.1).
 *
 * @throws HttpError `ERR_AUTH` where `"latin1"` has no byte for a character
 * @example
 * ```ts
 * basicCredentials("Aladdin", "open sesame"); // "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="
 * ```
 */
export function basicCredentials(user: string, password: string, encoding: CredentialsEncoding = "utf-8"): string {
  let text = `${user}:${password}`;
  if (encoding === "utf-8") text = new TextEncoder().encode(text.normalize()).reduce(addByte, "");
  try {
    return `Basic ${btoa(text)}`;
  } catch {
    throw new HttpError("ERR_AUTH", "not in latin1");
  }
}

const addByte = (text: string, byte: number): string => text + String.fromCharCode(byte);

/** {@link basicCredentials}, but for what RFC 7617 §2 rules out. */
export function checkedCredentials(user: string, password: string, encoding?: CredentialsEncoding): string {
  if (/:|\p{Cc}/u.test(user) || /\p{Cc}/u.test(password)) {
    throw new HttpError("ERR_AUTH", "a colon or control character");
  }
  return basicCredentials(user, password, encoding);
}

/**
 * The Basic scheme (RFC 7617), without waiting for a challenge.
 *
 * @throws HttpError `ERR_AUTH` for a user name with a colon, a control character, and what the encoding cannot express
 * @throws TypeError for an origin that is no URL
 * @example
 * ```ts
 * const client = createClient({ adapter, plugins: [auth(basic("user", "passwd"))] });
 * ```
 */
export function basic(user: string, password: string, options: BasicOptions = {}): AuthMethod {
  const value = checkedCredentials(user, password, options.encoding);
  return { origins: originsOf(options), credentials: () => value };
}
