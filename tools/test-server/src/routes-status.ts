import type { Answer } from "./exchange.ts";
import { text } from "./exchange.ts";
import type { Route } from "./router.ts";
import { ANY, route } from "./router.ts";

const REDIRECT: Answer = { headers: [["Location", "/redirect/1"]] };
const ACCEPTED = ["image/webp", "image/svg+xml", "image/jpeg", "image/png", "image/*"];

/** What httpbin adds to some codes. */
const EXTRAS: Readonly<Record<number, Answer>> = {
  301: REDIRECT,
  302: REDIRECT,
  303: REDIRECT,
  305: REDIRECT,
  307: REDIRECT,
  401: { headers: [["WWW-Authenticate", 'Basic realm="Fake Realm"']] },
  402: { headers: [["X-More-Info", "http://vimeo.com/22053820"]], body: "Payment required" },
  406: {
    headers: [["Content-Type", "application/json"]],
    body: JSON.stringify({ message: "Client did not request a supported media type.", accept: ACCEPTED }),
  },
  407: { headers: [["Proxy-Authenticate", 'Basic realm="Fake Realm"']] },
  418: { headers: [["X-More-Info", "http://tools.ietf.org/html/rfc2324"]], body: "I'm a teapot\n" },
};

/** An answer with a code and what httpbin sends along. */
export function statusAnswer(status: number): Answer {
  const extra = EXTRAS[status] ?? {};
  const typed = extra.headers?.some(([name]) => name === "Content-Type");
  const type = typed ? [] : [["Content-Type", "text/html; charset=utf-8"] as const];
  return { ...extra, status, headers: [...type, ...(extra.headers ?? [])] };
}

interface Choice {
  readonly code: number;
  readonly weight: number;
}

function parseChoice(choice: string): Choice {
  const [, code = "", weight = "1"] = /^(\d+)(?::(\d+(?:\.\d+)?))?$/.exec(choice) ?? [];
  return { code: code === "" ? Number.NaN : Number(code), weight: Number(weight) };
}

function choose(choices: readonly Choice[]): number | undefined {
  let left = Math.random() * choices.reduce((sum, { weight }) => sum + weight, 0);
  return (choices.find(({ weight }) => (left -= weight) < 0) ?? choices.at(-1))?.code;
}

/** The routes of `/status`: one code, or several with optional weights, of which one is drawn. */
export const statusRoutes: readonly Route[] = [
  route(ANY, "/status/<codes>", (_, { codes }) => {
    const choices = codes.split(",").map(parseChoice);
    // Codes below 200 are interim: no answer may end with one.
    const valid = choices.every(({ code }) => code >= 200 && code <= 999);
    const code = valid ? choose(choices) : undefined;
    return code === undefined ? text("text/html; charset=utf-8", "Invalid status code", 400) : statusAnswer(code);
  }),
];
