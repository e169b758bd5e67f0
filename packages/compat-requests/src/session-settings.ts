import { CookieJar, cookiejar_from_dict, merge_cookies, RequestsCookieJar } from "./cookies.ts";
import { hasNone, type HooksInputType, type HooksType, isCallable } from "./hooks.ts";
import { Dict } from "./python/dict.ts";
import { isMapping, itemsOf, native, truth } from "./python/values.ts";
import { CaseInsensitiveDict, store } from "./structures.ts";
import type { CookiesType, HeadersType } from "./types.ts";

/** What the pairs of two settings are put into. */
type DictClass = new (pairs: Iterable<readonly [string, unknown]>) => object;

/**
 * A call's setting and the session's together: mappings are merged, with `null` taking a key out; of anything else the
 * call's counts where there is one. From requests' `sessions.merge_setting`.
 */
export function merge_setting(
  request_setting: unknown,
  session_setting: unknown,
  dict_class: DictClass = Dict,
): unknown {
  if (session_setting == null) return request_setting;
  if (request_setting == null) return session_setting;
  if (!isMapping(session_setting) || !isMapping(request_setting)) return request_setting;
  const caseless = dict_class === CaseInsensitiveDict;
  const merged = new Map<string, readonly [string, unknown]>();
  for (const items of [itemsOf(session_setting), itemsOf(request_setting)] as [string, unknown][][]) {
    for (const pair of items) merged.set(caseless ? pair[0].toLowerCase() : pair[0], pair);
  }
  return new dict_class([...merged.values()].filter((pair) => pair[1] != null));
}

function isEmpty(hooks: HooksInputType): boolean {
  if (hasNone(hooks)) return Object.hasOwn(hooks, "response");
  const response = hooks["response"];
  return response !== undefined && !isCallable(response) && [...(response as Iterable<unknown>)].length === 0;
}

/** A call's hooks, or the session's where it has none. From requests' `sessions.merge_hooks`. */
export function merge_hooks(
  request_hooks: HooksInputType | null,
  session_hooks: HooksInputType | null,
): HooksType | null {
  if (session_hooks == null || isEmpty(session_hooks)) return request_hooks as HooksType | null;
  if (request_hooks == null || isEmpty(request_hooks)) return session_hooks as HooksType;
  return merge_setting(request_hooks, session_hooks) as HooksType;
}

/** The session's cookies and a call's, in a jar of their own; nothing where there are none, as mostly. */
export function mergedCookies(own: CookieJar, given: CookiesType): RequestsCookieJar | null {
  const isGiven = given != null && truth(given);
  if (!isGiven && own._cookies?.size === 0) return null;
  const merged = merge_cookies(new RequestsCookieJar(), own);
  if (!isGiven) return merged;
  return merge_cookies(
    merged,
    given instanceof CookieJar ? given : cookiejar_from_dict(given as Record<string, string>),
  );
}

/** As {@link merge_setting} with a `CaseInsensitiveDict`, straight to the lines that are needed. */
export function mergedHeaders(given: HeadersType, own: HeadersType): HeadersType {
  if (!(own instanceof CaseInsensitiveDict) || !isMapping(given)) {
    return merge_setting(given, own, CaseInsensitiveDict) as HeadersType;
  }
  let lines = store(own as CaseInsensitiveDict<string | null>);
  if (truth(given)) {
    lines = new Map(lines);
    for (const [name, value] of itemsOf(given)) {
      lines.set(native(name as string).toLowerCase(), [name as string, value as string]);
    }
  }
  const out: (readonly [string, string])[] = [];
  for (const line of lines.values()) if (line[1] != null) out.push(line as readonly [string, string]);
  return out;
}
