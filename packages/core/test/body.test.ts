import { Readable } from "node:stream";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { jsonBody, toBody, type Body, type BodyInit } from "../src/body.ts";
import { canReplay, HttpError } from "../src/index.ts";

async function contentOf(body: Body): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body.open()) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

describe("toBody", () => {
  const inMemory: [string, BodyInit, string, string | undefined][] = [
    ["text", "hé", "hé", "text/plain;charset=UTF-8"],
    ["bytes", Buffer.from("abc"), "abc", ""],
    ["a view", new DataView(new TextEncoder().encode("xabcx").buffer, 1, 3), "abc", ""],
    ["an ArrayBuffer", new TextEncoder().encode("abc").buffer, "abc", ""],
    ["URLSearchParams", new URLSearchParams({ a: "1 2" }), "a=1+2", "application/x-www-form-urlencoded;charset=UTF-8"],
    ["a Blob", new Blob(["abc"], { type: "text/x" }), "abc", "text/x"],
  ];
  test.each(inMemory)("%s has a length and can be opened again", async (_, init, content, contentType) => {
    const body = toBody(init);
    expect(body).toMatchObject({ length: Buffer.byteLength(content), replayable: true, contentType });
    expect(await contentOf(body)).toBe(content);
    expect(await contentOf(body)).toBe(content);
    expect(canReplay({ body: init })).toBe(true);
  });

  const oneShot: [string, () => BodyInit][] = [
    ["a ReadableStream", () => new Blob(["abc"]).stream()],
    ["a Node stream", () => Readable.from([Buffer.from("ab"), "c"])],
    ["a generator", () => chunks()],
    ["an async generator", () => asyncChunks()],
  ];
  test("a Node stream that was read before is no empty body", async () => {
    const stream = Readable.from(["abc"]);
    for await (const _ of stream);
    await expect(contentOf(toBody(stream))).rejects.toMatchObject({ code: "ERR_BODY_CONSUMED" });
  });

  test.each(oneShot)("%s is opened once, by whichever body is made of it", async (_, make) => {
    const init = make();
    expect(toBody(init)).toMatchObject({ replayable: false });
    expect(toBody(init).length).toBeUndefined();
    expect(canReplay({ body: init })).toBe(false);
    expect(await contentOf(toBody(init))).toBe("abc");
    await expect(contentOf(toBody(init))).rejects.toMatchObject({ code: "ERR_BODY_CONSUMED" });
  });

  test("a collection of chunks can be opened again", async () => {
    const init = ["a", Buffer.from("b"), "c"];
    expect(canReplay({ body: init })).toBe(true);
    expect(await contentOf(toBody(init))).toBe("abc");
    expect(await contentOf(toBody(init))).toBe("abc");
  });

  test("a body is taken as it is", () => {
    const body = toBody("a");
    expect(toBody(body)).toBe(body);
    expect(canReplay({ body })).toBe(true);
    expect(canReplay({ body: null })).toBe(true);
  });

  test.each([[{ a: 1 }], [5], [new FormData()], [undefined], [() => 1]])("refuses %s", (init) => {
    expect(() => toBody(init as never)).toThrow(HttpError);
    expect(() => toBody(init as never)).toThrow(/ERR_BODY/);
  });

  test("refuses a chunk that is neither bytes nor text", async () => {
    await expect(contentOf(toBody([1] as never))).rejects.toMatchObject({ code: "ERR_BODY" });
  });

  test("gives back any chunks, in order", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(fc.string(), fc.uint8Array())), async (pieces) => {
        const whole = Buffer.concat(pieces.map((piece) => Buffer.from(piece as string)));
        expect(await contentOf(toBody(pieces))).toBe(whole.toString());
      }),
    );
  });
});

test("jsonBody is UTF-8 JSON, and refuses what has no JSON form", async () => {
  expect(jsonBody({ a: "é" })).toMatchObject({ length: 10, contentType: "application/json" });
  expect(await contentOf(jsonBody({ a: "é" }))).toBe('{"a":"é"}');
  expect(() => jsonBody(undefined)).toThrow(/ERR_BODY/);
});

function* chunks() {
  yield Buffer.from("ab");
  yield "c";
}

async function* asyncChunks() {
  yield* chunks();
}
