import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import fc from "fast-check";

/** A response as a careful server would send it. */
interface Reply {
  readonly bytes: Buffer;
  readonly status: number;
  readonly reason: string;
  /** Names and values of its own, without what frames the content. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Decoded. */
  readonly content: Buffer;
  /** Whether its end is the connection's. */
  readonly closes: boolean;
}

const encoders: Readonly<Record<string, (content: Buffer) => Buffer>> = {
  identity: (content) => content,
  gzip: (content) => gzipSync(content),
  deflate: (content) => deflateSync(content),
  br: (content) => brotliCompressSync(content),
  zstd: (content) => zstdCompressSync(content),
};

const interim = fc.constantFrom(
  "HTTP/1.1 100 Continue\r\n\r\n",
  "HTTP/1.1 102 Processing\r\nX-Interim: 1\r\n\r\n",
  "HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n",
);

const token = fc.stringMatching(/^[!#$%&'*+.^_`|~\dA-Za-z-]{1,12}$/);
/** Visible at both ends, for white space there is none of the value's (RFC 9112 §5.1). */
const value = fc.stringMatching(/^(?:[!-~\x80-\xff](?:[\t -~\x80-\xff]{0,20}[!-~\x80-\xff])?)?$/);
const header = fc.oneof(
  fc.tuple(
    token.map((name) => `X-${name}`),
    value,
  ),
  fc
    .constantFrom(
      ["Content-Type", "text/plain; charset=utf-8"],
      ["Set-Cookie", "a=b; Path=/"],
      ["Set-Cookie", "a=b; Domain=example.test; Secure"],
      ["Keep-Alive", "timeout=5"],
      ["Link", '<https://example.test/>; rel="next"'],
      ["Date", "Sun, 06 Nov 1994 08:49:37 GMT"],
      ["Vary", "*"],
    )
    .map(([name, value]): [string, string] => [name, value]),
);

function frame(
  encoded: Buffer,
  framing: string,
  cuts: readonly number[],
  extension: string,
  trailer: string,
): [head: string, content: Buffer] {
  if (framing === "length") return [`Content-Length: ${encoded.length}\r\n`, encoded];
  if (framing === "close") return ["Connection: close\r\n", encoded];
  const parts: Buffer[] = [];
  let from = 0;
  for (const to of [...cuts.map((cut) => cut % (encoded.length + 1)), encoded.length].toSorted((a, b) => a - b)) {
    if (to > from) {
      parts.push(
        Buffer.from(`${(to - from).toString(16)}${extension}\r\n`),
        encoded.subarray(from, to),
        Buffer.from("\r\n"),
      );
    }
    from = to;
  }
  return ["Transfer-Encoding: chunked\r\n", Buffer.concat([...parts, Buffer.from(`0\r\n${trailer}\r\n`)])];
}

/** Valid responses, of every framing and coding. */
const replies: fc.Arbitrary<Reply> = fc
  .record({
    interims: fc.array(interim, { maxLength: 2 }),
    status: fc.constantFrom(200, 200, 200, 201, 204, 206, 304, 400, 401, 404, 407, 429, 500, 503, 599),
    reason: fc.constantFrom("OK", "", "Not a Token", "a b  c"),
    headers: fc.array(header, { maxLength: 5 }),
    content: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    coding: fc.constantFrom("identity", "identity", ...Object.keys(encoders)),
    framing: fc.constantFrom("length", "length", "chunked", "chunked", "close"),
    cuts: fc.array(fc.nat(300), { maxLength: 4 }),
    extension: fc.constantFrom("", "", ";a=b", ';a="x y"'),
    trailer: fc.constantFrom("", "", "X-Trailer: 1\r\n"),
  })
  .map(({ interims, status, reason, headers, coding, framing, cuts, extension, trailer, ...given }) => {
    const bare = status === 204 || status === 304;
    const content = bare ? Buffer.alloc(0) : given.content;
    const codes = !bare && coding !== "identity";
    const encoded = codes ? encoders[coding]!(content) : content;
    const [line, framed] = bare ? ["", encoded] : frame(encoded, framing, cuts, extension, trailer);
    const all = codes ? [...headers, ["Content-Encoding", coding] as [string, string]] : headers;
    const lines = all.map(([name, value]) => `${name}: ${value}\r\n`).join("");
    const head = `${interims.join("")}HTTP/1.1 ${status} ${reason}\r\n${lines}${line}\r\n`;
    const bytes = Buffer.concat([Buffer.from(head, "latin1"), framed]);
    return { bytes, status, reason, headers: all, content, closes: !bare && framing === "close" };
  });

/** A whole response, for what comes where nothing should. */
const SMUGGLED = "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nSMUGGLED";

/** What breaks parsers. */
const pieces = [
  ...'\r\n\0\t :;,"\\=-+0x\x7f\x80\xff'.split(""),
  "\r\n",
  "\r\n\r\n",
  "\n\n",
  "\r\n ",
  SMUGGLED,
  "HTTP/1.1 100 Continue\r\n\r\n",
  "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
  "HTTP/1.0 ",
  "HTTP/2.0 ",
  "99999999999999999999",
  "ffffffffffffffff",
  "-1",
  "0\r\n\r\n",
  "5\r\nhello\r\n",
  "\r\nContent-Length: 3",
  "\r\nContent-Length: 3, 3",
  "\r\nContent-Length : 3",
  "\r\nContent-Length:\t5",
  "\r\nTransfer-Encoding: chunked",
  "\r\nTransfer-Encoding: identity, chunked",
  "\r\nTransfer-Encoding: chunked, chunked",
  "\r\nTransfer-Encoding: \x0bchunked",
  "\r\nContent-Encoding: gzip",
  "\r\nContent-Encoding: br, gzip, x-gzip",
  "\r\nConnection: close",
  "\r\nConnection: keep-alive",
  "\r\nConnection: upgrade\r\nUpgrade: h2c",
  "\r\nKeep-Alive: timeout=0",
  "\r\nKeep-Alive: timeout=99999999999",
  "\r\nSet-Cookie: =",
  "\r\nLocation: //",
  "\r\nWWW-Authenticate: Digest",
  "\r\n__proto__: x",
];

type Mutation = (bytes: Buffer) => Buffer;

/** Places are counted modulo the length, so that a smaller response is mutated likewise. */
const place = fc.nat(2000);
const span = fc.nat(40);
const splice = (bytes: Buffer, at: number, gone: number, put: Buffer): Buffer => {
  const from = at % (bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, from), put, bytes.subarray(from + gone)]);
};

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(place, fc.nat(255)).map(
    ([at, byte]): Mutation =>
      (bytes) =>
        splice(bytes, at, 1, Buffer.of(byte)),
  ),
  fc.tuple(place, span).map(
    ([at, gone]): Mutation =>
      (bytes) =>
        splice(bytes, at, gone, Buffer.alloc(0)),
  ),
  fc
    .tuple(place, fc.constantFrom(0, 0, 1), fc.constantFrom(...pieces), fc.constantFrom(1, 1, 1, 1, 2, 50, 3000))
    .map(([at, gone, piece, times]): Mutation => {
      const put = Buffer.from(piece.repeat(times), "latin1");
      return (bytes) => splice(bytes, at, gone, put);
    }),
  // In the head, where it counts.
  fc
    .tuple(fc.nat(3), fc.constantFrom(...pieces.filter((piece) => piece.startsWith("\r\n"))))
    .map(([line, piece]): Mutation => (bytes) => {
      let at = 0;
      for (let index = 0; index <= line; index++) at = Math.max(0, bytes.indexOf("\r\n", at + 1));
      return splice(bytes, at, 0, Buffer.from(piece, "latin1"));
    }),
  fc.tuple(place, place, span).map(([from, to, length]): Mutation => (bytes) => {
    const start = from % (bytes.length + 1);
    return splice(bytes, to, 0, bytes.subarray(start, start + length));
  }),
  fc.constant<Mutation>((bytes) => Buffer.concat([bytes, Buffer.from(SMUGGLED)])),
);

/** What a server sends: the bytes of a response, mutated or not, in which pieces, and what it does then. */
export interface Delivery {
  readonly reply: Reply;
  readonly bytes: Buffer;
  readonly isMutated: boolean;
  readonly pieces: readonly Buffer[];
  readonly after: "fin" | "reset" | "keep";
  /** For what fast-check prints. */
  readonly [fc.toStringMethod]: () => string;
}

/** Responses of which three in four are mutated. */
export const deliveries: fc.Arbitrary<Delivery> = fc
  .record({
    reply: replies,
    mutations: fc.oneof(
      { weight: 1, arbitrary: fc.constant<Mutation[]>([]) },
      { weight: 3, arbitrary: fc.array(mutation, { minLength: 1, maxLength: 4 }) },
    ),
    cuts: fc.array(place, { maxLength: 3 }),
    after: fc.constantFrom("fin", "reset", "keep", "keep"),
  })
  .map(({ reply, mutations, cuts, after }) => {
    let { bytes } = reply;
    for (const mutate of mutations) bytes = mutate(bytes);
    const places = cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b);
    const ends = [...places, bytes.length];
    const pieces = ends
      .map((end, index) => bytes.subarray(index ? ends[index - 1] : 0, end))
      .filter((piece) => piece.length > 0);
    const isMutated = mutations.length > 0;
    const then = reply.closes && !isMutated ? "fin" : after;
    const shown = () =>
      `${isMutated ? "mutated" : "valid"} ${JSON.stringify(pieces.map((piece) => piece.toString("latin1")))}, then ${then}`;
    return { reply, bytes, isMutated, pieces, after: then, [fc.toStringMethod]: shown };
  });
