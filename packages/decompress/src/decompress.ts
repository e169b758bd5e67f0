/* oxlint-disable typescript/restrict-template-expressions -- as text, a list of codings is what a header has */
import { HttpError, type ErrorCode, type Plugin } from "@posthaste/core";
import { codings, inflate } from "#inflate";

/**
 * Decodes one coding of a source, which it returns to when it is left early. `fail` throws: `ERR_DECODE` where nothing else
 * is said. What goes wrong with the source itself passes through.
 */
export type Inflate = (
  coding: string,
  source: AsyncIterator<Uint8Array>,
  maxSize: number,
  maxRatio: number,
  fail: (cause?: Error, code?: ErrorCode) => never,
) => AsyncGenerator<Uint8Array>;

/** The limits of {@link decompress}; `Infinity` lifts one. Size and ratio hold for each coding of a response that has several. */
export interface DecompressOptions {
  /** The bytes that a content may decode to. @default 2e9 */
  maxSize?: number;
  /** How many times the bytes read so far a content may decode to, beyond 64 MiB. @default 1000 */
  maxRatio?: number;
  /** The codings that a content may have on top of each other. @default 5 */
  maxEncodings?: number;
}

/** The call option of {@link decompress}. */
export interface DecompressOption {
  /** Leaves the content as it comes, and asks for no coding. */
  decompress?: false;
}

/**
 * Decodes what servers have encoded (RFC 9110 §8.4): gzip, x-gzip, deflate (in the zlib format or bare), br and zstd, and up
 * to five of them on top of each other. `DecompressionStream`, which takes the place of node:zlib outside of Node, has gzip
 * and deflate. Contents with another coding stay as they are.
 *
 * A content is decoded as it is read: one that is discarded never is. The headers stay, so that Content-Encoding and
 * Content-Length tell what came. Requests get an Accept-Encoding, where they have none, of what can be decoded.
 *
 * @throws HttpError while a body is read: `ERR_DECODE` for content that is corrupt or cut short, `ERR_LIMIT` for one that is
 * larger than allowed or has more codings than allowed
 * @example
 * ```ts
 * const client = createClient({ adapter: undiciAdapter(), plugins: [decompress({ maxSize: 50e6 })] });
 * const page = await client.get("https://example.test/");
 * console.log(page.headers.get("content-encoding"), await page.text());
 * const archive = await client.get("https://example.test/logs.gz", { decompress: false });
 * ```
 */
export function decompress({
  maxSize = 2e9,
  maxRatio = 1000,
  maxEncodings = 5,
}: DecompressOptions = {}): Plugin<DecompressOption> {
  return {
    name: "decompress",
    options: ["decompress"],
    stage: "decode",
    prepare({ headers, options }) {
      if (options.decompress !== false && !headers.has("Accept-Encoding")) {
        headers.append("Accept-Encoding", `${Object.keys(codings)}`);
      }
    },
    async send(request, next) {
      const response = await next(request);
      const { headers, body } = response;
      const chain = headers
        .get("Content-Encoding")
        ?.toLowerCase()
        .match(/\b(?!x-|identity)\w+/g)
        // Of too many, one more is enough to fail, and thousands would be too much for the stack.
        ?.slice(-maxEncodings - 1);
      const fail = (cause = Error("corrupt"), code: ErrorCode = "ERR_DECODE"): never => {
        throw new HttpError(code, `${chain}: ${cause.message}`, { phase: "body", request, response, cause });
      };
      if (chain?.every((coding) => codings[coding]) && request.options.decompress !== false) {
        response.body = {
          [Symbol.asyncIterator]: () =>
            chain.reduceRight(
              (source, coding) => inflate(coding, source, chain[maxEncodings] ? 0 : maxSize, maxRatio, fail),
              body[Symbol.asyncIterator](),
            ),
        };
      }
      return response;
    },
  };
}
