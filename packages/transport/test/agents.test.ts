import { once } from "node:events";
import type { Socket } from "node:net";
import { HeaderList } from "@posthaste/core";
import type { ConnectionOptions, HttpRequest } from "@posthaste/core";
import { createAuthority, startProxy, startRawServer, startSocks5 } from "@posthaste/test-server";
import { rejection } from "@posthaste/test-server/promises";
import { describe, expect, test } from "vitest";
import {
  Agents,
  Attempt,
  Failure,
  GivenUp,
  UrlReader,
  Watchdogs,
  addProxyHeaders,
  count,
  milliseconds,
  own,
} from "../src/index.ts";
import type { AgentsOptions, Connector, Pooled, Target } from "../src/index.ts";

const authority = await createAuthority();
const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/** A pool that makes a connection for everyone who asks. */
class Pool implements Pooled {
  readonly target: Target;
  readonly connector: Connector;
  readonly onEmpty: () => void;
  retired = false;
  failure: Failure | undefined;

  constructor(target: Target, connector: Connector, onEmpty: () => void) {
    this.target = target;
    this.connector = connector;
    this.onEmpty = onEmpty;
  }

  connect(): { socket: Promise<Socket>; attempt: Attempt } {
    const { promise, resolve, reject } = Promise.withResolvers<Socket>();
    const attempt = new Attempt(this.connector, this.target, (error, socket) =>
      error ? reject(error) : resolve(socket),
    );
    return { socket: promise, attempt };
  }

  retire(): void {
    this.retired = true;
  }

  async destroy(failure: Failure): Promise<void> {
    this.failure = failure;
  }
}

const settings: ConnectionOptions = {};

function agents(options: Partial<AgentsOptions<Pool>> = {}): Agents<Pool> {
  return new Agents({
    pool: (target, connector, onEmpty) => new Pool(target, connector, onEmpty),
    settings,
    timeout: 5000,
    maxAgents: 2,
    allowH2: false,
    maxHeaderSize: 16_384,
    watchdogs: new Watchdogs(),
    ...options,
  });
}

function target(url: string): Target {
  const request: HttpRequest = { method: "GET", url, headers: new HeaderList(), body: null, options: {}, call: {} };
  return new UrlReader().target(request);
}

const failure = rejection<Failure>;

async function exchange(socket: Socket): Promise<string> {
  socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  const [bytes] = (await once(socket, "data")) as [Buffer];
  socket.destroy();
  return bytes.toString();
}

describe("agents", () => {
  test("are the same for equal settings, and have a pool for each origin", () => {
    const all = agents();
    const plain = all.get(settings, 5000, false);
    expect(all.get(settings, 5000, true)).toBe(plain);
    const other = all.get({ localAddress: "127.0.0.2" }, 5000, false);
    expect(all.get({ localAddress: "127.0.0.2" }, 5000, true)).toBe(other);
    expect(all.get({ localAddress: "127.0.0.2" }, 6000, true)).not.toBe(other);
    expect(plain.pool(target("http://a.test/x"))).toBe(plain.pool(target("http://A.test:80/")));
    expect(plain.pool(target("http://a.test/"))).not.toBe(plain.pool(target("https://a.test/")));
  });

  test("beyond the limit are retired, the least recently used first, and destroyed with the others", async () => {
    const all = agents();
    const pools = [2, 3, 2, 4].map((last) =>
      all.get({ localAddress: `127.0.0.${last}` }, 5000, false).pool(target("http://a.test/")),
    );
    expect(pools.map(({ retired }) => retired)).toEqual([false, true, false, false]);
    await all.destroy();
    expect(pools.every((pool) => pool.failure?.code === "ERR_CLOSED")).toBe(true);
  });

  test("forget an empty pool", () => {
    const agent = agents().get(settings, 5000, false);
    const pool = agent.pool(target("http://a.test/"));
    pool.onEmpty();
    expect(agent.pool(target("http://a.test/"))).not.toBe(pool);
  });

  test("refuse settings that make no sense", () => {
    for (const wrong of [{ localAddress: "localhost" }, { proxy: { url: "ftp://a" } }]) {
      expect(() => agents().get(wrong, 5000, false)).toThrow(expect.objectContaining({ code: "ERR_OPTION" }));
    }
  });
});

describe("an attempt", () => {
  test("gives a socket to the target", async () => {
    await using server = await startRawServer([OK]);
    const { socket } = agents().get(settings, 5000, false).pool(target(server.url)).connect();
    expect(await exchange(await socket)).toBe(OK);
  });

  test("goes through a proxy, and speaks TLS to the target", async () => {
    await using server = await startRawServer([OK, OK], { tls: await authority.issue() });
    await using http = await startProxy();
    await using socks = await startSocks5();
    for (const url of [http.url, socks.url]) {
      const connection = { proxy: { url }, tls: { ca: authority.ca } };
      const { socket } = agents().get(connection, 5000, true).pool(target(server.url)).connect();
      expect(await exchange(await socket)).toBe(OK);
    }
  });

  test("fails with a code, and with a proxy's refusal", async () => {
    const connect = (connection: ConnectionOptions, url: string) =>
      failure(agents().get(connection, 5000, true).pool(target(url)).connect().socket);
    expect(await connect({}, "http://127.0.0.1:1/")).toMatchObject({ code: "ERR_CONNECT" });
    await using server = await startRawServer([OK], { tls: await authority.issue() });
    expect(await connect({}, server.url)).toMatchObject({ code: "ERR_TLS" });
    await using proxy = await startProxy({ auth: { user: "a", password: "b" } });
    const refused = await connect({ proxy: { url: proxy.url } }, "https://a.test/");
    expect(refused).toBeInstanceOf(Failure);
    expect([refused.code, refused.refusal?.status]).toEqual(["ERR_PROXY", 407]);
  });

  test("takes a certificate's common name for no name of a host, unless nothing is verified", async () => {
    const certificate = await authority.issue({ commonName: "a.test", names: [] });
    await using server = await startRawServer(() => {}, { tls: certificate });
    const tls = { ca: authority.ca, servername: "a.test" };
    const connect = (rejectUnauthorized: boolean): Promise<Socket> => {
      const agent = agents().get({ tls: { ...tls, rejectUnauthorized } }, 5000, true);
      return agent.pool(target(server.url)).connect().socket;
    };
    const refused = await failure(connect(true));
    expect(refused).toMatchObject({ code: "ERR_TLS", cause: { code: "ERR_TLS_CERT_ALTNAME_INVALID" } });
    expect(refused.message).toBe("the certificate of a.test has no subjectAltName");
    (await connect(false)).destroy();
  });

  test("ends when its time is up, and when it is cancelled, and leaves no socket", async () => {
    await using server = await startRawServer(() => {});
    const url = `https://127.0.0.1:${server.port}/`;
    const slow = agents().get(settings, 30, true).pool(target(url)).connect();
    expect(await failure(slow.socket)).toMatchObject({ code: "ERR_TIMEOUT_CONNECT" });
    const { socket, attempt } = agents().get(settings, 5000, true).pool(target(url)).connect();
    const ended = failure(socket);
    await attempt.cancel(new GivenUp());
    expect(await ended).toBeInstanceOf(GivenUp);
    await server.idle();
  });
});

describe("options", () => {
  test("are numbers that make sense", () => {
    expect([milliseconds("a", 5), milliseconds("a", Infinity), count("b", 3), count("b", Infinity)]).toEqual([
      5,
      2 ** 31 - 1,
      3,
      Infinity,
    ]);
    for (const wrong of [0, -1, Number.NaN, "1" as unknown as number]) {
      expect(() => milliseconds("timeout", wrong)).toThrow("timeout is no number above 0");
      expect(() => count("limit", wrong)).toThrow("limit is no whole number above 0");
    }
  });

  test("are own members, the last one's first", () => {
    const merged = own<{ a?: number; b?: number; toString?: unknown }>({ a: 1, b: 1 }, undefined, { b: 2 });
    expect([{ ...merged }, merged.toString]).toEqual([{ a: 1, b: 2 }, undefined]);
  });

  test("a proxy's lines are added where the request has none of that name", () => {
    const flat = ["x-one", "1"];
    const lines = [
      ["X-One", "2"],
      ["X-Two", "3"],
    ] as const;
    addProxyHeaders(flat, lines, "a.test");
    expect(flat).toEqual(["x-one", "1", "host", "a.test", "X-Two", "3"]);
  });
});
