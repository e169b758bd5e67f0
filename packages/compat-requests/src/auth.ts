import { AuthBase, sameCredentials } from "./auth-base.ts";
import { UnicodeError, warn } from "./python/builtins.ts";
import { isBytes, isText, repr, str, toBytes } from "./python/values.ts";
import type { PreparedRequest } from "./prepared-request.ts";

function credential(value: unknown, what: string): Uint8Array {
  if (!isText(value)) {
    warn(`Non-string ${what} (${repr(value)}) will no longer be supported; give text or bytes.`, "DeprecationWarning");
  }
  return isBytes(value) ? toBytes(value) : Buffer.from(encodable(str(value)), "latin1");
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
  const pair = Buffer.concat([credential(username, "usernames"), Buffer.from(":"), credential(password, "passwords")]);
  return `Basic ${pair.toString("base64")}`;
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
