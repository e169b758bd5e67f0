import { basicCredentials, type BasicOptions } from "./basic.ts";
import type { AuthMethod } from "./method.ts";

/**
 * The user information of the call's URL, as in `https://user:passwd@example.test/`, percent-decoded and sent by the
 * Basic scheme to that origin. What stands in the target of a redirect is not used.
 *
 * @example
 * ```ts
 * const client = createClient({ adapter, plugins: [auth(urlCredentials())] });
 * const response = await client.get("https://user:passwd@example.test/");
 * response.url; // "https://example.test/"
 * ```
 */
export function urlCredentials({ encoding }: Pick<BasicOptions, "encoding"> = {}): AuthMethod {
  return {
    credentials: (_, { username, password }) =>
      username || password ? basicCredentials(decode(username), decode(password), encoding) : undefined,
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A percent sign that begins no escape: the text stands for itself.
    return text;
  }
}
