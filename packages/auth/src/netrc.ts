import { existsSync } from "node:fs";
import { open } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { HttpError } from "@posthaste/core";
import { basicCredentials, type CredentialsEncoding } from "./basic.ts";
import type { AuthMethod } from "./method.ts";
import { findNetrc, parseNetrc, type NetrcEntry } from "./parse-netrc.ts";

export { findNetrc, parseNetrc, type NetrcEntry } from "./parse-netrc.ts";

/** Where {@link readNetrc} looks, and how strictly. */
export interface NetrcOptions {
  /** A file that must be there. @default what the environment variable NETRC names, else `~/.netrc`, else `~/_netrc`, if any */
  path?: string | undefined;
  /**
   * What to do with a file that has passwords and that others than its owner have access to (not on Windows): reject with
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
 * Reads a netrc file.
 *
 * @throws HttpError `ERR_AUTH` where the file cannot be read, is malformed, or is open to others
 * @example
 * ```ts
 * const entries = await readNetrc({ path: "/etc/app/netrc" });
 * findNetrc(entries, "example.test")?.login;
 * ```
 */
export async function readNetrc({ path, insecure = "error" }: NetrcOptions = {}): Promise<NetrcEntry[]> {
  if (path) return readFrom(path, insecure);
  const home = homedir();
  const named = process.env["NETRC"]?.replace(/^~(?=\/)/, home);
  for (const file of named ? [named] : [join(home, ".netrc"), join(home, "_netrc")]) {
    if (existsSync(file)) return readFrom(file, insecure);
  }
  return [];
}

async function readFrom(path: string, insecure: NetrcOptions["insecure"]): Promise<NetrcEntry[]> {
  let text, mode;
  try {
    const file = await open(path);
    try {
      ({ mode } = await file.stat());
      text = await file.readFile("utf8");
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw new HttpError("ERR_AUTH", `${path} cannot be read`, { cause });
  }
  const entries = parseNetrc(text);
  const isOpen = process.platform !== "win32" && (mode & 0o077) !== 0 && entries.some(({ password }) => password);
  if (!isOpen || insecure === "use") return entries;
  if (insecure === "skip") return [];
  throw new HttpError("ERR_AUTH", `${path} has passwords and is open to others than its owner (chmod 600 helps)`);
}

/**
 * The credentials of a netrc file by the Basic scheme, each for its own host on any port, also after a redirect, but not
 * without TLS where the call began with it; those of the entry `default` only for the origin of the call's first URL. The
 * file is read once, at the first request.
 *
 * @example
 * ```ts
 * const client = createClient({ adapter, plugins: [auth(netrc())] });
 * ```
 */
export function netrc(options: NetrcMethodOptions = {}): AuthMethod {
  let entries: NetrcEntry[] | undefined;
  return {
    origins: "*",
    async credentials(hop, first) {
      const { hostname, origin, protocol } = new URL(hop.url);
      const entry = findNetrc((entries ??= await readNetrc(options)), hostname);
      if (!entry) return undefined;
      const { machine, login, password } = entry;
      const downgraded = protocol === "http:" && first.protocol === "https:";
      if (downgraded || (machine === undefined && origin !== first.origin)) return undefined;
      return login || password ? basicCredentials(login, password, options.encoding) : undefined;
    },
  };
}
