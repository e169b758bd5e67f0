import type { Answer } from "./exchange.ts";
import { headerBytes, text } from "./exchange.ts";
import type { Route } from "./router.ts";
import { ANY, route } from "./router.ts";

/** A redirect with a body that says where to. */
export function redirect(location: string, status = 302, headers: Answer["headers"] = []): Answer {
  const shown = location.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
  return {
    status,
    headers: [["Content-Type", "text/html; charset=utf-8"], ["Location", headerBytes(location)], ...headers],
    body: `<!doctype html>\n<title>Redirecting...</title>\n<p>See <a href="${shown}">${shown}</a>.\n`,
  };
}

const next = (kind: string, n: number): string => (n <= 1 ? "/get" : `/${kind}/${n - 1}`);

/** Routes that lead elsewhere. */
export const redirectRoutes: readonly Route[] = [
  route("GET", "/redirect/<int:n>", ({ base, query }, { n }) =>
    query.get("absolute")?.toLowerCase() === "true"
      ? redirect(base + next("absolute-redirect", n))
      : redirect(next("relative-redirect", n)),
  ),
  route("GET", "/relative-redirect/<int:n>", (_, { n }) => ({
    status: 302,
    headers: [["Location", next("relative-redirect", n)]],
  })),
  route("GET", "/absolute-redirect/<int:n>", ({ base }, { n }) => redirect(base + next("absolute-redirect", n))),
  route(ANY, "/redirect-to", ({ query }) => {
    const url = query.get("url");
    if (url === null) return text("text/plain", "The url is missing", 400);
    const status = Number(query.get("status_code") ?? 302);
    const known = Number.isInteger(status) && status >= 300 && status < 400;
    return { status: known ? status : 302, headers: [["Location", headerBytes(url)]] };
  }),
];
