import { createClient, HeaderList, HttpResponse, type Adapter, type Client, type HeaderInit } from "@posthaste/core";
import { oneShot } from "@posthaste/core/body";
import { decompress, type DecompressOption, type DecompressOptions } from "@posthaste/decompress";

/** Bytes in chunks of a size. */
export async function* chunked(bytes: Uint8Array, size: number = Infinity): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

export interface Answer {
  headers: HeaderInit;
  status?: number;
  body?: AsyncIterable<Uint8Array>;
}

/** A client of one plugin whose adapter gives the answer, and what became of that. */
export function answering(
  answer: Answer,
  options?: DecompressOptions,
): { client: Client<DecompressOption>; sent: HeaderList[]; state: { opened: boolean; released: number } } {
  const sent: HeaderList[] = [];
  const state = { opened: false, released: 0 };
  const adapter: Adapter = {
    name: "answering",
    can: {},
    async send(request) {
      sent.push(new HeaderList(request.headers));
      async function* content(): AsyncGenerator<Uint8Array> {
        state.opened = true;
        if (answer.body) yield* answer.body;
      }
      const body = oneShot(request, content(), () => state.released++);
      return new HttpResponse({
        request,
        status: answer.status ?? 200,
        reason: "",
        headers: new HeaderList(answer.headers),
        ...body,
      });
    },
  };
  return { client: createClient({ adapter, plugins: [decompress(options)] }), sent, state };
}
