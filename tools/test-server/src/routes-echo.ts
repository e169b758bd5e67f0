import { ALL_KEYS, describe, describeHeaders } from "./describe.ts";
import type { Key } from "./describe.ts";
import { json } from "./exchange.ts";
import type { Route } from "./router.ts";
import { route } from "./router.ts";

const GET_KEYS: readonly Key[] = ["args", "headers", "origin", "url"];
const BODY_KEYS: readonly Key[] = ["args", "data", "files", "form", "headers", "json", "origin", "url"];

/** Routes that describe the request. */
export const echoRoutes: readonly Route[] = [
  route("GET", "/get", (exchange) => json(describe(exchange, GET_KEYS))),
  route("POST", "/post", (exchange) => json(describe(exchange, BODY_KEYS))),
  route("PUT", "/put", (exchange) => json(describe(exchange, BODY_KEYS))),
  route("PATCH", "/patch", (exchange) => json(describe(exchange, BODY_KEYS))),
  route("DELETE", "/delete", (exchange) => json(describe(exchange, BODY_KEYS))),
  route("*", "/anything", (exchange) => json(describe(exchange, ALL_KEYS))),
  route("*", "/anything/<path:rest>", (exchange) => json(describe(exchange, ALL_KEYS))),
  route("GET", "/headers", (exchange) => json({ headers: describeHeaders(exchange) })),
  route("GET", "/ip", ({ origin }) => json({ origin })),
  route("GET", "/user-agent", ({ headers }) => json({ "user-agent": headers["user-agent"] ?? null })),
];
