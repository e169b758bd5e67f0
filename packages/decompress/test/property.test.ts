import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { answering } from "./support.ts";

const encoders: Record<string, (bytes: Uint8Array) => Uint8Array> = {
  gzip: (bytes) => gzipSync(bytes),
  "x-gzip": (bytes) =>
    Buffer.concat([gzipSync(bytes.subarray(0, bytes.length >> 1)), gzipSync(bytes.subarray(bytes.length >> 1))]),
  deflate: (bytes) => deflateSync(bytes),
  Deflate: (bytes) => deflateRawSync(bytes),
  br: (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }),
  zstd: (bytes) => zstdCompressSync(bytes),
  identity: (bytes) => bytes,
};
const content = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 20 }), fc.nat(20_000)).map(([piece, times]) => {
    const bytes = new Uint8Array(piece.length * times);
    for (let at = 0; at < bytes.length; at += piece.length) bytes.set(piece, at);
    return bytes;
  }),
);
const chain = fc.array(fc.constantFrom(...Object.keys(encoders)), { maxLength: 5 });
const cuts = fc.array(fc.nat(1_000_000), { maxLength: 20 });

async function* pieces(bytes: Uint8Array, at: readonly number[]): AsyncGenerator<Uint8Array> {
  const ends = at.map((number) => number % (bytes.length + 1)).toSorted((a, b) => a - b);
  let start = 0;
  for (const end of [...ends, bytes.length]) {
    yield bytes.subarray(start, end);
    start = end;
  }
}

test("whatever is encoded with up to five codings, and however it is cut, comes out as it was", async () => {
  await fc.assert(
    fc.asyncProperty(content, chain, cuts, async (bytes, codings, at) => {
      const body = codings.reduce<Uint8Array>((inner, coding) => encoders[coding]!(inner), bytes);
      const { client } = answering({ headers: { "Content-Encoding": codings.join(", ") }, body: pieces(body, at) });
      const result = await (await client.get("http://a.test/")).bytes();
      expect(Buffer.compare(result, bytes)).toBe(0);
    }),
  );
});

test("anything at all ends: in content or in an error that says so", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 100 }),
      chain,
      cuts,
      fc.boolean(),
      async (bytes, codings, at, isGzip) => {
        const body = isGzip ? Buffer.concat([Buffer.from([31, 139, 8]), bytes]) : bytes;
        const { client, state } = answering({
          headers: { "Content-Encoding": codings.join() },
          body: pieces(body, at),
        });
        const response = await client.get("http://a.test/");
        await response.bytes().catch((error: { code: string }) => expect(error.code).toBe("ERR_DECODE"));
        expect(state.released).toBeGreaterThan(0);
      },
    ),
  );
});
