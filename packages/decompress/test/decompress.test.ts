import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { HttpError } from "@posthaste/core";
import { rejection } from "@posthaste/test-server/promises";
import { describe, expect, test } from "vitest";
import { answering, chunked } from "./support.ts";

const failure = rejection<HttpError>;

const url = "http://a.test/path?secret";
const gzipped = (text: string): AsyncIterable<Uint8Array> => chunked(gzipSync(text));

describe("what is asked for", () => {
  test("is all that can be decoded", async () => {
    const { client, sent } = answering({ headers: {} });
    await client.get(url);
    expect(sent[0]!.get("accept-encoding")).toBe("gzip,deflate,br,zstd");
  });

  test("is what the caller says", async () => {
    const { client, sent } = answering({ headers: {} });
    await client.get(url, { headers: { "accept-encoding": "br" } });
    await client.get(url, { headers: { "Accept-Encoding": "" } });
    expect(sent.map((headers) => headers.getAll("accept-encoding"))).toEqual([["br"], [""]]);
  });

  test("is nothing where nothing is to be decoded", async () => {
    const { client, sent } = answering({ headers: { "Content-Encoding": "gzip" }, body: gzipped("x") });
    const response = await client.get(url, { decompress: false });
    expect(sent[0]!.has("accept-encoding")).toBe(false);
    expect(await response.bytes()).toEqual(new Uint8Array(gzipSync("x")));
  });
});

describe("the content", () => {
  test.each(["gzip", "GZip", "x-gzip", " gzip ", "identity, gzip", "gzip,,identity", ","])(
    "with %j",
    async (coding) => {
      const plain = coding === ",";
      const { client } = answering({
        headers: { "content-encoding": coding },
        body: plain ? chunked(Buffer.from("hello")) : gzipped("hello"),
      });
      expect(await (await client.get(url)).text()).toBe("hello");
    },
  );

  test("with several codings, in one line or many, the last first", async () => {
    const body = zstdCompressSync(brotliCompressSync(deflateSync(gzipSync(gzipSync("hello")))));
    for (const headers of [
      [["Content-Encoding", "gzip, x-gzip, deflate, br, zstd"]],
      [
        ["Content-Encoding", "gzip, gzip"],
        ["content-encoding", "deflate"],
        ["CONTENT-ENCODING", "br,zstd"],
      ],
    ] as [string, string][][]) {
      for (const size of [1, Infinity]) {
        const { client, state } = answering({ headers, body: chunked(body, size) });
        expect(await (await client.get(url)).text()).toBe("hello");
        expect(state.released).toBeGreaterThan(0);
      }
    }
  });

  test.each(["compress", "gzip, aes128gcm", "exi, br", "gzip;q=1", "constructor", "__proto__", "toString", "none"])(
    "with %j stays as it is",
    async (coding) => {
      const { client } = answering({ headers: { "Content-Encoding": coding }, body: chunked(Buffer.from("raw")) });
      expect(await (await client.get(url)).text()).toBe("raw");
    },
  );

  test.each([
    ["HEAD", 200],
    ["GET", 204],
    ["GET", 304],
    ["GET", 200],
  ])("of no bytes, to %s with %i", async (method, status) => {
    const { client } = answering({ headers: { "Content-Encoding": "gzip", "Content-Length": "20" }, status });
    expect(await (await client.request(url, { method })).text()).toBe("");
  });

  test("has its headers still", async () => {
    const headers = { "Content-Encoding": "gzip", "Content-Length": "27", ETag: '"1"' };
    const { client } = answering({ headers, body: gzipped("hello") });
    const response = await client.get(url);
    expect(Object.fromEntries(response.headers)).toEqual(headers);
    expect(await response.text()).toBe("hello");
  });

  test("is not opened when it is discarded", async () => {
    const { client, state } = answering({ headers: { "Content-Encoding": "gzip" }, body: gzipped("x") });
    const response = await client.get(url);
    expect(state).toEqual({ opened: false, released: 0 });
    await response.discard();
    expect(state).toEqual({ opened: false, released: 1 });
    expect((await failure(response.text())).code).toBe("ERR_BODY_CONSUMED");
  });

  test("is read once", async () => {
    const { client } = answering({ headers: { "Content-Encoding": "gzip" }, body: gzipped("x") });
    const response = await client.get(url);
    expect(await response.text()).toBe("x");
    expect((await failure(response.text())).code).toBe("ERR_BODY_CONSUMED");
  });

  test("frees the connection when it is left early", async () => {
    const { client, state } = answering({ headers: { "Content-Encoding": "gzip" }, body: gzipped("x".repeat(1e6)) });
    for await (const chunk of (await client.get(url)).body) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    expect(state).toEqual({ opened: true, released: 1 });
  });
});

describe("errors", () => {
  test("tell the coding, what is wrong, and the exchange", async () => {
    const { client, state } = answering({
      headers: { "Content-Encoding": "gzip" },
      body: chunked(Buffer.from("oops")),
    });
    const response = await client.get(url);
    const error = await failure(response.text());
    expect(error.message).toBe("GET http://a.test/path: gzip: corrupt (ERR_DECODE)");
    expect(error).toMatchObject({ code: "ERR_DECODE", phase: "body" });
    expect(error.response).toBe(response);
    expect(state.released).toBe(1);
  });

  test("have what zlib says", async () => {
    const body = chunked(deflateSync("x".repeat(1e5)).subarray(0, 50));
    const { client } = answering({ headers: { "Content-Encoding": "deflate" }, body });
    const error = await failure((await client.get(url)).text());
    expect(error.code).toBe("ERR_DECODE");
    expect(error.cause).toMatchObject({ code: "Z_BUF_ERROR" });
  });

  test("of the adapter stay what they are", async () => {
    const wrong = new HttpError("ERR_BODY_TRUNCATED", "cut");
    async function* body(): AsyncGenerator<Uint8Array> {
      yield brotliCompressSync(gzipSync("x".repeat(1000))).subarray(0, 20);
      throw wrong;
    }
    const { client } = answering({ headers: { "Content-Encoding": "gzip, br" }, body: body() });
    await expect((await client.get(url)).text()).rejects.toBe(wrong);
  });
});

describe("limits", () => {
  const bomb = (mib: number): Buffer => gzipSync(Buffer.alloc(mib << 20));

  test("of the size", async () => {
    const answer = { headers: { "Content-Encoding": "gzip" } };
    for (const [maxSize, expected] of [
      [1 << 20, 1 << 20],
      [Infinity, 1 << 20],
      [(1 << 20) - 1, "ERR_LIMIT"],
      [0, "ERR_LIMIT"],
    ] as const) {
      const { client, state } = answering({ ...answer, body: chunked(bomb(1)) }, { maxSize });
      const result = await (await client.get(url)).bytes().then(
        ({ length }) => length,
        (error: HttpError) => error.code,
      );
      expect(result).toBe(expected);
      expect(state.released).toBe(1);
    }
  });

  test("of the ratio are on by default, beyond 64 MiB", { timeout: 30_000 }, async () => {
    const count = async (body: Buffer, maxRatio?: number): Promise<number> => {
      const options = maxRatio === undefined ? undefined : { maxRatio };
      const { client } = answering({ headers: { "Content-Encoding": "zstd" }, body: chunked(body) }, options);
      let size = 0;
      for await (const chunk of (await client.get(url)).body) size += chunk.length;
      return size;
    };
    const harmless = zstdCompressSync(Buffer.alloc(64 << 20));
    expect(await count(harmless)).toBe(64 << 20);
    const harmful = zstdCompressSync(Buffer.alloc(80 << 20));
    expect(await failure(count(harmful))).toMatchObject({
      code: "ERR_LIMIT",
      message: "GET http://a.test/path: zstd: size (ERR_LIMIT)",
    });
    expect(await count(harmful, Infinity)).toBe(80 << 20);
  });

  test("hold for each of several codings: a small content may not come from a large one", async () => {
    // Members without content, of which a content of many MiB decodes to nothing.
    const nothing = Buffer.concat(Array.from({ length: 1000 }, () => gzipSync("")));
    const { client } = answering(
      { headers: { "Content-Encoding": "gzip, gzip" }, body: chunked(gzipSync(nothing)) },
      { maxSize: 1000 },
    );
    expect((await failure((await client.get(url)).text())).code).toBe("ERR_LIMIT");
  });

  test("of the codings", async () => {
    let body = Buffer.from("hello");
    for (let layer = 0; layer < 6; layer++) body = gzipSync(body);
    const { client, state } = answering({ headers: { "Content-Encoding": "gzip,".repeat(6) }, body: chunked(body) });
    const error = await failure((await client.get(url)).text());
    expect(error.code).toBe("ERR_LIMIT");
    expect(error.message).toContain("gzip,gzip,gzip,gzip,gzip,gzip");
    expect(state.released).toBe(1);
  });

  test("of thousands of codings as of six, without a word of them all", async () => {
    const codings = "gzip,".repeat(50_000);
    const { client, state } = answering({ headers: { "Content-Encoding": codings }, body: chunked(gzipSync("a")) });
    const error = await failure((await client.get(url)).text());
    expect(error.code).toBe("ERR_LIMIT");
    expect(error.message.length).toBeLessThan(200);
    expect(state.released).toBe(1);
  });

  test("of the codings, as the option says", async () => {
    let body = Buffer.from("hello");
    for (let layer = 0; layer < 6; layer++) body = gzipSync(body);
    const headers = { "Content-Encoding": "gzip,".repeat(6) };
    const { client } = answering({ headers, body: chunked(body) }, { maxEncodings: 6 });
    expect(await (await client.get(url)).text()).toBe("hello");
    const one = answering(
      { headers: { "Content-Encoding": "gzip" }, body: chunked(gzipSync("")) },
      { maxEncodings: 0 },
    );
    expect(await (await one.client.get(url)).text()).toBe("");
  });
});

test("stands at the stage decode", () => {
  const { client } = answering({ headers: {} });
  expect(client.order).toEqual(["decompress", "answering"]);
});
