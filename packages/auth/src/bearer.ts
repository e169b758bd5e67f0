import { originsOf, type AuthMethod, type OriginsOption } from "./method.ts";

/** A token, or a function that is asked for it at every hop. */
export type Token = string | (() => string | Promise<string>);

/** What {@link bearer} takes beside the token. */
export interface BearerOptions extends OriginsOption {
  /**
   * Gets a new token after a 401, which is used from then on; the request is then sent again, once. However many requests
   * are refused at a time, it is called once. Where it fails, those requests reject with `ERR_AUTH`.
   */
  refresh?: (rejected: string) => string | Promise<string>;
}

/**
 * The Bearer scheme (RFC 6750).
 *
 * @throws TypeError for an origin that is no URL
 * @example
 * ```ts
 * const method = bearer(() => session.token, { refresh: () => session.renew() });
 * const client = createClient({ adapter, plugins: [auth(method)] });
 * ```
 */
export function bearer(token: Token, options: BearerOptions = {}): AuthMethod {
  const { refresh } = options;
  let flight: Promise<void> | undefined;
  const credentials = async () => `Bearer ${typeof token === "function" ? await token() : token}`;
  return {
    origins: originsOf(options),
    credentials,
    renew:
      refresh &&
      (async (rejected) => {
        const before = token;
        // Another request may have renewed it since this one was sent, or while a token function was asked.
        if ((await credentials()) === rejected && token === before) {
          flight ??= Promise.resolve(rejected.slice(7))
            .then(refresh)
            .then((renewed) => void (token = renewed))
            .finally(() => (flight = undefined));
          await flight;
        }
        return credentials();
      }),
  };
}
