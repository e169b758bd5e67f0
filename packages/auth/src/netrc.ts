import { readFile, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { HttpError } from "@posthaste/core";
import { basicCredentials, type CredentialsEncoding } from "./basic.ts";
import type { AuthMethod } from "./method.ts";
import { findNetrc, parseNetrc, type NetrcEntry } from "./parse-netrc.ts";

export { findNetrc, parseNetrc, type NetrcEntry } from "./parse-netrc.ts";

/** Where {@link readNetrc} looks, and how strictly. */
export interface NetrcOptions {
  /** The file. @default what the environment variable NETRC names, else `~/.netrc`, else `~/_netrc` */
  path?: string | undefined;
  /**
   * What to do with a file that has passwords and that others than its owner can read (not on Windows): reject with
   * `ERR_AUTH`, read it as if it were empty, or use it.
   *
   * @default "error"
   */
  insecure?: "error" | "skip" | "use";
}

/** What {@link netrc} takes. */
export interface NetrcMethodOptions extends NetrcOptions {
  /** @default "utf-8" */
  encoding?: CredentialsEncoding;
}

/**
 * Reads a netrc file; one that is not there is like an empty one.
 *
 * @throws HttpError `ERR_AUTH` where the file cannot be read, is malformed, or is open to others
 * @example
 * ```ts
 * const entries = await readNetrc({ path: "/etc/app/netrc" });
 * findNetrc(entries, "example.test")?.login;
 * ```
 */
export async function readNetrc(options: NetrcOptions = {}): Promise<NetrcEntry[]> {
  const { path = process.env["NETRC"], insecure = "error" } = options;
  const home = homedir();
  for (const file of path ? [path] : [join(home, ".netrc"), join(home, "_netrc")]) {
    try {
      const { mode } = await stat(file);
      const entries = parseNetrc(await readFile(file, "utf8"));
      const open = process.platform !== "win32" && (mode & 0o077) !== 0 && entries.some(({ password }) => password);
      if (!open || insecure === "use") return entries;
      if (insecure === "skip") return [];
      throw new HttpError("ERR_AUTH", `${file} has passwords and can be read by others than its owner: chmod 600 it`);
    } catch (error) {
      if (error instanceof HttpError) throw error;
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") {
        throw new HttpError("ERR_AUTH", `${file} cannot be read`, { cause: error });
      }
    }
  }
  return [];
}

/**
 * The credentials of a netrc file by the Basic scheme, each for its own host on any port and scheme, also after a redirect;
 * those of the entry `default` only for the origin of the call's first URL. The file is read at the first request.
 *
 * @example
 * ```ts
 * const client = createClient({ adapter, plugins: [auth(netrc())] });
 * ```
 */
export function netrc(options: NetrcMethodOptions = {}): AuthMethod {
  let entries: Promise<NetrcEntry[]> | undefined;
  return {
    origins: "*",
    async credentials(hop, first) {
      const { hostname, origin } = new URL(hop.url);
      const entry = findNetrc(await (entries ??= readNetrc(options)), hostname);
      if (!entry || (entry.machine === undefined && origin !== first.origin)) return undefined;
      return basicCredentials(entry.login, entry.password, options.encoding);
    },
  };
}
