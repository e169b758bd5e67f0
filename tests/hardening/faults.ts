import { gzipSync } from "node:zlib";
import { head, reply, type Step } from "./evil.ts";

/** What a client makes of a fault: `status text`, or a code and a class. */
export interface Fault {
  readonly name: string;
  readonly steps: readonly Step[];
  readonly plain: string;
  readonly compat: string;
  readonly method?: string;
  /** Seconds of silence that are allowed. */
  readonly timeout?: number;
}

const chunked = (text: string): Step => ({ send: head(["Transfer-Encoding: chunked"]) + text });
const length = (value: string, body: string): Step => ({ send: head([`Content-Length: ${value}`]) + body });
const smuggled = head(["Content-Length: 8"]) + "SMUGGLED";

const connection: Fault[] = [
  { name: "a reset in the place of an answer", steps: ["reset"], plain: "ERR_RESET", compat: "ConnectionError" },
  { name: "an end in the place of an answer", steps: ["end"], plain: "ERR_RESET", compat: "ConnectionError" },
  {
    name: "a reset within the head",
    steps: [{ send: "HTTP/1.1 200 OK\r\nContent-Le" }, { pause: 20 }, "reset"],
    plain: "ERR_RESET",
    compat: "ConnectionError",
  },
  {
    name: "an end within the head",
    steps: [{ send: "HTTP/1.1 200 OK\r\nX-Half: 1\r\n" }, "end"],
    plain: "ERR_RESET",
    compat: "ConnectionError",
  },
  {
    name: "an end within a body with a length",
    steps: [length("100", "0123456789"), "end"],
    plain: "ERR_BODY_TRUNCATED",
    compat: "ChunkedEncodingError",
  },
  {
    name: "a reset within a body with a length",
    steps: [length("100", "0123456789"), { pause: 20 }, "reset"],
    plain: "ERR_BODY_TRUNCATED",
    compat: "ChunkedEncodingError",
  },
  {
    name: "an end after some chunks",
    steps: [chunked("5\r\nhello\r\n"), "end"],
    plain: "ERR_BODY_TRUNCATED",
    compat: "ChunkedEncodingError",
  },
  {
    name: "an end within a chunk",
    steps: [chunked("10\r\nhello"), "end"],
    plain: "ERR_BODY_TRUNCATED",
    compat: "ChunkedEncodingError",
  },
  {
    name: "a reset after some chunks",
    steps: [chunked("5\r\nhello\r\n"), { pause: 20 }, "reset"],
    plain: "ERR_BODY_TRUNCATED",
    compat: "ChunkedEncodingError",
  },
  {
    name: "a reset in the place of the end that is the body's",
    steps: [{ send: `${head(["Connection: close"])}hello` }, { pause: 20 }, "reset"],
    plain: "ERR_BODY_TRUNCATED",
    compat: "ChunkedEncodingError",
  },
  {
    name: "silence in the place of an answer",
    steps: ["hang"],
    timeout: 0.1,
    plain: "ERR_TIMEOUT_READ",
    compat: "ReadTimeout",
  },
  {
    name: "silence within the head",
    steps: [{ send: "HTTP/1.1 200 OK\r\nX-" }, "hang"],
    timeout: 0.1,
    plain: "ERR_TIMEOUT_READ",
    compat: "ReadTimeout",
  },
  {
    name: "silence within the body",
    steps: [length("10", "hello"), "hang"],
    timeout: 2,
    plain: "ERR_TIMEOUT_READ",
    compat: "ConnectionError",
  },
  {
    name: "silence within a chunk",
    steps: [chunked("10\r\nhello"), "hang"],
    timeout: 2,
    plain: "ERR_TIMEOUT_READ",
    compat: "ConnectionError",
  },
  {
    name: "a head that comes bit by bit and has no end",
    steps: [{ send: "HTTP/1.1 200 OK\r\nX-Slow: " }, { drip: "a" }],
    timeout: 0.1,
    plain: "ERR_TIMEOUT_READ",
    compat: "ReadTimeout",
  },
];

const floods: Fault[] = [
  {
    name: "header lines without end",
    steps: [{ send: "HTTP/1.1 200 OK\r\n" }, { flood: "X-H: aaaaaaaaaaaaaaaa\r\n" }],
    plain: "ERR_LIMIT",
    compat: "ConnectionError",
  },
  {
    name: "a header line without end",
    steps: [{ send: "HTTP/1.1 200 OK\r\nX-H: " }, { flood: "a" }],
    plain: "ERR_LIMIT",
    compat: "ConnectionError",
  },
  {
    name: "a header line of 64 KiB",
    steps: reply("ok", [`X-Big: ${"a".repeat(65_536)}`]),
    plain: "ERR_LIMIT",
    compat: "ConnectionError",
  },
  {
    name: "10 000 Set-Cookie lines",
    steps: reply(
      "ok",
      Array.from({ length: 10_000 }, (_, at) => `Set-Cookie: c${at}=1`),
    ),
    plain: "ERR_LIMIT",
    compat: "ConnectionError",
  },
  {
    name: "100 Continue without end",
    steps: [{ flood: "HTTP/1.1 100 Continue\r\n\r\n" }],
    plain: "ERR_LIMIT",
    compat: "ConnectionError",
  },
  {
    name: "103 Early Hints without end",
    steps: [{ flood: "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" }],
    plain: "ERR_LIMIT",
    compat: "ConnectionError",
  },
  {
    name: "a chunk's extension without end",
    steps: [chunked("5;x="), { flood: "a" }],
    plain: "ERR_LIMIT",
    compat: "ChunkedEncodingError",
  },
  {
    name: "trailers without end",
    steps: [chunked("5\r\nhello\r\n0\r\n"), { flood: "X-T: aaaaaaaaaaaaaaaa\r\n" }],
    plain: "ERR_LIMIT",
    compat: "ChunkedEncodingError",
  },
];

const bad = (name: string, send: string, plain = "ERR_PROTOCOL", compat = "ConnectionError"): Fault => ({
  name,
  steps: [{ send }, { pause: 20 }, "end"],
  plain,
  compat,
});
const badLength = (value: string, compat?: string) =>
  bad(`Content-Length: ${value}`, head([`Content-Length: ${value}`]) + "hello", "ERR_PROTOCOL", compat);
const badChunk = (name: string, text: string) =>
  bad(name, head(["Transfer-Encoding: chunked"]) + text, "ERR_PROTOCOL", "ChunkedEncodingError");
const good = (name: string, send: string, outcome: string, method?: string): Fault => ({
  name,
  steps: [{ send }, "end"],
  plain: outcome,
  compat: outcome,
  ...(method && { method }),
});

const framing: Fault[] = [
  badLength("-1"),
  badLength("+5"),
  badLength("0x5"),
  badLength("5abc", "InvalidHeader"),
  badLength("5, 6", "InvalidHeader"),
  bad(
    "a length beyond 64 bits",
    head(["Content-Length: 99999999999999999999"]) + "hello",
    "ERR_PROTOCOL",
    "InvalidHeader",
  ),
  bad("two lengths", head(["Content-Length: 5", "Content-Length: 6"]) + "hello!", "ERR_PROTOCOL", "InvalidHeader"),
  bad("one length twice", head(["Content-Length: 5", "Content-Length: 5"]) + "hello", "ERR_PROTOCOL", "InvalidHeader"),
  {
    name: "a length of a terabyte, of which five bytes come",
    steps: [length("1000000000000", "hello"), "end"],
    plain: "ERR_BODY_TRUNCATED",
    compat: "ChunkedEncodingError",
  },
  bad(
    "a length beside chunks",
    head(["Content-Length: 5", "Transfer-Encoding: chunked"]) + "5\r\nhello\r\n0\r\n\r\n" + smuggled,
    "ERR_PROTOCOL",
    "InvalidHeader",
  ),
  bad(
    "chunks behind a space before the colon",
    "HTTP/1.1 200 OK\r\nContent-Length: 15\r\nTransfer-Encoding : chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    "ERR_PROTOCOL",
    "InvalidHeader",
  ),
  badChunk("a chunk's length that is no number", "zz\r\nhello\r\n0\r\n\r\n"),
  badChunk("a chunk's length below zero", "-5\r\nhello\r\n0\r\n\r\n"),
  badChunk("a chunk's length with 0x", "0x5\r\nhello\r\n0\r\n\r\n"),
  badChunk("a chunk's length with an underscore", "0_5\r\nhello\r\n0\r\n\r\n"),
  badChunk("a chunk's length beyond 64 bits", "FFFFFFFFFFFFFFFFF\r\nhello\r\n0\r\n\r\n"),
  badChunk("a chunk without a line end behind it", "5\r\nhelloXX0\r\n\r\n"),
  bad("another protocol's first line", "NOTHTTP/9 hi\r\n\r\n"),
  bad("no head at all", "<html>hello</html>\n"),
  bad("a status of five digits", "HTTP/1.1 99999 OK\r\nContent-Length: 0\r\n\r\n"),
  bad("a status of two digits", "HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n"),
  bad("a status below zero", "HTTP/1.1 -200 OK\r\nContent-Length: 0\r\n\r\n"),
  bad("NUL in a header", "HTTP/1.1 200 OK\r\nX-A: a\0b\r\nContent-Length: 2\r\n\r\nok"),
  bad("a bare CR in a header", "HTTP/1.1 200 OK\r\nX-A: a\rSet-Cookie: evil=1\r\nContent-Length: 2\r\n\r\nok"),
  bad("a header without a colon", "HTTP/1.1 200 OK\r\nnonsense\r\nContent-Length: 2\r\n\r\nok"),
  bad("a header without a name", "HTTP/1.1 200 OK\r\n: value\r\nContent-Length: 2\r\n\r\nok"),
  bad("a switch of protocols that nobody asked for", head(["Upgrade: foo", "Connection: Upgrade"], "101 Switching")),
  good("a body until the end of the connection", `${head(["Connection: close"])}hello`, "200 hello"),
  good("HTTP/1.0", "HTTP/1.0 200 OK\r\n\r\nhello", "200 hello"),
  good("trailers", `${head(["Transfer-Encoding: chunked"])}5\r\nhello\r\n0\r\nSet-Cookie: a=1\r\n\r\n`, "200 hello"),
  good(
    "informational responses first",
    `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\n\r\n${head(["Content-Length: 2"])}ok`,
    "200 ok",
  ),
  good("204 with a length", head(["Content-Length: 5"], "204 No Content"), "204 "),
  good("304 with a length", head(["Content-Length: 5"], "304 Not Modified"), "304 "),
  good("a length in the answer to HEAD", head(["Content-Length: 5"]), "200 ", "HEAD"),
];

const encoded = (coding: string, body: Uint8Array): Step[] => reply(body, [`Content-Encoding: ${coding}`]);
const hello = gzipSync("hello");
const flipped = Buffer.from(hello);
flipped[flipped.length - 6]! ^= 0xff;

const content: Fault[] = [
  ...["gzip", "deflate", "br", "zstd"].map((coding) => ({
    name: `plain text that is said to be ${coding}`,
    steps: encoded(coding, Buffer.from("hello hello hello")),
    plain: "ERR_DECODE",
    compat: "ContentDecodingError",
  })),
  {
    name: "gzip that is cut short",
    steps: encoded("gzip", hello.subarray(0, -4)),
    plain: "ERR_DECODE",
    compat: "ContentDecodingError",
  },
  {
    name: "gzip with a wrong checksum",
    steps: encoded("gzip", flipped),
    plain: "ERR_DECODE",
    compat: "ContentDecodingError",
  },
  {
    name: "six codings",
    steps: encoded(
      "gzip, gzip, gzip, gzip, gzip, gzip",
      Array.from({ length: 6 }).reduce<Buffer>((inner) => gzipSync(inner), Buffer.from("hello")),
    ),
    plain: "ERR_LIMIT",
    compat: "ContentDecodingError",
  },
  {
    name: "2000 codings",
    steps: encoded("gzip,".repeat(2000), hello),
    plain: "ERR_LIMIT",
    compat: "ContentDecodingError",
  },
  { name: "no content of a coding", steps: encoded("gzip", Buffer.alloc(0)), plain: "200 ", compat: "200 " },
  {
    name: "garbage behind gzip",
    steps: encoded("gzip", Buffer.concat([hello, Buffer.from("garbage")])),
    plain: "200 hello",
    compat: "200 hello",
  },
];

export const faults: Readonly<Record<string, readonly Fault[]>> = { connection, floods, framing, content };
