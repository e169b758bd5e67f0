import { type Optional, optional } from "./python/arguments.ts";
import { isBytes, latin1, native, toBytes } from "./python/values.ts";

/**
 * What a header's name and value must match, by the type that Python's `str` and `bytes` are here. From requests'
 * `_internal_utils.HEADER_VALIDATORS`.
 */
export const HEADER_VALIDATORS: ReadonlyMap<
  StringConstructor | Uint8ArrayConstructor,
  readonly [name: RegExp, value: RegExp]
> = /* @__PURE__ */ new Map<StringConstructor | Uint8ArrayConstructor, readonly [RegExp, RegExp]>([
  // Python's \s in a pattern for text, without the separators that JavaScript's has not.
  [String, [/^[^:\s][^:\r\n]*$/, /^\S[^\r\n]*$|^$/]],
  // For bytes, one character each, it is ASCII's alone.
  [Uint8Array, [/^[^:\t-\r ][^:\r\n]*$/, /^[^\t-\r ][^\r\n]*$|^$/]],
]);

/** Text of text or bytes. From requests' `_internal_utils.to_native_string`. */
export function to_native_string(string: string | Uint8Array, given?: Optional<"encoding", string>): string {
  if (!isBytes(string)) return string;
  const encoding = optional("to_native_string", "encoding", given, "ascii");
  return /^(?:latin-?1|iso-8859-1)$/i.test(encoding) ? latin1(toBytes(string)) : native(toBytes(string));
}

/** Whether text is nothing but ASCII. From requests' `_internal_utils.unicode_is_ascii`. */
export function unicode_is_ascii(u_string: string): boolean {
  // oxlint-disable-next-line no-control-regex -- ASCII
  return /^[\0-\x7f]*$/.test(u_string);
}
