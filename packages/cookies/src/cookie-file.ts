import { Cookie } from "tough-cookie";
import { call } from "./store.ts";
import type { ToughJar } from "./tough-jar.ts";

/** Before the domain of an HttpOnly cookie in cookies.txt; to older readers the line is a comment. */
const httpOnlyPrefix = "#HttpOnly_";

/**
 * `"json"` keeps everything; `"netscape"` is the cookies.txt of curl, wget and Python, which knows no SameSite. Its
 * session cookies have the expiry 0, as with curl; Python reads those with `ignore_expires=True`.
 */
export type CookieFormat = "json" | "netscape";

/**
 * The jar's cookies as text, session cookies included. They are secrets: write the file for its owner only.
 *
 * In cookies.txt, cookies with a tab or line break are left out, for it cannot hold them.
 *
 * @throws Error where the jar's store cannot list its cookies
 * @example
 * ```ts
 * await writeFile("cookies.txt", await exportCookies(jar, "netscape"), { mode: 0o600, encoding: "latin1" });
 * ```
 */
export async function exportCookies({ cookieJar }: ToughJar, format: CookieFormat = "json"): Promise<string> {
  const jar = await cookieJar.serialize();
  if (format === "json") return JSON.stringify(jar, null, 2);
  const lines = jar.cookies
    .map((cookie) => fieldsOf(Cookie.fromJSON(cookie)!))
    .filter((fields) => !fields.some((field) => /[\t\r\n]/.test(field)))
    .map((fields) => fields.join("\t"));
  return ["# Netscape HTTP Cookie File", ...lines, ""].join("\n");
}

/** Domain, whether subdomains get it, path, whether only TLS does, seconds since 1970, name, value. */
function fieldsOf(cookie: Cookie): string[] {
  const { domain, hostOnly, path, secure, httpOnly, key, value } = cookie;
  const expiry = cookie.expiryTime() ?? Infinity;
  // A session cookie has 0, so one that ended in 1970 has 1.
  const seconds = expiry === Infinity ? 0 : Math.max(1, Math.floor(expiry / 1000));
  const flag = (on: boolean) => (on ? "TRUE" : "FALSE");
  const host = `${httpOnly ? httpOnlyPrefix : ""}${hostOnly ? "" : "."}${domain}`;
  return [host, flag(!hostOnly), String(path), flag(secure), String(seconds), key, value];
}

/**
 * Puts the cookies of a text that {@link exportCookies}, curl, wget or Python wrote into the jar; which format it is shows
 * itself. Cookies of the same name, domain and path are replaced.
 *
 * @returns how many cookies there were
 * @throws SyntaxError where the text is in neither format; it names the line, not what stands there
 * @example
 * ```ts
 * await importCookies(jar, await readFile("cookies.txt", "latin1"));
 * ```
 */
export async function importCookies({ cookieJar }: ToughJar, text: string): Promise<number> {
  const cookies = /^\s*\{/.test(text) ? readJson(text) : readLines(text);
  for (const cookie of cookies) await call<void>((done) => cookieJar.store.putCookie(cookie, done));
  return cookies.length;
}

function readJson(text: string): Cookie[] {
  let jar;
  try {
    jar = JSON.parse(text) as { cookies?: unknown };
  } catch {
    // The engine's own message shows some of the text.
    throw new SyntaxError("not JSON");
  }
  if (!Array.isArray(jar.cookies)) throw new SyntaxError("no list of cookies");
  return jar.cookies.map((item) => Cookie.fromJSON(item)).filter((cookie) => cookie?.domain && cookie.path) as Cookie[];
}

function readLines(text: string): Cookie[] {
  const cookies: Cookie[] = [];
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const httpOnly = raw.startsWith(httpOnlyPrefix);
    const line = httpOnly ? raw.slice(httpOnlyPrefix.length) : raw;
    if (!line.trim() || line.startsWith("#")) continue;
    // curl leaves out the last field where the value is empty.
    const [domain, tail, path = "", secure, expires = "", key, value = "", ...more] = line.split("\t");
    if (!domain || !path.startsWith("/") || !/^(\d+(\.\d*)?)?$/.test(expires) || key === undefined || more.length) {
      throw new SyntaxError(`line ${index + 1} is no cookie`);
    }
    const now = new Date();
    cookies.push(
      new Cookie({
        key,
        value,
        domain: domain.replace(/^\./, "").toLowerCase(),
        path,
        secure: secure === "TRUE",
        httpOnly,
        hostOnly: tail !== "TRUE",
        expires: Number(expires) ? new Date(Number(expires) * 1000) : "Infinity",
        creation: now,
        lastAccessed: now,
      }),
    );
  }
  return cookies;
}
