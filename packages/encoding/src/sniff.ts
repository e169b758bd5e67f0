/**
 * The `charset` parameter of a Content-Type (RFC 9110 §8.3.1), as it is written there.
 *
 * @example
 * ```ts
 * charsetOf('text/html; charset="koi8-r"'); // "koi8-r"
 * ```
 */
export function charsetOf(contentType: string | null | undefined): string | undefined {
  // A quoted value may hold what looks like a parameter.
  const charset = /^(?:[^"]|"(?:[^"\\]|\\.)*")*?;\s*charset\s*=\s*(?:"([^"]*)|([^\s;]*))/i;
  const [, quoted, plain] = charset.exec(contentType ?? "") ?? [];
  return quoted || plain || undefined;
}

/**
 * The encoding that a byte order mark names, as chardet spells it; Python's codecs of these names drop the mark.
 *
 * @example
 * ```ts
 * markOf(Uint8Array.of(0xff, 0xfe, 0x41, 0x00)); // "UTF-16"
 * ```
 */
export function markOf(bytes: Uint8Array): "UTF-8-SIG" | "UTF-16" | "UTF-32" | undefined {
  // UTF-32 first, since its little-endian mark begins with UTF-16's.
  const head = String.fromCharCode(...bytes.subarray(0, 4));
  if (head.startsWith("\xef\xbb\xbf")) return "UTF-8-SIG";
  if (/^(\xff\xfe\0\0|\0\0\xfe\xff)/.test(head)) return "UTF-32";
  return /^(\xff\xfe|\xfe\xff)/.test(head) ? "UTF-16" : undefined;
}

/**
 * The encoding that markup names for itself in its first 1024 bytes, by an XML declaration or a `<meta>` (HTML standard,
 * prescan), as it is written there. UTF-8 where it says UTF-16 or UTF-32, since then it could not have been read, or UTF-7,
 * which would let text pass for markup.
 *
 * @example
 * ```ts
 * declaredIn(new TextEncoder().encode('<meta charset="gbk">')); // "gbk"
 * ```
 */
export function declaredIn(bytes: Uint8Array): string | undefined {
  const head = String.fromCharCode(...bytes.subarray(0, 1024)).replace(/<!--.*?(-->|$)/gs, "");
  const declaration = /(?:^<\?xml\s[^>]*?\bencoding|<meta\s[^>]*?\bcharset)\s*=\s*["']?\s*([^\s"'>;]+)/i;
  const label = declaration.exec(head)?.[1];
  return label?.replace(/^utf-?(16|32|7).*/i, "utf-8");
}
