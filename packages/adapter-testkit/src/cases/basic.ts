import { fail, refused, rejection, same, truth } from "../assert.ts";
import { group } from "../case.ts";
import type { TestCase } from "../case.ts";
import { body, reply, sendHead } from "../control.ts";
import type { RecordedRequest } from "../script.ts";

/** Every byte there is, as a string of them. */
const everyByte = String.fromCharCode(...Array.from({ length: 256 }, (_, index) => index));
const bytesOf = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(text, (character) => character.charCodeAt(0));

/** A request's value of a header, as sent. */
const value = (request: RecordedRequest, name: string): string | undefined =>
  request.headers.find((header) => header[0].toLowerCase() === name)?.[1];

/** What an adapter of thirty lines can. */
export const basic: readonly TestCase[] = group(
  "basic",
  [
    "get",
    "a GET goes to its target with a Host and no content",
    [],
    async (kit) => {
      const server = await kit.script({ requests: [reply("hello", "X-Answer: 42")] });
      const response = await kit.client().get(`${server.url}path?a=1&b=%20`);
      same(response.status, 200, "status");
      same(response.headers.get("x-answer"), "42", "X-Answer");
      same(await response.text(), "hello", "content");
      const request = (await server.until({ complete: 1 })).connections[0]!.requests[0]!;
      same([request.method, request.target], ["GET", "/path?a=1&b=%20"], "request line");
      same(value(request, "host"), server.host, "Host");
      same([value(request, "content-length"), value(request, "transfer-encoding")], [undefined, undefined], "framing");
    },
  ],
  [
    "request-headers",
    "request headers arrive with their values",
    [],
    async (kit) => {
      const server = await kit.script({ requests: [reply("")] });
      const headers = { "X-One": "1", "X-Two": 'a "quoted", value;q=1', "X-Empty": "" };
      await (await kit.client().get(server.url, { headers })).discard();
      const request = (await server.until({ requests: 1 })).connections[0]!.requests[0]!;
      for (const [name, expected] of Object.entries(headers)) same(value(request, name.toLowerCase()), expected, name);
    },
  ],
  [
    "methods",
    "PUT, PATCH, DELETE, OPTIONS and one of one's own go out as they are",
    [],
    async (kit) => {
      const server = await kit.script({ requests: [[body, ...reply("done")]] });
      const client = kit.client();
      const methods = ["PUT", "PATCH", "DELETE", "OPTIONS", "PURGE"];
      for (const method of methods) same(await (await client.request(server.url, { method })).text(), "done", method);
      const { connections } = await server.until({ requests: methods.length });
      const sent = connections.flatMap(({ requests }) => requests.map(({ method }) => method));
      same(sent.sort(), methods.sort(), "methods");
    },
  ],
  [
    "text",
    "a text goes out as UTF-8 with its type and length",
    [],
    async (kit) => {
      const server = await kit.script({ requests: [[body, ...reply("")]] });
      await (await kit.client().post(server.url, { body: "hé☃" })).discard();
      const request = (await server.until({ complete: 1 })).connections[0]!.requests[0]!;
      same(request.body, "h\xc3\xa9\xe2\x98\x83", "content");
      same(value(request, "content-length"), "6", "Content-Length");
      same(value(request, "content-type")?.toLowerCase(), "text/plain;charset=utf-8", "Content-Type");
    },
  ],
  [
    "bytes",
    "bytes go out and come in as they are, each of the 256",
    [],
    async (kit) => {
      const server = await kit.script({ requests: [[body, ...reply(everyByte)]] });
      const response = await kit.client().post(server.url, { body: bytesOf(everyByte) });
      same([...(await response.bytes())], [...bytesOf(everyByte)], "content that came");
      const request = (await server.until({ complete: 1 })).connections[0]!.requests[0]!;
      same(request.body, everyByte, "content that went");
      same(value(request, "content-type"), undefined, "Content-Type");
    },
  ],
  [
    "json",
    "JSON goes out with the type that the headers name",
    [],
    async (kit) => {
      const server = await kit.script({ requests: [[body, ...reply('{"b":2}')]] });
      const response = await kit.client().post(server.url, { json: { a: 1 } });
      same(await response.json(), { b: 2 }, "content that came");
      const request = (await server.until({ complete: 1 })).connections[0]!.requests[0]!;
      same([request.body, value(request, "content-type")], ['{"a":1}', "application/json"], "content that went");
    },
  ],
  [
    "statuses",
    "a status of an error is a response with its content",
    [],
    async (kit) => {
      const statuses = ["400 Bad Request", "404 Not Found", "418 Teapot", "500 Oops", "503 Busy"];
      const server = await kit.script({
        requests: statuses.map((status) => [sendHead(status, "Content-Length: 2"), { do: "send", bytes: "no" }]),
      });
      const client = kit.client();
      for (const expected of statuses) {
        const response = await client.get(server.url);
        same([response.status, await response.text()], [Number(expected.slice(0, 3)), "no"], "response");
      }
    },
  ],
  [
    "target",
    "neither fragment nor user information of a URL goes out",
    [],
    async (kit) => {
      const server = await kit.script({ requests: [reply("")] });
      await (await kit.client().get(`http://user:secret@${server.host}/path#part`)).discard();
      const request = (await server.until({ requests: 1 })).connections[0]!.requests[0]!;
      same([request.target, value(request, "host")], ["/path", server.host], "target and Host");
      same(value(request, "authorization"), undefined, "Authorization");
    },
  ],
  [
    "once",
    "a content is read once, and a second time is told",
    [],
    async (kit) => {
      const server = await kit.script({ requests: [reply("once")] });
      const client = kit.client();
      const response = await client.get(server.url);
      same(await response.text(), "once", "content");
      await refused(response.text(), "the second reading", "ERR_BODY_CONSUMED");
      const dropped = await client.get(server.url);
      await dropped.discard();
      await dropped.discard();
      await refused(dropped.text(), "reading what was discarded", "ERR_BODY_CONSUMED");
    },
  ],
  [
    "pieces",
    "a content can be read as it comes",
    [],
    async (kit) => {
      const server = await kit.script({ requests: [reply("a".repeat(100_000))] });
      const response = await kit.client().get(server.url);
      let length = 0;
      for await (const chunk of response.body) {
        truth(Object.prototype.toString.call(chunk) === "[object Uint8Array]", "a chunk is no Uint8Array");
        length += chunk.length;
      }
      same(length, 100_000, "bytes");
    },
  ],
  [
    "nobody",
    "where nobody listens the call rejects with an HttpError that has the request",
    [],
    async (kit) => {
      const server = await kit.script({ listen: "nowhere", connections: [] });
      const error = await refused(kit.client().get(`${server.url}?token=secret`), "the call");
      same(error.request?.url, `${server.url}?token=secret`, "the error's request");
      if (error.message.includes("secret")) fail("the message holds the query");
    },
  ],
  [
    "line-breaks",
    "line breaks in header names, header values and methods are refused before a byte goes out",
    [],
    async (kit) => {
      const server = await kit.script({ requests: [reply("")] });
      const client = kit.client();
      const call = (name: string, text: string): Promise<unknown> =>
        client.get(server.url, { headers: [[name, text]] });
      for (const text of ["a\r\nX-Evil: 1", "a\nb", "a\rb", "a\0b"]) {
        await refused(call("X-Given", text), "the value", "ERR_HEADER");
        await refused(call(`X-${text}`, "a"), "the name", "ERR_HEADER");
        await refused(client.request(server.url, { method: text }), "the method", "ERR_METHOD");
      }
      same((await server.record()).connections.length, 0, "connections");
    },
  ],
  [
    "aborted",
    "a signal that was aborted before rejects with its reason, and nothing goes out",
    [],
    async (kit) => {
      const server = await kit.script({ requests: [reply("")] });
      const reason = new Error("changed my mind");
      const error = await rejection(kit.client().get(server.url, { signal: AbortSignal.abort(reason) }), "the call");
      truth(error === reason, `the call rejected with ${String(error)}`);
      same((await server.record()).connections.length, 0, "connections");
    },
  ],
);
