import { describe } from "#platform";
import { __version__ } from "./version.ts";

/** What a bug report should tell. From requests' `help.info`. */
export function info(): Record<string, unknown> {
  return {
    ...describe(),
    using_pyopenssl: false,
    using_charset_normalizer: false,
    requests: { version: __version__ },
  };
}

/** Prints {@link info} as JSON. */
export function main(): void {
  console.log(JSON.stringify(info(), null, 2));
}
