import { startRawServer } from "@posthaste/test-server";
import { describe, expect, test } from "vitest";
import requests, { exceptions } from "../src/index.ts";
import { BaseJSONDecodeError, loads } from "../src/python/json.ts";
import { reply } from "./replies.ts";

const thrown = (run: () => unknown): unknown => {
  try {
    return run();
  } catch (error) {
    return error;
  }
};

/** How deep the innermost value is in arrays, or in objects' member `a`. */
const depthOf = (value: unknown): number => {
  let depth = 0;
  for (; typeof value === "object" && value !== null; depth++) value = Object.values(value)[0];
  return depth;
};

describe("JSON that is nested too deeply, and broken besides", () => {
  const bombs = {
    arrays: `${"[".repeat(1e5)}x`,
    objects: '{"a":'.repeat(1e5),
    both: '[{"a":'.repeat(1e5),
  };

  test.each(Object.entries(bombs))("of %s is a JSONDecodeError of json()", async (_name, bomb) => {
    await using server = await startRawServer([reply(bomb)]);
    const r = await requests.get(server.url);
    const error = thrown(() => r.json());
    expect(error).toBeInstanceOf(exceptions.JSONDecodeError);
    expect((error as exceptions.JSONDecodeError).msg).toBe("Too deeply nested");
  });

  test("says where it gave up", () => {
    const error = thrown(() => loads(`\n${bombs.arrays}`)) as BaseJSONDecodeError;
    expect(error).toBeInstanceOf(BaseJSONDecodeError);
    expect(error.pos).toBeGreaterThan(100);
    expect(error.pos).toBeLessThan(1e5);
    expect(error.message).toBe(`Too deeply nested: line 2 column ${error.pos} (char ${error.pos})`);
  });

  test("with a hook it is one too, and it needs not be broken", () => {
    const whole = "[".repeat(1e5) + "]".repeat(1e5);
    expect(thrown(() => loads(whole, { parse_int: BigInt }))).toBeInstanceOf(BaseJSONDecodeError);
  });

  test("up to what is no harm it is told what is wrong", () => {
    expect(() => loads(`${"[".repeat(200)}x`)).toThrow("Expecting value: line 1 column 201 (char 200)");
  });
});

test("JSON that is whole may be nested as deeply as it likes", () => {
  expect(depthOf(loads("[".repeat(1e5) + "]".repeat(1e5)))).toBe(1e5);
  expect(depthOf(loads(`${'{"a":'.repeat(1e5)}1${"}".repeat(1e5)}`))).toBe(1e5);
});

test("a RangeError of a hook's own stays what it is", () => {
  const hook = (): never => {
    throw new RangeError("out of range");
  };
  expect(() => loads("[[1]]", { parse_int: hook })).toThrow(new RangeError("out of range"));
});
