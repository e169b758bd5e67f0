import { refused, same, truth } from "../assert.ts";
import { group } from "../case.ts";
import type { Kit, TestCase } from "../case.ts";
import { body, end, flood, head, reply, reset, send, sendHead, wait } from "../control.ts";
import type { Script } from "../control.ts";
import type { Step } from "../script.ts";
import { requestsOf } from "./parts.ts";

const plenty = 32 * 1024 * 1024;
const large: readonly Step[] = [sendHead("200 OK", `Content-Length: ${plenty}`), flood(plenty)];

/** The connections that a server saw. */
const count = async (server: Script): Promise<number> => (await server.record()).connections.length;

/** Sends requests one after the other, each answered by the same steps; one connection is enough for them. */
async function reused(kit: Kit, method: string, steps: readonly Step[], content?: string): Promise<void> {
  const server = await kit.script({ requests: [steps] });
  const client = kit.client();
  for (let time = 0; time < 5; time++) {
    await (await client.request(server.url, { method, body: content ?? null })).bytes();
  }
  same(await count(server), 1, "connections for five requests");
}

/** Which connection serves what. */
export const connections: readonly TestCase[] = group(
  "connections",
  [
    "reuse",
    "a connection is used again after a content was read",
    ["connections"],
    (kit) => reused(kit, "GET", reply("again")),
  ],
  [
    "reuse-chunked",
    "a connection is used again after chunks with trailers",
    ["connections"],
    (kit) =>
      reused(kit, "GET", [sendHead("200 OK", "Transfer-Encoding: chunked"), send("1\r\na\r\n0\r\nX-End: 1\r\n\r\n")]),
  ],
  [
    "reuse-empty",
    "a connection is used again after a response without content",
    ["connections"],
    (kit) => reused(kit, "GET", [sendHead("204 No Content")]),
  ],
  [
    "reuse-head",
    "a connection is used again after HEAD",
    ["connections"],
    (kit) => reused(kit, "HEAD", [sendHead("200 OK", "Content-Length: 5")]),
  ],
  [
    "reuse-post",
    "a connection is used again after a POST",
    ["connections"],
    (kit) => reused(kit, "POST", [body, ...reply("again")], "content"),
  ],
  [
    "discard-short",
    "after the discard of a content that is there, further calls are answered",
    [],
    async (kit) => {
      const server = await kit.script({ requests: [reply("dropped"), reply("second")] });
      const client = kit.client();
      await (await client.get(server.url)).discard();
      same(await (await client.get(server.url)).text(), "second", "the next response");
    },
  ],
  [
    "discard-long",
    "the discard of a long content closes its connection, and the next call has another",
    ["connections", "streamingResponse"],
    async (kit) => {
      const server = await kit.script({ requests: [large, reply("second")] });
      const client = kit.client();
      await (await client.get(server.url)).discard();
      await server.until({ open: 0 });
      same(await (await client.get(server.url)).text(), "second", "the next response");
      same(await count(server), 2, "connections");
    },
  ],
  [
    "leave-early",
    "leaving the reading of a long content closes its connection, and the next call has another",
    ["connections", "streamingResponse"],
    async (kit) => {
      const server = await kit.script({ requests: [large, reply("second")] });
      const client = kit.client();
      for await (const chunk of (await client.get(server.url)).body) if (chunk.length > 0) break;
      await server.until({ open: 0 });
      same(await (await client.get(server.url)).text(), "second", "the next response");
      same(await count(server), 2, "connections");
    },
  ],
  [
    "discard-endless",
    "the discard of a content without end resolves and closes its connection",
    ["connections", "streamingResponse"],
    async (kit) => {
      const server = await kit.script({ requests: [[sendHead("200 OK"), send("first"), wait("never")]] });
      await (await kit.client().get(server.url)).discard();
      await server.until({ open: 0 });
    },
  ],
  [
    "close-asked",
    "a connection is not used again where the server says close",
    ["connections"],
    async (kit) => {
      const server = await kit.script({ requests: [reply("done", "Connection: close")] });
      const client = kit.client();
      for (let time = 0; time < 3; time++) await (await client.get(server.url)).text();
      const { connections } = await server.until({ open: 0 });
      same(connections.length, 3, "connections");
    },
  ],
  [
    "closed-idle",
    "a connection that the server closed while nothing was under way does no harm",
    [],
    async (kit) => {
      const server = await kit.script({
        connections: [
          [head, ...reply("first"), end],
          [head, ...reply("second")],
        ],
      });
      const client = kit.client();
      same(await (await client.get(server.url)).text(), "first", "the first response");
      // Only one that holds its connections is sure to let go of it.
      if (kit.can.connections) await server.until({ open: 0 });
      same(await (await client.get(server.url)).text(), "second", "the second response");
    },
  ],
  [
    "race-get",
    "a GET that meets a connection just closed is sent over another, or is told",
    ["connections"],
    async (kit) => {
      const server = await kit.script({
        connections: [
          [head, ...reply("first"), head, reset],
          [head, ...reply("second")],
        ],
      });
      const client = kit.client();
      same(await (await client.get(server.url)).text(), "first", "the first response");
      const call = client.get(server.url).then((response) => response.text());
      const sentAgain = await call.then(
        (text) => text === "second",
        () => false,
      );
      if (!sentAgain) await refused(call, "the second call", "ERR_RESET");
    },
  ],
  [
    "race-post",
    "a POST that meets a connection just closed is not sent twice",
    ["connections"],
    async (kit) => {
      const server = await kit.script({
        connections: [
          [head, ...reply("first"), head, body, reset],
          [head, body, ...reply("second")],
        ],
      });
      const client = kit.client();
      same(await (await client.get(server.url)).text(), "first", "the first response");
      await refused(client.post(server.url, { body: "once" }), "the POST", "ERR_RESET");
      const posts = requestsOf(await server.record()).filter(({ method }) => method === "POST");
      same(posts.length, 1, "POSTs");
    },
  ],
  [
    "surplus",
    "bytes after the end of a response are not taken for the next one",
    [],
    async (kit) => {
      const smuggled = "HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\nContent-Length: 8\r\n\r\nsmuggled";
      const server = await kit.script({
        requests: [[sendHead("200 OK", "Content-Length: 5"), send(`first${smuggled}`)], reply("second")],
      });
      const client = kit.client();
      same(await (await client.get(server.url)).text(), "first", "the first response");
      // A connection with such bytes is broken: to be told so is right, too.
      const second = await client.get(server.url).then(
        (response) => response.text(),
        () => "second",
      );
      same(second, "second", "the second response");
    },
  ],
  [
    "parallel",
    "a hundred calls at once have an answer each",
    [],
    async (kit) => {
      const all = Array.from({ length: 100 }, (_, index) => `answer ${index}`);
      const server = await kit.script({ requests: all.map((text) => reply(text)) });
      const client = kit.client();
      const texts = await Promise.all(all.map(async () => (await client.get(server.url)).text()));
      same(texts.sort(), all.sort(), "answers");
    },
  ],
  [
    "parallel-uploads",
    "fifty uploads at once arrive whole, each once",
    [],
    async (kit) => {
      const all = Array.from({ length: 50 }, (_, index) => `${index}:`.padEnd(10_000, "x"));
      const server = await kit.script({ requests: [[body, ...reply("")]] });
      const client = kit.client();
      await Promise.all(all.map(async (text) => (await client.post(server.url, { body: text })).discard()));
      const sent = requestsOf(await server.until({ complete: 50 })).map((request) => request.body);
      truth(JSON.stringify(sent.sort()) === JSON.stringify(all.sort()), "the contents are not those that were given");
    },
  ],
  [
    "close-idle",
    "close() leaves no idle connection",
    ["close", "connections"],
    async (kit) => {
      const server = await kit.script({ requests: [reply("a")] });
      const client = kit.client();
      await Promise.all(Array.from({ length: 5 }, async () => (await client.get(server.url)).text()));
      await client.close();
      await server.until({ open: 0 });
    },
  ],
  [
    "close-in-flight",
    "close() ends what is under way with ERR_CLOSED, in every phase",
    ["close"],
    async (kit) => {
      const server = await kit.script({ requests: [[sendHead("200 OK", "Content-Length: 9"), send("abc")], []] });
      const client = kit.client();
      const started = await client.get(server.url);
      const waiting = refused(client.get(`${server.url}other`), "the call without an answer", "ERR_CLOSED");
      const reading = refused(started.bytes(), "the reading of a content", "ERR_CLOSED");
      await server.until({ requests: 2 });
      await client.close();
      await waiting;
      await reading;
      if (kit.can.connections) await server.until({ open: 0 });
    },
  ],
  [
    "close-unread",
    "close() ends the content that nobody reads, and its connection",
    ["close", "connections", "streamingResponse"],
    async (kit) => {
      const server = await kit.script({ requests: [large] });
      const client = kit.client();
      const response = await client.get(server.url);
      await client.close();
      await refused(response.bytes(), "reading", "ERR_CLOSED");
      await server.until({ open: 0 });
    },
  ],
  [
    "closed",
    "after close() calls reject with ERR_CLOSED, and to close again does no harm",
    ["close"],
    async (kit) => {
      const server = await kit.script({ requests: [reply("")] });
      const client = kit.client();
      await client.close();
      await client.close();
      await refused(client.get(server.url), "the call", "ERR_CLOSED");
      same(await count(server), 0, "connections");
    },
  ],
);
