import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createAuthority, type Authority, type IssueOptions } from "@posthaste/test-server";
import { temporaryFolder } from "@posthaste/test-server/program";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { subjects, type Subject } from "./clients.ts";
import { head, play, redirectTo, reply, startEvil, type Step } from "./evil.ts";
import { check } from "./runner.ts";

const folder = temporaryFolder();
const ca = join(folder.path, "ca.pem");
const client = join(folder.path, "client.pem");
let authority: Authority;
beforeAll(async () => {
  authority = await createAuthority();
  writeFileSync(ca, authority.ca);
  const { cert, key } = await authority.issue({ client: true, names: ["ada"] });
  writeFileSync(client, `${cert}\n${key}`);
});
afterAll(() => folder[Symbol.dispose]());

const word = (subject: Subject, plain: string, compat: string) => (subject.name === "plain" ? plain : compat);

/** Certificates that are refused. */
const certificates: readonly (readonly [name: string, options: IssueOptions, trusted: boolean])[] = [
  ["that signs itself", { selfSigned: true }, true],
  ["that nobody vouches for", {}, false],
  ["of another host", { names: ["other.test"] }, true],
  ["of a host below", { names: ["a.localhost"] }, true],
  ["that is over", { expired: true }, true],
];

/** What a server may say in the place of a TLS handshake, or within it. */
const handshakes: readonly (readonly [name: string, steps: readonly Step[], plain: string, compat: string])[] = [
  ["HTTP", [{ send: `${head(["Content-Length: 2"])}ok` }], "ERR_TLS", "SSLError"],
  ["garbage", [{ send: "garbage garbage garbage\n" }], "ERR_TLS", "SSLError"],
  ["an alert", [{ send: "\x15\x03\x03\x00\x02\x02\x28" }], "ERR_TLS", "SSLError"],
  ["an end", ["end"], "ERR_TLS", "SSLError"],
];

/** What a proxy may say to CONNECT. */
const tunnels: readonly (readonly [name: string, steps: readonly Step[]])[] = [
  ["403", reply("no", [], "403 Forbidden")],
  ["407", reply("no", ["Proxy-Authenticate: Basic realm=p"], "407 Proxy Authentication Required")],
  ["a redirect", redirectTo("http://evil.test/")],
  ["garbage", [{ send: "garbage\r\n\r\n" }]],
  ["an end", ["end"]],
  ["a reset", ["reset"]],
  ["an end within its head", [{ send: "HTTP/1.1 200 OK\r\nX-" }, "end"]],
  ["a head without end", [{ send: "HTTP/1.1 200 OK\r\n" }, { flood: "X-H: aaaaaaaa\r\n" }]],
  ["bytes of its own behind 200", [{ send: `${head([], "200 OK")}${head(["Content-Length: 4"])}evil` }]],
];

describe.each(subjects)("$name", (subject) => {
  test.concurrent.each(certificates)(
    "a certificate %s is refused, and nothing is sent",
    async (_, options, trusted) => {
      await check(subject, async (one) => {
        const server = await one.serve({}, { tls: await authority.issue(options) });
        const call = one.session.call("GET", server.url, trusted ? { verify: ca } : {});
        expect(await one.outcome(call)).toBe(word(subject, "ERR_TLS", "SSLError"));
        expect(server.requests).toHaveLength(0);
      });
    },
  );

  test.concurrent("verify: false is for its own call alone", async () => {
    await check(subject, async (one) => {
      const server = await one.serve({}, { tls: await authority.issue({ selfSigned: true }) });
      expect(await one.outcome(one.session.call("GET", server.url, { verify: false }))).toBe("200 ok");
      expect(await one.outcome(one.session.call("GET", server.url))).toBe(word(subject, "ERR_TLS", "SSLError"));
      expect(server.requests).toHaveLength(1);
    });
  });

  test.concurrent("a client's certificate is for its own call alone", async () => {
    const options = { ...(await authority.issue()), ca: authority.ca, requestCert: true, rejectUnauthorized: true };
    await check(subject, async (one) => {
      const server = await one.serve({}, { tls: options });
      expect(await one.outcome(one.session.call("GET", server.url, { verify: ca, cert: client }))).toBe("200 ok");
      // With TLS 1.3 the refusal comes when the handshake is over for the client.
      const without = await one.outcome(one.session.call("GET", server.url, { verify: ca }));
      expect(without).toMatch(subject.name === "plain" ? /^ERR_(?:TLS|RESET)$/ : /^(?:SSL|Connection)Error$/);
      expect(server.requests).toHaveLength(1);
    });
  });

  test.concurrent("a redirect from https to http takes no credentials along", async () => {
    await check(subject, async (one) => {
      const other = await one.serve({});
      const server = await one.serve({ "*": redirectTo(`${other.url}/`) }, { tls: await authority.issue() });
      const headers = { Authorization: "Bearer SECRET", Cookie: "a=SECRET" };
      expect(await one.outcome(one.session.call("GET", server.url, { verify: ca, headers }))).toBe("200 ok");
      expect([other.header(0, "authorization"), other.header(0, "cookie")]).toEqual([[], []]);
    });
  });

  test.concurrent.each(handshakes)("%s in the place of a handshake", async (_, steps, plain, compat) => {
    await check(subject, async (one) => {
      const server = await startEvil(
        {},
        { onConnection: (socket) => void socket.once("data", () => void play(socket, steps)) },
      );
      one.servers.push(server);
      const url = server.url.replace("http:", "https:");
      expect(await one.outcome(one.session.call("GET", url, { verify: ca }))).toBe(word(subject, plain, compat));
    });
  });

  test.concurrent("silence in the place of a handshake ends in time", async () => {
    await check(subject, async (one) => {
      const server = await startEvil({});
      one.servers.push(server);
      const call = one.session.call("GET", server.url.replace("http:", "https:"), { timeout: 0.1 });
      expect(await one.outcome(call)).toMatch(
        subject.name === "plain" ? /^ERR_TIMEOUT_CONNECT$/ : /^(?:Read|Connect)Timeout$/,
      );
    });
  });

  test.concurrent.each(tunnels)(
    "a proxy that answers CONNECT with %s is an error, and nothing of it an answer",
    async (_, steps) => {
      await check(subject, async (one) => {
        const proxy = await one.serve({ "*": steps });
        const headers = { Authorization: "Bearer SECRET" };
        const call = one.session.call("GET", "https://a.example.com/", { proxies: { https: proxy.url }, headers });
        expect(await one.outcome(call)).toBe(word(subject, "ERR_PROXY", "ProxyError"));
        expect(proxy.requests).toHaveLength(1);
        expect(proxy.connections[0]!.received.toString()).not.toContain("SECRET");
      });
    },
  );

  test.concurrent("a proxy that is silent ends in time", async () => {
    await check(subject, async (one) => {
      const proxy = await one.serve({ "*": ["hang"] });
      const call = one.session.call("GET", "https://a.example.com/", { proxies: { https: proxy.url }, timeout: 0.1 });
      expect(await one.outcome(call)).toMatch(
        subject.name === "plain" ? /^ERR_TIMEOUT_CONNECT$/ : /^(?:ConnectTimeout|ReadTimeout)$/,
      );
    });
  });
});
