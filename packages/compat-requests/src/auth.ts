import { basicCredentials } from "@posthaste/auth";
import { AuthBase, sameCredentials } from "./auth-base.ts";
import { warn } from "#platform";
import { UnicodeError } from "./python/builtins.ts";
import { isBytes, isText, latin1, repr, str, toBytes } from "./python/values.ts";
import type { PreparedRequest } from "./prepared-request.ts";

/** The media type of a form. */
export const CONTENT_TYPE_FORM_URLENCODED: string = "application/x-www-form-urlencoded";
/** The media type of a form with files. */
export const CONTENT_TYPE_MULTI_PART: string = "multipart/form-data";

/** A user name or password, one character a byte. */
function credential(value: unknown, what: string): string {
  if (!isText(value)) {
    warn(`Non-string ${what} (${repr(value)}) will no longer be supported; give text or bytes.`, "DeprecationWarning");
  }
  return isBytes(value) ? latin1(toBytes(value)) : encodable(str(value));
}

/** Python's `encode("latin1")` is strict. */
function encodable(text: string): string {
  // oxlint-disable-next-line no-control-regex -- latin-1
  const bad = /[^\0-\xff]/u.exec(text);
  if (bad)
    throw new UnicodeError(
      `'latin-1' codec can't encode character ${repr(bad[0])} in position ${bad.index}: ordinal not in range(256)`,
    );
  return text;
}

/** The value of an Authorization header for Basic; text is latin-1. */
export function _basic_auth_str(username: unknown, password: unknown): string {
  return basicCredentials(credential(username, "usernames"), credential(password, "passwords"), "latin1");
}

/** Basic authentication (RFC 7617). */
export class HTTPBasicAuth extends AuthBase {
  username: string | Uint8Array;
  password: string | Uint8Array;

  constructor(username: string | Uint8Array, password: string | Uint8Array) {
    super();
    this.username = username;
    this.password = password;
  }

  override __call__(r: PreparedRequest): PreparedRequest {
    r.headers.set("Authorization", _basic_auth_str(this.username, this.password));
    return r;
  }

  /** Whether another object has the same name and password, of whatever class it is. */
  equals(other: unknown): boolean {
    return sameCredentials(this, other);
  }
}

/** Basic authentication towards a proxy. */
export class HTTPProxyAuth extends HTTPBasicAuth {
  override __call__(r: PreparedRequest): PreparedRequest {
    r.headers.set("Proxy-Authorization", _basic_auth_str(this.username, this.password));
    return r;
  }
}

export { AuthBase };
export { HTTPDigestAuth } from "./digest-auth.ts";
