import { HeaderList } from "@posthaste/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BodyQueue, Content, noContent } from "../src/index.ts";
import type { Source } from "../src/index.ts";

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

describe("a queue of chunks", () => {
  test("gives each chunk once, then the end, and counts what waits", async () => {
    const queue = new BodyQueue();
    queue.push(bytes(1, 2));
    queue.push(bytes(3));
    expect(queue.size).toBe(3);
    expect(await queue.next()).toEqual({ value: bytes(1, 2), done: false });
    expect(queue.size).toBe(1);
    expect(await queue.next()).toEqual({ value: bytes(3), done: false });
    const waiting = queue.next();
    queue.push(bytes(4));
    expect(await waiting).toEqual({ value: bytes(4), done: false });
    const end = queue.next();
    queue.end();
    expect([await end, await queue.next()]).toEqual([
      { value: undefined, done: true },
      { value: undefined, done: true },
    ]);
  });

  test("gives an error after what came before it, and keeps it", async () => {
    const queue = new BodyQueue();
    const error = new Error("mine");
    queue.push(bytes(1));
    queue.fail(error);
    expect((await queue.next()).value).toEqual(bytes(1));
    await expect(queue.next()).rejects.toBe(error);
    await expect(queue.next()).rejects.toBe(error);
    await expect(queue.collect()).rejects.toBe(error);
  });

  test("gives all at once, whenever it is asked for", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 5 })), fc.nat({ max: 5 }), async (chunks, at) => {
        const queue = new BodyQueue();
        let all: Uint8Array | Promise<Uint8Array> | undefined;
        for (const [index, chunk] of chunks.entries()) {
          if (index === at) all = queue.collect();
          queue.push(chunk);
        }
        if (all) expect(queue.collecting).toBe(true);
        queue.end();
        expect([...(await (all ?? queue.collect()))]).toEqual(chunks.flatMap((chunk) => [...chunk]));
      }),
    );
  });
});

describe("content", () => {
  function source(): Source & { discarded: number } {
    return {
      request: { method: "GET", url: "http://a.test/", headers: new HeaderList(), body: null, options: {}, call: {} },
      settled: false,
      discarded: 0,
      next: () => Promise.resolve({ value: bytes(1), done: false }),
      collect: () => bytes(1, 2),
      async discard() {
        this.discarded++;
      },
    };
  }

  test("is opened once", () => {
    const content = new Content(source());
    expect(content.bytes()).toEqual(bytes(1, 2));
    expect(() => content.bytes()).toThrow(expect.objectContaining({ code: "ERR_BODY_CONSUMED", phase: "body" }));
    expect(() => content[Symbol.asyncIterator]()).toThrow("read or discarded before");
  });

  test("is discarded when its loop is left, and not open any more when it was discarded", async () => {
    const left = source();
    for await (const chunk of new Content(left)) if (chunk.length > 0) break;
    expect(left.discarded).toBe(1);
    const dropped = source();
    const content = new Content(dropped);
    await content.discard();
    expect(dropped.discarded).toBe(1);
    expect(() => content.bytes()).toThrow("discarded before");
  });

  test("of a head alone is empty", async () => {
    for await (const _ of noContent) expect.unreachable();
  });
});
