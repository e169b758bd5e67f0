import { ValueError } from "./python/builtins.ts";
import { Cookie, type CookieFields } from "./python/cookie.ts";
import { repr, str } from "./python/values.ts";

/** A cookie as `Set-Cookie` text read by Python's `http.cookies`: what {@link morsel_to_cookie} takes. */
export interface Morsel {
  readonly key: string;
  readonly value: string;
  readonly [attribute: string]: unknown;
}

/** Whether a value is one. */
export function isMorsel(value: unknown): value is Morsel {
  return typeof value === "object" && value !== null && "key" in value && "value" in value;
}

/** The keywords of {@link create_cookie} and `RequestsCookieJar.set`. */
export type CookieKwargs = Partial<
  Omit<CookieFields, "name" | "value" | "port_specified" | "domain_specified" | "domain_initial_dot" | "path_specified">
>;

const cookieDefaults: Required<CookieKwargs> = {
  version: 0,
  port: null,
  domain: "",
  path: "/",
  secure: false,
  expires: null,
  discard: true,
  comment: null,
  comment_url: null,
  rest: { HttpOnly: null },
  rfc2109: false,
};

/**
 * A cookie of a name and a value that goes to every domain, but for what the keywords say.
 *
 * @throws TypeError for an unknown keyword
 */
export function create_cookie(name: string, value: string, kwargs: CookieKwargs = {}): Cookie {
  const unknown = Object.keys(kwargs).filter((key) => !Object.hasOwn(cookieDefaults, key));
  if (unknown.length) throw new TypeError(`create_cookie() got unexpected keyword arguments: ${repr(unknown)}`);
  const all = { ...cookieDefaults, ...kwargs };
  return new Cookie({
    ...all,
    name,
    value,
    port_specified: Boolean(all.port),
    domain_specified: Boolean(all.domain),
    domain_initial_dot: all.domain.startsWith("."),
    path_specified: Boolean(all.path),
  });
}

const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/**
 * A cookie of a morsel's key, value and attributes.
 *
 * @throws TypeError for a max-age that is no integer; ValueError for an expires that is not in the form of Netscape's
 */
export function morsel_to_cookie(morsel: Morsel): Cookie {
  let expires: number | null = null;
  if (morsel["max-age"]) {
    const age = str(morsel["max-age"]);
    if (!/^\s*[-+]?\d+\s*$/.test(age)) throw new TypeError(`max-age: ${age} must be integer`);
    expires = Math.floor(Date.now() / 1000 + Number(age));
  } else if (morsel["expires"]) {
    const date = str(morsel["expires"]);
    const match = /^[A-Za-z]{3}, (\d\d?)-([A-Za-z]{3})-(\d{4}) (\d\d?):(\d\d?):(\d\d?) GMT$/.exec(date);
    if (!match) throw new ValueError(`time data ${repr(date)} does not match format '%a, %d-%b-%Y %H:%M:%S GMT'`);
    const [, day, month, year, hour, minute, second] = match;
    expires =
      Date.UTC(Number(year), months.indexOf(month!), Number(day), Number(hour), Number(minute), Number(second)) / 1000;
  }
  return create_cookie(morsel.key, morsel.value, {
    comment: (morsel["comment"] as string | undefined) ?? null,
    comment_url: Boolean(morsel["comment"]),
    discard: false,
    domain: (morsel["domain"] as string | undefined) ?? "",
    expires,
    path: (morsel["path"] as string | undefined) ?? "",
    port: null,
    rest: { HttpOnly: morsel["httponly"] },
    rfc2109: false,
    secure: Boolean(morsel["secure"]),
    version: Number(morsel["version"] ?? 0) || 0,
  });
}
