import { describe, expect, test } from "vitest";
import { subjects } from "./clients.ts";
import { redirectTo } from "./evil.ts";
import type { CallOptions } from "./plain.ts";
import { check } from "./runner.ts";

interface Injection {
  readonly name: string;
  readonly method?: string;
  readonly path?: string;
  readonly call?: CallOptions;
  /** What each client does; a status for what is made harmless and sent. */
  readonly plain: string;
  readonly compat: string;
}

const header = (name: string, value: string, compat = "InvalidHeader"): Injection => ({
  name: `${JSON.stringify(`${name}: ${value}`)} as a header`,
  call: { headers: { [name]: value } },
  plain: "ERR_HEADER",
  compat,
});
const method = (name: string): Injection => ({
  name: `${JSON.stringify(name)} as a method`,
  method: name,
  plain: "ERR_METHOD",
  compat: "ValueError",
});
const path = (text: string): Injection => ({
  name: `${JSON.stringify(text)} in the URL`,
  path: text,
  plain: "200 ok",
  compat: "200 ok",
});
const part = (name: string, files: Readonly<Record<string, unknown>>, plain: string, compat: string): Injection => ({
  name,
  method: "POST",
  call: { files },
  plain,
  compat,
});

const injections: readonly Injection[] = [
  header("X-A", "a\r\nX-Evil: 1"),
  header("X-A", "a\nX-Evil: 1"),
  header("X-A", "a\rX-Evil: 1"),
  header("X-A", "a\0b", "ValueError"),
  header("X-A", "\u010dX-Evil: 1", "UnicodeError"),
  header("X-A\r\nX-Evil", "1", "InvalidHeader"),
  header("X-A: 1\r\nX-Evil", "1", "InvalidHeader"),
  header("X A", "1", "ValueError"),
  header("", "1", "InvalidHeader"),
  header("Cookie", "a=1\r\nX-Evil: 1"),
  header("Host", "a.test\r\nX-Evil: 1"),
  header("Content-Length", "5, 6", "200 ok"),
  method("GET / HTTP/1.1\r\nX-Evil: 1\r\n\r\nGET"),
  method("GE T"),
  method("GET\0"),
  method(""),
  path("/a\r\nX-Evil: 1"),
  path("/a?b=\r\nX-Evil: 1"),
  path("/a%0d%0aX-Evil:%201"),
  path("/caf\u00e9 \u2603"),
  path("/a#\r\nX-Evil: 1"),
  part("a line end in the name of a part", { 'a"\r\nX-Evil: 1': ["f.txt", "x", "text/plain"] }, "200 ok", "200 ok"),
  part("a line end in a file name", { f: ['a"\r\nX-Evil: 1\r\n\r\nboo', "x", "text/plain"] }, "200 ok", "200 ok"),
  part(
    "a line end in the type of a part",
    { f: ["f.txt", "x", "text/plain\r\nX-Evil: 1"] },
    "ERR_HEADER",
    "InvalidHeader",
  ),
];

const users = ['a", uri="/evil', 'a\\", uri=\\"/evil'];

describe.each(subjects)("$name", (subject) => {
  test.concurrent.each(injections)(
    "$name adds no line",
    async ({ method: verb = "GET", path: at = "/", call, [subject.name]: expected }) => {
      await check(subject, async (one) => {
        const server = await one.serve({});
        expect(await one.outcome(one.session.call(verb, server.url + at, call))).toBe(expected);
        expect(server.errors).toEqual([]);
        expect(server.requests).toHaveLength(expected.startsWith("2") ? 1 : 0);
        for (const { headers, target, body } of server.requests) {
          expect(headers.map(([name]) => name.toLowerCase())).not.toContain("x-evil");
          expect(target).toMatch(/^[!-~]+$/);
          expect(body.toString("latin1")).not.toMatch(/^X-Evil/m);
        }
      });
    },
  );

  test.concurrent.each(users)("the user name %j adds no parameter to a digest answer", async (user) => {
    await check(subject, async (one) => {
      const challenge = 'WWW-Authenticate: Digest realm="r\\", uri=\\"/evil", nonce="n", qop="auth", algorithm=MD5';
      const server = await one.serve({
        "*": { turns: [redirectTo("/", "401 Unauthorized", [challenge]), redirectTo("/", "200 OK")] },
      });
      await one.outcome(one.session.call("GET", server.url, { auth: { digest: [user, "p"] } }));
      const bare = server.header(1, "authorization")[0]!.replace(/"(?:[^"\\]|\\.)*"/g, '""');
      expect(bare.match(/\buri=/g)).toHaveLength(1);
    });
  });

  const locations: readonly [location: string, plain: string, compat: string][] = [
    ["/l%0d%0aX-Evil:%201", "200 ok", "200 ok"],
    ["file:///etc/passwd", "ERR_REDIRECT", "InvalidSchema"],
    ["data:text/plain,evil", "ERR_REDIRECT", "InvalidSchema"],
    ["javascript:alert(1)", "ERR_REDIRECT", "InvalidSchema"],
    ["unix:/var/run/x.sock", "ERR_REDIRECT", "InvalidSchema"],
    ["http+unix://%2Fx.sock/", "ERR_REDIRECT", "InvalidSchema"],
    ["ws://127.0.0.1/", "ERR_REDIRECT", "InvalidSchema"],
    ["http://[", "ERR_REDIRECT", "InvalidURL"],
    ["http://[::1", "ERR_REDIRECT", "InvalidURL"],
    ["http://h:99999/", "ERR_REDIRECT", "InvalidURL"],
    ["http://h:abc/", "ERR_REDIRECT", "InvalidURL"],
    ["http://a b/", "ERR_REDIRECT", "ConnectionError"],
  ];
  test.concurrent.each(locations)("a redirect to %s", async (location, plain, compat) => {
    await check(subject, async (one) => {
      const server = await one.serve({ "/": redirectTo(location) });
      expect(await one.outcome(one.session.call("GET", `${server.url}/`))).toBe(
        subject.name === "plain" ? plain : compat,
      );
      expect(server.errors).toEqual([]);
      for (const { headers } of server.requests) expect(headers.map(([name]) => name)).not.toContain("X-Evil");
    });
  });

  const urls: readonly [url: string, plain: string, compat: string][] = [
    ["ftp://127.0.0.1/", "ERR_URL", "InvalidSchema"],
    ["file:///etc/passwd", "ERR_URL", "InvalidSchema"],
    ["no url", "ERR_URL", "InvalidURL"],
    ["http://", "ERR_URL", "InvalidURL"],
    ["http://[::1", "ERR_URL", "InvalidURL"],
    ["http://127.0.0.1:99999/", "ERR_URL", "InvalidURL"],
    ["http://nobody.invalid/", "ERR_CONNECT", "ConnectionError"],
    ["http://127.0.0.1:1/", "ERR_CONNECT", "ConnectionError"],
  ];
  test.concurrent.each(urls)("the URL %s", async (url, plain, compat) => {
    await check(subject, async (one) => {
      expect(await one.outcome(one.session.call("GET", url))).toBe(subject.name === "plain" ? plain : compat);
    });
  });
});
