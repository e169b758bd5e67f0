import { getHeapSpaceStatistics } from "node:v8";

const MiB = 2 ** 20;
/** Bytes of chunks that may lie about. */
const PILE = 8 * MiB;
/** Bytes of V8's new space beyond which it costs more to fill than the pile is worth. */
const LARGE = 8 * MiB;
/** What fills it, copied again and again. */
const filler: readonly number[] = Array.from({ length: 1022 }, () => 0);
const FILLER_SIZE = (filler.length + 2) * 8;

let pile = 0;

/**
 * Counts a chunk that was handed to a reader, and has V8 collect the chunks that are done with.
 *
 * A chunk's bytes lie outside of V8's heap, and the little that lies within does not fill it: V8 would wait until there are some
 * 64 MiB of them, and then look through all of its heap. But a collection of the new space alone frees them too, takes a third of a
 * millisecond, and comes when that space is full. Memory that is used again at once is also in the processor's caches, so that
 * this saves more time than it takes.
 */
export function countChunk({ length }: Uint8Array): void {
  pile += length;
  if (pile < PILE) return;
  pile = 0;
  const space = getHeapSpaceStatistics().find(({ space_name: name }) => name === "new_space");
  if (!space || space.space_available_size > LARGE) return;
  // Copied, for an array that is made and not used would be optimised away; and not kept, for what is stored while V8 marks survives.
  for (let left = space.space_available_size; left >= 0; left -= FILLER_SIZE) void filler.slice();
}
