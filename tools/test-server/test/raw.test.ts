import { once } from "node:events";
import net from "node:net";
import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { afterEach, describe, expect, test } from "vitest";
import { Agent, request } from "undici";
import { writeInPieces } from "./pieces.ts";
import type { RawHandler, RawReply, RawServer, RawServerOptions } from "../src/index.ts";
import { createAuthority, startRawServer } from "../src/index.ts";

let server: RawServer;
afterEach(() => server.close());

async function start(script: readonly RawReply[] | RawHandler, options?: RawServerOptions): Promise<void> {
  server = await startRawServer(script, options);
}

async function connect(): Promise<net.Socket> {
  const socket = net.connect(server.port, "127.0.0.1");
  await once(socket, "connect");
  return socket;
}

/** Reads until the text has come. */
async function readTo(socket: Readable, text: string): Promise<string> {
  let seen = "";
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    seen += String(chunk);
    if (seen.endsWith(text)) break;
  }
  return seen;
}

const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n";
const echo: RawHandler = (socket, { method }) => void socket.write(`${OK}${method.slice(0, 2)}`);

describe("replies", () => {
  test("answer consecutive requests in turn, byte by byte", async () => {
    await start([
      `${OK}\u00ff\u0000`,
      Buffer.from(`${OK}ü`),
      (socket) => void socket.end(`HTTP/1.1 200 OK\r\n\r\nend`),
    ]);
    const get = async (path: string): Promise<string> => {
      const { body } = await request(server.url + path);
      return Buffer.from(await body.arrayBuffer()).toString("hex");
    };
    const bodies = [await get("/1"), await get("/2"), await get("/3")];
    expect(bodies).toEqual(["ff00", "c3bc", "656e64"]);
    expect(server.requests.map(({ target }) => target)).toEqual(["/1", "/2", "/3"]);
  });

  test("a request too many closes its connection", async () => {
    await start([]);
    await expect(request(server.url)).rejects.toThrow("other side closed");
    expect(server.requests).toHaveLength(1);
  });

  test("a string holds bytes only", async () => {
    await start(["€"]);
    await expect(request(server.url)).rejects.toThrow("other side closed");
    expect(String(server.errors[0])).toContain("U+00FF");
  });

  test("a failing handler closes its connection and is remembered", async () => {
    await start(() => Promise.reject(new Error("oops")));
    await expect(request(server.url)).rejects.toThrow("other side closed");
    expect(String(server.errors)).toBe("Error: oops");
  });

  test("pipelined requests are answered one after the other", async () => {
    const held = Promise.withResolvers<void>();
    await start([
      async (socket) => {
        await held.promise;
        socket.write(`${OK}11`);
      },
      `${OK}22`,
    ]);
    const socket = await connect();
    socket.write("GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\n");
    await server.waitForRequests(2);
    held.resolve();
    expect(await readTo(socket, "22")).toBe(`${OK}11${OK}22`);
  });
});

describe("recording", () => {
  const message = [
    "\r\nPOST /a?b HTTP/1.1\r\nHoSt: x\r\nX-A:  1 \r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
    '3;ext="1"\r\n\r\nd\r\nA\r\n0123456789\r\n0\r\nTrailer: t\r\n\r\n',
    "PUT /c HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc",
    "GET /d HTTP/1.1\r\nHost: x\r\n\r\n",
  ].join("");

  test.each([1, 2, 7, 10_000])("requests are complete whatever the cut: %i bytes at once", async (size) => {
    await start(echo);
    const socket = await connect();
    const answered = readTo(socket, "GE");
    await writeInPieces(socket, Buffer.from(message, "latin1"), size);
    await answered;
    const [post, put, get] = server.requests;
    expect(server.requests.map(({ bytes }) => bytes.toString("latin1")).join("")).toBe(message);
    expect(post).toMatchObject({ method: "POST", target: "/a?b", connection: 1 });
    expect(post?.headers).toEqual([
      ["HoSt", "x"],
      ["X-A", "1"],
      ["Transfer-Encoding", "gzip, chunked"],
    ]);
    expect([post, put, get].map((each) => each?.body.toString())).toEqual(["\r\nd0123456789", "abc", ""]);
    expect(put?.head).toBe("PUT /c HTTP/1.0\r\nContent-Length: 3");
    expect(server.connections[0]?.received.toString("latin1")).toBe(message);
  });

  test.each([
    ["GET /\r\n\r\n", "Not a request line"],
    ["GET / HTTP/1.1\r\nnocolon\r\n\r\n", "Not a header line"],
    ["POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n", "Not a Content-Length"],
    ["POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n", "More than one"],
    ["POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", "Both"],
    ["POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", "Not chunked at the end"],
    ["POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", "Not a chunk size"],
    ["POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc", "A chunk does not end"],
  ])("broken framing: %j", async (bytes, problem) => {
    await start(echo);
    const socket = await connect();
    socket.write(bytes);
    await once(socket, "close");
    expect(String(server.errors)).toContain(problem);
    expect(server.requests).toEqual([]);
  });
});

describe("connections", () => {
  test("are counted, and close destroys them", async () => {
    await start(() => {});
    const sockets = await Promise.all([connect(), connect()]);
    for (const socket of sockets) socket.write("GET / HTTP/1.1\r\n\r\n");
    await server.waitForRequests(2);
    expect([server.openSockets, server.connections.map(({ id, open }) => [id, open])]).toEqual([
      2,
      [
        [1, true],
        [2, true],
      ],
    ]);
    const gone = Promise.all(
      sockets.map((socket) =>
        once(
          socket.on("error", () => {}),
          "close",
        ),
      ),
    );
    await server.close();
    expect([server.openSockets, server.connections.map(({ open }) => open)]).toEqual([0, [false, false]]);
    await gone;
  });

  test("show when the client is gone, and what it had sent", async () => {
    await start(echo);
    const socket = await connect();
    socket.end("POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nab");
    await server.idle();
    await server.connections[0]?.closed;
    expect(server.connections[0]?.received.toString()).toMatch(/ab$/);
    expect(server.requests).toEqual([]);
  });

  test("can be ended before anything is read", async () => {
    await start(echo, { onConnection: (socket) => void socket.end("HTTP/1.1 503 No\r\n\r\n") });
    expect((await buffer(await connect())).toString()).toBe("HTTP/1.1 503 No\r\n\r\n");
  });

  test("onHead comes before the body", async () => {
    await start([`${OK}hi`], { onHead: (socket, { method }) => void socket.write(`HTTP/1.1 100 ${method}\r\n\r\n`) });
    const socket = await connect();
    socket.write("POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n");
    expect(await readTo(socket, "\r\n\r\n")).toBe("HTTP/1.1 100 POST\r\n\r\n");
    expect(server.requests).toEqual([]);
    socket.write("x");
    expect(await readTo(socket, "hi")).toBe(`${OK}hi`);
  });

  test("speak TLS", async () => {
    const authority = await createAuthority();
    await start([`${OK}hi`], { tls: await authority.issue() });
    await using dispatcher = closing(new Agent({ connect: { ca: authority.ca } }));
    const { body } = await request(`${server.url}/tls`, { dispatcher: dispatcher.agent });
    expect(await body.text()).toBe("hi");
    expect(server.requests[0]?.bytes.toString()).toMatch(/^GET \/tls HTTP\/1\.1\r\nhost: localhost:\d+\r\n/);
    await expect(request(server.url)).rejects.toThrow("unable to verify the first certificate");
  });
});

function closing(agent: Agent): AsyncDisposable & { agent: Agent } {
  return { agent, [Symbol.asyncDispose]: () => agent.close() };
}
