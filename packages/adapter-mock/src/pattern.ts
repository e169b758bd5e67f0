import { HttpError } from "@posthaste/core";

/** What `URLPattern` is, as far as it is asked. */
export interface UrlPatternLike {
  exec(input: string): object | null;
}

/**
 * Which URLs a route is for.
 *
 * - A text: a path on any origin (`"/users/:id"`) or a whole URL (`"https://api.test/users/*"`). `:name` is one segment or a
 *   part of one, `*` is anything, in a host anything too; a query in it is asked for as `query` is. `"*"` is every URL.
 * - A `RegExp`, tested against the whole URL; its named groups become parameters.
 * - A `URL`, its query included.
 * - A `URLPattern`; its named groups become parameters.
 * - A function.
 *
 * A request's user information and fragment are never looked at.
 */
export type UrlMatch = string | RegExp | URL | UrlPatternLike | ((url: URL) => boolean);

type UpTo<Text extends string, End extends string> = Text extends `${infer Start}${End}${string}` ? Start : Text;

/** The name that a text after a colon starts with; a port and the `//` of a URL without a path are none. */
type NameIn<Text extends string> =
  UpTo<UpTo<UpTo<UpTo<UpTo<UpTo<Text, "/">, "?">, ".">, "-">, "*">, ","> extends infer Name extends string
    ? Name extends "" | `${number}`
      ? never
      : Name
    : never;

type NamesIn<Text extends string> = Text extends `${string}:${infer Rest}`
  ? NameIn<UpTo<Rest, ":">> | NamesIn<Rest>
  : never;

type PathOf<Text extends string> = Text extends `${string}://${string}/${infer Path}` ? Path : Text;

/** The parameters that a URL pattern gives: those it names where it is a literal text, any otherwise. */
export type ParamsOf<Pattern> = Pattern extends string
  ? string extends Pattern
    ? Record<string, string>
    : { [Name in NamesIn<PathOf<UpTo<Pattern, "?">>>]: string }
  : Record<string, string>;

/** A {@link UrlMatch} made ready. */
export interface Pattern {
  /** As it was given. */
  readonly text: string;
  /** The query that it asks for. */
  readonly query: readonly (readonly [string, string])[];
  /** The parameters of a URL that it is for. */
  match(url: URL): Record<string, string> | undefined;
}

/** `url` as patterns see it. */
export function bareUrl(url: string): URL {
  const bare = new URL(url);
  bare.username = bare.password = bare.hash = "";
  return bare;
}

/**
 * @throws HttpError `ERR_OPTION` for a text that is neither a path nor a URL
 */
export function compile(wanted: UrlMatch): Pattern {
  if (typeof wanted === "string") return compileText(wanted);
  if (typeof wanted === "function") {
    return { text: wanted.name || "(function)", query: [], match: (url) => (wanted(url) ? {} : undefined) };
  }
  if (wanted instanceof URL) {
    const { origin, pathname, searchParams } = wanted;
    const same = (url: URL) => url.origin === origin && url.pathname === pathname;
    return { text: origin + pathname, query: [...searchParams], match: (url) => (same(url) ? {} : undefined) };
  }
  if (wanted instanceof RegExp) {
    // Of its own, so that the state of a global one is not shared.
    const own = new RegExp(wanted.source, wanted.flags.replace(/[gy]/g, ""));
    return {
      text: `${wanted}`,
      query: [],
      match(url) {
        const found = own.exec(url.href);
        return found ? definite(Object.entries(found.groups ?? {})) : undefined;
      },
    };
  }
  return {
    text: "pathname" in wanted ? String(wanted.pathname) : "(pattern)",
    query: [],
    match(url) {
      const found = wanted.exec(url.href);
      if (!found) return undefined;
      // Groups without a name are called by their numbers.
      const groups = Object.values(found).flatMap((part: { groups?: object }) => Object.entries(part?.groups ?? {}));
      return definite(groups.filter(([name]) => !/^\d+$/.test(name)));
    },
  };
}

/** Groups that took part. */
function definite(groups: readonly (readonly [string, unknown])[]): Record<string, string> {
  return Object.fromEntries(groups.filter(([, value]) => value !== undefined)) as Record<string, string>;
}

function compileText(text: string): Pattern {
  const [, origin = "", path = "", query = ""] = /^(https?:\/\/[^/?#]*)?([/*][^?]*)?(?:\?(.*))?$/is.exec(text) ?? [];
  const base = URL.parse(origin || "http://any.test");
  if (!base || (!origin && !path)) throw new HttpError("ERR_OPTION", `${JSON.stringify(text)} is no path and no URL`);
  const originTest = origin ? new RegExp(`^${escape(base.origin).replaceAll("\\*", "[^/]*")}$`) : /^/;
  // As a URL's parser would encode it; neither colons nor stars change by that.
  const encoded = path === "*" ? path : new URL(path || "/", base).pathname;
  const source = escape(encoded)
    .replaceAll("\\*", ".*")
    .replace(/:([a-z_]\w*)/gi, "(?<$1>[^/]+?)");
  let pathTest: RegExp;
  try {
    pathTest = new RegExp(`^${source}$`, "s");
  } catch (cause) {
    throw new HttpError("ERR_OPTION", `${JSON.stringify(text)} has two parameters of one name`, { cause });
  }
  return {
    text,
    query: [...new URLSearchParams(query)],
    match(url) {
      const found = originTest.test(url.origin) ? pathTest.exec(url.pathname) : null;
      if (!found) return undefined;
      return Object.fromEntries(Object.entries(found.groups ?? {}).map(([name, value]) => [name, decode(value)]));
    },
  };
}

const escape = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
