import type { Answer, Exchange } from "./exchange.ts";
import { headerBytes, json } from "./exchange.ts";
import type { Route } from "./router.ts";
import { route } from "./router.ts";
import { redirect } from "./routes-redirect.ts";

/** A Set-Cookie header for the whole site, `Secure` over HTTPS. */
export function setCookie(exchange: Exchange, name: string, value: string): readonly [string, string] {
  const bare = /^[\w!#$%&'()*+./:<=>?@[\]^`{|}~-]*$/.test(value);
  const quoted = bare ? value : `"${headerBytes(value).replace(/["\\]/g, String.raw`\$&`)}"`;
  return ["Set-Cookie", `${name}=${quoted}; ${exchange.secure ? "Secure; " : ""}Path=/`];
}

const toCookies = (headers: Answer["headers"]): Answer => redirect("/cookies", 302, headers);

/** Routes that show, set and delete cookies. */
export const cookieRoutes: readonly Route[] = [
  route("GET", "/cookies", ({ cookies }) => json({ cookies: Object.fromEntries(cookies) })),
  route("GET", "/cookies/set", (exchange) =>
    toCookies([...exchange.query].map(([name, value]) => setCookie(exchange, name, value))),
  ),
  route("GET", "/cookies/set/<name>/<value>", (exchange, { name, value }) =>
    toCookies([setCookie(exchange, name, value)]),
  ),
  route("GET", "/cookies/delete", ({ query }) =>
    toCookies(
      [...query.keys()].map((name) => [
        "Set-Cookie",
        `${name}=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/`,
      ]),
    ),
  ),
];
