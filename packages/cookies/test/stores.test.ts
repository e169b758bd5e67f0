import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { undiciAdapter } from "@posthaste/adapter-undici";
import { cookies } from "@posthaste/cookies";
import { exportCookies, importCookies, toughJar, type ToughJar } from "@posthaste/cookies/tough";
import { createClient } from "@posthaste/core";
import { startTestServer } from "@posthaste/test-server";
import { findProgram, freePort, startProgram, temporaryFolder } from "@posthaste/test-server/program";
import { createClient as createRedisClient } from "@redis/client";
import { MemoryCookieStore, type Store } from "tough-cookie";
import FileCookieStore from "tough-cookie-file-store";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { RedisCookieStore } from "./redis-cookie-store.ts";

// Programs take their time to start on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const strict = { sameSite: "strict" } as const;

/** A fresh store on every call, each over what the one before has kept. */
type OpenStore = () => Store | Promise<Store>;

async function memory(): Promise<OpenStore> {
  const store = new MemoryCookieStore();
  return () => store;
}

async function file(): Promise<OpenStore> {
  const folder = temporaryFolder();
  onTestFinished(() => folder[Symbol.dispose]());
  return () => new FileCookieStore(join(folder.path, "cookies.json"));
}

/** Calls back later, as stores with callbacks only do. */
async function callbacks(): Promise<OpenStore> {
  const inner = new MemoryCookieStore();
  const later = new Proxy(inner, {
    get(target, name) {
      if (name === "synchronous") return false;
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function" || name === "constructor") return member;
      return (...args: unknown[]) => {
        const done = args.pop();
        if (typeof done !== "function") throw new TypeError(`${String(name)} was called without a callback`);
        setImmediate(() => Reflect.apply(member, target, [...args, done]));
      };
    },
  });
  return () => later;
}

const redisServer = findProgram("redis-server");

async function redis(): Promise<OpenStore> {
  const folder = temporaryFolder();
  const port = await freePort();
  const server = await startProgram(
    redisServer!,
    ["--port", String(port), "--bind", "127.0.0.1", "--dir", folder.path, "--save", "", "--appendonly", "no"],
    { port },
  );
  const client = createRedisClient({ url: `redis://127.0.0.1:${port}` });
  client.on("error", () => {});
  await client.connect();
  onTestFinished(async () => {
    client.destroy();
    await server.close();
    folder[Symbol.dispose]();
  });
  return () => new RedisCookieStore(client);
}

const stores = { memory, file, callbacks, ...(redisServer && { redis }) };

describe.each(Object.entries(stores))("over a %s store", (name, start) => {
  test("a session over a real server is kept by the store", async () => {
    const open = await start();
    await using server = await startTestServer();
    const get = async (path: string) => {
      const plugin = cookies({ jar: toughJar({ store: await open() }) });
      await using client = createClient({ adapter: undiciAdapter(), plugins: [plugin] });
      const response = await client.get(server.url + path);
      await response.discard();
    };
    await get("/cookies/set?a=1&b=2");
    await get("/cookies/delete?a");
    await get("/get");
    const cookieOf = ({ headers }: { headers: readonly string[] }) => {
      const at = headers.findIndex((header) => header.toLowerCase() === "cookie");
      return at < 0 ? undefined : headers[at + 1];
    };
    expect(server.requests.map(cookieOf)).toEqual([undefined, "a=1; b=2", "b=2"]);
  });

  test("the rules are the same", async () => {
    const open = await start();
    const jar = toughJar({ store: await open(), maxPerDomain: 4 });
    await jar.store(
      "https://www.shop.com/a/b",
      [
        "host=1",
        "site=2; Domain=shop.com; Path=/",
        "tls=3; Secure; Path=/",
        "gone=4; Max-Age=0",
        "suffix=5; Domain=com",
      ],
      strict,
    );
    const again: ToughJar = toughJar({ store: await open(), maxPerDomain: 4 });
    expect(await again.get("https://www.shop.com/a/x", strict)).toBe("host=1; site=2; tls=3");
    expect(await again.get("http://www.shop.com/", strict)).toBe("site=2");
    expect(await again.get("http://shop.com/", strict)).toBe("site=2");
    expect(await again.get("http://other.com/", strict)).toBe("");
    await again.store("http://www.shop.com/", ["tls=evil"], strict);
    await again.store("https://www.shop.com/", ["p=1", "q=2", "r=3"], strict);
    const kept = (await again.cookieJar.serialize()).cookies.filter(({ domain }) => domain === "www.shop.com");
    expect(kept).toHaveLength(4);
    expect(await again.get("https://www.shop.com/", strict)).toContain("tls=3");
    expect(await again.get("https://www.shop.com/", strict)).toContain("r=3");
  });

  test.each(["json", "netscape"] as const)("cookies leave as %s and come back", async (format) => {
    const open = await start();
    const jar = toughJar();
    await jar.store(
      "https://www.shop.com/a/",
      ["a=1", "b=2; Domain=shop.com; Path=/; Max-Age=60; Secure; HttpOnly"],
      strict,
    );
    const copy = toughJar({ store: await open() });
    expect(await importCookies(copy, await exportCookies(jar, format))).toBe(2);
    expect(await copy.get("https://www.shop.com/a/", strict)).toBe("a=1; b=2");
    expect(await exportCookies(copy, format)).toContain("shop.com");
    if (name === "file")
      expect(await readFile((copy.cookieJar.store as FileCookieStore).filePath, "utf8")).toContain("b");
  });
});

test.skipIf(!redisServer)("a Redis that is gone rejects the call", async () => {
  const client = createRedisClient({ url: `redis://127.0.0.1:${await freePort()}`, disableOfflineQueue: true });
  client.on("error", () => {});
  await using server = await startTestServer();
  await using posthaste = createClient({
    adapter: undiciAdapter(),
    plugins: [cookies({ jar: toughJar({ store: new RedisCookieStore(client) }) })],
  });
  await expect(posthaste.get(server.url)).rejects.toThrow("closed");
  expect(server.requests).toHaveLength(0);
});
