import { brotliDecompressSync, gunzipSync, inflateSync, zstdDecompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { request } from "undici";
import type { TestServer } from "../src/index.ts";
import { startTestServer } from "../src/index.ts";

let server: TestServer;
beforeAll(async () => void (server = await startTestServer()));
afterAll(() => server.close());

interface Got {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly bytes: Buffer;
  readonly text: string;
}

async function get(path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Got> {
  const response = await request(server.url + path, { method: method as "GET", headers });
  const bytes = Buffer.from(await response.body.arrayBuffer());
  return { status: response.statusCode, headers: response.headers, bytes, text: bytes.toString() };
}

describe("/status", () => {
  test.each([200, 204, 304, 404, 418, 500, 599, 999])("%i", async (code) => {
    expect((await get(`/status/${code}`, {}, "DELETE")).status).toBe(code);
  });

  test("sends what belongs to a code", async () => {
    expect((await get("/status/301")).headers["location"]).toBe("/redirect/1");
    expect((await get("/status/401")).headers["www-authenticate"]).toBe('Basic realm="Fake Realm"');
    expect((await get("/status/407")).headers["proxy-authenticate"]).toBe('Basic realm="Fake Realm"');
    expect(JSON.parse((await get("/status/406")).text)).toHaveProperty("accept.0", "image/webp");
  });

  test("draws from a list with weights", async () => {
    expect((await get("/status/500:0,201:3,404:0")).status).toBe(201);
    const drawn = await Promise.all(Array.from({ length: 100 }, async () => (await get("/status/200,500:1")).status));
    expect(new Set(drawn)).toEqual(new Set([200, 500]));
  });

  test.each(["abc", "100", "1000", "200,x", "200:y"])("refuses %s", async (codes) => {
    expect(await get(`/status/${codes}`)).toMatchObject({ status: 400, text: "Invalid status code" });
  });
});

describe("redirects", () => {
  test.each([
    ["/redirect/3", "/relative-redirect/2"],
    ["/redirect/1", "/get"],
    ["/relative-redirect/2", "/relative-redirect/1"],
    ["/relative-redirect/1", "/get"],
  ])("%s to %s", async (path, location) => {
    expect(await get(path)).toMatchObject({ status: 302, headers: { location } });
  });

  test("absolute ones", async () => {
    expect((await get("/redirect/2?absolute=true")).headers["location"]).toBe(`${server.url}/absolute-redirect/1`);
    expect((await get("/absolute-redirect/1")).headers["location"]).toBe(`${server.url}/get`);
  });

  test("/redirect-to", async () => {
    const path = "/redirect-to?url=http%3A%2F%2Fx.test%2F%C3%A9&status_code=308";
    const { status, headers } = await get(path, {}, "POST");
    expect(status).toBe(308);
    expect(Buffer.from(headers["location"] as string, "latin1").toString()).toMatch(/^http:\/\/x\.test\/(é|Ã©)$/);
    expect((await get("/redirect-to?url=a&status_code=200")).status).toBe(302);
    expect((await get("/redirect-to")).status).toBe(400);
  });
});

describe("cookies", () => {
  test("shows them", async () => {
    const { text } = await get("/cookies", { cookie: 'a=1; b="x y"; c=' });
    expect(JSON.parse(text)).toEqual({ cookies: { a: "1", b: "x y", c: "" } });
  });

  test("sets and deletes them", async () => {
    expect(await get("/cookies/set?a=1&b=x%20y")).toMatchObject({
      status: 302,
      headers: { location: "/cookies", "set-cookie": ["a=1; Path=/", 'b="x y"; Path=/'] },
    });
    expect((await get("/cookies/set/k/v")).headers["set-cookie"]).toBe("k=v; Path=/");
    expect((await get("/cookies/delete?a")).headers["set-cookie"]).toBe(
      "a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/",
    );
  });
});

describe("content codings", () => {
  test.each([
    ["/gzip", "gzip", "gzipped", gunzipSync],
    ["/deflate", "deflate", "deflated", inflateSync],
    ["/brotli", "br", "brotli", brotliDecompressSync],
    ["/zstd", "zstd", "zstd", zstdDecompressSync],
  ] as const)("%s", async (path, coding, flag, decompress) => {
    const { headers, bytes } = await get(path);
    expect(headers["content-encoding"]).toBe(coding);
    expect(JSON.parse(decompress(bytes).toString())).toMatchObject({
      [flag]: true,
      method: "GET",
      origin: "127.0.0.1",
    });
  });

  test("/encoding/utf8", async () => {
    expect(await get("/encoding/utf8")).toMatchObject({
      headers: { "content-type": "text/html; charset=utf-8" },
      text: expect.stringContaining("∮ E⋅da = Q") as string,
    });
  });
});

describe("bytes", () => {
  test("a seed decides them, however they are cut", async () => {
    const { bytes, headers } = await get("/bytes/1000?seed=7");
    expect([bytes.length, headers["content-length"]]).toEqual([1000, "1000"]);
    const streamed = await get("/stream-bytes/1000?seed=7&chunk_size=33");
    expect(streamed.headers).toMatchObject({ "transfer-encoding": "chunked" });
    expect(streamed.bytes.equals(bytes)).toBe(true);
    expect((await get("/bytes/1000?seed=8")).bytes.equals(bytes)).toBe(false);
    expect((await get("/bytes/0")).bytes).toHaveLength(0);
    expect((await get("/bytes/1?seed=x")).status).toBe(400);
  });

  test("/stream", async () => {
    const lines = (await get("/stream/3?a=1")).text.trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line) as object)).toEqual(
      [0, 1, 2].map((id) => expect.objectContaining({ id, args: { a: "1" }, origin: "127.0.0.1" }) as object),
    );
  });

  test("/drip and /delay", async () => {
    const dripped = await get("/drip?duration=0.05&numbytes=7&delay=0.01&code=201");
    expect(dripped).toMatchObject({ status: 201, text: "*******", headers: { "content-length": "7" } });
    expect((await get("/drip?duration=0.02&numbytes=1000")).text).toBe("*".repeat(1000));
    expect((await get("/drip?numbytes=0")).status).toBe(400);
    expect((await get("/drip?code=99")).status).toBe(400);
    const before = performance.now();
    expect((await get("/delay/0.1", {}, "PUT")).status).toBe(200);
    expect(performance.now() - before).toBeGreaterThan(95);
  });

  test("a client that leaves ends the drip", async () => {
    await using own = await startTestServer();
    const { body } = await request(`${own.url}/drip?duration=600&numbytes=10`);
    body.on("error", () => {});
    body.destroy();
    await own.idle();
  });
});

describe("/range", () => {
  const whole = "abcdefghijklmnopqrstuvwxyzabcd";

  test("without a range", async () => {
    const { status, text, headers } = await get("/range/30");
    expect([status, text]).toEqual([200, whole]);
    expect(headers).toMatchObject({ "accept-ranges": "bytes", etag: '"range30"', "content-length": "30" });
  });

  test.each([
    ["bytes=0-4", "abcde", "bytes 0-4/30"],
    ["bytes=28-", "cd", "bytes 28-29/30"],
    ["bytes=-3", "bcd", "bytes 27-29/30"],
    ["bytes=-99", whole, "bytes 0-29/30"],
    ["bytes=29-99", "d", "bytes 29-29/30"],
  ])("%s", async (range, text, contentRange) => {
    expect(await get("/range/30", { range })).toMatchObject({
      status: 206,
      text,
      headers: { "content-range": contentRange, "content-length": String(text.length) },
    });
  });

  test.each(["bytes=30-", "bytes=-0"])("%s cannot be satisfied", async (range) => {
    const headers = { "content-range": "bytes */30", "content-length": "0" };
    expect(await get("/range/30", { range })).toMatchObject({ status: 416, headers });
  });

  test.each(["bytes=5-4", "items=0-1", "bytes=0-1,3-4", "bytes=-"])("%s is ignored", async (range) => {
    expect(await get("/range/30", { range })).toMatchObject({ status: 200, text: whole });
  });

  test("If-Range", async () => {
    const range = "bytes=0-0";
    expect((await get("/range/30", { range, "if-range": '"range30"' })).status).toBe(206);
    expect((await get("/range/30", { range, "if-range": '"other"' })).status).toBe(200);
    expect((await get("/range/0")).status).toBe(404);
  });
});

describe("caching", () => {
  test("/cache", async () => {
    const { status, headers } = await get("/cache");
    expect([status, typeof headers["etag"], typeof headers["last-modified"]]).toEqual([200, "string", "string"]);
    expect((await get("/cache", { "if-none-match": "x" })).status).toBe(304);
    expect((await get("/cache", { "if-modified-since": new Date(0).toUTCString() })).status).toBe(304);
    expect((await get("/cache/60")).headers["cache-control"]).toBe("public, max-age=60");
  });

  test.each([
    [{}, 200],
    [{ "if-none-match": '"tag"' }, 304],
    [{ "if-none-match": 'W/"other", W/"tag"' }, 304],
    [{ "if-none-match": "*" }, 304],
    [{ "if-none-match": '"other"' }, 200],
    [{ "if-match": '"other"' }, 412],
    [{ "if-match": '"other", "tag"' }, 200],
    [{ "if-match": "*" }, 200],
  ])("/etag with %j", async (headers, status) => {
    const got = await get("/etag/tag", headers);
    expect([got.status, got.headers["etag"]]).toEqual([status, status === 412 ? undefined : '"tag"']);
  });

  test("/response-headers", async () => {
    const { text, headers } = await get("/response-headers?X-One=1&Set-Cookie=a%3D1&Set-Cookie=b%3D2", {}, "POST");
    expect(headers).toMatchObject({ "x-one": "1", "set-cookie": ["a=1", "b=2"], "content-type": "application/json" });
    const length = String(text.length);
    expect(JSON.parse(text)).toEqual({
      "Content-Length": length,
      "Content-Type": "application/json",
      "Set-Cookie": ["a=1", "b=2"],
      "X-One": "1",
    });
    expect((await get("/response-headers?content-type=text/plain")).headers["content-type"]).toBe("text/plain");
    expect((await get("/response-headers?a%20b=1")).status).toBe(400);
    expect(await get("/response-headers?a=1&b=%0A")).toMatchObject({
      status: 400,
      headers: { "content-type": "text/plain" },
    });
  });
});

describe("content", () => {
  test.each([
    ["/json", "application/json", '"Sample Slide Show"'],
    ["/html", "text/html; charset=utf-8", "Moby-Dick"],
    ["/xml", "application/xml", "<?xml version='1.0'"],
    ["/robots.txt", "text/plain", "Disallow: /deny"],
    ["/image/png", "image/png", "PNG\r\n"],
    ["/base64/w7zDvA==", "text/html; charset=utf-8", "üü"],
    ["/base64/w7z_", "text/html; charset=utf-8", "ü"],
    ["/base64/!", "text/html; charset=utf-8", "Incorrect Base64"],
    ["/links/3/1", "text/html; charset=utf-8", "<a href='/links/3/0'>0</a> 1 <a href='/links/3/2'>2</a> "],
  ])("%s", async (path, type, part) => {
    const { status, headers, text } = await get(path);
    expect([status, headers["content-type"]]).toEqual([200, type]);
    expect(text).toContain(part);
  });

  test("/links without an offset, /uuid, /robots_txt", async () => {
    expect(await get("/links/3")).toMatchObject({ status: 302, headers: { location: "/links/3/0" } });
    expect((await get("/uuid")).text).toMatch(/"uuid": "[0-9a-f-]{36}"/);
    expect((await get("/robots_txt")).status).toBe(404);
  });
});
