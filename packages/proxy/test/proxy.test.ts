import {
  createClient,
  HeaderList,
  HttpResponse,
  type Adapter,
  type ConnectionOption,
  type HttpRequest,
  type ProxyOptions,
  type Send,
} from "@posthaste/core";
import { proxy, type ProxyOption, type ProxySource } from "@posthaste/proxy";
import { afterEach, describe, expect, test, vi } from "vitest";

afterEach(() => vi.unstubAllEnvs());

/** An adapter that records what it was to send, and a client with it and the plugin. */
function recording(source?: ProxySource) {
  const sent: HttpRequest<ConnectionOption>[] = [];
  const adapter: Adapter<ConnectionOption> = {
    name: "recording",
    can: {},
    options: ["connection"],
    async send(request) {
      sent.push(request);
      return new HttpResponse({
        request,
        status: 200,
        reason: "",
        headers: new HeaderList(),
        body: (async function* () {})(),
        async discard() {},
      });
    },
  };
  return {
    sent,
    client: createClient({ adapter, plugins: [proxy(source)] }),
    async sendsBy(url: string, options?: ProxyOption & ConnectionOption): Promise<ProxyOptions | null | undefined> {
      await this.client.get(url, options);
      return sent.at(-1)!.options.connection?.proxy;
    },
  };
}

const environment = (env: Record<string, string>): void => {
  for (const name of ["http_proxy", "https_proxy", "all_proxy", "no_proxy"]) {
    vi.stubEnv(name, undefined);
    vi.stubEnv(name.toUpperCase(), undefined);
  }
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
};

describe("the source", () => {
  test("is the environment, read once and when it is needed", async () => {
    const given = recording();
    environment({ HTTPS_PROXY: "proxy.test:3128", no_proxy: "direct.test" });
    expect(await given.sendsBy("https://a.test/")).toEqual({ url: "http://proxy.test:3128/" });
    environment({});
    expect(await given.sendsBy("https://a.test/")).toEqual({ url: "http://proxy.test:3128/" });
    expect(await given.sendsBy("https://direct.test/")).toBeNull();
    expect(await given.sendsBy("http://a.test/")).toBeUndefined();
  });

  test("is a URL, a map or false", async () => {
    expect(await recording("socks5://p:1").sendsBy("http://a.test/")).toEqual({ url: "socks5://p:1" });
    const mapped = recording({ "http://a.test": "p:1", http: "p:2" });
    expect(await mapped.sendsBy("http://a.test/")).toEqual({ url: "http://p:1/" });
    expect(await mapped.sendsBy("http://b.test/")).toEqual({ url: "http://p:2/" });
    environment({ ALL_PROXY: "proxy.test" });
    expect(await recording(false).sendsBy("http://a.test/")).toBeNull();
  });

  test("is a function", async () => {
    const asked: URL[] = [];
    const given = recording((url) => {
      asked.push(url);
      return url.hostname === "a.test" ? "p:1" : url.hostname === "b.test" ? null : undefined;
    });
    expect(await given.sendsBy("http://a.test/x?y")).toEqual({ url: "http://p:1/" });
    expect(await given.sendsBy("http://b.test/")).toBeNull();
    expect(await given.sendsBy("http://c.test/")).toBeUndefined();
    expect(asked.map(String)).toEqual(["http://a.test/x?y", "http://b.test/", "http://c.test/"]);
    const later = recording(async () => ({ url: "p:2", headers: { "X-Token": "1" } }));
    expect(await later.sendsBy("http://a.test/")).toEqual({ url: "http://p:2/", headers: { "X-Token": "1" } });
    await expect(recording(() => Promise.reject(new Error("no"))).sendsBy("http://a.test/")).rejects.toThrow("no");
  });

  test("is the call's own first", async () => {
    const given = recording("p:1");
    expect(await given.sendsBy("http://a.test/", { proxy: "p:2" })).toEqual({ url: "http://p:2/" });
    expect(await given.sendsBy("http://a.test/", { proxy: { https: "p:2" } })).toBeUndefined();
    expect(await given.sendsBy("http://a.test/", { proxy: false })).toBeNull();
    expect(await given.sendsBy("http://a.test/", { proxy: () => "p:3" })).toEqual({ url: "http://p:3/" });
  });

  test("stands behind the call's connection.proxy", async () => {
    const given = recording("p:1");
    const connection = { proxy: { url: "http://p:9" } };
    expect(await given.sendsBy("http://a.test/", { connection })).toBe(connection.proxy);
    expect(await given.sendsBy("http://a.test/", { connection: { proxy: null } })).toBeNull();
    expect(await given.sendsBy("http://a.test/", { connection, proxy: false })).toBeNull();
    const tls = { servername: "b.test" };
    expect(await given.sendsBy("http://a.test/", { connection: { tls } })).toEqual({ url: "http://p:1/" });
    expect(given.sent.at(-1)!.options.connection!.tls).toBe(tls);
  });

  test("that names no proxy URL rejects the call", async () => {
    for (const source of ["socks4://p", { http: "ftp://p" }, () => "http://"] as ProxySource[]) {
      const given = recording(source);
      await expect(given.client.get("http://a.test/")).rejects.toMatchObject({ code: "ERR_OPTION" });
      expect(given.sent).toEqual([]);
    }
  });
});

describe("Proxy-Authorization", () => {
  const headers = { "Proxy-Authorization": "Basic x", Authorization: "Basic y" };
  const sentBy = async (source: ProxySource, url: string) => {
    const { client, sent } = recording(source);
    await client.get(url, { headers });
    const [request] = sent;
    return {
      toServer: request!.headers.map(([name]) => name),
      toProxy: [...new HeaderList(request!.options.connection?.proxy?.headers)],
    };
  };
  const own = ["Proxy-Authorization", "Basic x"];

  test.each(["http://a.test/", "https://a.test/"])("is for the proxy alone on the way to %s", async (url) => {
    for (const source of ["http://p", "https://u:p@p", "socks5://p"]) {
      expect(await sentBy(source, url)).toEqual({ toServer: ["Authorization"], toProxy: [own] });
    }
    const withHeaders = { all: { url: "p", headers: { "X-Token": "1", "proxy-authorization": "Basic z" } } };
    expect(await sentBy(withHeaders, url)).toEqual({ toServer: ["Authorization"], toProxy: [["X-Token", "1"], own] });
    expect(withHeaders.all.headers["proxy-authorization"]).toBe("Basic z");
  });

  test("goes nowhere without a proxy", async () => {
    for (const source of [false, { all: "p", no: "a.test" }] as ProxySource[]) {
      expect(await sentBy(source, "http://a.test/")).toEqual({ toServer: ["Authorization"], toProxy: [] });
    }
  });

  test("is left alone where nothing is said", async () => {
    expect((await sentBy({}, "http://a.test/")).toServer).toEqual(Object.keys(headers));
  });
});

test("the request that came in stays as it was", async () => {
  const { client, sent } = recording("p:1");
  const request = {
    method: "GET",
    url: "https://a.test/",
    headers: new HeaderList({ "Proxy-Authorization": "Basic x" }),
    body: null,
    options: { connection: {} },
    call: {},
  };
  await client.send(request);
  expect([...request.headers]).toEqual([["Proxy-Authorization", "Basic x"]]);
  expect(request.options.connection).toEqual({});
  expect(sent[0]!.call).toBe(request.call);
});

test("with nothing to say, nothing stands between the stage above and the one below", () => {
  environment({ NO_PROXY: "a.test" });
  const plugin = proxy({});
  const answer = {} as ReturnType<Send>;
  const request = { url: "http://a.test/", options: {} } as HttpRequest;
  const next: Send = (sent) => {
    expect(sent).toBe(request);
    return answer;
  };
  expect(plugin.send!(request, next)).toBe(answer);
});
