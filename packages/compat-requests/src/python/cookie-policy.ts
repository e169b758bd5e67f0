import { NotImplementedError } from "./builtins.ts";
import type { Cookie } from "./cookie.ts";
import {
  domainMatch,
  dotted,
  effectiveHost,
  type HeaderSource,
  isAddress,
  isThirdParty,
  looksLikeAddress,
  pathMatch,
  requestPath,
  requestPort,
  userDomainMatch,
  withoutDot,
} from "./cookie-requests.ts";
import { isPublicSuffix } from "./public-suffix.ts";

/** What a request is for a cookie jar; `MockRequest` makes one of a `PreparedRequest`. */
export type CookieRequest = HeaderSource;

/** Says which cookies are taken from and given to servers. From `http.cookiejar.CookiePolicy`. */
export class CookiePolicy {
  netscape: boolean = true;
  rfc2965: boolean = false;
  hide_cookie2: boolean = false;
  rfc2109_as_netscape: boolean | null = null;
  /** The time that expiry is measured against; set by the jar. */
  _now: number = 0;

  /** Whether a server's cookie is taken. */
  set_ok(_cookie: Cookie, _request: CookieRequest): boolean {
    throw new NotImplementedError();
  }

  /** Whether a cookie is given to a server. */
  return_ok(_cookie: Cookie, _request: CookieRequest): boolean {
    throw new NotImplementedError();
  }

  /** Whether cookies of a domain may be given at all. */
  domain_return_ok(_domain: string, _request: CookieRequest): boolean {
    return true;
  }

  /** Whether cookies of a path may be given at all. */
  path_return_ok(_path: string, _request: CookieRequest): boolean {
    return true;
  }
}

/** The keywords of {@link DefaultCookiePolicy}. */
export interface CookiePolicyKwargs {
  blocked_domains?: Iterable<string> | null;
  allowed_domains?: Iterable<string> | null;
  netscape?: boolean;
  rfc2965?: boolean;
  rfc2109_as_netscape?: boolean | null;
  hide_cookie2?: boolean;
  strict_domain?: boolean;
  strict_rfc2965_unverifiable?: boolean;
  strict_ns_unverifiable?: boolean;
  strict_ns_domain?: number;
  strict_ns_set_initial_dollar?: boolean;
  strict_ns_set_path?: boolean;
  secure_protocols?: readonly string[];
}

/**
 * Python's rules, from `http.cookiejar.DefaultCookiePolicy`. Some are stricter than there: a cookie whose Domain is a
 * public suffix, as `co.uk` is, is refused, and so is one whose name promises what it does not keep (`__Host-`,
 * `__Secure-`). A suffix's own cookies go to nobody below it, and an address gets its own cookies only.
 */
export class DefaultCookiePolicy extends CookiePolicy {
  static readonly DomainStrictNoDots: number = 1;
  static readonly DomainStrictNonDomain: number = 2;
  static readonly DomainRFC2965Match: number = 4;
  static readonly DomainLiberal: number = 0;
  static readonly DomainStrict: number = 3;

  strict_domain: boolean;
  strict_rfc2965_unverifiable: boolean;
  strict_ns_unverifiable: boolean;
  strict_ns_domain: number;
  strict_ns_set_initial_dollar: boolean;
  strict_ns_set_path: boolean;
  secure_protocols: readonly string[];
  #blocked: readonly string[];
  #allowed: readonly string[] | null;

  constructor(kwargs: CookiePolicyKwargs = {}) {
    super();
    this.netscape = kwargs.netscape ?? true;
    this.rfc2965 = kwargs.rfc2965 ?? false;
    this.rfc2109_as_netscape = kwargs.rfc2109_as_netscape ?? null;
    this.hide_cookie2 = kwargs.hide_cookie2 ?? false;
    this.strict_domain = kwargs.strict_domain ?? false;
    this.strict_rfc2965_unverifiable = kwargs.strict_rfc2965_unverifiable ?? true;
    this.strict_ns_unverifiable = kwargs.strict_ns_unverifiable ?? false;
    this.strict_ns_domain = kwargs.strict_ns_domain ?? DefaultCookiePolicy.DomainLiberal;
    this.strict_ns_set_initial_dollar = kwargs.strict_ns_set_initial_dollar ?? false;
    this.strict_ns_set_path = kwargs.strict_ns_set_path ?? false;
    this.secure_protocols = kwargs.secure_protocols ?? ["https", "wss"];
    this.#blocked = [...(kwargs.blocked_domains ?? [])];
    this.#allowed = kwargs.allowed_domains ? [...kwargs.allowed_domains] : null;
  }

  blocked_domains(): readonly string[] {
    return this.#blocked;
  }

  set_blocked_domains(domains: Iterable<string>): void {
    this.#blocked = [...domains];
  }

  is_blocked(domain: string): boolean {
    return this.#blocked.some((blocked) => userDomainMatch(domain, blocked));
  }

  allowed_domains(): readonly string[] | null {
    return this.#allowed;
  }

  set_allowed_domains(domains: Iterable<string> | null): void {
    this.#allowed = domains && [...domains];
  }

  is_not_allowed(domain: string): boolean {
    return this.#allowed !== null && !this.#allowed.some((allowed) => userDomainMatch(domain, allowed));
  }

  override set_ok(cookie: Cookie, request: CookieRequest): boolean {
    return (
      this.set_ok_version(cookie, request) &&
      this.set_ok_verifiability(cookie, request) &&
      this.set_ok_name(cookie, request) &&
      this.set_ok_path(cookie, request) &&
      this.set_ok_domain(cookie, request) &&
      this.set_ok_port(cookie, request)
    );
  }

  set_ok_version(cookie: Cookie, _request: CookieRequest): boolean {
    if (cookie.version === null) return false;
    return cookie.version > 0 ? this.rfc2965 : this.netscape;
  }

  set_ok_verifiability(cookie: Cookie, request: CookieRequest): boolean {
    if (!request.unverifiable || !isThirdParty(request)) return true;
    return !(cookie.version! > 0 ? this.strict_rfc2965_unverifiable : this.strict_ns_unverifiable);
  }

  set_ok_name(cookie: Cookie, request: CookieRequest): boolean {
    if (!keepsPromise(cookie, this.secure_protocols.includes(request.type))) return false;
    return !(cookie.version === 0 && this.strict_ns_set_initial_dollar && cookie.name.startsWith("$"));
  }

  set_ok_path(cookie: Cookie, request: CookieRequest): boolean {
    if (!cookie.path_specified || !(cookie.version! > 0 || this.strict_ns_set_path)) return true;
    return this.path_return_ok(cookie.path, request);
  }

  set_ok_domain(cookie: Cookie, request: CookieRequest): boolean {
    const { domain, version } = cookie;
    if (this.is_blocked(domain) || this.is_not_allowed(domain)) return false;
    if (!cookie.domain_specified) return true;
    const [host, effective] = effectiveHost(request);
    const undotted = withoutDot(domain);
    if (
      this.strict_domain &&
      /^\.(?:co|ac|com|edu|org|net|gov|mil|int|aero|biz|cat|coop|info|jobs|mobi|museum|name|pro|travel|eu)\.[^.]{2}$/.test(
        domain,
      )
    ) {
      return false;
    }
    if (!undotted.includes(".") && !effective.endsWith(".local")) return false;
    if (undotted !== host && isPublicSuffix(undotted)) return false;
    if (version === 0) {
      const inside = effective.endsWith(domain) || effective.endsWith(`${undotted}.local`);
      if (!inside && !effective.startsWith(".") && !`.${effective}`.endsWith(domain)) return false;
    }
    if (
      (version! > 0 || this.strict_ns_domain & DefaultCookiePolicy.DomainRFC2965Match) &&
      !domainMatch(effective, domain)
    )
      return false;
    if (version! > 0 || this.strict_ns_domain & DefaultCookiePolicy.DomainStrictNoDots) {
      if (host.slice(0, -domain.length).includes(".") && !looksLikeAddress(host)) return false;
    }
    return true;
  }

  set_ok_port(cookie: Cookie, request: CookieRequest): boolean {
    if (!cookie.port_specified || cookie.port === null) return true;
    const port = requestPort(request) ?? "80";
    for (const one of cookie.port.split(",")) {
      if (!/^\s*\d+\s*$/.test(one)) return false;
      if (one === port) return true;
    }
    return false;
  }

  override return_ok(cookie: Cookie, request: CookieRequest): boolean {
    return (
      this.return_ok_version(cookie, request) &&
      this.return_ok_verifiability(cookie, request) &&
      this.return_ok_secure(cookie, request) &&
      this.return_ok_expires(cookie, request) &&
      this.return_ok_port(cookie, request) &&
      this.return_ok_domain(cookie, request)
    );
  }

  return_ok_version(cookie: Cookie, _request: CookieRequest): boolean {
    return cookie.version! > 0 ? this.rfc2965 : this.netscape;
  }

  return_ok_verifiability(cookie: Cookie, request: CookieRequest): boolean {
    return this.set_ok_verifiability(cookie, request);
  }

  return_ok_secure(cookie: Cookie, request: CookieRequest): boolean {
    return !cookie.secure || this.secure_protocols.includes(request.type);
  }

  return_ok_expires(cookie: Cookie, _request: CookieRequest): boolean {
    return !cookie.is_expired(this._now);
  }

  return_ok_port(cookie: Cookie, request: CookieRequest): boolean {
    return !cookie.port || cookie.port.split(",").includes(requestPort(request) ?? "80");
  }

  return_ok_domain(cookie: Cookie, request: CookieRequest): boolean {
    const [host, effective] = effectiveHost(request);
    const { domain, version } = cookie;
    if (domain && withoutDot(domain) !== effective && (isAddress(host) || isBound(cookie))) return false;
    if (version === 0) {
      const strict = this.strict_ns_domain & DefaultCookiePolicy.DomainStrictNonDomain;
      if (strict && !cookie.domain_specified && domain !== effective) return false;
      return `.${effective}`.endsWith(dotted(domain));
    }
    return domainMatch(effective, domain);
  }

  override domain_return_ok(domain: string, request: CookieRequest): boolean {
    const [host, effective] = effectiveHost(request);
    const wanted = dotted(domain);
    if (!dotted(host).endsWith(wanted) && !dotted(effective).endsWith(wanted)) return false;
    return !this.is_blocked(domain) && !this.is_not_allowed(domain);
  }

  override path_return_ok(path: string, request: CookieRequest): boolean {
    return pathMatch(requestPath(request), path);
  }
}

/**
 * Whether a cookie is for its host alone. Others without a Domain go to what is below their host too, as in Python, but
 * below a public suffix are strangers. (A cookie that the user sets counts as one with a Domain.)
 */
function isBound(cookie: Cookie): boolean {
  return !cookie.domain_specified && isPublicSuffix(cookie.domain);
}

/**
 * Whether a cookie is what its name says, over a secure connection or not (RFC 6265bis §4.1.3): a server trusts that
 * nobody else can have set it. In any case of letters, for some servers make no difference.
 */
function keepsPromise(cookie: Cookie, isSecure: boolean): boolean {
  const prefix = /^__(?:host|secure)-/.exec(cookie.name.toLowerCase())?.[0];
  if (prefix === undefined) return true;
  if (!cookie.secure || !isSecure) return false;
  return prefix === "__secure-" || (!cookie.domain_specified && cookie.path_specified && cookie.path === "/");
}
