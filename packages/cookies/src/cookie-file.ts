import { Cookie } from "tough-cookie";
import type { ToughJar } from "./tough-jar.ts";

/** `"json"` keeps everything; `"netscape"` is the cookies.txt of curl, wget and Python, which knows no SameSite. */
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
  const lines = jar.cookies.map((cookie) => cookieLine(Cookie.fromJSON(cookie)!));
  return ["# Netscape HTTP Cookie File", ...lines.filter((line) => !/[\r\n]|(\t.*){7}/.test(line)), ""].join("\n");
}

function cookieLine(cookie: Cookie): string {
  const { domain, hostOnly, path, secure, httpOnly, key, value } = cookie;
  const expiry = cookie.expiryTime();
  return [
    `${httpOnly ? "#HttpOnly_" : ""}${hostOnly ? "" : "."}${domain}`,
    hostOnly ? "FALSE" : "TRUE",
    path,
    secure ? "TRUE" : "FALSE",
    // A session cookie has 0, so one that ended in 1970 has 1.
    expiry === undefined || expiry === Infinity ? 0 : Math.max(1, Math.floor(expiry / 1000)),
    key,
    value,
  ].join("\t");
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
  const cookies = /^\s*[[{]/.test(text) ? readJson(text) : readLines(text);
  for (const cookie of cookies) await cookieJar.store.putCookie(cookie);
  return cookies.length;
}

function readJson(text: string): Cookie[] {
  const jar = JSON.parse(text) as { cookies?: unknown };
  const list = Array.isArray(jar) ? jar : jar.cookies;
  if (!Array.isArray(list)) throw new SyntaxError("no list of cookies");
  return list.map((item) => Cookie.fromJSON(item)).filter((cookie) => cookie?.domain && cookie.path) as Cookie[];
}

function readLines(text: string): Cookie[] {
  const cookies: Cookie[] = [];
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.replace(/^#HttpOnly_/, "");
    if (!line.trim() || line.startsWith("#")) continue;
    // curl leaves out the last field where the value is empty.
    const [domain = "", tail, path, secure, expires = "", key, value = "", ...more] = line.split("\t");
    if (key === undefined || more.length || !/^\d+(\.\d*)?$|^$/.test(expires)) {
      throw new SyntaxError(`line ${index + 1} is no cookie`);
    }
    const now = new Date();
    cookies.push(
      new Cookie({
        key,
        value,
        domain: domain.replace(/^\./, "").toLowerCase(),
        path: path!,
        secure: secure === "TRUE",
        httpOnly: line !== raw,
        hostOnly: tail !== "TRUE",
        expires: Number(expires) ? new Date(Number(expires) * 1000) : "Infinity",
        creation: now,
        lastAccessed: now,
      }),
    );
  }
  return cookies;
}
