import { inspect } from "node:util";
import { undiciAdapter } from "@posthaste/adapter-undici";
import { basicCredentials } from "@posthaste/auth";
import { proxyBasic } from "@posthaste/auth/proxy";
import { createClient, type ConnectionOption, type ConnectionOptions, type Plugin } from "@posthaste/core";
import { startProxy, startTestServer } from "@posthaste/test-server";
import { describe, expect, test } from "vitest";
import { memoryAdapter } from "./support.ts";

const credentials = { user: "alice", password: "s3crét" };

describe("through a real proxy", () => {
  test.each(["http", "https"])("%s", async (scheme) => {
    await using proxy = await startProxy({ auth: credentials });
    await using server = await startTestServer();
    const { url, ca } = scheme === "https" ? await server.https() : { url: server.url, ca: "" };
    await using client = createClient({
      adapter: undiciAdapter({ connection: { ...(ca && { tls: { ca } }) } }),
      plugins: [proxyBasic(credentials.user, credentials.password)],
    });
    const response = await client.get(`${url}/headers`, { connection: { proxy: { url: proxy.url } } });
    expect(response.status).toBe(200);
    expect(await response.text()).not.toContain("Proxy-Authorization");
    expect(proxy.requests[0]!.headers).toContain(basicCredentials(credentials.user, credentials.password));
    expect(proxy.requests[0]!.method).toBe(scheme === "https" ? "CONNECT" : "GET");
  });

  test("without a proxy nothing is sent", async () => {
    await using server = await startTestServer();
    await using client = createClient({ adapter: undiciAdapter(), plugins: [proxyBasic("alice", "s3cret")] });
    await (await client.get(`${server.url}/get`)).discard();
    expect(server.requests[0]!.headers.join().toLowerCase()).not.toContain("proxy");
  });
});

describe("which proxies get credentials", () => {
  const value = basicCredentials("alice", "s3cret");

  async function sent(connection: ConnectionOptions, plugin: Plugin = proxyBasic("alice", "s3cret")) {
    const { adapter, requests } = memoryAdapter(() => [200]);
    const choose: Plugin = {
      name: "choose",
      stage: "wire",
      send: (request, next) => next({ ...request, options: { ...request.options, ...({ connection } as object) } }),
    };
    // Given before the one that chooses, and yet further in.
    await createClient({ adapter, plugins: [plugin, choose] }).get("http://a.test/");
    expect([...requests[0]!.headers]).toEqual([]);
    return (requests[0]!.options as ConnectionOption).connection;
  }

  test.each(["http://proxy.test:3128", "https://proxy.test"])("%s does", async (url) => {
    const connection = { localAddress: "127.0.0.1", proxy: { url, headers: { "X-A": "1" } } };
    expect(await sent(connection)).toEqual({
      localAddress: "127.0.0.1",
      proxy: {
        url,
        headers: [
          ["X-A", "1"],
          ["Proxy-Authorization", value],
        ],
      },
    });
  });

  test.each<ConnectionOptions>([
    {},
    { proxy: null },
    { proxy: { url: "http://own:pw@proxy.test" } },
    { proxy: { url: "http://own@proxy.test" } },
    { proxy: { url: "http://proxy.test", headers: { "proxy-authorization": "Own" } } },
    { proxy: { url: "socks5://proxy.test" } },
    { proxy: { url: "proxy.test" } },
  ])("%j does not", async (connection) => {
    expect(await sent(connection)).toEqual(connection);
  });

  test("with `proxies`, those alone", async () => {
    const plugin = proxyBasic("alice", "s3cret", { proxies: ["http://PROXY.test:80/"] });
    const headersFor = async (url: string) => (await sent({ proxy: { url } }, plugin))?.proxy?.headers;
    expect(await headersFor("http://proxy.test")).toEqual([["Proxy-Authorization", value]]);
    expect(await headersFor("http://proxy.test:8080")).toBeUndefined();
    expect(await headersFor("https://proxy.test")).toBeUndefined();
  });

  test("in latin1", async () => {
    const plugin = proxyBasic("alice", "é", { encoding: "latin1" });
    const connection = await sent({ proxy: { url: "http://proxy.test" } }, plugin);
    expect(connection?.proxy?.headers).toEqual([["Proxy-Authorization", basicCredentials("alice", "é", "latin1")]]);
  });
});

test("refuses what RFC 7617 rules out, and shows no secret", () => {
  expect(() => proxyBasic("a:b", "s3cret")).toThrow("a colon or control character");
  const plugin = proxyBasic("alice", "s3cret");
  expect(inspect(plugin, { depth: 9, showHidden: true }) + JSON.stringify(plugin)).not.toMatch(/s3cret|czNjcmV0/);
});
