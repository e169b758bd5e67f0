import { ValueError } from "./builtins.ts";
import { repr } from "./values.ts";

/** What a {@link Cookie} is made of. */
export interface CookieFields {
  version: number | null;
  name: string;
  value: string | null;
  port: string | null;
  port_specified: boolean;
  domain: string;
  domain_specified: boolean;
  domain_initial_dot: boolean;
  path: string;
  path_specified: boolean;
  secure: boolean;
  /** Seconds since 1970. */
  expires: number | null;
  discard: boolean;
  comment: string | null;
  comment_url: string | boolean | null;
  rest: Readonly<Record<string, unknown>>;
  rfc2109?: boolean;
}

/** A cookie with all that Python's `http.cookiejar.Cookie` knows of it. */
export class Cookie {
  version: number | null;
  name: string;
  value: string | null;
  port: string | null;
  port_specified: boolean;
  /** In lower case; with a dot before it where the server gave a Domain. */
  domain: string;
  domain_specified: boolean;
  domain_initial_dot: boolean;
  path: string;
  path_specified: boolean;
  secure: boolean;
  /** Seconds since 1970, or `null` for a cookie of the session. */
  expires: number | null;
  discard: boolean;
  comment: string | null;
  comment_url: string | boolean | null;
  rfc2109: boolean;
  /** Attributes that no standard of 1997 named, `HttpOnly` among them. */
  _rest: Record<string, unknown>;

  constructor(fields: CookieFields) {
    if (fields.port === null && fields.port_specified)
      throw new ValueError("if port is None, port_specified must be false");
    this.version = fields.version;
    this.name = fields.name;
    this.value = fields.value;
    this.port = fields.port;
    this.port_specified = fields.port_specified;
    this.domain = fields.domain.toLowerCase();
    this.domain_specified = fields.domain_specified;
    this.domain_initial_dot = fields.domain_initial_dot;
    this.path = fields.path;
    this.path_specified = fields.path_specified;
    this.secure = fields.secure;
    this.expires = fields.expires === null ? null : Math.trunc(fields.expires);
    this.discard = fields.discard;
    this.comment = fields.comment;
    this.comment_url = fields.comment_url;
    this.rfc2109 = fields.rfc2109 ?? false;
    this._rest = { ...fields.rest };
  }

  has_nonstandard_attr(name: string): boolean {
    return Object.hasOwn(this._rest, name);
  }

  get_nonstandard_attr(name: string, fallback: unknown = null): unknown {
    return this.has_nonstandard_attr(name) ? this._rest[name] : fallback;
  }

  set_nonstandard_attr(name: string, value: unknown): void {
    this._rest[name] = value;
  }

  /** Whether its time is over at `now`, in seconds. */
  is_expired(now: number = Date.now() / 1000): boolean {
    return this.expires !== null && this.expires <= now;
  }

  /** A cookie of its own with the same fields. */
  copy(): Cookie {
    // oxlint-disable-next-line typescript/no-misused-spread -- its fields are what is wanted
    return new Cookie({ ...this, rest: this._rest });
  }

  toString(): string {
    const pair = this.value === null ? this.name : `${this.name}=${this.value}`;
    return `<Cookie ${pair} for ${this.domain}${this.port === null ? "" : `:${this.port}`}${this.path}>`;
  }

  __repr__(): string {
    const { _rest, rfc2109, ...fields } = this;
    const parts = Object.entries(fields).map(([name, value]) => `${name}=${repr(value)}`);
    return `Cookie(${[...parts, `rest=${repr(_rest)}`, `rfc2109=${repr(rfc2109)}`].join(", ")})`;
  }
}
