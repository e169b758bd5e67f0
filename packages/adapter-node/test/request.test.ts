import { HeaderList } from "@posthaste/core";
import type { Header } from "@posthaste/core";
import { OK, clients, failure, request } from "@posthaste/adapter-specs/client";
import { fieldName, fieldValue, requestSpecs } from "@posthaste/adapter-specs/request";
import { startRawServer, startTestServer } from "@posthaste/test-server";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nodeAdapter } from "../src/index.ts";

const client = clients(nodeAdapter);

requestSpecs(nodeAdapter);

describe("header lines", () => {
  const framing = /^(?:host|connection|content-length|transfer-encoding|trailer)$/i;
  const name = fieldName.filter((text) => !framing.test(text));
  const host = fc.tuple(fc.constantFrom("Host", "host", "HOST", "hOsT"), fc.constant("other.test"));
  const connection = fc.tuple(
    fc.constantFrom("Connection", "connection"),
    fc.constantFrom("keep-alive", "x, Keep-Alive"),
  );
  const framed = fc.constantFrom<Header>(
    ["Content-Length", "3"],
    ["content-length", "3"],
    ["transfer-Encoding", "Chunked"],
  );

  test("go out as they are given, framing and all: case, order, repeats, Latin-1, and nothing else", async () => {
    await using server = await startRawServer((socket) => void socket.write(OK));
    await using http = client();
    const lines = fc
      .tuple(host, connection, framed, fc.array(fc.tuple(name, fieldValue)))
      .chain(([one, two, three, more]) =>
        fc.shuffledSubarray([one, two, three, ...more], { minLength: 3 + more.length }),
      );
    await fc.assert(
      fc.asyncProperty(lines, async (headers) => {
        const body = new TextEncoder().encode("abc");
        const sent = request(server.url, { method: "POST", headers: new HeaderList(headers), body });
        await (await http.send(sent)).text();
        const head = `POST / HTTP/1.1\r\n${headers.map(([key, text]) => `${key}: ${text}\r\n`).join("")}\r\n`;
        const content = headers.some(([key]) => /^transfer/i.test(key)) ? "3\r\nabc\r\n0\r\n\r\n" : "abc";
        expect(server.requests.at(-1)!.bytes.toString("latin1")).toBe(head + content);
      }),
      { numRuns: 100 },
    );
    expect(server.connections).toHaveLength(1);
  });

  test("of any number go out, and come in", async () => {
    const many = Array.from({ length: 3000 }, (_, index) => [`X-${index}`, "y"] as const);
    const answer = `HTTP/1.1 200 OK\r\n${many.map(([key, text]) => `${key}: ${text}\r\n`).join("")}Content-Length: 0\r\n\r\n`;
    await using server = await startRawServer([answer]);
    await using http = client({ maxHeaderSize: 100_000, maxHeaders: Infinity });
    const response = await http.get(server.url, { headers: many });
    expect(server.requests[0]!.headers).toHaveLength(3001);
    expect(response.headers).toHaveLength(3001);
  });

  test("Connection: close closes, and anything else keeps", async () => {
    await using server = await startTestServer();
    await using http = client();
    for (const connection of ["keep-alive", "x, y", "x, Close", "keep-alive"]) {
      await (await http.get(`${server.url}/get`, { headers: { connection } })).text();
    }
    await (await http.get(`${server.url}/get`)).text();
    expect(server.requests.map((sent) => sent.connection)).toEqual([1, 1, 1, 2, 2]);
  });

  test.each([
    ["Expect", "100-continue"],
    ["Upgrade", "websocket"],
    ["keep-alive", "timeout=5"],
    ["Connection", "upgrade"],
    ["Connection", "close, X-Hop"],
    ["Date", "now"],
    ["Content-Disposition", "\xe9"],
    ["Cookie", "a=1;b=2"],
    ["X-Empty", ""],
    ["X-Spaced", "\t a  b "],
  ])("%s: %s goes out as any other line does", async (key, text) => {
    await using server = await startRawServer([OK]);
    await using http = client();
    const headers = [
      ["Host", "h"],
      [key, text],
      ["Content-Length", "1"],
    ] as const;
    const response = await http.post(server.url, { headers, body: new Uint8Array([120]) });
    expect(await response.text()).toBe("ok");
    expect(server.requests[0]!.bytes.toString("latin1")).toBe(
      `POST / HTTP/1.1\r\nHost: h\r\n${key}: ${text}\r\nContent-Length: 1\r\n\r\nx`,
    );
  });

  test.each([
    ["ERR_UNSUPPORTED", [["Trailer", "X"]]],
    [
      "ERR_UNSUPPORTED",
      [
        ["Expect", "100-continue"],
        ["X", "\xe9"],
      ],
    ],
    ["ERR_HEADER", [["Transfer-Encoding", "gzip"]]],
    ["ERR_HEADER", [["Transfer-Encoding", "chunked, gzip"]]],
    [
      "ERR_HEADER",
      [
        ["Transfer-Encoding", "chunked"],
        ["Transfer-Encoding", "identity"],
      ],
    ],
    [
      "ERR_HEADER",
      [
        ["Transfer-Encoding", "chunked"],
        ["Content-Length", "1"],
      ],
    ],
    [
      "ERR_HEADER",
      [
        ["Content-Length", "1"],
        ["content-length", "1"],
      ],
    ],
  ] as [string, Header[]][])("%s for %j, before anything connects", async (code, headers) => {
    await using server = await startRawServer([OK]);
    await using http = client();
    expect(await failure(http.post(server.url, { headers, body: "x" }))).toMatchObject({ code, phase: "prepare" });
    expect(server.connections).toHaveLength(0);
  });
});

describe("framing", () => {
  const text = "Content-Type: text/plain;charset=UTF-8\r\n";

  test.each([
    ["GET", undefined, ""],
    ["HEAD", undefined, ""],
    ["DELETE", undefined, ""],
    ["OPTIONS", undefined, ""],
    ["POST", undefined, "Content-Length: 0\r\n\r\n"],
    ["PATCH", undefined, "Content-Length: 0\r\n\r\n"],
    ["PUT", "", `${text}Content-Length: 0\r\n\r\n`],
    ["GET", "", `${text}Content-Length: 0\r\n\r\n`],
    ["POST", "\xe9", `${text}Content-Length: 2\r\n\r\n\xc3\xa9`],
    ["DELETE", "x", `${text}Content-Length: 1\r\n\r\nx`],
    ["PROPFIND", new Uint8Array([120]), "Content-Length: 1\r\n\r\nx"],
    [
      "POST",
      ["ab", "", "c".repeat(17)],
      `Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n11\r\n${"c".repeat(17)}\r\n0\r\n\r\n`,
    ],
    ["GET", [], "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"],
  ])("that is missing is added: %s with %j", async (method, body, rest) => {
    await using server = await startRawServer([OK]);
    await using http = client();
    await http.request(server.url, { method, ...(body !== undefined && { body }) });
    const { host } = new URL(server.url);
    expect(server.requests[0]!.bytes.toString("latin1")).toBe(
      `${method} / HTTP/1.1\r\nHost: ${host}\r\n${rest || "\r\n"}`,
    );
  });

  test("Connection: close is added where connections are not kept, and not where the caller says something else", async () => {
    await using server = await startRawServer([OK, OK]);
    await using http = client({ keepAlive: false });
    await (await http.get(server.url)).text();
    await (await http.get(server.url, { headers: { Connection: "keep-alive" } })).text();
    expect(server.requests.map((sent) => new HeaderList(sent.headers).getAll("connection"))).toEqual([
      ["close"],
      ["keep-alive"],
    ]);
    await server.idle();
  });

  test("chunks are the source's, however large", async () => {
    await using server = await startRawServer([OK, OK]);
    await using http = client();
    const large = new Uint8Array(150_001).fill(65);
    const content = `249f1\r\n${"A".repeat(150_001)}\r\n`;
    await (await http.post(server.url, { body: [large, "x", large], headers: { Host: "h" } })).text();
    await http.post(server.url, { body: large, headers: { Host: "h", "transfer-encoding": "chunked" } });
    const sent = server.requests.map(({ bytes }) => bytes.toString("latin1").split("\r\n\r\n", 1)[0]);
    expect(sent).toEqual([
      "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked",
      "POST / HTTP/1.1\r\nHost: h\r\ntransfer-encoding: chunked",
    ]);
    const bodies = server.requests.map(({ bytes }) =>
      bytes.toString("latin1").split("\r\n\r\n").slice(1).join("\r\n\r\n"),
    );
    expect(bodies[0] === `${content}1\r\nx\r\n${content}0\r\n\r\n`).toBe(true);
    expect(bodies[1] === `${content}0\r\n\r\n`).toBe(true);
  });

  test("a method in small letters, which Node would change, is refused", async () => {
    await using http = client();
    const error = await failure(http.send(request("http://127.0.0.1:1/", { method: "get" })));
    expect(error).toMatchObject({ code: "ERR_UNSUPPORTED", phase: "prepare" });
  });
});
