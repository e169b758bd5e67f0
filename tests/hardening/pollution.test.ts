import { polluted } from "@posthaste/test-server/pollution";
import { describe, expect, test } from "vitest";
import { subjects } from "./clients.ts";
import { redirectTo, reply } from "./evil.ts";
import { check } from "./runner.ts";

/** Where a gadget would lead. */
const nowhere = "http://127.0.0.1:1";
const tables: readonly (readonly [what: string, members: Readonly<Record<string, unknown>>])[] = [
  ["headers", { "x-evil": "1", headers: { "x-evil": "1" } }],
  ["credentials", { auth: ["evil", "pw"], username: "evil", password: "pw", digest: { username: "e", password: "p" } }],
  [
    "proxies",
    { proxy: { url: nowhere }, proxies: { all: nowhere }, http: nowhere, connection: { proxy: { url: nowhere } } },
  ],
  ["a body", { data: "evil", json: { evil: 1 }, body: "evil", files: { evil: "x" }, multipart: { evil: "x" } }],
  ["a query", { params: { evil: "1" }, query: { evil: "1" } }],
  ["cookies", { cookies: { evil: "1" }, jar: { get: () => "evil=1", store: () => {} } }],
  ["a method", { method: "DELETE" }],
  ["a base", { baseUrl: nowhere, baseURL: nowhere, prefixUrl: nowhere, origin: nowhere }],
  ["hooks", { hooks: { response: () => expect.unreachable() }, beforeRedirect: () => expect.unreachable() }],
  ["redirect options", { redirect: false, max: 0, allow_redirects: false, max_redirects: 0, keepAuthOnUpgrade: true }],
  ["timeouts", { headersTimeout: 1, bodyTimeout: 1, connectTimeout: 1, total: 1, keepAliveTimeout: 1 }],
  ["limits", { maxSize: 0, maxRatio: 0, maxEncodings: 0, maxHeaderSize: 1, decompress: false }],
  ["a form", { getHeaders: () => ({ "x-evil": "1" }), append: () => {}, pipe: () => {}, type: "text/evil" }],
  ["connections", { socketPath: "/evil.sock", localAddress: "192.0.2.1", servername: "evil.test" }],
];

describe.each(subjects)("$name", (subject) => {
  // One after the other: there is one Object.prototype.
  test.each(tables)("a polluted Object.prototype has no say: %s", async (_, members) => {
    await check(subject, async (one) => {
      const server = await one.serve({ "/start": redirectTo("/end") });
      const url = `${server.url}/start`;
      expect(await one.outcome(one.session.call("GET", url))).toBe("200 ok");
      expect(await polluted(members, () => one.outcome(one.session.call("GET", url)))).toBe("200 ok");
      const seen = server.requests.map(({ method, target, headers, body }) => ({ method, target, headers, body }));
      expect(seen.slice(2)).toEqual(seen.slice(0, 2));
    });
  });

  const text = (key: string) =>
    JSON.parse(`{"${key}":{"x-evil":"1","http":"${nowhere}","evil":"1"}}`) as Record<string, string>;
  test.each(["__proto__", "constructor"])("an own key %s is data", async (key) => {
    await check(subject, async (one) => {
      const server = await one.serve({});
      for (const option of ["headers", "params", "data", "json", "proxies"] as const) {
        await one.outcome(one.session.call("POST", server.url, { [option]: text(key) }));
      }
      for (const { headers, target } of server.requests) {
        expect(headers.map(([name]) => name)).not.toContain("x-evil");
        expect(target).not.toContain("evil=1");
      }
      expect(({} as Record<string, unknown>)["evil"]).toBeUndefined();
      expect(Object.hasOwn(Object.prototype, "x-evil")).toBe(false);
    });
  });

  test("response headers of such names are headers", async () => {
    await check(subject, async (one) => {
      const server = await one.serve({
        "*": reply("ok", ["__proto__: polluted", "constructor: x", "hasOwnProperty: y"]),
      });
      const answer = await one.session.call("GET", server.url);
      expect([answer.header("__proto__"), answer.header("constructor"), answer.header("tostring")]).toEqual([
        "polluted",
        "x",
        null,
      ]);
      expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
    });
  });

  test("JSON of any depth is data, as far as the runtime goes", async () => {
    const depth = 100_000;
    await check(subject, async (one) => {
      const server = await one.serve({
        "/deep": reply("[".repeat(depth) + "]".repeat(depth)),
        "*": reply("{} no JSON"),
      });
      let level = 0;
      for (let at = await one.session.json(`${server.url}/deep`); Array.isArray(at); at = at[0]) level++;
      expect(level).toBe(depth);
      const error: unknown = await one.session.json(server.url).catch((reason: unknown) => reason);
      expect(subject.describe(error)).toBe(subject.name === "plain" ? "SyntaxError" : "JSONDecodeError");
    });
  });

  const own = JSON.parse('{"__proto__": {"evil": 1}, "constructor": {"prototype": {"evil": 1}}}') as object;
  test("JSON with such keys is data both ways", async () => {
    await check(subject, async (one) => {
      const server = await one.serve({ "*": reply(JSON.stringify(own)) });
      await one.session.call("POST", server.url, { json: own });
      expect(JSON.parse(server.requests[0]!.body.toString())).toEqual(own);
      expect(await one.session.json(server.url)).toEqual(own);
      expect(({} as Record<string, unknown>)["evil"]).toBeUndefined();
    });
  });
});
