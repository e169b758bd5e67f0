import { concat, native, toBytes, utf8 } from "./python/values.ts";

type Piece = string | Uint8Array;

/** Python's `str.splitlines`, whose line endings are more than CR and LF, and `bytes.splitlines`. */
function splitLines(piece: Piece): Piece[] {
  if (typeof piece === "string") {
    // oxlint-disable-next-line no-control-regex -- they are line endings there
    const lines = piece.split(/\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/);
    if (lines.at(-1) === "") lines.pop();
    return lines;
  }
  const lines: Uint8Array[] = [];
  let start = 0;
  for (let at = 0; at < piece.length; at++) {
    if (piece[at] !== 10 && piece[at] !== 13) continue;
    lines.push(piece.subarray(start, at));
    if (piece[at] === 13 && piece[at + 1] === 10) at++;
    start = at + 1;
  }
  if (start < piece.length) lines.push(piece.subarray(start));
  return lines;
}

function splitBy(piece: Piece, delimiter: Piece): Piece[] {
  if (typeof piece === "string") return piece.split(native(delimiter));
  const mark = typeof delimiter === "string" ? utf8(delimiter) : toBytes(delimiter);
  const out: Uint8Array[] = [];
  let start = 0;
  for (let at = 0; (at = piece.indexOf(mark[0]!, at)) >= 0;) {
    if (mark.some((byte, index) => piece[at + index] !== byte)) at++;
    else {
      out.push(piece.subarray(start, at));
      start = at += mark.length;
    }
  }
  out.push(piece.subarray(start));
  return out;
}

function join(rest: Piece | null, piece: Piece): Piece {
  if (rest === null) return piece;
  if (typeof rest === "string" || typeof piece === "string") return native(rest) + native(piece);
  return concat([rest, piece]);
}

/**
 * The lines of pieces. As in Python, a line ending that is cut by a piece's end gives an empty line more, and so does a
 * delimiter at a piece's end.
 */
export async function* linesOf(
  pieces: () => AsyncIterable<Piece> | Iterable<Piece>,
  delimiter: Piece | null,
): AsyncGenerator<Piece, void, undefined> {
  let pending: Piece | null = null;
  for await (const piece of pieces()) {
    const whole = join(pending, piece);
    const lines = delimiter?.length ? splitBy(whole, delimiter) : splitLines(whole);
    const last = lines.at(-1);
    pending = last?.length && last.at(-1) === whole.at(-1) ? lines.pop()! : null;
    yield* lines;
  }
  if (pending !== null) yield pending;
}
