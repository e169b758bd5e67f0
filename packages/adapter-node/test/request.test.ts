import { HeaderList } from "@posthaste/core";
import type { Header } from "@posthaste/core";
import { startRawServer, startTestServer } from "@posthaste/test-server";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { OK, client, failure, request } from "./helpers.ts";

describe("the request target", () => {
  test.each([
    ["", "/"],
    ["/", "/"],
    ["?q", "/?q"],
    ["#f", "/"],
    ["/a#f?x", "/a"],
    ["/a/../b/./c//d", "/a/../b/./c//d"],
    ["/%7e/%7E/%zz/%", "/%7e/%7E/%zz/%"],
    ["/a|b{c}^`\\\"<>?x[]=|'", "/a|b{c}^`\\\"<>?x[]=|'"],
    ["/?a=1&a=2&&=?/?", "/?a=1&a=2&&=?/?"],
  ])("%j goes out as %j, byte for byte", async (end, target) => {
    await using server = await startRawServer([OK]);
    await using http = client();
    const response = await http.send(request(server.url + end));
    expect(await response.text()).toBe("ok");
    expect(server.requests[0]?.target).toBe(target);
  });

  test("any target that can be sent is sent as it is", async () => {
    await using server = await startRawServer((socket) => void socket.write(OK));
    await using http = client();
    const character = fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code));
    const target = fc.string({ unit: character.filter((text) => text !== "#") }).map((text) => `/${text}`);
    await fc.assert(
      fc.asyncProperty(target, async (path) => {
        await (await http.send(request(server.url + path))).text();
        expect(server.requests.at(-1)?.target).toBe(path);
      }),
      { numRuns: 50 },
    );
  });

  test("user information and fragment are not sent", async () => {
    await using server = await startRawServer([OK]);
    await using http = client();
    await http.send(request(`http://us@er:pass@127.0.0.1:${server.port}/x#secret`));
    expect(server.requests[0]?.head).toMatch(/^GET \/x HTTP\/1\.1\r\nHost: 127\.0\.0\.1:\d+/);
    expect(server.requests[0]?.head).not.toMatch(/pass|secret|us@er|authorization/i);
  });

  test("scheme and host may be written in capitals", async () => {
    await using server = await startRawServer([OK]);
    await using http = client();
    await http.send(request(`HTTP://LOCALHOST:${server.port}/X`, { options: {} }));
    expect(server.requests[0]?.target).toBe("/X");
  });

  test.each([
    ["http://"],
    ["http:///x"],
    ["http://:80/"],
    ["http://host:99999/"],
    ["http://a b/"],
    ["http://[::1/"],
    ["http://good.test\\@127.0.0.1/"],
    ["http://127.0.0.1:1/a b"],
    ["http://127.0.0.1:1/é"],
    ["http://exämple.test/"],
    ["http://127.0.0.1:1/a\r\nX: y"],
    ["http://127.0.0.1:1/\0"],
    ["ftp://127.0.0.1/"],
    ["127.0.0.1/"],
    ["file:///etc/passwd"],
    [""],
  ])("%j is refused", async (url) => {
    await using http = client();
    expect(await failure(http.send(request(url)))).toMatchObject({ code: "ERR_URL", phase: "prepare" });
  });
});

describe("header lines", () => {
  const framing = /^(?:host|connection|content-length|transfer-encoding|trailer)$/i;
  const name = fc.stringMatching(/^[A-Za-z][\w!#$%&'*+.^`|~-]{0,8}$/).filter((text) => !framing.test(text));
  // The server trims what JavaScript takes for white space.
  const value = fc
    .string({
      unit: fc
        .oneof(fc.integer({ min: 0x21, max: 0x7e }), fc.integer({ min: 0x80, max: 0xff }))
        .map((code) => String.fromCharCode(code)),
    })
    .filter((text) => text === text.trim());
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
      .tuple(host, connection, framed, fc.array(fc.tuple(name, value)))
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
    await using http = client({ maxHeaderSize: 100_000 });
    const response = await http.get(server.url, { headers: many });
    expect(server.requests[0]!.headers).toHaveLength(3001);
    expect(response.headers).toHaveLength(3001);
  });

  test("the caller's Host is the one that is sent", async () => {
    await using server = await startRawServer([OK]);
    await using http = client();
    await http.get(server.url, { headers: { Host: "other.test:1" } });
    expect(new HeaderList(server.requests[0]!.headers).getAll("host")).toEqual(["other.test:1"]);
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

  test.each([
    ["method", "ERR_METHOD", { method: "GE\r\nT" }],
    ["method", "ERR_METHOD", { method: "GE T" }],
    ["header name", "ERR_HEADER", { headers: { "X\r\nY": "1" } }],
    ["header name", "ERR_HEADER", { headers: { "X Y": "1" } }],
    ["header value", "ERR_HEADER", { headers: { X: "1\r\nY: 2" } }],
    ["header value", "ERR_HEADER", { headers: { X: "1\n2" } }],
    ["header value", "ERR_HEADER", { headers: { X: "\0" } }],
    ["header value", "ERR_HEADER", { headers: { X: "snow ☃" } }],
    ["header value", "ERR_HEADER", { headers: { X: 1 as unknown as string } }],
  ])("a %s that could inject a line is refused before anything connects (%s %j)", async (_, code, init) => {
    await using server = await startRawServer([OK]);
    await using http = client();
    expect(await failure(http.send(request(server.url, init)))).toMatchObject({ code });
    expect(server.connections).toHaveLength(0);
  });

  test("two Host lines are refused", async () => {
    await using http = client();
    const headers = [
      ["Host", "a"],
      ["host", "b"],
    ] as const;
    expect(await failure(http.get("http://127.0.0.1:1/", { headers }))).toMatchObject({ code: "ERR_HEADER" });
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

  test.each([["4"], ["2"], ["-3"], ["3, 3"], ["0x3"], [""]])(
    "a Content-Length of %j for three bytes is refused before anything connects",
    async (length) => {
      await using server = await startRawServer([OK]);
      await using http = client();
      const error = await failure(http.post(server.url, { body: "abc", headers: { "Content-Length": length } }));
      expect(error).toMatchObject({ code: "ERR_HEADER", phase: "prepare" });
      expect(server.connections).toHaveLength(0);
    },
  );

  test("the body's type is the Content-Type where there is none", async () => {
    await using server = await startRawServer([OK, OK, OK]);
    await using http = client();
    await (await http.post(server.url, { body: new URLSearchParams({ a: "1" }) })).text();
    await (await http.post(server.url, { body: "x", headers: { "content-type": "text/x" } })).text();
    await http.post(server.url, { body: new Uint8Array(1) });
    expect(server.requests.map((sent) => new HeaderList(sent.headers).getAll("content-type"))).toEqual([
      ["application/x-www-form-urlencoded;charset=UTF-8"],
      ["text/x"],
      [],
    ]);
  });

  test("a method in small letters, which Node would change, is refused", async () => {
    await using http = client();
    const error = await failure(http.send(request("http://127.0.0.1:1/", { method: "get" })));
    expect(error).toMatchObject({ code: "ERR_UNSUPPORTED", phase: "prepare" });
  });

  test("CONNECT is for proxies", async () => {
    await using http = client();
    const error = await failure(http.request("http://127.0.0.1:1/", { method: "connect" }));
    expect(error).toMatchObject({ code: "ERR_UNSUPPORTED", phase: "prepare" });
  });
});
