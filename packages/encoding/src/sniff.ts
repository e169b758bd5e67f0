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
  const parameters = /;\s*([^\s;="]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)|([^;]*))/g;
  for (const [, name, quoted, plain] of (contentType ?? "").matchAll(parameters)) {
    if (name!.toLowerCase() === "charset") return (quoted?.replace(/\\(.)/g, "$1") ?? plain!).trim() || undefined;
  }
  return undefined;
}

/**
 * The encoding that a byte order mark names, as Python's codec that drops the mark: `utf-8-sig`, `utf-16` or `utf-32`.
 *
 * @example
 * ```ts
 * markOf(Uint8Array.of(0xff, 0xfe, 0x41, 0x00)); // "utf-16"
 * ```
 */
export function markOf(bytes: Uint8Array): "utf-8-sig" | "utf-16" | "utf-32" | undefined {
  const head = String.fromCharCode(...bytes.subarray(0, 4));
  if (head.startsWith("\xef\xbb\xbf")) return "utf-8-sig";
  // Before UTF-16, whose little-endian mark it begins with.
  if (/^(\xff\xfe\0\0|\0\0\xfe\xff)/.test(head)) return "utf-32";
  return /^(\xff\xfe|\xfe\xff)/.test(head) ? "utf-16" : undefined;
}

/**
 * The encoding that markup names for itself in its first 1024 bytes, by an XML declaration or a `<meta>` (HTML standard,
 * prescan), as it is written there; UTF-8 where it says UTF-16 or UTF-32, since then it could not have been read.
 *
 * @example
 * ```ts
 * declaredIn(new TextEncoder().encode('<meta charset="gbk">')); // "gbk"
 * ```
 */
export function declaredIn(bytes: Uint8Array): string | undefined {
  const head = String.fromCharCode(...bytes.subarray(0, 1024)).replace(/<!--.*?(-->|$)/gs, "");
  const [, label] =
    /^<\?xml\s[^>]*?\bencoding\s*=\s*["']\s*([^\s"'>]+)/.exec(head) ??
    /<meta\s[^>]*?\bcharset\s*=\s*["']?\s*([^\s"'/>;]+)/i.exec(head) ??
    [];
  return label && /^utf-?(16|32)/i.test(label) ? "utf-8" : label;
}
