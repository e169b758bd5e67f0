import { hasNone, type HooksInputType, type HooksType, isCallable } from "./hooks.ts";
import { Dict } from "./python/dict.ts";
import { isMapping, itemsOf } from "./python/values.ts";
import { CaseInsensitiveDict } from "./structures.ts";

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
