import { HttpError } from "@posthaste/core";

/** The credentials of a machine. */
export interface NetrcEntry {
  /** The host's name in lower case; `undefined` for the entry `default`. */
  machine: string | undefined;
  login: string;
  password: string;
  account: string;
}

/**
 * Reads the text of a netrc file as ftp, curl and Python do: `machine NAME` or `default`, each followed by `login`
 * (or `user`), `password` and `account` in any order; `macdef` up to the next empty line; comments from `#` at the start of
 * a token to the end of the line, but for a `#` that begins a value; values in double quotes with backslash escapes.
 *
 * @throws HttpError `ERR_AUTH` where the text is malformed; it names the line, not what stands there
 * @example
 * ```ts
 * parseNetrc('machine example.test login user password "pass wd"');
 * // [{ machine: "example.test", login: "user", password: "pass wd", account: "" }]
 * ```
 */
export function parseNetrc(text: string): NetrcEntry[] {
  const entries: NetrcEntry[] = [];
  let line = 1;
  let at = 0;

  const fail = (problem: string): never => {
    throw new HttpError("ERR_AUTH", `netrc: line ${line} ${problem}`);
  };
  const advance = (pattern: RegExp): string => {
    pattern.lastIndex = at;
    const [found = ""] = pattern.exec(text) ?? [];
    at += found.length;
    line += found.split("\n").length - 1;
    return found;
  };
  const token = (): string => {
    advance(/\s+/y);
    if (text[at] !== '"') return advance(/(?:\\[^]|\S)+/y).replace(/\\([^])/g, "$1");
    const quoted = advance(/"(?:[^"\\\n]|\\.)*"/y) || fail("has a quote that does not end");
    return quoted.slice(1, -1).replace(/\\(.)/g, "$1");
  };
  const value = (): string => {
    const here = at;
    const found = token();
    return found || text.slice(here, at).endsWith('""') ? found : fail("ends where a value is missing");
  };

  let entry: NetrcEntry | undefined;
  for (;;) {
    advance(/(?:\s+|#.*)+/y);
    if (at >= text.length) return entries;
    const word = token();
    if (word === "machine" || word === "default") {
      entry = { machine: word === "machine" ? value().toLowerCase() : undefined, login: "", password: "", account: "" };
      entries.push(entry);
    } else if (word === "macdef") {
      value();
      // A macro ends with an empty line, or with the text.
      advance(/(?:(?!\r?\n\r?\n)[^])*/y);
    } else if (entry && /^(login|user|password|account)$/.test(word)) {
      entry[word === "user" ? "login" : (word as "login")] = value();
    } else {
      fail("has a word that does not belong there");
    }
  }
}

/**
 * The entry for a host: the first one of its name, else `default`. Names are compared whole, without regard to case.
 *
 * @param host as `URL.hostname` gives it
 * @example
 * ```ts
 * findNetrc(entries, new URL("https://example.test:8443/").hostname)?.login;
 * ```
 */
export function findNetrc(entries: readonly NetrcEntry[], host: string): NetrcEntry | undefined {
  const name = host.toLowerCase().replace(/^\[|\]$/g, "");
  return (
    entries.find(({ machine }) => machine?.replace(/^\[|\]$/g, "") === name) ??
    entries.find(({ machine }) => machine === undefined)
  );
}
