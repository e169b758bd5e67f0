import { randomUUID } from "node:crypto";
import { describe } from "./describe.ts";
import type { Answer, Exchange } from "./exchange.ts";
import { flatten, headerBytes, json } from "./exchange.ts";
import type { Route } from "./router.ts";
import { route } from "./router.ts";

function view(exchange: Exchange, headers: Answer["headers"] = []): Answer {
  return json(describe(exchange, ["args", "headers", "origin", "url"]), { headers });
}

/** The entity tags of a condition, without quotes and `W/`. */
function tags(value: string | undefined): readonly string[] {
  return [...(value ?? "").matchAll(/(?:W\/)?"([^"]*)"|([^\s,]+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? "");
}

/** The query as response headers, and all the headers as the body: its own length among them. */
function responseHeaders({ query }: Exchange): Answer {
  const given = [...query].map(([name, value]) => [name, headerBytes(value)] as const);
  const typed = given.some(([name]) => name.toLowerCase() === "content-type");
  const headers = [...(typed ? [] : [["Content-Type", "application/json"] as const]), ...given];
  const names = new Map(headers.toReversed().map(([name]) => [name.toLowerCase(), name]));
  const named = headers.map(([name, value]) => [names.get(name.toLowerCase()) ?? name, value] as const);
  let body = "";
  for (let length = -1; length !== Buffer.byteLength(body);) {
    length = Buffer.byteLength(body);
    body = json(flatten([...named, ["Content-Length", String(length)]])).body as string;
  }
  return { headers, body };
}

/** Routes about caching, and the one that sends any headers. */
export const cacheRoutes: readonly Route[] = [
  route("GET", "/cache", (exchange) => {
    const { headers } = exchange;
    if (headers["if-modified-since"] !== undefined || headers["if-none-match"] !== undefined) return { status: 304 };
    return view(exchange, [
      ["Last-Modified", new Date().toUTCString()],
      ["ETag", `"${randomUUID().replaceAll("-", "")}"`],
    ]);
  }),
  route("GET", "/cache/<int:n>", (exchange, { n }) => view(exchange, [["Cache-Control", `public, max-age=${n}`]])),
  route("GET", "/etag/<etag>", (exchange, { etag }) => {
    const none = tags(exchange.headers["if-none-match"]);
    const match = tags(exchange.headers["if-match"]);
    const holds = (wanted: readonly string[]): boolean => wanted.includes(etag) || wanted.includes("*");
    if (match.length > 0 && !holds(match)) return { status: 412 };
    const headers = [["ETag", `"${etag}"`]] as const;
    return holds(none) ? { status: 304, headers } : view(exchange, headers);
  }),
  route("GET POST", "/response-headers", responseHeaders),
];
