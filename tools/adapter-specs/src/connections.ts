import { createServer } from "node:http";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { listen, startRawServer, startTestServer } from "@posthaste/test-server";
import { temporaryFolder } from "@posthaste/test-server/program";
import { describe, expect, test } from "vitest";
import { OK, clients, failure, gate, request, until } from "./client.ts";
import type { MakeAdapter } from "./client.ts";

export function connectionsSpecs(make: MakeAdapter): void {
  const client = clients(make);

  describe("connections", () => {
    test("are used again", async () => {
      await using server = await startTestServer();
      await using http = client();
      for (let time = 0; time < 5; time++) await (await http.get(`${server.url}/get`)).bytes();
      await (await http.post(`${server.url}/post`, { body: "x" })).bytes();
      await (await http.delete(`${server.url}/delete`, { body: "x" })).bytes();
      await (await http.get(`${server.url}/stream/3`)).bytes();
      await (await http.get(`${server.url}/get`)).bytes();
      expect(new Set(server.requests.map(({ connection }) => connection)).size).toBe(1);
    });

    test("are not, where the server closes them", async () => {
      await using server = await startRawServer((socket) => {
        socket.end("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
      });
      await using http = client();
      for (let time = 1; time < 4; time++) {
        expect(await (await http.get(server.url)).text()).toBe("ok");
        expect(server.connections).toHaveLength(time);
      }
    });

    test("are not with keepAlive: false", async () => {
      await using server = await startTestServer();
      await using http = client({ keepAlive: false });
      for (let time = 0; time < 3; time++) await (await http.get(`${server.url}/get`)).bytes();
      expect(server.requests.map(({ connection }) => connection)).toEqual([1, 2, 3]);
      expect(server.requests[0]!.headers).toContain("close");
      await server.idle();
    });

    test("are closed when they were idle for long enough", async () => {
      await using server = await startTestServer();
      await using http = client({ keepAlive: { timeout: 20 } });
      await (await http.get(`${server.url}/get`)).bytes();
      await server.idle();
      await (await http.get(`${server.url}/get`)).bytes();
      expect(server.requests.map(({ connection }) => connection)).toEqual([1, 2]);
    });

    test("are as many as there are calls: 100 at once", async () => {
      await using server = await startTestServer();
      await using http = client();
      const call = async (_: unknown, index: number): Promise<number> => {
        const response = await http.get(`${server.url}/get`, { query: { index } });
        return Number((await response.json<{ args: { index: string } }>()).args.index);
      };
      const numbers = Array.from({ length: 100 }, (_, index) => index);
      for (let time = 0; time < 3; time++) expect(await Promise.all(numbers.map(call))).toEqual(numbers);
      expect(server.openSockets).toBeLessThanOrEqual(100);
    });

    test("are at most as many as allowed", async () => {
      await using server = await startTestServer();
      await using http = client({ connections: 3 });
      const calls = Array.from({ length: 30 }, async () => (await http.get(`${server.url}/get`)).bytes());
      await Promise.all(calls);
      expect(server.openSockets).toBe(3);
    });

    test("that fail make room for the calls that wait", async () => {
      await using server = await startRawServer((socket, { target }) => {
        if (target === "/bad") socket.destroy();
        else socket.write(OK);
      });
      await using http = client({ connections: 1 });
      const calls = ["/bad", "/good", "/bad", "/good"].map(async (path) => (await http.post(server.url + path)).text());
      const outcomes = await Promise.allSettled(calls);
      expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "fulfilled", "rejected", "fulfilled"]);
    });
  });

  describe("a connection that the server closed when the request came", () => {
    const EMPTY = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    const dropping = (socket: { write(text: string): void; destroy(): void }, used: Set<unknown>): void => {
      if (used.has(socket)) socket.destroy();
      else socket.write(EMPTY);
      used.add(socket);
    };

    test.each(["GET", "HEAD", "OPTIONS", "TRACE"])("is replaced for a %s", async (method) => {
      const used = new Set();
      await using server = await startRawServer((socket) => dropping(socket, used));
      await using http = client();
      for (let time = 0; time < 3; time++) await (await http.request(server.url, { method })).text();
      expect(server.requests.length).toBeGreaterThan(3);
      // Each request that was lost was sent once more, over a connection of its own.
      expect(server.requests.length - 3).toBe(server.connections.length - 1);
    });

    test("is replaced for a GET with a body that can be sent again", async () => {
      const used = new Set();
      await using server = await startRawServer((socket) => dropping(socket, used));
      await using http = client();
      const body = new Uint8Array(100_000).fill(65);
      for (let time = 0; time < 2; time++) await (await http.request(server.url, { method: "GET", body })).text();
      expect(server.requests.map((sent) => sent.body.equals(body))).toEqual([true, true, true]);
    });

    test.each([
      ["POST", undefined],
      ["PUT", "x"],
      ["DELETE", undefined],
      ["GET", () => new Blob(["x"]).stream()],
    ])("fails a %s, which is not sent twice", async (method, body) => {
      const used = new Set();
      await using server = await startRawServer((socket) => dropping(socket, used));
      await using http = client();
      const make = () => (typeof body === "function" ? body() : (body ?? null));
      await (await http.request(server.url, { method, body: make() })).text();
      const error = await failure(http.request(server.url, { method, body: make() }));
      expect(error).toMatchObject({ code: "ERR_RESET" });
      expect(server.requests).toHaveLength(2);
    });

    test("fails a GET when a byte of the answer came, and when it was new", async () => {
      await using server = await startRawServer([
        OK,
        (socket) => void socket.end("H"),
        (socket) => void socket.destroy(),
      ]);
      await using http = client();
      await (await http.get(server.url)).text();
      expect(await failure(http.get(server.url))).toMatchObject({ code: "ERR_RESET" });
      expect(await failure(http.get(server.url))).toMatchObject({ code: "ERR_RESET" });
      expect(server.requests).toHaveLength(3);
    });

    test("is replaced once", async () => {
      await using server = await startRawServer([
        OK,
        (socket) => void socket.destroy(),
        (socket) => void socket.destroy(),
      ]);
      await using http = client();
      await (await http.get(server.url)).text();
      expect(await failure(http.get(server.url))).toMatchObject({ code: "ERR_RESET" });
      expect(server.requests).toHaveLength(3);
    });

    test("is not, when the call was aborted meanwhile", async () => {
      const arrived = gate();
      await using server = await startRawServer([OK, (_) => arrived.resolve()]);
      await using http = client();
      await (await http.get(server.url)).text();
      const controller = new AbortController();
      const call = failure(http.get(server.url, { signal: controller.signal }));
      await arrived.promise;
      controller.abort("why");
      expect(await call).toBe("why");
      await server.idle();
      expect(server.requests).toHaveLength(2);
    });
  });

  describe("close", () => {
    test("ends what is under way in every phase, leaves no socket, and can be called again", async () => {
      await using server = await startRawServer((socket, { target }) => {
        if (target === "/body") socket.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc");
        if (target === "/ok") socket.write(OK);
      });
      const http = client({ connections: 4 });
      await (await http.get(`${server.url}/ok`)).text();
      const response = await http.get(`${server.url}/body`);
      const half = await http.get(`${server.url}/body`);
      const chunks = half.body[Symbol.asyncIterator]();
      await chunks.next();
      let uploading = false;
      const silent = (): ReadableStream =>
        new ReadableStream({ pull: () => void (uploading = true) }, { highWaterMark: 0 });
      const phases = [
        failure(http.get(`${server.url}/silent`)),
        failure(http.get(`https://127.0.0.1:${server.port}/connecting`)),
        failure(http.post(`${server.url}/upload`, { body: silent() })),
        failure(http.get(`${server.url}/waiting`)),
        failure(Promise.resolve(response.body.bytes!())),
        failure(chunks.next()),
      ];
      await until(() => uploading && server.connections.length === 5);
      await until(() => server.requests.some(({ target }) => target === "/silent"));
      await Promise.all([http.close(), http.close()]);
      const errors = await Promise.all(phases);
      expect(errors.map(({ code }) => code)).toEqual(Array.from(phases, () => "ERR_CLOSED"));
      expect(errors.map(({ phase }) => phase)).toEqual(["headers", "connect", "send", "connect", "body", "body"]);
      await server.idle();
      await http.close();
      expect(await failure(http.get(server.url))).toMatchObject({ code: "ERR_CLOSED", phase: "prepare" });
    });

    test("of an adapter that was never used resolves", async () => {
      await make().close!();
    });
  });

  describe("agents", () => {
    test("are kept by their settings' values", async () => {
      await using server = await startTestServer();
      await using http = client();
      const calls = [
        { connection: { localAddress: "127.0.0.1" } },
        { connection: { localAddress: "127.0.0.1" }, timeout: { read: 5 } },
        { connection: { localAddress: "127.0.0.2" } },
        { timeout: { connect: 5000 } },
        { timeout: { connect: 5000, read: 6000 } },
        {},
        { connection: { localAddress: "127.0.0.1" } },
        { timeout: { connect: 10_000 } },
      ];
      for (const options of calls)
        await (
          await http.get(`${server.url}/get`, { ...options, timeout: { ...options.timeout, read: 5000 } })
        ).bytes();
      expect(server.requests.map(({ connection }) => connection)).toEqual([1, 1, 2, 3, 3, 4, 1, 4]);
    });

    test("beyond the limit are closed, the least recently used first, once they are done", async () => {
      const answer = gate();
      await using server = await startRawServer(async (socket, { target }) => {
        if (target === "/slow") await answer.promise;
        socket.write(OK);
      });
      await using http = client({ maxAgents: 2 });
      const from = (last: number, path = "/") =>
        http.get(server.url + path, { connection: { localAddress: `127.0.0.${last}` } });
      const slow = from(2, "/slow");
      await server.waitForRequests(1);
      await (await from(3)).text();
      await (await from(4)).text();
      await (await from(3)).text();
      await (await from(5)).text();
      // 2 is at work still; 4 was used longest ago.
      await server.connections[2]!.closed;
      expect(server.connections.map(({ open }) => open)).toEqual([true, true, false, true]);
      answer.resolve();
      expect(await (await slow).text()).toBe("ok");
      await server.connections[0]!.closed;
      await (await from(3)).text();
      expect(server.connections).toHaveLength(4);
    });

    test("that were evicted are closed with the adapter", async () => {
      await using server = await startRawServer(() => {});
      const http = client({ maxAgents: 1 });
      const calls = [2, 3].map((last) =>
        failure(http.get(server.url, { connection: { localAddress: `127.0.0.${last}` } })),
      );
      await server.waitForRequests(2);
      await http.close();
      expect((await Promise.all(calls)).map(({ code }) => code)).toEqual(["ERR_CLOSED", "ERR_CLOSED"]);
      await server.idle();
    });
  });

  describe("where it connects", () => {
    const hasIPv6 = Object.values(networkInterfaces())
      .flat()
      .some((address) => address?.address === "::1");

    test.skipIf(!hasIPv6)("an IPv6 literal", async () => {
      const server = createServer((message, response) => response.end(message.headers.host)).listen(0, "::1");
      await once(server, "listening");
      await using http = client();
      const { port } = server.address() as AddressInfo;
      expect(await (await http.get(`http://[::1]:${port}/`)).text()).toBe(`[::1]:${port}`);
      server.close();
    });

    test("a Unix socket, with the URL's host as Host", async () => {
      using folder = temporaryFolder();
      const socketPath = join(folder.path, "s");
      const server = createServer((message, response) => response.end(`${message.headers.host} ${message.url}`)).listen(
        socketPath,
      );
      await once(server, "listening");
      await using http = client();
      const connection = { socketPath, proxy: { url: "http://127.0.0.1:1" } };
      expect(await (await http.get("http://docker.test/a?b", { connection })).text()).toBe("docker.test /a?b");
      const error = await failure(http.get("http://docker.test/", { connection: { socketPath: `${socketPath}x` } }));
      expect(error).toMatchObject({ code: "ERR_CONNECT", phase: "connect" });
      expect(error.message).toContain("ENOENT");
      server.close();
    });

    test("from a local address", async () => {
      await using server = await listen(
        createServer((message, response) => response.end(message.socket.remoteAddress)),
      );
      const url = `http://127.0.0.1:${server.port}/`;
      await using http = client({ connection: { localAddress: "127.0.0.7" } });
      expect(await (await http.get(url)).text()).toBe("127.0.0.7");
      expect(await (await http.get(url, { connection: { localAddress: "127.0.0.8" } })).text()).toBe("127.0.0.8");
      const error = await failure(http.get(url, { connection: { localAddress: "192.0.2.1" } }));
      expect(error).toMatchObject({ code: "ERR_CONNECT", phase: "connect" });
    });

    test.each([
      ["a port where nobody listens", "http://127.0.0.1:1/", /ECONNREFUSED 127\.0\.0\.1:1/],
      ["a name with several addresses", "http://localhost:1/", /ECONNREFUSED [^\n]*:1/],
      ["a name that does not exist", "http://no-such-host.invalid/", /ENOTFOUND|EAI_AGAIN/],
    ])("%s is ERR_CONNECT, with the cause in one line", async (_, url, message) => {
      await using http = client();
      const error = await failure(http.get(url));
      expect(error).toMatchObject({ code: "ERR_CONNECT", phase: "connect" });
      expect(error.message).toMatch(message);
      expect(error.message).not.toContain("\n");
    });
  });

  test.each([
    ["a length", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"],
    ["chunks", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nTrailer: x\r\n\r\n"],
    ["no content", "GET", "HTTP/1.1 204 No Content\r\n\r\n"],
    ["a head alone", "HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"],
    [
      "hints before it",
      "GET",
      "HTTP/1.1 103 Early Hints\r\nA: b\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
    ],
  ])("a response with %s leaves its connection, unless another begins behind it", async (_, method, response) => {
    let requests = 0;
    await using server = await startRawServer(async (socket) => {
      requests++;
      if (requests === 1) socket.write(response);
      else if (requests === 2) for (const byte of response) await new Promise((resolve) => socket.write(byte, resolve));
      else socket.write(`${response}HTTP/1.1 408 `);
    });
    await using http = client({ keepAlive: { timeout: 600_000 } });
    for (let time = 0; time < 4; time++) await (await http.request(server.url, { method })).text();
    await server.idle();
    expect(server.connections.map(({ received }) => received.toString().split("HTTP/1.1").length - 1)).toEqual([3, 1]);
  });

  test("a request sent to the adapter itself is like one through a client", async () => {
    await using server = await startTestServer();
    const adapter = make();
    const response = await adapter.send(request(`${server.url}/get`));
    expect((await response.json<{ url: string }>()).url).toBe(`${server.url}/get`);
    expect(await failure(adapter.send(request(`${server.url}/get`, { headers: { X: "a\r\nb" } })))).toBeInstanceOf(
      Error,
    );
    await adapter.close!();
  });
}
