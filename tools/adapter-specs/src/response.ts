import { once } from "node:events";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { startRawServer, startTestServer } from "@posthaste/test-server";
import { polluted } from "@posthaste/test-server/pollution";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { OK, clients, failure, gate, request, until } from "./client.ts";
import type { MakeAdapter } from "./client.ts";

export function responseSpecs(make: MakeAdapter): void {
  const client = clients(make);

  describe("the head", () => {
    test("comes with its lines as they were sent: case, order, repeats, Latin-1", async () => {
      const head =
        "HTTP/1.1 299 Sehr gut\r\nX-b: 2\r\nSet-Cookie: a=1\r\nx-A: \xe9\xff\r\nset-cookie: b=2\r\nX-Empty:\r\nContent-Length: 0\r\n\r\n";
      await using server = await startRawServer([head]);
      await using http = client();
      const response = await http.get(server.url);
      expect([response.status, response.reason, response.url]).toEqual([299, "Sehr gut", `${server.url}/`]);
      expect([...response.headers]).toEqual([
        ["X-b", "2"],
        ["Set-Cookie", "a=1"],
        ["x-A", "\xe9\xff"],
        ["set-cookie", "b=2"],
        ["X-Empty", ""],
        ["Content-Length", "0"],
      ]);
      expect(response.headers.get("SET-COOKIE")).toBe("a=1, b=2");
    });

    test("has no white space around its values", async () => {
      await using server = await startRawServer([
        "HTTP/1.1 200 OK\r\nX-Wide: \t a  b \t \r\nX-White:\t \r\nContent-Length: 0\r\n\r\n",
      ]);
      await using http = client();
      const { headers } = await http.get(server.url);
      expect([headers.get("x-wide"), headers.get("x-white")]).toEqual(["a  b", ""]);
    });

    test("may have no reason", async () => {
      await using server = await startRawServer(["HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n"]);
      await using http = client();
      expect((await http.get(server.url)).reason).toBe("");
    });

    test("is there before the body", async () => {
      const body = gate();
      await using server = await startRawServer(async (socket) => {
        socket.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab");
        await body.promise;
        socket.write("cd");
      });
      await using http = client();
      const response = await http.get(server.url);
      body.resolve();
      expect(await response.text()).toBe("abcd");
    });

    test.each([301, 304, 401, 500])("%i is a response like any other", async (status) => {
      await using server = await startTestServer();
      await using http = client();
      const response = await http.get(`${server.url}/status/${status}`);
      expect(response.status).toBe(status);
      await response.discard();
    });

    test("informational responses before it are skipped", async () => {
      const early = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
      await using server = await startRawServer([early + early + "HTTP/1.1 102 Processing\r\n\r\n" + OK, early + OK]);
      await using http = client();
      for (let time = 0; time < 2; time++) {
        const response = await http.get(server.url);
        expect([response.status, response.headers.get("link"), await response.text()]).toEqual([200, null, "ok"]);
      }
      expect(server.connections).toHaveLength(1);
    });

    test.each([
      ["alone", `HTTP/1.1 100 Continue\r\n\r\n`],
      ["with header lines", `HTTP/1.1 100 Go on\r\nX-A: 1\r\n\r\n`],
      ["twice", `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n`],
      ["before another", `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n`],
      ["after another", `HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n`],
    ])("100 Continue is skipped, %s, in one piece or in many", async (_, interim) => {
      const like = "HTTP/1.1 100 Continue\r\n\r\n";
      const answer = `${interim}HTTP/1.1 200 OK\r\nX-B: 2\r\nContent-Length: ${like.length}\r\n\r\n`;
      await using server = await startRawServer(async (socket, { target }) => {
        socket.setNoDelay(true);
        if (target === "/whole") socket.write(answer + like);
        else for (const byte of answer) await new Promise((resolve) => socket.write(byte, () => setImmediate(resolve)));
        // A body that looks like one, in a piece of its own.
        if (target === "/bytes") socket.write(like);
      });
      await using http = client();
      for (const path of ["/whole", "/bytes", "/whole"]) {
        const response = await http.post(server.url + path, { body: "x" });
        expect([response.status, response.headers.get("x-b"), await response.text()]).toEqual([200, "2", like]);
      }
      expect(server.connections).toHaveLength(1);
    });

    test("100 Continue is skipped before a body that comes along with it", async () => {
      const body = "x".repeat(30_000);
      const bytes = `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
      await using server = await startRawServer([bytes]);
      await using http = client();
      expect(await (await http.get(server.url)).text()).toBe(body);
    });

    test.each([
      ["100 Continue", "HTTP/1.1 100 Continue\r\n\r\n".repeat(1000)],
      ["103 Early Hints", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n".repeat(1000)],
      ["one that does not end", `HTTP/1.1 103 ${"x".repeat(20_000)}`],
      ["nothing but a reason", `HTTP/1.1 200 ${"x".repeat(20_000)}`],
    ])("informational responses without end are refused: %s", async (_, bytes) => {
      await using server = await startRawServer([bytes]);
      await using http = client();
      expect(await failure(http.get(server.url))).toMatchObject({ code: "ERR_LIMIT", phase: "headers" });
      await server.idle();
    });

    test("is the same however it is cut", async () => {
      const head =
        "HTTP/1.1 200 All right\r\nSet-Cookie: a=1\r\nX-Empty:\r\nset-cookie: b\xe9\r\nContent-Length: 0\r\n\r\n";
      await using server = await startRawServer(async (socket, { target }) => {
        socket.setNoDelay(true);
        const [first, second] = target.slice(1).split("-").map(Number);
        const bytes = Buffer.from(head, "latin1");
        for (const part of [bytes.subarray(0, first), bytes.subarray(first, second), bytes.subarray(second)]) {
          if (part.length > 0) await new Promise((resolve) => socket.write(part, () => setImmediate(resolve)));
        }
      });
      await using http = client();
      const cut = fc.nat({ max: head.length });
      await fc.assert(
        fc.asyncProperty(cut, cut, async (one, other) => {
          const response = await http.get(`${server.url}/${Math.min(one, other)}-${Math.max(one, other)}`);
          await response.discard();
          expect(response.reason).toBe("All right");
          expect([...response.headers]).toEqual([
            ["Set-Cookie", "a=1"],
            ["X-Empty", ""],
            ["set-cookie", "b\xe9"],
            ["Content-Length", "0"],
          ]);
        }),
        { numRuns: 200 },
      );
    });

    test("over the limit is ERR_LIMIT", async () => {
      await using server = await startRawServer([
        `HTTP/1.1 200 OK\r\nX: ${"x".repeat(3000)}\r\nContent-Length: 0\r\n\r\n`,
      ]);
      await using http = client({ maxHeaderSize: 2000 });
      expect(await failure(http.get(server.url))).toMatchObject({ code: "ERR_LIMIT", phase: "headers" });
    });
  });

  describe("the body", () => {
    test("is in memory of its own, which can be given away", async () => {
      await using server = await startRawServer([OK, OK]);
      await using http = client();
      const give = (bytes: Uint8Array) => structuredClone(bytes, { transfer: [bytes.buffer as ArrayBuffer] });
      const bytes = await (await http.get(server.url)).bytes();
      expect(bytes.buffer.byteLength).toBe(2);
      for await (const chunk of (await http.get(server.url)).body) expect(give(chunk)).toEqual(give(bytes));
    });

    test.each([
      ["HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n"],
      ["HEAD", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"],
      ["GET", "HTTP/1.1 204 No Content\r\n\r\n"],
      ["GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 500\r\n\r\n"],
      ["GET", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"],
      ["GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"],
    ])("of %s and %j is empty", async (method, answer) => {
      await using server = await startRawServer([answer]);
      await using http = client();
      expect(await (await http.request(server.url, { method })).bytes()).toEqual(new Uint8Array());
    });

    test("HEAD keeps the connection", async () => {
      await using server = await startTestServer();
      await using http = client();
      await (await http.head(`${server.url}/get`)).bytes();
      await (await http.get(`${server.url}/get`)).bytes();
      expect(server.requests.map((sent) => sent.connection)).toEqual([1, 1]);
    });

    test.each([
      ["chunked", "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nX-Trailer: 1\r\n\r\n"],
      ["by Content-Length", "Content-Length: 5\r\n\r\nabcde"],
      ["until the connection closes", "Connection: close\r\n\r\nabcde"],
    ])("comes %s", async (_, rest) => {
      await using server = await startRawServer((socket) => void socket.end(`HTTP/1.1 200 OK\r\n${rest}`));
      await using http = client();
      const response = await http.get(server.url);
      expect(await response.text()).toBe("abcde");
      expect(response.headers.has("X-Trailer")).toBe(false);
    });

    test("is not decoded", async () => {
      await using server = await startTestServer();
      await using http = client();
      const bytes = await (await http.get(`${server.url}/gzip`)).bytes();
      expect([bytes[0], bytes[1]]).toEqual([0x1f, 0x8b]);
    });

    test("comes in plain Uint8Arrays, read in pieces or at once", async () => {
      await using server = await startTestServer();
      await using http = client();
      for (const path of ["/bytes/10", "/bytes/300000", "/stream-bytes/300000"]) {
        const pieces: Uint8Array[] = [];
        for await (const piece of (await http.get(`${server.url}${path}?seed=1`)).body) pieces.push(piece);
        const bytes = await (await http.get(`${server.url}${path}?seed=1`)).bytes();
        expect([...pieces, bytes].every((part) => Object.getPrototypeOf(part) === Uint8Array.prototype)).toBe(true);
        expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
      }
    });

    test("is read once", async () => {
      await using server = await startTestServer();
      await using http = client();
      const read = await http.get(`${server.url}/get`);
      await read.bytes();
      expect(await failure(read.bytes())).toMatchObject({ code: "ERR_BODY_CONSUMED", phase: "body" });
      const discarded = await http.get(`${server.url}/get`);
      await discarded.discard();
      expect(await failure(discarded.text())).toMatchObject({ code: "ERR_BODY_CONSUMED" });
      expect(() => discarded.body[Symbol.asyncIterator]()).toThrow("discarded before");
    });

    test.each([
      ["shorter than its Content-Length", "Content-Length: 9\r\n\r\nabc", "ERR_BODY_TRUNCATED"],
      [
        "shorter, on a connection to be closed",
        "Content-Length: 9\r\nConnection: close\r\n\r\nabc",
        "ERR_BODY_TRUNCATED",
      ],
      ["without its last chunk", "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", "ERR_BODY_TRUNCATED"],
      ["cut within a chunk", "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n9\r\nabc", "ERR_BODY_TRUNCATED"],
      ["with a chunk size that is none", "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nxyz\r\n", "ERR_PROTOCOL"],
    ])("%s: what came is read, then the error", async (_, rest, code) => {
      await using server = await startRawServer((socket) => void socket.end(`HTTP/1.1 200 OK\r\n${rest}`));
      await using http = client();
      const chunks = (await http.get(server.url)).body[Symbol.asyncIterator]();
      expect(Buffer.from((await chunks.next()).value as Uint8Array).toString()).toBe("abc");
      expect(await failure(chunks.next())).toMatchObject({ code, phase: "body" });
      expect(await failure(chunks.next())).toMatchObject({ code });
      const response = await http.get(server.url);
      expect(await failure(response.bytes())).toMatchObject({ code });
      expect(await failure(response.bytes())).toMatchObject({ code: "ERR_BODY_CONSUMED" });
    });

    test("of which the connection is reset is truncated", async () => {
      await using server = await startRawServer((socket) => {
        socket.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", () => socket.resetAndDestroy());
      });
      await using http = client();
      const error = await failure((await http.get(server.url)).bytes());
      expect(error).toMatchObject({ code: "ERR_BODY_TRUNCATED", phase: "body" });
      expect(error.message).toMatch(/^GET http:\/\/127\.0\.0\.1:\d+\/: [^\n]+ \(ERR_BODY_TRUNCATED\)$/);
    });
  });

  // To the sockets of Node 22 a reset is an end like any other.
  const tellsResets = Number.parseInt(process.versions.node, 10) >= 24;
  test.runIf(tellsResets)("a body until the connection closes is truncated where that is reset", async () => {
    await using server = await startRawServer((socket) => {
      socket.write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello", () =>
        setImmediate(() => socket.resetAndDestroy()),
      );
    });
    await using http = client();
    const reading = http.get(server.url).then((response) => response.text());
    // A reset that comes along with the head may take that with it.
    expect((await failure(reading)).code).toMatch(/^ERR_(?:BODY_TRUNCATED|RESET)$/);
  });

  test("bytes without end that are neither head nor content are ERR_LIMIT", async () => {
    await using server = await startRawServer(async (socket) => {
      socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=");
      while (!socket.destroyed) {
        if (!socket.write(Buffer.alloc(16_384, "a"))) {
          await Promise.race([once(socket, "drain"), once(socket, "close")]).catch(() => {});
        }
      }
    });
    await using http = client();
    const response = await http.get(server.url);
    expect(await failure(response.bytes())).toMatchObject({ code: "ERR_LIMIT", phase: "body" });
    await server.idle();
  });

  test("options are read as own members alone", async () => {
    await using server = await startRawServer(() => {});
    await using good = await startRawServer([OK, OK]);
    await using http = client({ connection: { tls: {} } });
    // Without those that break what Node's own sockets and emitters do, the server's among them: "connect", "read", "signal".
    const members = {
      connection: { proxy: { url: server.url } },
      headersTimeout: 1,
      localAddress: "192.0.2.1",
      proxy: { url: server.url },
      query: { evil: 1 },
      socketPath: "/evil.sock",
      upgrade: "evil",
    };
    const options = { timeout: { connect: 5000 }, connection: { tls: {} } };
    const text = await polluted(members, async () => (await http.get(good.url, options)).text());
    expect(text).toBe("ok");
    expect(good.requests.map(({ target }) => target)).toEqual(["/"]);
    expect(server.connections).toHaveLength(0);
  });

  describe("before the head", () => {
    test.each([
      ["nothing", ""],
      ["half a status line", "HTTP/1.1 20"],
      ["half a head", "HTTP/1.1 200 OK\r\nX-A: 1\r\n"],
    ])("a connection that ends after %s is ERR_RESET", async (_, bytes) => {
      await using server = await startRawServer((socket) => void socket.end(bytes));
      await using http = client();
      expect(await failure(http.get(server.url))).toMatchObject({ code: "ERR_RESET", phase: "headers" });
    });

    test("a connection that is reset is ERR_RESET", async () => {
      await using server = await startRawServer((socket) => {
        socket.write("HTTP/1.1 200 OK\r\nX-A", () => socket.resetAndDestroy());
      });
      await using http = client();
      expect(await failure(http.get(server.url))).toMatchObject({ code: "ERR_RESET", phase: "headers" });
    });

    test.each([
      ["SSH-2.0-OpenSSH_9.2\r\n"],
      ["HTTP/1.1 abc OK\r\n\r\n"],
      ["HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n"],
      ["HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"],
      ["HTTP/1.1 200 OK\r\nBad Header: 1\r\n\r\n"],
      ["HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"],
    ])("%j is ERR_PROTOCOL", async (bytes) => {
      await using server = await startRawServer([bytes]);
      await using http = client();
      expect(await failure(http.get(server.url))).toMatchObject({ code: "ERR_PROTOCOL", phase: "headers" });
    });

    test("errors name the request without its secrets and are not told twice", async () => {
      await using server = await startRawServer((socket) => void socket.end());
      await using http = client();
      const error = await failure(http.send(request(`http://user:secret@127.0.0.1:${server.port}/a?token=secret`)));
      expect(error.message).toContain(`GET http://127.0.0.1:${server.port}/a: `);
      expect(error.message + JSON.stringify(error)).not.toContain("secret");
      expect(error.cause).toBeInstanceOf(Error);
    });
  });

  describe("discard", () => {
    const huge = "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n";

    test("reads a small rest, so that the connection is used again", async () => {
      const rest = gate();
      await using server = await startRawServer(async (socket) => {
        socket.write("HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\nab");
        await rest.promise;
        socket.write("x".repeat(59_998));
      });
      await using http = client();
      const first = await http.get(server.url);
      const discarded = first.discard();
      rest.resolve();
      await Promise.all([discarded, first.discard()]);
      await (await http.get(server.url)).discard();
      expect(server.connections).toHaveLength(1);
    });

    test("closes the connection on a large rest, and on one of unknown size", async () => {
      await using server = await startRawServer([
        huge,
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n",
      ]);
      await using http = client();
      await (await http.get(server.url)).discard();
      await server.connections[0]!.closed;
      await (await http.get(server.url)).discard();
      await server.connections[1]!.closed;
    });

    test.concurrent("wakes a reader that waits", async () => {
      await using server = await startRawServer([huge, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n", huge]);
      await using http = client();
      for (let time = 0; time < 2; time++) {
        const response = await http.get(server.url);
        const reading = failure(response.body[Symbol.asyncIterator]().next());
        await response.discard();
        expect(await reading).toMatchObject({ code: "ERR_BODY_CONSUMED", phase: "body" });
      }
      const response = await http.get(server.url);
      const reading = failure(response.bytes());
      await response.discard();
      expect(await reading).toMatchObject({ code: "ERR_BODY_CONSUMED" });
    });

    test.concurrent("gives up on a rest that does not come", async () => {
      await using server = await startRawServer(["HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nab"]);
      await using http = client();
      await (await http.get(server.url)).discard();
      await server.idle();
    });

    test("after the end does nothing", async () => {
      await using server = await startTestServer();
      await using http = client();
      const response = await http.get(`${server.url}/get`);
      await response.bytes();
      await response.discard();
      await response.discard();
      await (await http.get(`${server.url}/get`)).bytes();
      expect(server.requests.map((sent) => sent.connection)).toEqual([1, 1]);
    });

    test("is what leaving a loop early comes to", async () => {
      await using server = await startRawServer([`${huge}abc`]);
      await using http = client();
      for await (const chunk of (await http.get(server.url)).body) {
        expect(chunk).toHaveLength(3);
        break;
      }
      await server.idle();
    });

    test("happens to a response that nobody has any more", async () => {
      setFlagsFromString("--expose-gc");
      const collect = runInNewContext("gc") as () => void;
      await using server = await startRawServer([huge]);
      await using http = client();
      await http.get(server.url);
      const { promise, resolve } = gate();
      void server.idle().then(resolve);
      let closed = false;
      void promise.then(() => (closed = true));
      await until(() => {
        collect();
        return closed;
      });
    });
  });
}
