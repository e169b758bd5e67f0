import { getEventListeners } from "node:events";
import { startRawServer } from "@posthaste/test-server";
import { describe, expect, test } from "vitest";
import requests, { adapters, exceptions } from "../src/index.ts";
import { failure, reply } from "./replies.ts";

const chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;

describe("stream", () => {
  test("gives the response when its head is there, and the body as it comes", async () => {
    const more = Promise.withResolvers<void>();
    await using server = await startRawServer(async (socket) => {
      socket.write(
        chunked.replace("Transfer", "Content-Type: text/plain; charset=utf-8\r\nTransfer") + chunk("one\ntw"),
      );
      await more.promise;
      socket.write(`${chunk("o\nthree")}0\r\n\r\n`);
    });
    await using r = await requests.get(server.url, { stream: true });
    expect(r.status_code).toBe(200);
    const lines: string[] = [];
    for await (const line of r.iter_lines({ decode_unicode: true })) {
      lines.push(line);
      more.resolve();
    }
    expect(lines).toEqual(["one", "two", "three"]);
  });

  test("content, text and json() say what to do before, and work after read()", async () => {
    await using server = await startRawServer([reply('{"a": 1}')]);
    await using r = await requests.get(server.url, { stream: true });
    for (const ask of [() => r.content, () => r.text, () => r.json()]) expect(ask).toThrow("await r.read() first");
    expect(Buffer.from(await r.read()).toString()).toBe('{"a": 1}');
    expect([r.text, r.json()]).toEqual(['{"a": 1}', { a: 1 }]);
    expect(await r.read()).toBe(r.content);
  });

  test("read() after pieces were taken is an error, and so is taking them twice", async () => {
    await using server = await startRawServer([reply("abcdef")]);
    await using r = await requests.get(server.url, { stream: true });
    for await (const _ of r.iter_content(2));
    expect(() => r.iter_content(2)).toThrow(exceptions.StreamConsumedError);
    await expect(r.read()).rejects.toThrow("already consumed");
  });

  test("what broke a body is told to whoever reads on: nothing would pass for its end", async () => {
    const cut = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\nConnection: close\r\n\r\n0123456789";
    const corrupt = reply("hello", { headers: ["Content-Encoding: gzip"] });
    await using server = await startRawServer([cut, corrupt].map((answer) => (socket) => void socket.end(answer)));
    for (const error of [exceptions.ChunkedEncodingError, exceptions.ContentDecodingError]) {
      const r = await requests.get(server.url, { stream: true });
      const iterate = async () => {
        for await (const _ of r.iter_content(4));
      };
      for (const read of [iterate, () => r.read(), iterate, () => r.read()])
        expect(await failure(read())).toBeInstanceOf(error);
    }
  });

  test("after a loop is left, what little comes can be read, and the rest is no end", async () => {
    await using server = await startRawServer([reply("abcdef"), reply("x".repeat(1e6))]);
    const [short, long] = [
      await requests.get(server.url, { stream: true }),
      await requests.get(server.url, { stream: true }),
    ];
    for (const r of [short, long]) for await (const _ of r.iter_content(2)) break;
    expect(Buffer.from(await short.read()).toString()).toBe("cdef");
    expect(() => long.iter_content(2)).toThrow(exceptions.StreamConsumedError);
    await expect(long.read()).rejects.toThrow("already consumed");
  });

  test("after a loop is left, what does not come holds no connection", async () => {
    const closed = Promise.withResolvers<void>();
    await using server = await startRawServer((socket) => {
      socket.on("close", () => closed.resolve()).write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n0123456789");
    });
    const r = await requests.get(server.url, { stream: true });
    for await (const _ of r.iter_content(2)) break;
    await closed.promise;
    expect(await failure(r.read())).toBeInstanceOf(exceptions.ChunkedEncodingError);
  });

  test("close() ends who waits for more with one of requests' own exceptions", async () => {
    await using server = await startRawServer((socket) => {
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n0123456789");
    });
    const r = await requests.get(server.url, { stream: true });
    const reading = failure(r.read());
    await r.close();
    expect(await reading).toBeInstanceOf(exceptions.ChunkedEncodingError);
  });

  test("raw reads as urllib3's, and what is left goes with close()", async () => {
    await using server = await startRawServer([reply("abcdef"), reply("again")]);
    await using s = new requests.Session();
    const r = await s.get(server.url, { stream: true });
    expect(Buffer.from(await r.raw.read(2)).toString()).toBe("ab");
    expect([r.raw.status, r.raw.reason, r.raw.version]).toEqual([200, "OK", 11]);
    const parts: string[] = [];
    for await (const part of r.raw.stream(3)) parts.push(Buffer.from(part).toString());
    expect(parts.join("")).toBe("cdef");
    await r.close();
    expect((await s.get(server.url)).text).toBe("again");
  });

  test("`await using` closes a response, whose connection is not kept with a body that goes on", async () => {
    await using server = await startRawServer((socket) => void socket.write(chunked + chunk("endless")));
    await using s = new requests.Session();
    {
      await using r = await s.get(server.url, { stream: true });
      expect(r.ok).toBe(true);
    }
    await server.connections[0]!.closed;
  });

  test("a call without a session leaves what is streamed to be read to its end", async () => {
    const more = Promise.withResolvers<void>();
    await using server = await startRawServer(async (socket) => {
      socket.write(chunked + chunk("first "));
      await more.promise;
      socket.write(`${chunk("last")}0\r\n\r\n`);
    });
    const r = await requests.get(server.url, { stream: true });
    more.resolve();
    await r.read();
    expect(r.text).toBe("first last");
    await server.connections[0]!.closed;
  });
});

describe("await using", () => {
  test("a session closes its adapters and its connections", async () => {
    let closed = 0;
    class Counting extends adapters.HTTPAdapter {
      override async close(): Promise<void> {
        closed++;
        await super.close();
      }
    }
    await using server = await startRawServer((socket) => void socket.write(reply()));
    {
      await using s = new requests.Session();
      s.mount("http://", new Counting());
      await s.get(server.url);
      expect(server.connections[0]!.open).toBe(true);
    }
    expect(closed).toBe(1);
    await server.connections[0]!.closed;
  });

  test("a call of the module leaves no connection behind", async () => {
    await using server = await startRawServer((socket) => void socket.write(reply()));
    await requests.get(server.url);
    await server.connections[0]!.closed;
    expect(server.connections).toHaveLength(1);
  });
});

describe("signal", () => {
  test("ends the wait for an answer with its reason, and the connection", async () => {
    await using server = await startRawServer(() => {});
    const controller = new AbortController();
    const reason = new Error("enough");
    const call = failure(requests.get(server.url, { signal: controller.signal }));
    await server.waitForRequests(1);
    controller.abort(reason);
    expect(await call).toBe(reason);
    await server.connections[0]!.closed;
  });

  test("ends a body that is read, and leaves no listener when all goes well", async () => {
    await using server = await startRawServer([
      (socket) => void socket.write(chunked + chunk("half")),
      (socket) => void socket.write(reply()),
    ]);
    const controller = new AbortController();
    const reason = new Error("enough");
    await using r = await requests.get(server.url, { stream: true, signal: controller.signal });
    const pieces = r.iter_content(4)[Symbol.asyncIterator]();
    expect((await pieces.next()).done).toBe(false);
    controller.abort(reason);
    expect(await failure(pieces.next())).toBe(reason);
    const other = new AbortController();
    await requests.get(server.url, { signal: other.signal });
    expect(getEventListeners(other.signal, "abort")).toEqual([]);
  });

  test("that is aborted already sends nothing", async () => {
    await using server = await startRawServer([]);
    const reason = new Error("late");
    expect(await failure(requests.post(server.url, { data: "x", signal: AbortSignal.abort(reason) }))).toBe(reason);
    expect(server.connections).toHaveLength(0);
  });

  test("goes along with redirects", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    await using server = await startRawServer([
      reply("", { status: "302 Found", headers: ["Location: /b"] }),
      () => controller.abort(reason),
    ]);
    expect(await failure(requests.get(server.url, { signal: controller.signal }))).toBe(reason);
    expect(server.requests).toHaveLength(2);
  });
});
