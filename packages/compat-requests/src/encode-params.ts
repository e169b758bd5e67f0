import { ValueError } from "./python/builtins.ts";
import { urlencode } from "./python/urls.ts";
import { hasMethod, isIterable, isPlain, isText, itemsOf, iterate, typeName } from "./python/values.ts";

/**
 * The pairs of a mapping or list as a list, from requests' `utils.to_key_val_list`.
 *
 * @throws ValueError for text, bytes, booleans and integers; TypeError for what is not iterable
 */
export function to_key_val_list(value: unknown): [unknown, unknown][] | null {
  if (value == null) return null;
  if (isText(value) || typeof value === "boolean" || Number.isInteger(value) || typeof value === "bigint") {
    throw new ValueError("cannot encode objects that are not 2-tuples");
  }
  if (isPlain(value) || value instanceof Map || hasMethod(value, "items")) return itemsOf(value as object);
  return [...iterate(value)] as [unknown, unknown][];
}

/** Takes a pair apart as Python does. */
export function unpack(pair: unknown): [unknown, unknown] {
  if (!isIterable(pair)) throw new TypeError(`cannot unpack non-iterable ${typeName(pair)} object`);
  const parts = [...iterate(pair)];
  if (parts.length > 2) throw new ValueError("too many values to unpack (expected 2)");
  if (parts.length < 2) throw new ValueError(`not enough values to unpack (expected 2, got ${parts.length})`);
  return parts as [unknown, unknown];
}

/** Each value of a field: a list gives several, text, bytes and numbers one, `null` none. */
export function* valuesOf(value: unknown): Generator<unknown, void, undefined> {
  for (const one of isText(value) || !isIterable(value) ? [value] : iterate(value)) if (one != null) yield one;
}

/** Encodes a query or form; text, bytes and what can be read come back as they are. */
export function encodeParams(data: unknown): unknown {
  if (data == null || isText(data) || hasMethod(data, "read") || !isIterable(data)) return data;
  const pairs: [unknown, unknown][] = [];
  for (const pair of to_key_val_list(data)!) {
    const [key, values] = unpack(pair);
    for (const value of valuesOf(values)) pairs.push([key, value]);
  }
  return pairs.length ? urlencode(pairs) : "";
}
