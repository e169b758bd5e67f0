/** One challenge of a `WWW-Authenticate` or `Proxy-Authenticate` header (RFC 9110 §11.3). */
export interface Challenge {
  /** In lower case, such as `"digest"`. */
  scheme: string;
  /** By their names in lower case, without quotes; an object without a prototype. Of a repeated name the first counts. */
  params: Record<string, string>;
  /** What a scheme such as Negotiate has in place of parameters (token68). */
  token?: string;
}

/** A word; then, where it is a parameter's name, its value: quoted, even without an end, or a bare token. */
const item = /([\s,]*)([^\s,="]+|["=]+)(?:[ \t]*=[ \t]*(?:"([^"\\]*(?:\\[^][^"\\]*)*)\\?"?|([^\s,="][^\s,]*)))?/y;

/**
 * Parses the value of a `WWW-Authenticate` or `Proxy-Authenticate` header, or several of them joined by commas
 * (RFC 9110 §11.6.1). Never throws: what makes no sense is passed over. Takes time proportional to the length.
 *
 * @example
 * ```ts
 * parseChallenges('Basic realm="a", Digest realm="b", nonce="c"')[1]?.params["nonce"]; // "c"
 * ```
 */
export function parseChallenges(header: string): Challenge[] {
  const challenges: Challenge[] = [];
  let last: Challenge | undefined;
  for (const [, gap, word, quoted, bare] of header.matchAll(new RegExp(item, "gy"))) {
    const value = quoted?.replace(/\\([^])/g, "$1") ?? bare;
    if (value !== undefined) {
      if (last) last.params[word!.toLowerCase()] ??= value;
    } else if (last && !gap!.includes(",") && !last.token && !Object.keys(last.params).length) {
      last.token = word!;
    } else {
      challenges.push((last = { scheme: word!.toLowerCase(), params: { __proto__: null } as never }));
    }
  }
  return challenges;
}
