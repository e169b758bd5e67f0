import { HeaderList } from "@posthaste/core";
import type { Body, HttpRequest } from "@posthaste/core";
import { toBody } from "@posthaste/core/body";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PIECE, Text, Upload } from "../src/index.ts";
import type { UploadOwner } from "../src/index.ts";

const request: HttpRequest = {
  method: "POST",
  url: "http://a.test/",
  headers: new HeaderList(),
  body: null,
  options: {},
  call: {},
};

function owner(): UploadOwner & { events: string[] } {
  const events: string[] = [];
  return { request, events, onProgress: () => events.push("progress"), onStarved: () => events.push("starved") };
}

/** Pieces, each with what it says of the source's chunk. */
async function pieces(body: Body): Promise<[length: number, chunk: number][]> {
  const upload = new Upload(owner(), body, body.length);
  const all: [number, number][] = [];
  for await (const piece of upload) all.push([piece.length, upload.chunk]);
  return all;
}

describe("an upload", () => {
  test("comes in pieces, and says where a chunk of the source begins", async () => {
    const bytes = new Uint8Array(PIECE * 2 + 1);
    const cut: [number, number][] = [
      [PIECE, bytes.length],
      [PIECE, 0],
      [1, 0],
    ];
    expect(await pieces(toBody(bytes))).toEqual(cut);
    expect(await pieces(toBody(["ab", "", bytes, "c"]))).toEqual([[2, 2], ...cut, [1, 1]]);
  });

  test("of any chunks is all of them", async () => {
    const chunk = fc.oneof(
      fc.uint8Array({ maxLength: 9 }),
      fc.nat({ max: 3 * PIECE }).map((size) => new Uint8Array(size)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(chunk, { maxLength: 5 }), async (chunks) => {
        const got = await pieces(toBody(chunks));
        const lengths = chunks.map(({ length }) => length).filter((length) => length > 0);
        expect(got.map(([, begins]) => begins).filter((length) => length > 0)).toEqual(lengths);
        expect(got.reduce((sum, [length]) => sum + length, 0)).toBe(lengths.reduce((sum, length) => sum + length, 0));
        expect(got.every(([length]) => length <= PIECE)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  test("tells whom it waits for", async () => {
    const one = owner();
    const upload = new Upload(one, toBody(["a", "b"]), undefined);
    for await (const _ of upload) one.events.push("piece");
    expect(one.events).toEqual(["starved", "progress", "piece", "starved", "progress", "piece", "starved", "progress"]);
  });

  test("that is not wanted any more rejects, and tells its source", async () => {
    let returned = false;
    const source = {
      [Symbol.asyncIterator]: () => source,
      next: () => new Promise<never>(() => {}),
      async return() {
        returned = true;
        return { value: undefined, done: true as const };
      },
    };
    const upload = new Upload(owner(), { replayable: false, open: () => source }, undefined);
    const waiting = upload.next();
    upload.cancel();
    await expect(waiting).rejects.toMatchObject({ code: "ERR_BODY" });
    await expect(upload.next()).rejects.toMatchObject({ code: "ERR_BODY" });
    expect([returned, upload.failed]).toEqual([true, false]);
  });

  test("of text is its UTF-8", async () => {
    const text = new Text("h\xe9");
    expect([text.length, text.contentType, text.replayable]).toEqual([3, "text/plain;charset=UTF-8", true]);
    expect(await pieces(text)).toEqual([[3, 3]]);
    expect([...text.bytes]).toEqual([104, 195, 169]);
  });
});
