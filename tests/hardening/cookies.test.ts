import { describe, expect, test } from "vitest";
import { subjects } from "./clients.ts";
import { reply } from "./evil.ts";
import { check } from "./runner.ts";

interface Rule {
  readonly name: string;
  /** Who sets it, and to whom the next request goes. */
  readonly from: string;
  readonly to: string;
  readonly cookie: string;
  readonly sent: boolean;
}

const rules: readonly Rule[] = [
  { name: "its own host", from: "http://a.example.com/", to: "http://a.example.com/", cookie: "k=v", sent: true },
  { name: "a sibling", from: "http://a.example.com/", to: "http://b.example.com/", cookie: "k=v", sent: false },
  { name: "a parent", from: "http://a.example.com/", to: "http://example.com/", cookie: "k=v", sent: false },
  {
    name: "siblings by Domain",
    from: "http://a.example.com/",
    to: "http://b.example.com/",
    cookie: "k=v; Domain=example.com",
    sent: true,
  },
  {
    name: "a foreign Domain",
    from: "http://a.example.com/",
    to: "http://example.org/",
    cookie: "k=v; Domain=example.org",
    sent: false,
  },
  {
    name: "a Domain that ends alike",
    from: "http://a.example.com/",
    to: "http://ample.com/",
    cookie: "k=v; Domain=ample.com",
    sent: false,
  },
  {
    name: "a Domain further down",
    from: "http://example.com/",
    to: "http://a.example.com/",
    cookie: "k=v; Domain=a.example.com",
    sent: false,
  },
  { name: "a public suffix", from: "http://a.co.uk/", to: "http://b.co.uk/", cookie: "k=v; Domain=co.uk", sent: false },
  {
    name: "a private public suffix",
    from: "http://a.github.io/",
    to: "http://b.github.io/",
    cookie: "k=v; Domain=github.io",
    sent: false,
  },
  { name: "a top-level domain", from: "http://a.com/", to: "http://b.com/", cookie: "k=v; Domain=com", sent: false },
  {
    name: "a part of an address",
    from: "http://127.0.0.1/",
    to: "http://127.1.0.1/",
    cookie: "k=v; Domain=0.0.1",
    sent: false,
  },
  {
    name: "another path",
    from: "http://a.example.com/x/",
    to: "http://a.example.com/y/",
    cookie: "k=v; Path=/x",
    sent: false,
  },
  {
    name: "a path that begins alike",
    from: "http://a.example.com/x",
    to: "http://a.example.com/xy",
    cookie: "k=v; Path=/x",
    sent: false,
  },
  {
    name: "plain http, of a Secure one",
    from: "http://a.example.com/",
    to: "http://a.example.com/",
    cookie: "k=v; Secure",
    sent: false,
  },
  {
    name: "anybody, once it is over",
    from: "http://a.example.com/",
    to: "http://a.example.com/",
    cookie: "k=v; Max-Age=0",
    sent: false,
  },
  {
    name: "anybody, of a __Host- one with a Domain",
    from: "http://a.example.com/",
    to: "http://a.example.com/",
    cookie: "__Host-k=v; Path=/; Domain=a.example.com",
    sent: false,
  },
  {
    name: "anybody, of a __Secure- one over http",
    from: "http://a.example.com/",
    to: "http://a.example.com/",
    cookie: "__Secure-k=v",
    sent: false,
  },
  {
    name: "anybody, of one beyond 4096 bytes",
    from: "http://a.example.com/",
    to: "http://a.example.com/",
    cookie: `k=${"v".repeat(4096)}`,
    sent: false,
  },
  {
    name: "its host, of a name as a prototype has",
    from: "http://a.example.com/",
    to: "http://a.example.com/",
    cookie: "__proto__=v",
    sent: true,
  },
  {
    name: "a Domain as a prototype has",
    from: "http://a.example.com/",
    to: "http://a.example.com/",
    cookie: "k=v; Domain=__proto__",
    sent: false,
  },
];

describe.each(subjects)("$name", (subject) => {
  test.concurrent.each(rules)("a cookie goes to $name: $sent", async ({ from, to, cookie, sent }) => {
    await check(subject, async (one) => {
      // A proxy for every name.
      const proxy = await one.serve({ "*": { turns: [reply("ok", [`Set-Cookie: ${cookie}`]), reply()] } });
      const options = { proxies: { http: proxy.url } };
      expect(await one.outcome(one.session.call("GET", from, options))).toBe("200 ok");
      expect(await one.outcome(one.session.call("GET", to, options))).toBe("200 ok");
      expect(proxy.header(1, "cookie")).toHaveLength(sent ? 1 : 0);
    });
  });

  test.concurrent("their number is limited, and their lines are taken as they come", async () => {
    await check(subject, async (one) => {
      const lines = Array.from({ length: 400 }, (_, at) => `Set-Cookie: c${at}=1`);
      const server = await one.serve({ "*": { turns: [reply("ok", lines), reply()] } });
      expect(await one.outcome(one.session.call("GET", server.url))).toBe("200 ok");
      expect(await one.outcome(one.session.call("GET", server.url))).toBe("200 ok");
      const count = server.header(1, "cookie")[0]!.split("; ").length;
      expect(count).toBe(180);
    });
  });
});
