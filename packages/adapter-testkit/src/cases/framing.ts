import type { ErrorCode } from "@posthaste/core";
import { fail, refused, same, truth } from "../assert.ts";
import { group } from "../case.ts";
import type { Kit, TestCase } from "../case.ts";
import { body, end, flood, reply, send, sendHead } from "../control.ts";
import type { Step } from "../script.ts";
import { header, requestsOf } from "./parts.ts";

/** The codes of a content that breaks off: where a platform hides the causes, its head may go down with it. */
const cut = ({ can }: Kit): readonly ErrorCode[] => [
  "ERR_BODY_TRUNCATED",
  ...(can.errorCodes ? [] : ["ERR_RESET" as const]),
];

/** Gets what the steps answer, and then something else by the same client. */
async function getAndGoOn(kit: Kit, method: string, steps: readonly Step[]): Promise<{ status: number; text: string }> {
  const server = await kit.script({ requests: [steps, reply("next")] });
  const client = kit.client();
  const response = await client.request(server.url, { method });
  const text = await response.text();
  same(await (await client.get(server.url)).text(), "next", "the next response");
  return { status: response.status, text };
}

/** Reads a content that is broken; the call may reject as well as the reading. */
async function broken(kit: Kit, ...steps: readonly Step[]): Promise<Promise<Uint8Array>> {
  const server = await kit.script({ requests: [steps] });
  return kit
    .client()
    .get(server.url)
    .then((response) => response.bytes());
}

/** Where messages begin and end (RFC 9112 §6). */
export const framing: readonly TestCase[] = group(
  "framing",
  [
    "head",
    "a response to HEAD has no content, whatever its Content-Length",
    [],
    async (kit) => {
      same(
        await getAndGoOn(kit, "HEAD", [sendHead("200 OK", "Content-Length: 5")]),
        { status: 200, text: "" },
        "response",
      );
    },
  ],
  [
    "204",
    "a 204 has no content",
    [],
    async (kit) => {
      same(await getAndGoOn(kit, "GET", [sendHead("204 No Content")]), { status: 204, text: "" }, "response");
    },
  ],
  [
    "304",
    "a 304 has no content, whatever its Content-Length",
    [],
    async (kit) => {
      const steps = [sendHead("304 Not Modified", "Content-Length: 5")];
      same(await getAndGoOn(kit, "GET", steps), { status: 304, text: "" }, "response");
    },
  ],
  [
    "informational",
    "responses of 1xx before the final one are skipped",
    ["informational"],
    async (kit) => {
      const hints = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
      const steps = [send("HTTP/1.1 100 Continue\r\n\r\n"), send(hints), send(hints), ...reply("final")];
      same(await getAndGoOn(kit, "GET", steps), { status: 200, text: "final" }, "response");
    },
  ],
  [
    "empty",
    "a Content-Length of 0 is an empty content",
    [],
    async (kit) => {
      same(await getAndGoOn(kit, "GET", reply("")), { status: 200, text: "" }, "response");
    },
  ],
  [
    "chunked",
    "chunks of any size are put together, their extensions left out",
    [],
    async (kit) => {
      const chunks = ['4;name="a;b"\r\nabcd\r\n', "0A\r\n0123456789\r\n", "1\r\n!\r\n", "0\r\n\r\n"];
      const steps = [sendHead("200 OK", "Transfer-Encoding: chunked"), ...chunks.map(send)];
      same(await getAndGoOn(kit, "GET", steps), { status: 200, text: "abcd0123456789!" }, "response");
    },
  ],
  [
    "trailers",
    "trailers after the chunks are no content",
    [],
    async (kit) => {
      const chunks = "3\r\nabc\r\n0\r\nX-Trailer: 1\r\nX-Other: 2\r\n\r\n";
      const steps = [sendHead("200 OK", "Transfer-Encoding: chunked", "Trailer: X-Trailer"), send(chunks)];
      same(await getAndGoOn(kit, "GET", steps), { status: 200, text: "abc" }, "response");
    },
  ],
  [
    "pieces",
    "a response that comes byte by byte is the same",
    [],
    async (kit) => {
      const text = "HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\nTransfer-Encoding: chunked\r\n\r\n";
      const steps = `${text}3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n`.split("").map(send);
      same(await getAndGoOn(kit, "GET", steps), { status: 200, text: "abcde" }, "response");
    },
  ],
  [
    "to-the-end",
    "a content without a length goes to the end of the connection",
    [],
    async (kit) => {
      same(
        await getAndGoOn(kit, "GET", [sendHead("200 OK"), send("to the "), send("end"), end]),
        { status: 200, text: "to the end" },
        "response",
      );
    },
  ],
  [
    "http-1.0",
    "a response of HTTP/1.0 is taken",
    [],
    async (kit) => {
      const text = "HTTP/1.0 200 OK\r\nAccess-Control-Allow-Origin: *\r\n\r\nold";
      same(await getAndGoOn(kit, "GET", [send(text), end]), { status: 200, text: "old" }, "response");
    },
  ],
  [
    "large",
    "4 MiB come as they were sent",
    [],
    async (kit) => {
      const length = 4 * 1024 * 1024;
      const server = await kit.script({ requests: [[sendHead("200 OK", `Content-Length: ${length}`), flood(length)]] });
      const bytes = await (await kit.client().get(server.url)).bytes();
      same(bytes.length, length, "bytes");
      const wrong = bytes.findIndex((byte, index) => byte !== (index & 255));
      if (wrong >= 0) fail(`byte ${wrong} is not what was sent`);
    },
  ],
  [
    "raw-content",
    "a content with an encoding comes as it was sent, with its headers",
    ["rawContent"],
    async (kit) => {
      const server = await kit.script({ requests: [reply("no gzip at all", "Content-Encoding: gzip")] });
      const response = await kit.client().get(server.url);
      same(await response.text(), "no gzip at all", "content");
      const { headers } = response;
      same([headers.get("content-encoding"), headers.get("content-length")], ["gzip", "14"], "its headers");
    },
  ],
  [
    "truncated",
    "a content that is shorter than its Content-Length is told",
    [],
    async (kit) => {
      const reading = broken(kit, sendHead("200 OK", "Content-Length: 10"), send("abc"), end);
      await refused(reading, "reading", ...cut(kit));
    },
  ],
  [
    "truncated-chunks",
    "a content whose chunks end before the last one is told",
    [],
    async (kit) => {
      const reading = broken(kit, sendHead("200 OK", "Transfer-Encoding: chunked"), send("3\r\nabc\r\n"), end);
      await refused(reading, "reading", ...cut(kit));
    },
  ],
  [
    "bad-chunk",
    "a chunk without a size is told",
    [],
    async (kit) => {
      const reading = broken(kit, sendHead("200 OK", "Transfer-Encoding: chunked"), send("xyz\r\nabc\r\n"), end);
      await refused(reading, "reading", "ERR_PROTOCOL", ...cut(kit));
    },
  ],
  [
    "two-lengths",
    "a response with two different lengths is refused",
    ["errorCodes"],
    async (kit) => {
      const reading = broken(kit, sendHead("200 OK", "Content-Length: 3", "Content-Length: 5"), send("abcde"));
      await refused(reading, "the call", "ERR_PROTOCOL");
    },
  ],
  [
    "no-http",
    "an answer that is no HTTP is refused",
    ["errorCodes"],
    async (kit) => {
      await refused(broken(kit, send("220 mail.test ESMTP\r\n\r\n"), end), "the call", "ERR_PROTOCOL");
    },
  ],
  [
    "empty-post",
    "a POST without content says so",
    [],
    async (kit) => {
      const server = await kit.script({ requests: [[body, ...reply("")]] });
      const client = kit.client();
      for (const options of [{}, { body: "" }, { body: new Uint8Array() }]) {
        await (await client.post(server.url, options)).discard();
      }
      const requests = requestsOf(await server.until({ complete: 3 }));
      for (const request of requests) same(header(request, "content-length"), "0", "Content-Length");
    },
  ],
  [
    "chunked-upload",
    "a body of unknown length goes out in chunks",
    ["streamingRequest"],
    async (kit) => {
      const server = await kit.script({ requests: [[body, ...reply("")]] });
      async function* generate(): AsyncGenerator<string> {
        yield "one,";
        yield "";
        yield "two";
      }
      await (await kit.client().post(server.url, { body: generate() })).discard();
      const [request] = requestsOf(await server.until({ complete: 1 }));
      same(request!.body, "one,two", "content");
      same(header(request!, "transfer-encoding")?.toLowerCase(), "chunked", "Transfer-Encoding");
      truth(header(request!, "content-length") === undefined, "there is a Content-Length, too");
    },
  ],
  [
    "known-length",
    "a stream of known length goes out with it",
    ["knownLength"],
    async (kit) => {
      const server = await kit.script({ requests: [[body, ...reply("")]] });
      const parts = ["ab", "c"].map((text) => new TextEncoder().encode(text));
      const given = {
        length: 3,
        replayable: true,
        async *open() {
          yield* parts;
        },
      };
      await (await kit.client().post(server.url, { body: given })).discard();
      const [request] = requestsOf(await server.until({ complete: 1 }));
      const framing = ["content-length", "transfer-encoding"].map((name) => header(request!, name));
      same([request!.body, ...framing], ["abc", "3", undefined], "content and framing");
    },
  ],
  [
    "wrong-length",
    "a body that is not as long as it says is refused",
    ["knownLength"],
    async (kit) => {
      const server = await kit.script({ requests: [[body, ...reply("")]] });
      for (const length of [2, 4]) {
        const given = {
          length,
          replayable: true,
          async *open() {
            yield new Uint8Array(3);
          },
        };
        await refused(kit.client().post(server.url, { body: given }), `3 bytes of ${length}`, "ERR_BODY");
      }
    },
  ],
);
