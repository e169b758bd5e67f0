import { HttpError, type ErrorCode, type HttpResponse, type Plugin } from "@posthaste/core";
import { codings } from "./codings.ts";

/** Limits and choice of {@link decompress}. */
export interface DecompressOptions {
  /** The codings to ask for and to decode. @default all that the runtime has, of gzip, deflate, br and zstd */
  encodings?: readonly string[];
  /** Bytes that a body may have when decoded. @default 2 GiB */
  maxSize?: number;
  /** How many times its encoded size a body may have when decoded, from 64 MiB on. @default 1000 */
  maxRatio?: number;
}

/** The call option of {@link decompress}. */
export interface DecompressOption {
  /** `false` leaves the body as it comes and asks for no coding; an object replaces single options. */
  decompress?: boolean | DecompressOptions;
}

/**
 * Decodes response bodies as they are read.
 *
 * @example
 * ```ts
 * const client = createClient({ adapter, plugins: [decompress()] });
 * ```
 */
export function decompress(options: DecompressOptions = {}): Plugin<DecompressOption> {
  return {
    name: "decompress",
    stage: "decode",
    options: ["decompress"],
    prepare({ headers, options: { decompress: own } }) {
      if (own === false || headers.has("accept-encoding")) return;
      const { encodings = Object.keys(codings) } = { ...options, ...(own as object) };
      headers.append("Accept-Encoding", encodings.join(", "));
    },
    send(request, next) {
      const { decompress: own } = request.options;
      const sent = next(request);
      return own === false ? sent : sent.then((response) => decode(response, { ...options, ...(own as object) }));
    },
  };
}

function decode(response: HttpResponse, options: DecompressOptions): HttpResponse {
  const { encodings = Object.keys(codings) } = options;
  const chain = (response.headers.get("content-encoding") ?? "")
    .toLowerCase()
    .split(",")
    .map((coding) => coding.trim().replace(/^x-(?=gzip$)/, ""))
    .filter((coding) => coding && coding !== "identity");
  const bodyless = response.request.method === "HEAD" || response.status === 204 || response.status === 304;
  if (!chain.length || bodyless || !chain.every((coding) => encodings.includes(coding) && coding in codings)) return response;
  const { body } = response;
  response.body = { [Symbol.asyncIterator]: () => decoded(response, body, chain, options) };
  return response;
}

async function* decoded(
  response: HttpResponse,
  body: AsyncIterable<Uint8Array>,
  chain: string[],
  { maxSize = 2 ** 31, maxRatio = 1000 }: DecompressOptions,
): AsyncGenerator<Uint8Array> {
  const fail = (code: ErrorCode, problem: string, cause?: unknown): never => {
    throw new HttpError(code, problem, { request: response.request, response, phase: "body", cause });
  };
  if (chain.length > 5) fail("ERR_LIMIT", "more than 5 content codings");
  let read = 0;
  let source: AsyncIterable<Uint8Array> = (async function* () {
    for await (const chunk of body) {
      read += chunk.length;
      yield chunk;
    }
  })();
  for (const coding of chain.reverse()) source = inflate(source, coding);

  async function* inflate(from: AsyncIterable<Uint8Array>, coding: string): AsyncGenerator<Uint8Array> {
    const iterator = from[Symbol.asyncIterator]();
    const first = await iterator.next();
    if (first.done) return;
    const stream = codings[coding]!(first.value[0]!);
    let failure: unknown;
    const pump = async (): Promise<void> => {
      try {
        for (let next = first as IteratorResult<Uint8Array>; !next.done; next = await iterator.next()) {
          if (!stream.write(next.value)) await new Promise((resolve) => stream.once("drain", resolve).once("close", resolve));
        }
        stream.end();
      } catch (error) {
        failure = error;
        stream.destroy(error as Error);
      }
    };
    void pump();
    let size = 0;
    try {
      for await (const chunk of stream as AsyncIterable<Uint8Array>) {
        size += chunk.length;
        if (size > maxSize || (size > 2 ** 26 && size > read * maxRatio)) fail("ERR_LIMIT", `decoded to more than ${size} bytes`);
        yield chunk;
      }
    } catch (error) {
      if (failure || error instanceof HttpError) throw failure ?? error;
      fail("ERR_DECODE", `the content is not ${coding}`, error);
    } finally {
      stream.destroy();
      await iterator.return?.();
    }
  }
  yield* source;
}
