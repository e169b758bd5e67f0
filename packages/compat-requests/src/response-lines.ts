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

function splitBy(piece: Piece, mark: Piece): Piece[] {
  if (typeof piece === "string") return piece.split(mark as string);
  const bytes = mark as Uint8Array;
  const out: Uint8Array[] = [];
  let start = 0;
  for (let at = 0; (at = piece.indexOf(bytes[0]!, at)) >= 0;) {
    if (bytes.some((byte, index) => piece[at + index] !== byte)) at++;
    else {
      out.push(piece.subarray(start, at));
      start = at += bytes.length;
    }
  }
  out.push(piece.subarray(start));
  return out;
}

/** A delimiter in the kind of a piece. */
function markFor(piece: Piece, delimiter: Piece): Piece {
  if (typeof piece === "string") return native(delimiter);
  return typeof delimiter === "string" ? utf8(delimiter) : toBytes(delimiter);
}

/** Pieces of one kind as one. */
function joined(pieces: readonly Piece[]): Piece {
  if (pieces.length === 1) return pieces[0]!;
  return typeof pieces[0] === "string" ? pieces.join("") : concat(pieces as readonly Uint8Array[]);
}

/** A line whose end has not come. Nothing is looked at twice, so that a long line takes no more than its length. */
class Begun {
  /** What no delimiter can be in. */
  readonly #pieces: Piece[] = [];
  /** The rest, in which one may have begun; `null` where no line has. */
  #edge: Piece | null = null;

  /** What a new piece has to be looked at with. */
  before(piece: Piece): Piece {
    const edge = this.#edge;
    if (edge === null) return piece;
    if (typeof edge === "string") return edge + native(piece);
    // Text after bytes makes text of them, and text has line endings of its own.
    if (typeof piece === "string") return native(this.end(edge)) + piece;
    return edge.length ? concat([edge, piece]) : piece;
  }

  /** Whether there is more than what {@link before} gave. */
  get more(): boolean {
    return this.#pieces.length > 0;
  }

  /** The whole line, of which `last` is the last part. */
  end(last: Piece): Piece {
    this.#edge = null;
    return joined([...this.#pieces.splice(0), last]);
  }

  /** The line goes on with `part`, of which the last `reach` may belong to a delimiter. */
  add(part: Piece, reach: number): void {
    const cut = Math.max(0, part.length - reach);
    this.#edge = typeof part === "string" ? part.slice(cut) : part.subarray(cut);
    if (cut === 0) return;
    let piece: Piece = typeof part === "string" ? part.slice(0, cut) : part.subarray(0, cut);
    // Small ones are joined two and two: a line that comes byte by byte would take a hundred times its size.
    while (this.more && piece.length < 65_536 && this.#pieces.at(-1)!.length <= piece.length)
      piece = joined([this.#pieces.pop()!, piece]);
    this.#pieces.push(piece);
  }

  /** The line at the end of all, where one has begun. */
  rest(): Piece | null {
    return this.#edge === null ? null : this.end(this.#edge);
  }
}

/**
 * The lines of pieces. As in Python, a line ending that is cut by a piece's end gives an empty line more, and so does a
 * delimiter at a piece's end.
 */
export async function* linesOf(
  pieces: () => AsyncIterable<Piece> | Iterable<Piece>,
  delimiter: Piece | null,
): AsyncGenerator<Piece, void, undefined> {
  const begun = new Begun();
  for await (const piece of pieces()) {
    const part = begun.before(piece);
    // Nothing came, and the line goes on.
    if (!part.length && begun.more) continue;
    const mark = delimiter?.length ? markFor(part, delimiter) : null;
    const lines = mark ? splitBy(part, mark) : splitLines(part);
    const last = lines.at(-1);
    const goesOn = last?.length && last.at(-1) === part.at(-1);
    if (goesOn) lines.pop();
    if (lines.length) lines[0] = begun.end(lines[0]!);
    if (goesOn) begun.add(last, mark ? mark.length - 1 : 0);
    yield* lines;
  }
  const rest = begun.rest();
  if (rest !== null) yield rest;
}
