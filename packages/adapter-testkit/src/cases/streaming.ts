import type { BodyInit } from "@posthaste/core";
import { fail, refused, rejection, same, truth } from "../assert.ts";
import { group } from "../case.ts";
import type { TestCase } from "../case.ts";
import { body, end, flood, pause, reply, resume, send, sendHead, wait } from "../control.ts";
import { Endless, quiet, requestsOf } from "./parts.ts";

/** More than all buffers on the way take. */
const plenty = 32 * 1024 * 1024;

async function* generate(...texts: readonly string[]): AsyncGenerator<string> {
  yield* texts;
}

/** Where a part of a flood is not what was sent; -1 where it is. */
function firstWrong(chunk: Uint8Array, start: number): number {
  // Not findIndex: there are millions, and a call for each takes longer than all else.
  for (let at = 0; at < chunk.length; at++) if (chunk[at] !== ((start + at) & 255)) return at;
  return -1;
}

/** What goes out and comes in while it is made. */
export const streaming: readonly TestCase[] = group(
  "streaming",
  [
    "head-first",
    "a response is there before its content",
    ["streamingResponse"],
    async (kit) => {
      const server = await kit.script({
        requests: [[sendHead("200 OK", "Content-Length: 5"), wait("content"), send("later")]],
      });
      const response = await kit.client().get(server.url);
      await server.tell("content");
      same(await response.text(), "later", "content");
    },
  ],
  [
    "chunk-first",
    "a part of a content is there before the rest",
    ["streamingResponse"],
    async (kit) => {
      const server = await kit.script({
        requests: [
          [
            sendHead("200 OK", "Transfer-Encoding: chunked"),
            send("3\r\nabc\r\n"),
            wait("rest"),
            send("2\r\nde\r\n0\r\n\r\n"),
          ],
        ],
      });
      const response = await kit.client().get(server.url);
      let text = "";
      for await (const chunk of response.body) {
        text += new TextDecoder().decode(chunk);
        if (text === "abc") await server.tell("rest");
      }
      same(text, "abcde", "content");
    },
  ],
  [
    "slow-reader",
    "a slow reader makes the server wait, and loses nothing",
    ["streamingResponse", "backpressure"],
    async (kit) => {
      const server = await kit.script({ requests: [[sendHead("200 OK", `Content-Length: ${plenty}`), flood(plenty)]] });
      const response = await kit.client().get(server.url);
      const { connections } = await server.until({ stalled: true });
      const { flooded } = connections[0]!;
      truth(flooded < plenty / 2, `${flooded} bytes were taken before one was read`);
      let length = 0;
      for await (const chunk of response.body) {
        const wrong = firstWrong(chunk, length);
        if (wrong >= 0) {
          fail(`byte ${length + wrong} is ${chunk[wrong]}, the one at ${wrong} in a chunk of ${chunk.length}`);
        }
        length += chunk.length;
      }
      same(length, plenty, "bytes");
    },
  ],
  [
    "upload-streams",
    "a part of a body arrives before the rest is made",
    ["streamingRequest"],
    async (kit) => {
      const server = await kit.script({ requests: [[{ do: "body", bytes: 5 }, body, ...reply("thanks")]] });
      async function* slowly(): AsyncGenerator<string> {
        yield "first";
        await server.until({ content: 5 });
        yield ",rest";
      }
      same(await (await kit.client().post(server.url, { body: slowly() })).text(), "thanks", "response");
      same(requestsOf(await server.record())[0]!.body, "first,rest", "content");
    },
  ],
  [
    "slow-server",
    "a slow server makes the source of a body wait, and nothing is lost",
    ["streamingRequest", "backpressure"],
    async (kit) => {
      const server = await kit.script({ requests: [[pause, wait("read"), resume, body, ...reply("all")]] });
      const piece = new Uint8Array(64 * 1024);
      let made = 0;
      async function* flow(): AsyncGenerator<Uint8Array> {
        for (; made < plenty; made += piece.length) yield piece;
      }
      const call = kit.client().post(server.url, { body: flow() });
      await Promise.race([server.until({ requests: 1 }), call]);
      const before = await quiet(() => made);
      truth(before < plenty / 2, `${before} bytes were taken before the server read them`);
      await server.tell("read");
      same(await (await call).text(), "all", "response");
      same(requestsOf(await server.record())[0]!.bodyLength, plenty, "bytes");
    },
  ],
  [
    "kinds",
    "text, bytes, a view, a Blob and a form arrive, and may be sent again",
    [],
    async (kit) => {
      const server = await kit.script({ requests: [[body, ...reply("")]] });
      const bytes = new TextEncoder().encode("xabcx");
      const kinds: readonly BodyInit[] = [
        "abc",
        bytes.slice(1, 4),
        bytes.subarray(1, 4),
        bytes.slice(1, 4).buffer,
        new DataView(bytes.buffer, 1, 3),
        new Blob(["a", "bc"]),
        new URLSearchParams("abc"),
      ];
      const client = kit.client();
      for (const kind of kinds) {
        for (let time = 0; time < 2; time++) await (await client.post(server.url, { body: kind })).discard();
      }
      const texts = requestsOf(await server.until({ complete: kinds.length * 2 })).map((request) => request.body);
      same(new Set(texts.map((text) => text.replace(/=$/, ""))).size, 1, "different contents");
      same(texts[0], "abc", "content");
    },
  ],
  [
    "streams",
    "a generator, a ReadableStream, an array of pieces and a Body arrive",
    ["streamingRequest"],
    async (kit) => {
      const server = await kit.script({ requests: [[body, ...reply("")]] });
      const bytes = new TextEncoder().encode("abc");
      const kinds: readonly BodyInit[] = [
        generate("a", "bc"),
        new Blob(["abc"]).stream(),
        [bytes.subarray(0, 1), bytes.subarray(1)],
        { replayable: true, open: () => new Blob(["abc"]).stream() },
      ];
      const client = kit.client();
      for (const kind of kinds) await (await client.post(server.url, { body: kind })).discard();
      const texts = requestsOf(await server.until({ complete: kinds.length })).map((request) => request.body);
      same(
        texts,
        Array.from(kinds, () => "abc"),
        "contents",
      );
    },
  ],
  [
    "large-upload",
    "4 MiB arrive as they are",
    [],
    async (kit) => {
      const server = await kit.script({ requests: [[body, ...reply("thanks")]] });
      const bytes = new Uint8Array(4 * 1024 * 1024).map((_, index) => index & 255);
      same(await (await kit.client().post(server.url, { body: bytes })).text(), "thanks", "response");
      const [request] = requestsOf(await server.record());
      same(request!.bodyLength, bytes.length, "bytes");
      const wrong = request!.body.split("").findIndex((byte, index) => byte.charCodeAt(0) !== (index & 255));
      if (wrong >= 0) fail(`byte ${wrong} is not what was given`);
    },
  ],
  [
    "early-response",
    "a response that comes during the upload is given, and ends the upload",
    ["streamingRequest"],
    async (kit) => {
      const early = [sendHead("413 Too Large", "Content-Length: 2", "Connection: close"), send("no")];
      const server = await kit.script({ requests: [[{ do: "body", bytes: 1 }, ...early, end]] });
      const source = new Endless(new Uint8Array(1000));
      const response = await kit.client().post(server.url, { body: source });
      same([response.status, await response.text()], [413, "no"], "response");
      await source.left;
    },
  ],
  [
    "source-fails",
    "an error of a body's source is what the call rejects with",
    ["streamingRequest"],
    async (kit) => {
      const server = await kit.script({ requests: [[body, ...reply("")]] });
      const problem = new Error("the source broke");
      async function* broken(): AsyncGenerator<string> {
        yield "first";
        throw problem;
      }
      const error = await rejection(kit.client().post(server.url, { body: broken() }), "the call");
      truth(error === problem, `the call rejected with ${String(error)}`);
      const requests = requestsOf(await server.record());
      truth(!requests.some(({ complete }) => complete), "the server took the content for complete");
    },
  ],
  [
    "source-fails-at-once",
    "so is an error before the first piece",
    ["streamingRequest"],
    async (kit) => {
      const server = await kit.script({ requests: [[body, ...reply("")]] });
      const problem = new Error("the source is broken");
      const source: BodyInit = {
        replayable: false,
        // oxlint-disable-next-line eslint/require-yield -- that is what it is about
        async *open() {
          throw problem;
        },
      };
      const error = await rejection(kit.client().post(server.url, { body: source }), "the call");
      truth(error === problem, `the call rejected with ${String(error)}`);
    },
  ],
  [
    "one-shot",
    "a generator that was sent is not sent again, empty, without a word",
    ["streamingRequest"],
    async (kit) => {
      const server = await kit.script({ requests: [[body, ...reply("")]] });
      const client = kit.client();
      const given = generate("once");
      await (await client.post(server.url, { body: given })).discard();
      await refused(client.post(server.url, { body: given }), "the second call", "ERR_BODY_CONSUMED");
    },
  ],
  [
    "no-bytes",
    "a body that yields what are no bytes is refused",
    ["streamingRequest"],
    async (kit) => {
      const server = await kit.script({ requests: [[body, ...reply("")]] });
      async function* numbers(): AsyncGenerator {
        yield 42;
      }
      const given = numbers() as AsyncGenerator<string>;
      await refused(kit.client().post(server.url, { body: given }), "the call", "ERR_BODY");
    },
  ],
);
