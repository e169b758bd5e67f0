import { environ, exists, homeFolder, readText } from "#platform";
import { type Optional, optional } from "./python/arguments.ts";
import { isBytes, native, toBytes } from "./python/values.ts";
import { urlsplit } from "./python/urls.ts";
import { named, PythonError } from "./python/builtins.ts";

/** Where netrc files are looked for, in the home folder. */
export const NETRC_FILES: readonly string[] = [".netrc", "_netrc"];

/** A netrc file that cannot be read as one. */
export class NetrcParseError extends PythonError {}
named({ NetrcParseError });

type Entry = readonly [login: string, account: string, password: string];

/**
 * The tokens of a netrc file, as Python's `netrc` reads them. That is not how others do, nor `@posthaste/auth/netrc`: a
 * comment of several words on a line of its own below an entry makes the file malformed, as does a macro without an empty
 * line behind it; names are compared with regard to case; and of two entries for one machine the last counts. Whether a
 * request gets credentials depends on each of these.
 */
class Lexer {
  readonly #text: string;
  #at = 0;
  #pushed: string | undefined;
  line = 1;

  constructor(text: string) {
    this.#text = text;
  }

  #char(): string {
    const char = this.#text[this.#at++] ?? "";
    if (char === "\n") this.line++;
    return char;
  }

  push(token: string): void {
    this.#pushed = token;
  }

  next(): string {
    if (this.#pushed !== undefined) {
      const token = this.#pushed;
      this.#pushed = undefined;
      return token;
    }
    let char = this.#char();
    while (char && "\n\t\r ".includes(char)) char = this.#char();
    let token = "";
    if (char === '"') {
      for (char = this.#char(); char && char !== '"'; char = this.#char()) token += char === "\\" ? this.#char() : char;
      return token;
    }
    for (; char && !"\n\t\r ".includes(char); char = this.#char()) token += char === "\\" ? this.#char() : char;
    return token;
  }

  restOfLine(): string {
    const end = this.#text.indexOf("\n", this.#at);
    const line = this.#text.slice(this.#at, end < 0 ? undefined : end + 1);
    this.#at += line.length;
    return line;
  }
}

/** @throws NetrcParseError */
function parse(text: string): Map<string, Entry> {
  const hosts = new Map<string, Entry>();
  const lexer = new Lexer(text);
  for (;;) {
    const { line } = lexer;
    const top = lexer.next();
    if (!top) return hosts;
    if (top.startsWith("#")) {
      if (lexer.line === line && top.length === 1) lexer.restOfLine();
      continue;
    }
    if (top === "macdef") {
      lexer.next();
      for (let macro = lexer.restOfLine(); macro !== "\n"; macro = lexer.restOfLine()) {
        if (!macro) throw new NetrcParseError("Macro definition missing null line terminator.");
      }
      continue;
    }
    if (top !== "machine" && top !== "default") throw new NetrcParseError(`bad toplevel token '${top}'`);
    const name = top === "default" ? "default" : lexer.next();
    if (!name) throw new NetrcParseError("missing '' name");
    hosts.set(name, entry(lexer));
  }
}

function entry(lexer: Lexer): Entry {
  const fields: Record<string, string> = { login: "", account: "", password: "" };
  for (;;) {
    const { line } = lexer;
    const token = lexer.next();
    if (token.startsWith("#")) {
      if (lexer.line === line) lexer.restOfLine();
    } else if (["", "machine", "default", "macdef"].includes(token)) {
      lexer.push(token);
      return [fields["login"]!, fields["account"]!, fields["password"]!];
    } else if (token === "user" || Object.hasOwn(fields, token))
      fields[token === "user" ? "login" : token] = lexer.next();
    else throw new NetrcParseError(`bad follower token '${token}'`);
  }
}

function locate(named: string | undefined, home: string): string | undefined {
  if (named !== undefined) {
    const path = named.startsWith("~/") ? `${home}/${named.slice(2)}` : named;
    return exists(path) ? path : undefined;
  }
  return NETRC_FILES.map((name) => `${home}/${name}`).find((path) => exists(path));
}

/** Where no file was found, and when: asking the file system on every request would cost more than the rest of preparing it. */
let missing: { named: string | undefined; home: string; until: number } | undefined;

function netrcPath(): string | undefined {
  const { NETRC: named, HOME: home = homeFolder() } = environ();
  if (missing && missing.named === named && missing.home === home && performance.now() < missing.until)
    return undefined;
  const path = locate(named, home);
  missing = path === undefined ? { named, home, until: performance.now() + 1000 } : undefined;
  return path;
}

/**
 * Name and password for a URL's host from the file that NETRC names, or from `~/.netrc` or `~/_netrc`; `null` where there
 * are none. From requests' `utils.get_netrc_auth`.
 *
 * @throws NetrcParseError, and what reading the file throws, with `raise_errors` alone
 */
export function get_netrc_auth(
  url: string | Uint8Array,
  raise_errors?: Optional<"raise_errors", boolean>,
): [login: string, password: string] | null {
  const path = netrcPath();
  if (path === undefined) return null;
  const host = urlsplit(isBytes(url) ? native(toBytes(url)) : url).hostname;
  if (host === null) return null;
  let hosts: Map<string, Entry>;
  try {
    hosts = parse(readText(path));
  } catch (error) {
    if (optional("get_netrc_auth", "raise_errors", raise_errors, false)) throw error;
    return null;
  }
  const found = hosts.get(host) ?? hosts.get("default");
  if (!found?.some(Boolean)) return null;
  // As in Python, where there is no login it is the account's turn.
  return [found[0] || found[1], found[2]];
}
