import { describe, expect, test } from "vitest";
import { rootCause } from "../src/index.ts";

describe("rootCause", () => {
  test.each([
    ["of an error is its message, in one line", new Error("a\n  b "), "a b"],
    ["of an error without a message is its code", Object.assign(new Error(), { code: "ECONNREFUSED" }), "ECONNREFUSED"],
    ["of an error with neither is its name", new TypeError(), "TypeError"],
    [
      "of several attempts joins theirs, each once",
      new AggregateError([new Error("a"), new Error("b"), new Error("a"), new AggregateError([new Error("c")])]),
      "a; b; c",
    ],
    ["of several attempts that say nothing is the whole's", new AggregateError([], "whole"), "whole"],
  ])("%s", (_, error, text) => {
    expect(rootCause(error)).toBe(text);
  });
});
