import { getEventListeners } from "node:events";
import { startRawServer, startTestServer } from "@posthaste/test-server";
import { describe, expect, test } from "vitest";
import { OK, clients, failure, until } from "./client.ts";
import type { MakeAdapter } from "./client.ts";

/** `unwritten`: what becomes of the connection of a call that ends before a byte of it was written. */
export function abortSpecs(make: MakeAdapter, { unwritten }: { unwritten: "kept" | "closed" }): void {
  const client = clients(make);

  describe("an abort rejects with the signal's reason", () => {
    test("before the call", async () => {
      await using server = await startRawServer([OK]);
      await using http = client();
      expect(await failure(http.get(server.url, { signal: AbortSignal.abort("why") }))).toBe("why");
      expect(server.connections).toHaveLength(0);
    });

    test("while it connects, and leaves no socket behind", async () => {
      await using server = await startRawServer(() => {});
      await using http = client();
      const controller = new AbortController();
      // A TLS handshake that nobody answers.
      const call = failure(http.get(`https://127.0.0.1:${server.port}/`, { signal: controller.signal }));
      await until(() => (server.connections[0]?.received.length ?? 0) > 0);
      controller.abort("why");
      expect(await call).toBe("why");
      await server.idle();
    });

    test("while it waits for a connection, and the others go on", async () => {
      const answers: (() => void)[] = [];
      await using server = await startRawServer((socket) => void answers.push(() => socket.write(OK)));
      await using http = client({ connections: 1 });
      const first = http.get(server.url);
      const controller = new AbortController();
      const second = failure(http.get(server.url, { signal: controller.signal }));
      const third = http.get(server.url);
      await until(() => answers.length > 0);
      controller.abort("why");
      expect(await second).toBe("why");
      answers[0]!();
      await (await first).text();
      await until(() => answers.length > 1);
      answers[1]!();
      expect(await (await third).text()).toBe("ok");
      expect(server.connections).toHaveLength(1);
    });

    test("when it has the connection and is not written yet, and nothing goes out", async () => {
      await using server = await startTestServer();
      await using http = client();
      await (await http.get(`${server.url}/get`)).bytes();
      const controller = new AbortController();
      const call = failure(http.get(`${server.url}/get?never`, { signal: controller.signal }));
      controller.abort("why");
      expect(await call).toBe("why");
      let turns = 0;
      await until(() => ++turns > 2);
      await (await http.get(`${server.url}/get`)).bytes();
      expect(server.requests.map(({ url, connection }) => [url, connection])).toEqual([
        ["/get", 1],
        ["/get", unwritten === "kept" ? 1 : 2],
      ]);
    });

    test("while it waits for the head", async () => {
      await using server = await startRawServer(() => {});
      await using http = client();
      const controller = new AbortController();
      const call = failure(http.get(server.url, { signal: controller.signal }));
      await until(() => server.requests.length > 0);
      controller.abort("why");
      expect(await call).toBe("why");
      await server.idle();
    });

    test("while the body is read, whatever waits to be read", async () => {
      await using server = await startRawServer((socket) => {
        socket.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc");
      });
      await using http = client();
      for (const read of ["next", "bytes"] as const) {
        const controller = new AbortController();
        const { body } = await http.get(server.url, { signal: controller.signal });
        const chunks = read === "next" ? body[Symbol.asyncIterator]() : undefined;
        const reading = failure(chunks ? chunks.next().then(() => chunks.next()) : Promise.resolve(body.bytes!()));
        let turns = 0;
        await until(() => ++turns > 2);
        controller.abort("why");
        expect(await reading).toBe("why");
        await server.idle();
      }
    });

    test("with any reason, the usual one included", async () => {
      await using server = await startRawServer(() => {});
      await using http = client();
      expect(await failure(http.get(server.url, { signal: AbortSignal.timeout(5) }))).toMatchObject({
        name: "TimeoutError",
      });
      // On a busy machine the first may have ended before it was sent.
      const before = server.requests.length;
      const controller = new AbortController();
      const call = failure(http.get(server.url, { signal: controller.signal }));
      await until(() => server.requests.length > before);
      controller.abort();
      expect(await call).toMatchObject({ name: "AbortError" });
    });
  });

  describe("a signal that many calls share has no listener left", () => {
    const listeners = (signal: AbortSignal): number => getEventListeners(signal, "abort").length;

    test("after 100 calls that ended in every way there is", async () => {
      await using server = await startTestServer();
      await using http = client();
      const { signal } = new AbortController();
      const ways = [
        async () => (await http.get(`${server.url}/get`, { signal })).bytes(),
        async () => (await http.get(`${server.url}/bytes/200000`, { signal })).discard(),
        async () => (await http.get(`${server.url}/status/500`, { signal })).discard(),
        async () => failure(http.get("http://127.0.0.1:1/", { signal })),
        async () => failure(http.get(`${server.url}/delay/5`, { signal, timeout: { read: 10 } })),
        async () => {
          for await (const chunk of (await http.get(`${server.url}/bytes/200000`, { signal })).body) if (chunk) break;
        },
        async () => failure(http.post(server.url, { signal, body: "a", headers: { Host: "a", hOST: "b" } })),
      ];
      await Promise.all(Array.from({ length: 100 }, (_, index) => ways[index % ways.length]!()));
      expect(listeners(signal)).toBe(0);
    });

    test("and one while a call lasts", async () => {
      await using server = await startRawServer([OK.replace("ok", "o"), () => {}]);
      await using http = client();
      const controller = new AbortController();
      const { signal } = controller;
      const response = await http.get(server.url, { signal });
      const waiting = failure(http.get(server.url, { signal }));
      expect(listeners(signal)).toBe(2);
      const reading = failure(response.bytes());
      controller.abort("why");
      expect([await reading, await waiting]).toEqual(["why", "why"]);
      expect(listeners(signal)).toBe(0);
    });
  });
}
