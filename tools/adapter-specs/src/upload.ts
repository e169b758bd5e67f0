import { createServer } from "node:net";
import type { Body, BodyInit, Header } from "@posthaste/core";
import { listen, startRawServer, startTestServer } from "@posthaste/test-server";
import { describe, expect, test } from "vitest";
import { OK, clients, failure, gate, until } from "./client.ts";
import type { MakeAdapter } from "./client.ts";

const forever = new Promise<never>(() => {});

/** A body of a source that tells how it was treated. */
function watched(
  chunks: readonly unknown[],
  end?: Promise<unknown>,
  length?: number,
): Body & { pulls: number; returned: boolean } {
  const body = {
    length,
    replayable: false,
    pulls: 0,
    returned: false,
    open: () => ({ [Symbol.asyncIterator]: () => body }),
    async next() {
      const value = chunks[body.pulls++];
      if (value !== undefined) return { value, done: false };
      await end;
      return { value: undefined, done: true };
    },
    async return() {
      body.returned = true;
      return { value: undefined, done: true };
    },
  };
  return body as unknown as Body & { pulls: number; returned: boolean };
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The lines that an adapter adds to say where a body ends. */
export interface Framing {
  /** Content-Length, in its letter case. */
  readonly length: string;
  /** Transfer-Encoding, in its letter case. */
  readonly coding: string;
  /** The line for a stream that ends before its first chunk. */
  readonly emptyStream: Header;
}

export function uploadSpecs(make: MakeAdapter, framing: Framing): void {
  const client = clients(make);
  const length = (bytes: number): Header => [framing.length, String(bytes)];
  const chunked: Header = [framing.coding, "chunked"];

  describe("a body", () => {
    async function* generate(...texts: string[]): AsyncGenerator<string> {
      yield* texts;
    }
    const large = new Uint8Array(300_001).map((_, index) => index % 251);
    const bodies: [string, () => BodyInit, string, Header][] = [
      ["text", () => "é☃", "é☃", length(5)],
      ["an empty text", () => "", "", length(0)],
      ["bytes", () => bytes("abc"), "abc", length(3)],
      ["a view", () => bytes("xabcx").subarray(1, 4), "abc", length(3)],
      ["a Blob", () => new Blob(["ab", "c"]), "abc", length(3)],
      ["an async generator", () => generate("ab", "", "c"), "abc", chunked],
      ["an empty generator", () => generate(), "", framing.emptyStream],
      ["a ReadableStream", () => new Blob(["abc"]).stream(), "abc", chunked],
      ["large bytes", () => large, Buffer.from(large).toString("latin1"), length(300_001)],
      ["a large chunk", () => [large], Buffer.from(large).toString("latin1"), chunked],
      ["a Body of known length", () => watched([bytes("ab"), bytes("c")], undefined, 3), "abc", length(3)],
    ];
    test.each(bodies)("%s arrives as it is", async (name, make, content, line) => {
      await using server = await startRawServer((socket) => void socket.write(OK));
      await using http = client();
      for (let time = 0; time < 2; time++) await (await http.post(server.url, { body: make() })).text();
      for (const sent of server.requests) {
        expect(sent.body.toString(name.includes("large") ? "latin1" : "utf8") === content).toBe(true);
        expect(sent.headers).toContainEqual(line);
      }
      expect(server.connections).toHaveLength(1);
    });

    test("of a length that only the caller knows is sent with it", async () => {
      await using server = await startRawServer([OK]);
      await using http = client();
      await http.post(server.url, { body: generate("ab", "c"), headers: { "Content-Length": "3" } });
      expect(server.requests[0]!.headers).toContainEqual(length(3));
      expect(server.requests[0]!.body.toString()).toBe("abc");
    });

    test("goes out while it is made", async () => {
      await using server = await startTestServer();
      await using http = client();
      async function* slowly(): AsyncGenerator<string> {
        yield "first";
        await until(() => server.requests[0]?.body.toString() === "first");
        yield "second";
      }
      const { data } = await (await http.post(`${server.url}/post`, { body: slowly() })).json<{ data: string }>();
      expect(data).toBe("firstsecond");
    });
  });

  describe("a source that fails", () => {
    test.each([
      ["an error", new TypeError("mine")],
      ["something that is no error", "mine"],
      ["nothing", undefined],
    ])("with %s rejects the call with it and closes the connection", async (_, error) => {
      await using server = await startRawServer([OK]);
      await using http = client();
      async function* broken(): AsyncGenerator<string> {
        yield "abc";
        await until(() => server.connections.length > 0);
        // oxlint-disable-next-line typescript/only-throw-error -- a source may
        throw error;
      }
      const outcome = await http.post(server.url, { body: broken() }).then(
        () => "resolved",
        (reason: unknown) => ({ reason }),
      );
      expect(outcome).toEqual({ reason: error });
      await server.idle();
      expect(server.requests).toHaveLength(0);
    });

    test("while the response is read breaks that off", async () => {
      await using server = await startRawServer([], {
        onHead: (socket) => void socket.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"),
      });
      await using http = client();
      const answered = gate();
      const mine = new Error("mine");
      async function* broken(): AsyncGenerator<string> {
        yield "abc";
        await answered.promise;
        throw mine;
      }
      const response = await http.post(server.url, { body: broken() });
      answered.resolve();
      await expect(response.bytes()).rejects.toBe(mine);
      await server.idle();
    });

    test.each([
      ["is longer than its length", watched([bytes("abcd")], undefined, 3), /more than the 3 bytes/],
      ["is shorter than its length", watched([bytes("ab")], undefined, 3), /after 2 of 3 bytes/],
      ["yields what is no chunk", watched([bytes("ab"), 5]), /no Uint8Array/],
      ["yields text", watched(["ab"]), /no Uint8Array/],
    ])("because it %s is ERR_BODY", async (_, body, message) => {
      await using server = await startRawServer([OK]);
      await using http = client();
      const error = await failure(http.post(server.url, { body }));
      expect(error).toMatchObject({ code: "ERR_BODY", phase: "send" });
      expect(error.message).toMatch(message);
      expect(server.requests).toHaveLength(0);
      await server.idle();
    });

    test("because it was read before is ERR_BODY_CONSUMED", async () => {
      await using server = await startRawServer([OK]);
      await using http = client();
      const body = new Blob(["abc"]).stream();
      await (await http.post(server.url, { body })).text();
      expect(await failure(http.post(server.url, { body }))).toMatchObject({ code: "ERR_BODY_CONSUMED" });
    });
  });

  describe("a source that is not wanted to the end is told", () => {
    test("when the response is complete before it", async () => {
      await using server = await startRawServer([], { onHead: (socket) => void socket.write(OK) });
      await using http = client();
      const body = watched([bytes("abc")], forever);
      expect(await (await http.post(server.url, { body })).text()).toBe("ok");
      expect(body.returned).toBe(true);
      await server.idle();
    });

    test("when the call is aborted", async () => {
      await using server = await startRawServer([]);
      await using http = client();
      const controller = new AbortController();
      const body = watched([bytes("abc")], forever);
      const call = failure(http.post(server.url, { body, signal: controller.signal }));
      await until(() => (server.connections[0]?.received.length ?? 0) > 0);
      controller.abort("enough");
      expect(await call).toBe("enough");
      expect(body.returned).toBe(true);
      await server.idle();
    });

    test("when the server closes", async () => {
      await using server = await startRawServer([], { onHead: (socket) => void socket.destroy() });
      await using http = client();
      const body = watched([bytes("abc")], forever);
      expect(await failure(http.post(server.url, { body }))).toMatchObject({ code: "ERR_RESET" });
      expect(body.returned).toBe(true);
    });

    test("and never opened where nothing connects", async () => {
      await using http = client();
      const body = watched([bytes("abc")]);
      expect(await failure(http.post("http://127.0.0.1:1/", { body }))).toMatchObject({ code: "ERR_CONNECT" });
      expect(body.pulls).toBe(0);
    });
  });

  describe("backpressure", () => {
    test("a server that does not read stops the source", async () => {
      await using server = await listen(createServer((socket) => socket.pause()));
      await using http = client();
      const controller = new AbortController();
      let made = 0;
      let full = false;
      async function* endless(): AsyncGenerator<Uint8Array> {
        for (;;) {
          made++;
          // Nobody asks for more, many turns of the event loop long.
          clearTimeout(timer);
          timer = setTimeout(() => (full = true), 200);
          yield new Uint8Array(64 * 1024);
        }
      }
      let timer: NodeJS.Timeout | undefined;
      const url = `http://127.0.0.1:${server.port}/`;
      const call = failure(http.post(url, { body: endless(), signal: controller.signal }));
      await until(() => full);
      // What the two kernels take for a loopback connection, and no more.
      expect(made * 64 * 1024).toBeLessThan(24 * 1024 * 1024);
      controller.abort();
      await call;
    });

    test("a slow reader stops the server", async () => {
      let written = 0;
      let blocked = false;
      await using server = await startRawServer((socket) => {
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
        const chunk = Buffer.alloc(64 * 1024);
        const more = (): void => {
          while (!socket.destroyed) {
            written += chunk.length;
            if (socket.write(chunk)) continue;
            const timer = setTimeout(() => (blocked = true), 200);
            socket.once("drain", () => {
              clearTimeout(timer);
              setImmediate(more);
            });
            return;
          }
        };
        more();
      });
      await using http = client();
      const response = await http.get(server.url);
      await until(() => blocked);
      const before = written;
      expect(before).toBeLessThan(24 * 1024 * 1024);
      let read = 0;
      for await (const chunk of response.body) if ((read += chunk.length) > before * 2) break;
      expect(written).toBeGreaterThan(before);
    });
  });
}
