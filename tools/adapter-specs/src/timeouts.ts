import { createServer } from "node:net";
import { listen, startBusyServer, startRawServer, startTestServer } from "@posthaste/test-server";
import { describe, expect, test } from "vitest";
import { OK, clients, failure, until } from "./client.ts";
import type { MakeAdapter } from "./client.ts";

export function timeoutsSpecs(make: MakeAdapter): void {
  const client = clients(make);

  describe("timeout.read", () => {
    test("ends the wait for the first byte", async () => {
      await using server = await startRawServer(() => {});
      await using http = client();
      const error = await failure(http.get(server.url, { timeout: { read: 20 } }));
      expect(error).toMatchObject({ code: "ERR_TIMEOUT_READ", phase: "headers" });
      expect(error.message).toContain("silence for more than 20 ms");
      await server.idle();
    });

    test("ends the wait for the rest of the head", async () => {
      await using server = await startRawServer(["HTTP/1.1 200 OK\r\nX-A"]);
      await using http = client();
      const error = await failure(http.get(server.url, { timeout: { read: 20 } }));
      expect(error).toMatchObject({ code: "ERR_TIMEOUT_READ", phase: "headers" });
    });

    test("counts against a head that comes bit by bit and has no end", async () => {
      await using server = await startRawServer(async (socket) => {
        socket.write("HTTP/1.1 200 OK\r\nX-Slow: ");
        while (!socket.destroyed) {
          socket.write("a");
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
      });
      await using http = client();
      expect(await failure(http.get(server.url, { timeout: { read: 50 } }))).toMatchObject({
        code: "ERR_TIMEOUT_READ",
      });
      await server.idle();
    });

    test.each([
      ["bytes", () => new Uint8Array(32 * 1024 * 1024)],
      [
        "a stream",
        async function* () {
          for (;;) yield new Uint8Array(64 * 1024);
        },
      ],
    ])("ends an upload of %s that the server does not take", async (_, make) => {
      await using server = await listen(createServer((socket) => socket.pause()));
      await using http = client();
      const url = `http://127.0.0.1:${server.port}/`;
      const error = await failure(http.post(url, { body: make(), timeout: { read: 100 } }));
      expect(error).toMatchObject({ code: "ERR_TIMEOUT_READ", phase: "send" });
    });

    test("spares what came while the event loop was held up", async () => {
      await using server = await startRawServer((socket) => void socket.write(OK));
      await using http = client();
      const call = http.get(server.url, { timeout: { read: 500 } });
      await until(() => server.requests.length > 0);
      // The answer is on its way, and the thread sleeps.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 700);
      expect(await (await call).text()).toBe("ok");
    });
  });

  // They take their time, and little else.
  describe.concurrent("timeout.read", () => {
    test("ends the wait for the next byte of the body, after what came", async () => {
      await using server = await startRawServer((socket) => {
        socket.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc");
      });
      await using http = client({ timeout: { read: 500 } });
      const chunks = (await http.get(server.url)).body[Symbol.asyncIterator]();
      expect((await chunks.next()).value).toHaveLength(3);
      expect(await failure(chunks.next())).toMatchObject({ code: "ERR_TIMEOUT_READ", phase: "body" });
      await server.idle();
      expect(await failure((await http.get(server.url)).bytes())).toMatchObject({ code: "ERR_TIMEOUT_READ" });
    });

    test.each([
      ["of the body", "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n", "abcdefghijklmnopqrst"],
      ["of the head", "HTTP/1.1 200 OK\r\nX-", "Slow: 1\r\nContent-Length: 0\r\n\r\n"],
    ])("does not count against bytes %s that keep coming", async (_, start, slow) => {
      await using server = await startRawServer(async (socket) => {
        socket.write(start);
        for (const byte of slow) {
          await new Promise((resolve) => setTimeout(resolve, 100));
          socket.write(byte);
        }
      });
      await using http = client();
      await (await http.get(server.url, { timeout: { read: 1500 } })).text();
    });

    test("does not count while the reader is slow", async () => {
      await using server = await startTestServer();
      await using http = client();
      const response = await http.get(`${server.url}/bytes/1000000`, { timeout: { read: 500 } });
      await new Promise((resolve) => setTimeout(resolve, 1000));
      expect(await response.bytes()).toHaveLength(1_000_000);
    });

    test("does not count while the body's source is slow", async () => {
      await using server = await startTestServer();
      await using http = client();
      async function* slowly(): AsyncGenerator<string> {
        yield "a";
        await new Promise((resolve) => setTimeout(resolve, 1000));
        yield "b";
      }
      const response = await http.post(`${server.url}/post`, { body: slowly(), timeout: { read: 500 } });
      expect((await response.json<{ data: string }>()).data).toBe("ab");
    });

    test("does not count against an upload that the server takes slowly", async () => {
      const size = 16 * 1024 * 1024;
      const slow = createServer((socket) => {
        let received = 0;
        let rested = 0;
        socket.on("data", (chunk) => {
          received += chunk.length;
          // Each pause is shorter than the timeout, and all of them together are longer.
          if (received - rested > 2 * 1024 * 1024) {
            rested = received;
            socket.pause();
            setTimeout(() => socket.resume(), 400);
          }
          if (received > size) socket.write(OK);
        });
      });
      await using server = await listen(slow);
      await using http = client();
      const url = `http://127.0.0.1:${server.port}/`;
      const response = await http.post(url, { body: new Uint8Array(size), timeout: { read: 2500 } });
      expect(response.status).toBe(200);
    });

    test("does not count while a call waits for a connection", async () => {
      await using server = await startRawServer((socket) => void setTimeout(() => socket.write(OK), 400));
      // Each answer comes well within the time, and the last one's call waits for longer than that.
      await using http = client({ connections: 1, timeout: { read: 1000 } });
      const calls = await Promise.all([1, 2, 3, 4].map(async () => (await http.get(server.url)).text()));
      expect(calls).toEqual(["ok", "ok", "ok", "ok"]);
    });
  });

  describe("timeout.connect", () => {
    test("ends the wait for a connection", async () => {
      await using server = await startBusyServer();
      await using http = client();
      const error = await failure(http.get(server.url, { timeout: { connect: 50, read: 20 } }));
      expect(error).toMatchObject({ code: "ERR_TIMEOUT_CONNECT", phase: "connect" });
      expect(error.message).toContain("no connection within 50 ms");
    });

    test("counts the TLS handshake", async () => {
      await using server = await startRawServer(() => {});
      await using http = client({ timeout: { connect: 50 } });
      const error = await failure(http.get(`https://127.0.0.1:${server.port}/`));
      expect(error).toMatchObject({ code: "ERR_TIMEOUT_CONNECT", phase: "connect" });
      await server.idle();
    });

    test.each(["http", "https", "socks5"])("counts the handshake of an %s proxy", async (scheme) => {
      await using server = await startRawServer(() => {});
      await using http = client({ timeout: { connect: 50 } });
      const connection = { proxy: { url: `${scheme}://127.0.0.1:${server.port}` } };
      const error = await failure(http.get("https://127.0.0.1/", { connection }));
      expect(error).toMatchObject({ code: "ERR_TIMEOUT_CONNECT", phase: "connect" });
      await server.idle();
    });

    test("is each call's own", async () => {
      await using server = await startBusyServer();
      await using http = client();
      const [short, long] = [20, 120].map((connect) => failure(http.get(server.url, { timeout: { connect } })));
      expect((await short)?.message).toContain("within 20 ms");
      expect((await long)?.message).toContain("within 120 ms");
    });
  });

  test("Infinity, and what is longer than a timer can wait, is no timeout", async () => {
    await using server = await startTestServer();
    await using http = client({ timeout: { connect: Infinity, read: 2 ** 40 } });
    expect((await http.get(`${server.url}/get`)).status).toBe(200);
  });

  test.each([0, -1, Number.NaN, "5" as unknown as number])("%j is no timeout that there can be", async (value) => {
    await using http = client();
    for (const name of ["connect", "read"]) {
      const error = await failure(http.get("http://127.0.0.1:1/", { timeout: { [name]: value } }));
      expect(error).toMatchObject({ code: "ERR_OPTION", phase: "prepare" });
      expect(error.message).toContain(`timeout.${name}`);
      expect(() => client({ timeout: { [name]: value } })).toThrow(`timeout.${name}`);
    }
  });
}
