import { undiciAdapter } from "@posthaste/adapter-undici";
import { createClient, type HttpError } from "@posthaste/core";
import { proxy } from "@posthaste/proxy";
import { redirect } from "@posthaste/redirect";
import { createAuthority, startProxy, startTestServer } from "@posthaste/test-server";
import { findProgram, freePort, startProgram } from "@posthaste/test-server/program";
import { rejection } from "@posthaste/test-server/promises";
import { startSquid } from "@posthaste/test-server/squid";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const failure = rejection<HttpError>;

const user = "user";
const password = "p@ss:w/rd %";
const right = `${user}:${encodeURIComponent(password)}@`;
const wrong = `${user}:wrong@`;

interface RunningProxy {
  port: number;
  /** Ends it, and returns what it has logged. */
  close(): Promise<string>;
}

function startKnowing(squid: string, auth: boolean): Promise<RunningProxy> {
  // Reads lines of user name and password, percent-encoded, and answers each. In Perl, which is wherever Squid is: its user may not
  // be let to where this Node is.
  const helper = String.raw`
    $| = 1;
    while (<STDIN>) { chomp; s/%([0-9a-f]{2})/chr hex $1/gie; print $_ eq '${user} ${password}' ? "OK\n" : "ERR\n" }`;
  if (!auth) return startSquid(squid);
  return startSquid(squid, (file) => ({
    files: { "helper.pl": helper },
    lines: [
      `auth_param basic program ${findProgram("perl")} ${file("helper.pl")}`,
      "auth_param basic children 1 startup=1",
      "auth_param basic realm test",
    ],
  }));
}

async function startMicrosocks(microsocks: string, auth: boolean): Promise<RunningProxy> {
  const port = await freePort();
  const args = ["-i", "127.0.0.1", "-p", String(port), ...(auth ? ["-u", user, "-P", password] : [])];
  const program = await startProgram(microsocks, args, { port });
  return {
    port,
    async close() {
      await program.close();
      return program.output();
    },
  };
}

const squid = findProgram("squid");
const microsocks = findProgram("microsocks");

describe.each([
  { name: "squid", scheme: "http", program: squid, start: startKnowing },
  { name: "microsocks", scheme: "socks5", program: microsocks, start: startMicrosocks },
  { name: "microsocks", scheme: "socks5h", program: microsocks, start: startMicrosocks },
])("$name by $scheme", ({ scheme, program, start }) => {
  describe.skipIf(!program).each([false, true])("with credentials: %s", (auth) => {
    let running: RunningProxy;
    let server: Awaited<ReturnType<typeof startTestServer>>;
    let targets: Record<"http" | "https", string>;
    let tls: { ca: string };
    beforeAll(async () => {
      [running, server] = await Promise.all([start(program!, auth), startTestServer()]);
      const { url, ca } = await server.https();
      targets = { http: server.url, https: url };
      tls = { ca };
    });
    afterAll(async () => {
      const [log] = await Promise.all([running.close(), server.close()]);
      // Nothing went around it.
      for (const url of Object.values(targets)) {
        expect(log).toMatch(new RegExp(`(127\\.0\\.0\\.1|localhost):${new URL(url).port}`));
      }
    });
    const connect = (credentials = "") =>
      createClient({
        adapter: undiciAdapter(),
        plugins: [proxy(`${scheme}://${credentials}127.0.0.1:${running.port}`)],
        defaults: { connection: { tls } },
      });

    test.each(["http", "https"] as const)("reaches a target by %s", async (kind) => {
      await using client = connect(auth ? right : "");
      const posted = await client.post(`${targets[kind]}/post`, { body: "hello" });
      expect(await posted.json()).toMatchObject({ data: "hello" });
      const got = await client.get(`${targets[kind]}/get?a=1`);
      expect(await got.json()).toMatchObject({ args: { a: "1" } });
      for (const { headers } of server.requests) {
        expect(headers.join("\n").toLowerCase()).not.toContain("proxy-authorization");
        expect(headers.join("\n")).not.toContain(password);
      }
    });

    test("goes around what the list names", async () => {
      await using client = connect(auth ? wrong : "");
      const response = await client.get(`${targets.http}/get`, {
        proxy: { all: "http://127.0.0.1:1", no: "127.0.0.0/8" },
      });
      expect(response.status).toBe(200);
      await response.discard();
    });

    test.each(auth ? [wrong, ""] : [])("is refused with %j as credentials", async (credentials) => {
      await using client = connect(credentials);
      for (const target of Object.values(targets)) {
        const error = await failure(client.get(`${target}/get`));
        expect(error.code).toBe("ERR_PROXY");
        if (scheme === "http") expect(error.response?.status).toBe(407);
        expect(JSON.stringify(error) + String(error)).not.toContain("wrong");
      }
    });

    test("is gone", async () => {
      await using client = connect(auth ? right : "");
      const gone = `${scheme}://${auth ? right : ""}127.0.0.1:${await freePort()}`;
      for (const target of Object.values(targets)) {
        const error = await failure(client.get(`${target}/get`, { proxy: gone }));
        expect(error.code).toBe("ERR_PROXY");
        expect(String(error)).not.toContain(encodeURIComponent(password));
      }
    });
  });
});

describe("an http or https proxy", () => {
  test("of its own is chosen for each hop, and gets its own credentials", async () => {
    const authority = await createAuthority();
    const auth = { user, password };
    await using server = await startTestServer();
    await using first = await startProxy({ auth });
    await using second = await startProxy({ auth, tls: await authority.issue() });
    const { url, ca } = await server.https();
    const secured = { url: second.url.replace("//", `//${right}`), tls: { ca: authority.ca } };
    await using client = createClient({
      adapter: undiciAdapter(),
      plugins: [redirect(), proxy({ http: first.url.replace("//", `//${right}`), https: secured })],
      defaults: { connection: { tls: { ca } } },
    });
    const response = await client.get(`${server.url}/redirect-to`, { query: { url: `${url}/headers` } });
    expect(response.history.map(({ status }) => status)).toEqual([302]);
    expect(await response.text()).not.toMatch(/proxy/i);
    const asked = ({ requests }: typeof first) =>
      requests.map(({ method, target }) => `${method} ${target.split("?")[0]}`);
    expect(asked(first)).toEqual([`GET ${server.url}/redirect-to`]);
    expect(asked(second)).toEqual([`CONNECT ${url.slice("https://".length)}`]);
    const credentials = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
    for (const { requests } of [first, second]) expect(requests[0]!.headers).toContain(credentials);
    for (const { headers } of server.requests) expect(headers).not.toContain(credentials);
  });

  test("gets the request's Proxy-Authorization, and the server does not", async () => {
    await using server = await startTestServer();
    await using running = await startProxy({ auth: { user: "a", password: "b" } });
    const { url, ca } = await server.https();
    await using client = createClient({
      adapter: undiciAdapter(),
      plugins: [proxy(running.url)],
      defaults: { connection: { tls: { ca } }, headers: { "Proxy-Authorization": `Basic ${btoa("a:b")}` } },
    });
    for (const target of [server.url, url]) {
      const response = await client.get(`${target}/get`);
      expect(response.status).toBe(200);
      await response.discard();
    }
    expect(running.requests.map(({ method }) => method)).toEqual(["GET", "CONNECT"]);
    await (await client.get(`${server.url}/get`, { proxy: false })).discard();
    expect(server.requests).toHaveLength(3);
    for (const { headers } of server.requests) expect(headers.join()).not.toContain("Basic");
  });
});
