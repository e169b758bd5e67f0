import { startRawServer } from "@posthaste/test-server";
import { describe, expect, test } from "vitest";
import requests, { adapters, exceptions } from "../src/index.ts";
import { failure, redirect, reply } from "./replies.ts";

const { HTTPAdapter, Retry } = adapters;

function sessionWith(adapter: adapters.BaseAdapter): InstanceType<typeof requests.Session> {
  const s = new requests.Session();
  s.trust_env = false;
  s.mount("http://", adapter);
  return s;
}

/** A server that answers nothing until as many requests are there as it was told. */
async function startGate(count: number) {
  const waiting: (() => void)[] = [];
  const opened = Promise.withResolvers<void>();
  const server = await startRawServer((socket) => {
    waiting.push(() => socket.write(reply()));
    if (waiting.length === count) opened.resolve();
    if (waiting.length >= count) for (const answer of waiting.splice(0)) answer();
  });
  return { server, opened: opened.promise };
}

describe("pool_maxsize and pool_block", () => {
  test("without pool_block there are as many connections as requests at a time", async () => {
    const { server } = await startGate(5);
    await using _ = server;
    await using s = sessionWith(new HTTPAdapter({ pool_maxsize: 1 }));
    await Promise.all(Array.from({ length: 5 }, () => s.get(server.url)));
    expect(server.connections).toHaveLength(5);
  });

  test("with pool_block there are no more than pool_maxsize, and the others wait", async () => {
    let open = 0;
    let most = 0;
    await using server = await startRawServer((socket) => {
      most = Math.max(most, ++open);
      setImmediate(() => {
        open--;
        socket.write(reply());
      });
    });
    await using s = sessionWith(new HTTPAdapter({ pool_maxsize: 2, pool_block: true }));
    const all = await Promise.all(Array.from({ length: 12 }, () => s.get(server.url)));
    expect(all.map((r) => r.text)).toEqual(all.map(() => "ok"));
    expect(server.connections).toHaveLength(2);
    expect(most).toBeLessThanOrEqual(2);
  });

  test("a streamed response holds its connection until it is read or closed", async () => {
    await using server = await startRawServer((socket) => void socket.write(reply()));
    await using s = sessionWith(new HTTPAdapter({ pool_maxsize: 1, pool_block: true }));
    const first = await s.get(server.url, { stream: true });
    const second = s.get(server.url);
    await first.read();
    expect((await second).text).toBe("ok");
    const third = await s.get(server.url, { stream: true });
    const fourth = s.get(server.url);
    await third.close();
    expect((await fourth).text).toBe("ok");
  });

  test("init_poolmanager can be given more: an address to connect from", async () => {
    class FromAddress extends HTTPAdapter {
      override init_poolmanager(connections: number, maxsize: number, block?: boolean): void {
        super.init_poolmanager(connections, maxsize, block, { source_address: ["127.0.0.9", 0] });
      }
    }
    let from: string | undefined;
    await using server = await startRawServer((socket) => {
      from = socket.remoteAddress;
      socket.write(reply());
    });
    await using s = sessionWith(new FromAddress());
    await s.get(server.url);
    expect(from).toBe("127.0.0.9");
  });
});

describe("a mounted HTTPAdapter's Retry", () => {
  test("sends again for the statuses of its list, and its history tells", async () => {
    const busy = reply("", { status: "503 Busy" });
    await using server = await startRawServer([busy, busy, reply("at last")]);
    await using s = sessionWith(new HTTPAdapter({ max_retries: new Retry({ total: 3, status_forcelist: [503] }) }));
    const r = await s.get(`${server.url}/a`);
    expect([r.status_code, r.text]).toEqual([200, "at last"]);
    expect(r.raw.retries.history).toMatchObject([
      { method: "GET", url: "/a", status: 503, redirect_location: null },
      { method: "GET", url: "/a", status: 503, redirect_location: null },
    ]);
    expect(r.history).toEqual([]);
  });

  test("gives up with RetryError, or gives the last response without raise_on_status", async () => {
    const busy = reply("busy", { status: "502 Bad" });
    await using server = await startRawServer((socket) => void socket.write(busy));
    const retries = new Retry({ total: 1, status_forcelist: [502] });
    await using strict = sessionWith(new HTTPAdapter({ max_retries: retries }));
    const error = await failure<exceptions.RetryError>(strict.get(`${server.url}/b`));
    expect(error).toBeInstanceOf(exceptions.RetryError);
    expect(error.message).toContain("too many 502 error responses");
    expect(error.request?.url).toBe(`${server.url}/b`);
    await using lenient = sessionWith(new HTTPAdapter({ max_retries: retries.new({ raise_on_status: false }) }));
    const r = await lenient.get(server.url);
    expect([r.status_code, r.text, server.requests.length]).toEqual([502, "busy", 4]);
  });

  test("leaves POST alone, unless allowed_methods has it; then the same body is sent again", async () => {
    const busy = reply("", { status: "503 Busy" });
    await using server = await startRawServer([busy, busy, reply()]);
    const retries = new Retry({ total: 2, status_forcelist: [503] });
    await using s = sessionWith(new HTTPAdapter({ max_retries: retries }));
    expect((await s.post(server.url, { data: "x=1" })).status_code).toBe(503);
    await using any = sessionWith(new HTTPAdapter({ max_retries: retries.new({ allowed_methods: null }) }));
    expect((await any.post(server.url, { data: "x=1" })).status_code).toBe(200);
    expect(server.requests.map(({ body }) => body.toString())).toEqual(["x=1", "x=1", "x=1"]);
  });

  test("connects again after a dropped connection, and a number counts failed connections alone", async () => {
    await using server = await startRawServer([(socket) => void socket.destroy(), reply()]);
    await using s = sessionWith(new HTTPAdapter({ max_retries: 2 }));
    expect((await s.get(server.url)).text).toBe("ok");
    await using broken = await startRawServer((socket) => void socket.destroy());
    await using once = sessionWith(new HTTPAdapter());
    expect(await failure(once.get(broken.url))).toBeInstanceOf(exceptions.ConnectionError);
    expect(broken.requests).toHaveLength(1);
  });

  test("leaves redirects to the session", async () => {
    await using server = await startRawServer([redirect("/next"), reply("there")]);
    await using s = sessionWith(new HTTPAdapter({ max_retries: new Retry({ total: 5, redirect: 0 }) }));
    const r = await s.get(server.url);
    expect([r.text, r.history.length]).toEqual(["there", 1]);
  });

  test("waits for as long as Retry-After says, and an abort ends the wait with its reason", async () => {
    const asked = (value: string): string => reply("", { status: "503 Busy", headers: [`Retry-After: ${value}`] });
    await using server = await startRawServer([asked("0"), asked("3600"), reply()]);
    const retries = new Retry({ total: 4 });
    await using s = sessionWith(new HTTPAdapter({ max_retries: retries }));
    const controller = new AbortController();
    const reason = new Error("enough");
    const call = failure(s.get(server.url, { signal: controller.signal }));
    await server.waitForRequests(2);
    setImmediate(() => controller.abort(reason));
    expect(await call).toBe(reason);
    await using odd = await startRawServer([asked("soon")]);
    expect(await failure(s.get(odd.url))).toBeInstanceOf(exceptions.InvalidHeader);
  });

  test("reads what Retry-After may say", () => {
    const retries = new Retry({ retry_after_max: 100 });
    expect(retries.parse_retry_after("7")).toBe(7);
    expect(retries.parse_retry_after(" 7 ")).toBe(7);
    expect(retries.parse_retry_after("7000")).toBe(100);
    expect(retries.parse_retry_after("Fri, 31 Dec 1999 23:59:59 GMT")).toBe(0);
    expect(retries.parse_retry_after(new Date(Date.now() + 3_600_000).toUTCString())).toBe(100);
  });

  test("a subclass decides by its own rule", async () => {
    class OnTeapot extends Retry {
      override is_retry(_method: string, status: number): boolean {
        return status === 418;
      }
    }
    await using server = await startRawServer([reply("", { status: "418 Teapot" }), reply("coffee")]);
    await using s = sessionWith(new HTTPAdapter({ max_retries: new OnTeapot(2) }));
    expect((await s.get(server.url)).text).toBe("coffee");
  });
});
