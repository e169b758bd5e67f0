import {
  brotliCompressSync,
  constants,
  crc32,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
  type ZlibOptions,
} from "node:zlib";
import { describe, expect, test } from "vitest";
import type { Inflate } from "../src/decompress.ts";
import { inflate as byNode } from "../src/inflate-node.ts";
import { inflate as byWeb } from "../src/inflate-web.ts";
import { chunked } from "./support.ts";

/** Node 22 takes the beginning of a frame of zstd for all of it, and its DecompressionStream passes over what follows gzip. */
const isLax = process.versions.node.startsWith("22.");

class Failed extends Error {
  readonly code: string;
  constructor(cause?: Error, code: string = "ERR_DECODE") {
    super(cause?.message, { cause });
    this.code = code;
  }
}
function fail(cause?: Error, code?: string): never {
  throw new Failed(cause, code);
}

/** What comes out, up to the error if there is one. */
async function run(
  inflate: Inflate,
  coding: string,
  source: AsyncIterator<Uint8Array>,
  maxSize = Infinity,
  maxRatio = Infinity,
): Promise<{ text: string; error?: unknown }> {
  const chunks: Uint8Array[] = [];
  let error: unknown;
  try {
    for await (const chunk of inflate(coding, source, maxSize, maxRatio, fail)) chunks.push(chunk);
  } catch (reason) {
    error = reason;
  }
  const text = Buffer.concat(chunks).toString("latin1");
  return error === undefined ? { text } : { text, error };
}

/** Text that is the same each time and shrinks to about half. */
function textOf(length: number): string {
  let text = "";
  for (let seed = 7; text.length < length; seed = (seed * 48_271) % 0x7fff_ffff) text += (seed % 100_000).toString(36);
  return text.slice(0, length);
}

const small = "hello, hello";
const large = textOf(300_000);
const bytes = (text: string): Buffer => Buffer.from(text, "latin1");
const encoders: Record<string, { coding: string; encode: (content: Buffer) => Buffer }> = {
  gzip: { coding: "gzip", encode: (content) => gzipSync(content) },
  "deflate in the zlib format": { coding: "deflate", encode: (content) => deflateSync(content) },
  "bare deflate": { coding: "deflate", encode: (content) => deflateRawSync(content) },
  br: {
    coding: "br",
    encode: (content) => brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }),
  },
  zstd: { coding: "zstd", encode: (content) => zstdCompressSync(content) },
};
const all = Object.entries(encoders).map(([name, encoder]) => ({ name, ...encoder }));
const onWeb = all.filter(({ coding }) => coding === "gzip" || coding === "deflate");
const flavours = [
  { flavour: "node:zlib", inflate: byNode, list: all },
  { flavour: "DecompressionStream", inflate: byWeb, list: onWeb },
];

describe.each(flavours)("by $flavour", ({ inflate, list }) => {
  describe.each(list)("$name", ({ coding, encode }) => {
    test.each([1, 5, 4096, Infinity])("in chunks of %d", async (size) => {
      expect(await run(inflate, coding, chunked(encode(bytes(small)), size))).toEqual({ text: small });
      if (size > 5) expect(await run(inflate, coding, chunked(encode(bytes(large)), size))).toEqual({ text: large });
    });

    test("content of no bytes, encoded or not there at all", async () => {
      expect(await run(inflate, coding, chunked(encode(Buffer.alloc(0)), 1))).toEqual({ text: "" });
      expect(await run(inflate, coding, chunked(Buffer.alloc(0)))).toEqual({ text: "" });
    });

    test("chunks of no bytes between the others", async () => {
      async function* source(): AsyncGenerator<Uint8Array> {
        for await (const chunk of chunked(encode(bytes(small)), 7)) yield* [new Uint8Array(), chunk, new Uint8Array()];
      }
      expect(await run(inflate, coding, source())).toEqual({ text: small });
    });

    test.skipIf(isLax && coding === "zstd")("cut short at any byte, in one chunk or many", async () => {
      const encoded = encode(bytes(small));
      for (let end = 1; end < encoded.length; end++) {
        for (const size of [1, Infinity]) {
          const { text, error } = await run(inflate, coding, chunked(encoded.subarray(0, end), size));
          expect([end, size, error instanceof Failed]).toEqual([end, size, true]);
          expect(small.startsWith(text)).toBe(true);
        }
      }
    });

    test("what is not encoded at all", async () => {
      const { error } = await run(inflate, coding, chunked(bytes("<!doctype html><title>not encoded</title>")));
      expect(error).toMatchObject({ code: "ERR_DECODE" });
    });

    test("a source that fails passes its error on, after what came before", async () => {
      const wrong = new Error("the wire was cut");
      async function* source(): AsyncGenerator<Uint8Array> {
        yield encode(bytes(large)).subarray(0, 100_000);
        throw wrong;
      }
      const { text, error } = await run(inflate, coding, source());
      expect(error).toBe(wrong);
      expect(large.startsWith(text)).toBe(true);
    });

    test("a source is left when its reader leaves, and nothing of it was asked for before", async () => {
      let state = "not opened";
      async function* source(): AsyncGenerator<Uint8Array> {
        state = "open";
        try {
          for (;;) yield encode(bytes(large)).subarray(0, 100_000);
        } finally {
          state = "left";
        }
      }
      const iterator = inflate(coding, source(), Infinity, Infinity, fail);
      expect(state).toBe("not opened");
      await iterator.next();
      expect(state).toBe("open");
      await iterator.return(undefined);
      expect(state).toBe("left");
    });

    test("the source is read no faster than its reader reads", async () => {
      let read = 0;
      const encoded = encode(bytes(textOf(1_000_000)));
      async function* source(): AsyncGenerator<Uint8Array> {
        for await (const chunk of chunked(encoded, 16_384)) {
          read += chunk.length;
          yield chunk;
        }
      }
      const iterator = inflate(coding, source(), Infinity, Infinity, fail);
      let size = 0;
      while (size < 100_000) size += (await iterator.next()).value!.length;
      await new Promise((resolve) => setImmediate(resolve));
      expect(read).toBeLessThan(encoded.length / 2);
      await iterator.return(undefined);
    });

    test("the limit of size", async () => {
      const encoded = encode(bytes(large));
      expect(await run(inflate, coding, chunked(encoded, 4096), large.length)).toEqual({ text: large });
      const { text, error } = await run(inflate, coding, chunked(encoded, 4096), large.length - 1);
      expect(error).toMatchObject({ code: "ERR_LIMIT" });
      expect(text.length).toBeLessThan(large.length);
      const short = encode(bytes(small));
      expect(await run(inflate, coding, chunked(short), small.length)).toEqual({ text: small });
      for (const limit of [small.length - 1, 1, 0]) {
        const { error: reason } = await run(inflate, coding, chunked(short), limit);
        expect(reason).toMatchObject({ code: "ERR_LIMIT" });
      }
    });
  });

  test.each(list.filter(({ name }) => name !== "bare deflate" && name !== "br"))(
    "$name that was damaged fails, wherever it was",
    async ({ coding, encode }) => {
      const encoded = encode(bytes(large));
      // Behind the headers, of which gzip's has a date and such, which nobody can check.
      for (let at = 20; at < encoded.length; at += 19_973) {
        const damaged = Buffer.from(encoded);
        damaged[at]! ^= 0x10;
        const { error } = await run(inflate, coding, chunked(damaged, 65_536));
        // zstd has no checksum of its own accord.
        if (coding !== "zstd") expect([at, error]).toEqual([at, expect.any(Failed)]);
      }
      if (coding === "gzip") {
        for (const fromEnd of [1, 4, 5, 8]) {
          const damaged = Buffer.from(encoded);
          damaged[encoded.length - fromEnd]! ^= 1;
          expect((await run(inflate, coding, chunked(damaged))).error).toBeInstanceOf(Failed);
        }
      }
    },
  );

  test("content that was read before the damage is given before the error", async () => {
    const encoded = gzipSync(bytes(large));
    encoded.fill(255, 100_000);
    const { text, error } = await run(inflate, "gzip", chunked(encoded, 4096));
    expect(error).toBeInstanceOf(Failed);
    if (inflate === byNode) expect(text.slice(0, 100_000)).toBe(large.slice(0, 100_000));
    else expect(text.slice(0, 1000)).toBe(large.slice(0, text.length).slice(0, 1000));
  });
});

/** Gzip whose header has everything that RFC 1952 knows. */
function gzipWith(flags: number, content: Buffer, options: ZlibOptions = {}): Buffer {
  const extra = Buffer.alloc(300, "e");
  const fields = [Buffer.from([31, 139, 8, flags, 1, 2, 3, 4, 0, 3])];
  if (flags & 4) fields.push(Buffer.from([extra.length & 255, extra.length >> 8]), extra);
  if (flags & 8) fields.push(Buffer.from("a name\0"));
  if (flags & 16) fields.push(Buffer.from("a comment\0"));
  if (flags & 2) fields.push(Buffer.from([1, 2]));
  const end = Buffer.alloc(8);
  end.writeUInt32LE(crc32(content));
  end.writeUInt32LE(content.length, 4);
  return Buffer.concat([...fields, deflateRawSync(content, options), end]);
}

test.each(flavours)("the limit of the ratio, beyond 64 MiB, by $flavour", { timeout: 30_000 }, async ({ inflate }) => {
  const size = 2 ** 26 + 2 ** 22;
  const bomb = gzipSync(Buffer.alloc(size), { level: 1 });
  const limit = Math.floor((2 ** 22 - 1) / bomb.length);
  for (const maxRatio of [limit, limit + 1]) {
    let total = 0;
    let error: unknown;
    try {
      for await (const chunk of inflate("gzip", chunked(bomb), Infinity, maxRatio, fail)) total += chunk.length;
    } catch (reason) {
      error = reason;
    }
    if (maxRatio === limit) expect(error).toMatchObject({ code: "ERR_LIMIT" });
    else expect([total, error]).toEqual([size, undefined]);
  }
});

describe("gzip by node:zlib", () => {
  const { encode } = encoders["gzip"]!;

  test.each(Array.from({ length: 32 }, (_, flags) => flags))("a header with the flags %i", async (flags) => {
    for (const size of [1, 13, Infinity]) {
      // What follows makes the fast path give up.
      const encoded = Buffer.concat([gzipWith(flags, bytes(small)), Buffer.from("\r\n")]);
      // The last of its fields is a checksum that node:zlib itself would compare.
      expect(await run(byNode, "gzip", chunked(encoded, size))).toEqual({ text: small });
    }
    expect(await run(byNode, "gzip", chunked(gzipWith(flags, bytes(large)), 65_536))).toEqual({ text: large });
  });

  test.each([1, 4096, Infinity])("members one after the other, in chunks of %d", async (size) => {
    const parts = size === 1 ? [small, "", "x"] : [small, large, "", "x", large];
    const encoded = Buffer.concat(parts.map((part) => gzipWith(part.length % 32, bytes(part))));
    expect(await run(byNode, "gzip", chunked(encoded, size))).toEqual({ text: parts.join("") });
  });

  test.each(["\0\0\0\0\0\0\0\0", "\n", "garbage that is longer than a header or a trailer", "\0\x1f\x8b\x08"])(
    "what follows the last member is nothing: %j",
    async (garbage) => {
      for (const content of [small, large, ""]) {
        for (const size of content === large ? [4096, Infinity] : [1, 4096, Infinity]) {
          const encoded = Buffer.concat([encode(bytes(content)), bytes(garbage)]);
          expect(await run(byNode, "gzip", chunked(encoded, size))).toEqual({ text: content });
        }
      }
    },
  );

  test("a further member that is cut short is no garbage", async () => {
    const member = encode(bytes(small));
    for (let end = 1; end < member.length; end++) {
      for (const size of [1, Infinity]) {
        const encoded = Buffer.concat([member, member.subarray(0, end)]);
        const { text, error } = await run(byNode, "gzip", chunked(encoded, size));
        expect([end, size, error]).toEqual([end, size, expect.any(Failed)]);
        expect((small + small).startsWith(text)).toBe(true);
      }
    }
  });

  test("the limits hold for all members together", async () => {
    const encoded = Buffer.concat(Array.from({ length: 10 }, () => encode(bytes(small))));
    for (const size of [1, 30, Infinity]) {
      expect((await run(byNode, "gzip", chunked(encoded, size), small.length * 10)).error).toBeUndefined();
      const { error } = await run(byNode, "gzip", chunked(encoded, size), small.length * 10 - 1);
      expect(error).toMatchObject({ code: "ERR_LIMIT" });
    }
  });
});

describe("zstd by node:zlib", () => {
  test.each([1, 50, Infinity])("frames one after the other, skippable ones too, in chunks of %d", async (size) => {
    const skippable = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
    const frame = zstdCompressSync(bytes(small));
    const encoded = Buffer.concat([frame, skippable, frame, zstdCompressSync(bytes("x"))]);
    expect(await run(byNode, "zstd", chunked(encoded, size))).toEqual({ text: `${small}${small}x` });
  });

  test("a further frame that is none, or cut short", async () => {
    const frame = zstdCompressSync(bytes(small));
    for (const more of isLax ? [Buffer.from("garbage")] : [Buffer.from("garbage"), frame.subarray(0, 9)]) {
      const { text, error } = await run(byNode, "zstd", chunked(Buffer.concat([frame, more])));
      expect(text).toBe(small);
      expect(error).toBeInstanceOf(Failed);
    }
  });

  test("a wrong checksum", async () => {
    const encoded = zstdCompressSync(bytes(large), { params: { [constants.ZSTD_c_checksumFlag]: 1 } });
    encoded[encoded.length - 1]! ^= 1;
    expect((await run(byNode, "zstd", chunked(encoded))).error).toBeInstanceOf(Failed);
  });
});

test.each(all.filter(({ coding }) => coding === "deflate" || coding === "br"))(
  "what follows the end of $name is nothing",
  async ({ coding, encode }) => {
    for (const content of [small, large]) {
      const encoded = Buffer.concat([encode(bytes(content)), Buffer.from("garbage")]);
      for (const size of [4096, Infinity]) {
        expect(await run(byNode, coding, chunked(encoded, size))).toEqual({ text: content });
      }
    }
  },
);

test.skipIf(isLax)("further members of gzip are an error where DecompressionStream decodes", async () => {
  const member = gzipSync(small);
  const { error } = await run(byWeb, "gzip", chunked(Buffer.concat([member, member])));
  expect(error).toMatchObject({ code: "ERR_DECODE" });
});

test("flushed pieces are given as they come", async () => {
  const piece = (text: string, finishFlush: number): Buffer => deflateRawSync(text, { finishFlush });
  const header = Buffer.from([31, 139, 8, 0, 0, 0, 0, 0, 0, 255]);
  const asked: string[] = [];
  async function* source(): AsyncGenerator<Uint8Array> {
    for (const text of ["one", "two", "three"]) {
      asked.push(text);
      const flushed = piece(text, constants.Z_SYNC_FLUSH);
      yield text === "one" ? Buffer.concat([header, flushed]) : flushed;
    }
  }
  const iterator = byNode("gzip", source(), Infinity, Infinity, fail);
  for (const text of ["one", "two", "three"]) {
    expect(Buffer.from((await iterator.next()).value as Uint8Array).toString()).toBe(text);
    expect(asked.at(-1)).toBe(text);
  }
  await expect(iterator.next()).rejects.toBeInstanceOf(Failed);
});
