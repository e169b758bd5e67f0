import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { subjects } from "./clients.ts";
import { redirectTo, reply } from "./evil.ts";
import type { CallOptions, SessionOptions } from "./plain.ts";
import { check } from "./runner.ts";

interface Carrier {
  readonly name: string;
  readonly call?: CallOptions;
  readonly session?: SessionOptions;
  /** In the URL. */
  readonly user?: string;
  /** The header that it shows in. */
  readonly header: string;
  /** Python sends it to any host, and so does compat. */
  readonly everywhere?: boolean;
}

const named = (name: string, everywhere = false): Carrier => ({
  name: `a header ${name}`,
  call: { headers: { [name]: "SECRET" } },
  header: name.toLowerCase(),
  everywhere,
});

const carriers: readonly Carrier[] = [
  named("Authorization"),
  named("AUTHORIZATION"),
  named("Cookie"),
  named("cOOkie"),
  named("Proxy-Authorization"),
  named("X-API-Key", true),
  named("X-Auth-Token", true),
  named("X-Csrf-Token", true),
  { name: "the call's auth", call: { auth: ["ada", "SECRET"] }, header: "authorization" },
  { name: "the session's auth", session: { auth: ["ada", "SECRET"] }, header: "authorization" },
  { name: "the URL's user information", user: "ada:SECRET@", header: "authorization" },
];

const statuses = ["301 Moved", "302 Found", "303 See Other", "307 Temporary Redirect", "308 Permanent Redirect"];

describe.each(subjects)("$name", (subject) => {
  test.concurrent.each(carriers)(
    "$name stays with its origin",
    async ({ call, session, user = "", header, everywhere }) => {
      await check(
        subject,
        async (one) => {
          const other = await one.serve({});
          const server = await one.serve({ "/": redirectTo(`${other.url}/landed`) });
          const url = `${server.url.replace("//", `//${user}`)}/`;
          expect(await one.outcome(one.session.call("GET", url, call))).toBe("200 ok");
          // A proxy's credentials are for none of the two, where there is no proxy.
          if (header !== "proxy-authorization") expect(server.header(0, header)).toHaveLength(1);
          const expected = everywhere && subject.name === "compat" ? ["SECRET"] : [];
          expect(other.header(0, header)).toEqual(expected);
          if (!everywhere)
            expect(Buffer.concat(other.connections.map(({ received }) => received)).toString()).not.toContain("SECRET");
        },
        session,
      );
    },
  );

  test.concurrent.each(statuses)("once dropped they do not come back: %s", async (status) => {
    await check(subject, async (one) => {
      const home = await one.serve({});
      const other = await one.serve({ "*": redirectTo(`${home.url}/end`, status) });
      const start = await one.serve({ "*": redirectTo(`${other.url}/x`, status) });
      const headers = { Authorization: "Bearer SECRET" };
      expect(await one.outcome(one.session.call("GET", `${start.url}/s`, { headers }))).toBe("200 ok");
      expect([
        start.header(0, "authorization"),
        other.header(0, "authorization"),
        home.header(0, "authorization"),
      ]).toEqual([["Bearer SECRET"], [], []]);
    });
  });

  test.concurrent("they go along on the same origin", async () => {
    await check(subject, async (one) => {
      const server = await one.serve({ "/": redirectTo("/landed") });
      await one.outcome(one.session.call("GET", `${server.url}/`, { headers: { Authorization: "Bearer SECRET" } }));
      expect(server.header(1, "authorization")).toEqual(["Bearer SECRET"]);
    });
  });

  test.concurrent("digest answers its own origin alone", async () => {
    await check(subject, async (one) => {
      const challenge = 'WWW-Authenticate: Digest realm="r", nonce="n", qop="auth", algorithm=MD5';
      const other = await one.serve({ "*": reply("no", [challenge], "401 Unauthorized") });
      const server = await one.serve({
        "*": { turns: [reply("no", [challenge], "401 Unauthorized"), redirectTo(`${other.url}/x`)] },
      });
      const call: CallOptions = { auth: { digest: ["ada", "SECRET"] } };
      expect(await one.outcome(one.session.call("GET", `${server.url}/`, call))).toBe("401 no");
      expect(server.header(1, "authorization")[0]).toMatch(/^Digest /);
      expect(other.header(0, "authorization")).toEqual([]);
    });
  });

  test.concurrent("a cookie set on the way goes to the host that set it", async () => {
    await check(
      subject,
      async (one) => {
        // A proxy for every name.
        const server = one.servers[0]!;
        const hop = (path: string) => server.requests.findIndex(({ target }) => target.endsWith(path));
        await one.outcome(one.session.call("GET", "http://a.example.com/start", { proxies: { http: server.url } }));
        expect(server.header(hop("/mine"), "cookie")).toEqual(["k=SECRET"]);
        expect(server.header(hop("/theirs"), "cookie")).toEqual([]);
      },
      {},
      {
        "/start": redirectTo("/mine", "302 Found", ["Set-Cookie: k=SECRET; Path=/"]),
        "/mine": redirectTo("http://b.example.org/theirs"),
      },
    );
  });

  test.concurrent("credentials for a proxy go to it, and not to the origin behind it", async () => {
    await check(subject, async (one) => {
      const proxy = await one.serve({ "*": redirectTo("http://127.0.0.1:1/") });
      const proxies = { http: proxy.url.replace("//", "//user:SECRET@") };
      const origin = await one.serve({});
      const url = "http://a.example.com/";
      await one.outcome(one.session.call("GET", url, { proxies, allow_redirects: false }));
      expect(proxy.header(0, "proxy-authorization")).toHaveLength(1);
      await one.outcome(one.session.call("GET", `${origin.url}/`));
      expect(origin.header(0, "proxy-authorization")).toEqual([]);
    });
  });

  test.concurrent.each(["https", "http"])("an error tells no secret: %s through a dead proxy", async (scheme) => {
    await check(subject, async (one) => {
      const error: unknown = await one.session
        .call("GET", `${scheme}://u:SECRET@a.example.com/`, {
          headers: { Authorization: "Bearer SECRET", Cookie: "a=SECRET" },
          proxies: { [scheme]: "http://user:SECRET@127.0.0.1:1" },
        })
        .catch((reason: unknown) => reason);
      expect(subject.describe(error)).toBe(subject.name === "plain" ? "ERR_PROXY" : "ProxyError");
      for (const shown of [inspect(error, { depth: 9 }), JSON.stringify(error), (error as Error).stack]) {
        expect(shown).not.toContain("SECRET");
      }
    });
  });
});
