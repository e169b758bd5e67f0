import { isBytes, latin1, native, toBytes } from "./python/values.ts";

/** Text of text or bytes. From requests' `_internal_utils.to_native_string`. */
export function to_native_string(string: string | Uint8Array, encoding: string = "ascii"): string {
  if (!isBytes(string)) return string;
  return /^(?:latin-?1|iso-8859-1)$/i.test(encoding) ? latin1(toBytes(string)) : native(toBytes(string));
}

/** Whether text is nothing but ASCII. From requests' `_internal_utils.unicode_is_ascii`. */
export function unicode_is_ascii(u_string: string): boolean {
  // oxlint-disable-next-line no-control-regex -- ASCII
  return /^[\0-\x7f]*$/.test(u_string);
}
