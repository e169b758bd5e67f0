import type { Answer, Exchange } from "./exchange.ts";
import { json } from "./exchange.ts";
import { createDigest } from "./digest.ts";
import type { Route } from "./router.ts";
import { ANY, route } from "./router.ts";
import { setCookie } from "./routes-cookies.ts";
import { statusAnswer } from "./routes-status.ts";

/** Whether the request carries these credentials for Basic authentication (RFC 7617), in UTF-8. */
function isBasic({ headers }: Exchange, user: string, password: string): boolean {
  const [, token] = /^basic +(\S+)$/i.exec(headers.authorization ?? "") ?? [];
  return token !== undefined && Buffer.from(token, "base64").toString("utf8") === `${user}:${password}`;
}

/** Routes that want credentials. Each table has its own memory of the nonces it handed out. */
export function createAuthRoutes(): Route[] {
  const digest = createDigest();

  const digestAnswer = (
    exchange: Exchange,
    account: { user: string; passwd: string; qop: string; algorithm?: string; stale_after?: string },
  ): Answer => {
    const { user, passwd, qop, algorithm = "MD5", stale_after: staleAfter = "never" } = account;
    const { authorization, cookie } = exchange.headers;
    const fake = setCookie(exchange, "fake", "fake_value");
    const challenge = (stale: boolean, cookies: Answer["headers"] = []): Answer => ({
      status: 401,
      headers: [
        ["WWW-Authenticate", digest.challenge({ qop, algorithm, stale, uses: Number(staleAfter) })],
        setCookie(exchange, "stale_after", staleAfter),
        fake,
        ...cookies,
      ],
    });

    const needsCookie = ["1", "t", "true"].includes(exchange.query.get("require-cookie")?.toLowerCase() ?? "");
    if (!/^digest /i.test(authorization ?? "") || (needsCookie && cookie === undefined)) return challenge(false);
    if (needsCookie && exchange.cookies.get("fake") !== "fake_value")
      return json({ errors: ["missing cookie set on challenge"] }, { status: 403, headers: [fake] });

    const verdict = digest.verify(exchange, user, passwd);
    if (!verdict.ok) return challenge(verdict.stale, [setCookie(exchange, "last_nonce", verdict.nonce)]);
    const success = json({ authenticated: true, user });
    const { info, usesLeft } = verdict;
    return {
      ...success,
      headers: [
        ...(success.headers ?? []),
        ...(info ? [["Authentication-Info", info(Buffer.from(success.body as string))] as const] : []),
        fake,
        ...(usesLeft === undefined ? [] : [setCookie(exchange, "stale_after", String(usesLeft))]),
      ],
    };
  };

  return [
    route("GET", "/basic-auth/<user>/<passwd>", (exchange, { user, passwd }) =>
      isBasic(exchange, user, passwd) ? json({ authenticated: true, user }) : statusAnswer(401),
    ),
    route("GET", "/hidden-basic-auth/<user>/<passwd>", (exchange, { user, passwd }) =>
      isBasic(exchange, user, passwd) ? json({ authenticated: true, user }) : statusAnswer(404),
    ),
    route("GET", "/bearer", ({ headers }) => {
      const [, token] = /^Bearer (.+)$/.exec(headers.authorization ?? "") ?? [];
      if (token === undefined) return { status: 401, headers: [["WWW-Authenticate", "Bearer"]] };
      return json({ authenticated: true, token });
    }),
    route(ANY, "/digest-auth/<qop>/<user>/<passwd>", digestAnswer),
    route(ANY, "/digest-auth/<qop>/<user>/<passwd>/<algorithm>", digestAnswer),
    route(ANY, "/digest-auth/<qop>/<user>/<passwd>/<algorithm>/<stale_after>", digestAnswer),
  ];
}
