import fc from "fast-check";
import { startRawServer } from "@posthaste/test-server";
import { describe, expect, test } from "vitest";
import requests from "../src/index.ts";
import { fromUtf8, utf8 } from "../src/python/values.ts";
import { linesOf } from "../src/response-lines.ts";
import { reply } from "./replies.ts";

type Piece = string | Uint8Array;

const text = (piece: Piece): string => (typeof piece === "string" ? piece : fromUtf8(piece));

/** Bytes as a text of a character each, to split and to join. */
const wide = (piece: Piece): string => (typeof piece === "string" ? piece : String.fromCharCode(...piece));

/** What requests does, word by word: each piece is joined to what is pending, and the whole is split again. */
function* simpleLines(pieces: readonly Piece[], delimiter: Piece | null): Generator<Piece> {
  let pending: Piece | null = null;
  for (const piece of pieces) {
    const isText: boolean = typeof piece === "string" || typeof pending === "string";
    const read = isText ? text : wide;
    const whole: string = read(pending ?? "") + read(piece);
    const back = (line: string): Piece => (isText ? line : Uint8Array.from(line, (unit) => unit.charCodeAt(0)));
    let lines: string[];
    if (delimiter?.length) {
      lines = whole.split(isText ? text(delimiter) : wide(typeof delimiter === "string" ? utf8(delimiter) : delimiter));
    } else {
      // oxlint-disable-next-line no-control-regex -- they are line endings of text
      lines = whole.split(isText ? /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/ : /\r\n|[\n\r]/);
      if (lines.at(-1) === "") lines.pop();
    }
    const last = lines.at(-1);
    pending = last && last.at(-1) === whole.at(-1) ? back(lines.pop()!) : null;
    yield* lines.map(back);
  }
  if (pending !== null) yield pending;
}

const taken = async (lines: AsyncIterable<Piece>): Promise<Piece[]> => {
  const out: Piece[] = [];
  for await (const line of lines) out.push(line);
  return out;
};

const plain = (lines: Iterable<Piece>): unknown[] =>
  Array.from(lines, (line) => (typeof line === "string" ? line : { bytes: [...line] }));

// Few characters, so that endings and delimiters are often cut: among them all kinds of line endings, and é and 😀,
// which are two and four bytes.
const units = ["a", "a", "b", "é", "😀", "\r", "\n", "\r\n", "\v", "\x1d", "\x85", "\u2028"];
const words = fc.array(fc.constantFrom(...units), { maxLength: 8 }).map((all) => all.join(""));
const bytes = fc
  .oneof(words.map(utf8), fc.array(fc.constantFrom(97, 98, 10, 13, 11, 0xc3, 0xa9), { maxLength: 8 }))
  .map((all) => Uint8Array.from(all));
const mark = fc.array(fc.constantFrom("a", "b", "é", "\n"), { minLength: 1, maxLength: 3 }).map((all) => all.join(""));
const delimiters = fc.oneof(fc.constantFrom(null, ""), mark, mark.map(utf8));

describe("the lines of pieces are those of the simple way", () => {
  test.each([
    ["of text", fc.array(words, { maxLength: 12 })],
    ["of bytes", fc.array(bytes, { maxLength: 12 })],
    ["of single characters", fc.array(fc.constantFrom(...units), { maxLength: 60 })],
    [
      "of single bytes",
      fc.array(fc.constantFrom(97, 98, 10, 13), { maxLength: 60 }).map((all) => all.map((one) => Uint8Array.of(one))),
    ],
    ["of both", fc.array(fc.oneof<fc.Arbitrary<Piece>[]>(words, bytes), { maxLength: 12 })],
  ] as [string, fc.Arbitrary<Piece[]>][])("%s", async (_name, all) => {
    await fc.assert(
      fc.asyncProperty(all, delimiters, async (pieces, delimiter) => {
        const lines = await taken(linesOf(() => pieces, delimiter));
        expect(plain(lines)).toEqual(plain(simpleLines(pieces, delimiter)));
      }),
      { numRuns: 500 },
    );
  });
});

test("a CRLF or a delimiter that a piece's end cuts or ends is as in Python", async () => {
  const lines = async (pieces: Piece[], delimiter: Piece | null = null): Promise<string[]> =>
    (await taken(linesOf(() => pieces, delimiter))).map(text);
  expect(await lines(["a\r", "\nb"])).toEqual(["a", "", "b"]);
  expect(await lines(["a,", "b"], ",")).toEqual(["a", "", "b"]);
  expect(await lines([utf8("a<"), utf8("b"), utf8("r"), utf8(">c")], "<br>")).toEqual(["a", "c"]);
});

describe("a line of 8 MB is read in pieces of 512 bytes", () => {
  const long = "0123456789abcdef".repeat(2 ** 19);

  test.each([
    { name: "bytes", kwargs: {}, ending: "\n" },
    { name: "bytes up to a delimiter", kwargs: { delimiter: "<br>" }, ending: "<br>" },
    { name: "text", kwargs: { decode_unicode: true }, ending: "\n" },
  ])("as $name", async ({ kwargs, ending }) => {
    await using server = await startRawServer([
      reply(`${long}${ending}end`, { headers: ["Content-Type: text/plain; charset=utf-8"] }),
    ]);
    await using r = await requests.get(server.url, { stream: true });
    const lines = (await taken(r.iter_lines(kwargs))).map(text);
    expect(lines.map(({ length }) => length)).toEqual([long.length, 3]);
    expect(lines[0] === long).toBe(true);
  });
});
