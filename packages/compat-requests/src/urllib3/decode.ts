import type { HttpResponse } from "@posthaste/core";
import { HeaderList } from "@posthaste/core";

const known = new Set(["gzip", "x-gzip", "deflate", "br", "zstd"]);

/**
 * A response's content, decoded as urllib3 does: an unknown coding alone is left as it is, but one among others is taken for
 * deflate (and so fails); without a Content-Encoding it costs nothing.
 *
 * @param whole whether it will be in memory as a whole, and so must not grow too much. What is read in pieces may.
 */
export function decoded(response: HttpResponse, whole: boolean): AsyncIterable<Uint8Array> {
  const header = response.headers.get("content-encoding");
  if (!header) return response.body;
  const codings = header
    .toLowerCase()
    .split(",")
    .map((coding) => coding.trim());
  if (!codings.some((coding) => known.has(coding))) return response.body;
  const told = codings.map((coding) => (known.has(coding) ? coding : "deflate")).join(", ");
  return lazily(response, told, whole);
}

async function* lazily(
  response: HttpResponse,
  codings: string,
  whole: boolean,
): AsyncGenerator<Uint8Array, void, undefined> {
  // Not before it is needed, for it brings zlib with it.
  const { decompress } = await import("@posthaste/decompress");
  const headers = new HeaderList([["Content-Encoding", codings]]);
  const { request, status, body } = response;
  const stand = { request, status, headers, body } as HttpResponse;
  // What is kept in memory as a whole grows no more than text does; zeros in gzip would, a thousandfold.
  const limits = whole ? { maxRatio: 100 } : { maxSize: Infinity, maxRatio: Infinity };
  const { body: content } = await decompress(limits).send!(request, async () => stand);
  yield* content;
}
