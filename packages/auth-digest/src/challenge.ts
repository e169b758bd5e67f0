/** One challenge of a `WWW-Authenticate` or `Proxy-Authenticate` header (RFC 9110 §11.3). */
export interface Challenge {
  /** In lower case, such as `"digest"`. */
  scheme: string;
  /** By their names in lower case, without quotes; of a repeated name the first counts. */
  params: Record<string, string>;
}

/**
 * Parses the value of a `WWW-Authenticate` or `Proxy-Authenticate` header, or several of them joined by commas
 * (RFC 9110 §11.6.1). Never throws: what makes no sense is passed over, as is a scheme's token68. Takes time proportional to
 * the length.
 *
 * @example
 * ```ts
 * parseChallenges('Basic realm="a", Digest realm="b", nonce="c"')[1]?.params["nonce"]; // "c"
 * ```
 */
export function parseChallenges(header: string | null): Challenge[] {
  const challenges: Challenge[] = [];
  let params: Record<string, string> = {};
  // What separates, and a word; where that is a parameter's name, its value: quoted, also without an end, or bare. Sticky,
  // and no part can give back what it took and still match: nothing is read twice.
  for (const [, gap, word, quoted, bare] of (header ?? "").matchAll(
    /([\s,="]*)([^\s,="]+)(?:\s*=\s*(?:"([^"\\]*(?:\\[^][^"\\]*)*)"?|([^\s,]*)))?/gy,
  )) {
    const value = quoted?.replace(/\\([^])/g, "$1") ?? bare;
    if (value !== undefined) params[word!.toLowerCase()] ??= value;
    // A word alone that no comma parts from its scheme is a token68.
    else if (!challenges.length || gap!.includes(",")) {
      params = {};
      challenges.push({ scheme: word!.toLowerCase(), params });
    }
  }
  return challenges;
}
