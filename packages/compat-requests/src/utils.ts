import { environ } from "#platform";
import { writesAllHeaders } from "#transport";
import { where } from "./certs.ts";
import { type CookieJar, cookiejar_from_dict } from "./cookies.ts";
import { to_key_val_list } from "./encode-params.ts";
import { type Optional, optional } from "./python/arguments.ts";
import type { Items } from "./python/dict.ts";
import { hasMethod, isPlain, itemsOf } from "./python/values.ts";
import { CaseInsensitiveDict } from "./structures.ts";
import { __version__ } from "./version.ts";

export { cookiejar_from_dict, to_key_val_list, CaseInsensitiveDict };
export { guess_filename, rewind_body, super_len } from "./files.ts";
export { HEADER_VALIDATORS, to_native_string } from "./internal-utils.ts";
export { DEFAULT_PORTS } from "./session-redirects.ts";
export {
  _parse_content_type_header,
  check_header_validity,
  get_encoding_from_headers,
  parse_dict_header,
  parse_header_links,
  parse_list_header,
  unquote_header_value,
} from "./utils-headers.ts";
export { get_netrc_auth, NETRC_FILES, NetrcParseError } from "./utils-netrc.ts";
export {
  address_in_network,
  dotted_netmask,
  get_environ_proxies,
  getproxies,
  is_ipv4_address,
  is_valid_cidr,
  resolve_proxies,
  select_proxy,
  should_bypass_proxies,
} from "./utils-proxies.ts";
export {
  get_encodings_from_content,
  get_unicode_from_response,
  guess_json_utf,
  iter_slices,
  stream_decode_response_unicode,
} from "./utils-text.ts";
export {
  get_auth_from_url,
  prepend_scheme_if_needed,
  requote_uri,
  UNRESERVED_SET,
  unquote_unreserved,
  urldefragauth,
} from "./utils-urls.ts";
export { atomic_open, extract_zipped_paths } from "#platform";

/** Where a file with the system's certificate authorities is. */
export const DEFAULT_CA_BUNDLE_PATH: string = /* @__PURE__ */ where();

/** What requests sends for Accept-Encoding. */
export const DEFAULT_ACCEPT_ENCODING: string = "gzip, deflate";

/** Names itself as Python's requests of this version does. */
export function default_user_agent(name?: Optional<"name", string>): string {
  return `${optional("default_user_agent", "name", name, "python-requests")}/${__version__}`;
}

/** The headers that a new session has; in a browser those that it does not write itself. */
export function default_headers(): CaseInsensitiveDict {
  if (!writesAllHeaders) return new CaseInsensitiveDict({ Accept: "*/*" });
  return new CaseInsensitiveDict({
    "User-Agent": default_user_agent(),
    "Accept-Encoding": DEFAULT_ACCEPT_ENCODING,
    Accept: "*/*",
    Connection: "keep-alive",
  });
}

/** The pairs of a mapping; anything else comes back as it is. */
export function dict_to_sequence(d: unknown): unknown {
  return isPlain(d) || d instanceof Map || hasMethod(d, "items") ? itemsOf(d as object) : d;
}

/** A `Map` of pairs, or of a mapping. @throws ValueError as {@link to_key_val_list} */
export function from_key_val_list(value: unknown): Map<unknown, unknown> | null {
  const list = to_key_val_list(value);
  return list && new Map(list);
}

/** Names and values of a jar's cookies. */
export function dict_from_cookiejar(cj: CookieJar): Record<string, string | null> {
  return Object.fromEntries(Array.from(cj, (cookie) => [cookie.name, cookie.value]));
}

/** Puts names and values into a jar. */
export function add_dict_to_cookiejar<J extends CookieJar>(cj: J, cookie_dict: Items<string | null>): J {
  return cookiejar_from_dict(cookie_dict, cj);
}

/**
 * Sets a variable of the environment until it is disposed of; `null` sets nothing.
 *
 * @example
 * ```ts
 * {
 *   using _ = set_environ("NO_PROXY", "localhost");
 * }
 * ```
 */
export function set_environ(
  env_name: string,
  value: string | null,
): Disposable & { __enter__(): void; __exit__(): void } {
  let old: string | undefined;
  const enter = (): void => {
    if (value === null || value === undefined) return;
    const env = environ();
    old = env[env_name];
    env[env_name] = value;
  };
  const exit = (): void => {
    if (value === null || value === undefined) return;
    const env = environ();
    if (old === undefined) delete env[env_name];
    else env[env_name] = old;
  };
  enter();
  return { __enter__: () => {}, __exit__: exit, [Symbol.dispose]: exit };
}
