import { globalAgent } from "node:http";
import { createServer } from "node:net";
import { getEventListeners } from "node:events";
import { OK, clients, failure, gate, request } from "@posthaste/adapter-specs/client";
import { connectionsSpecs } from "@posthaste/adapter-specs/connections";
import { listen, startRawServer, startTestServer } from "@posthaste/test-server";
import { expect, test } from "vitest";
import { nodeAdapter } from "../src/index.ts";

const client = clients(nodeAdapter);

connectionsSpecs(nodeAdapter);

test("a call that is aborted while its lost connection is replaced leaves none behind", async () => {
  const arrived = gate();
  let connections = 0;
  // A SOCKS proxy that is the server, too, and says nothing to the second connection.
  const both = createServer((socket) => {
    const replies = ["\x05\0", "\x05\0\0\x01\0\0\0\0\0\0", OK, undefined];
    const isFirst = ++connections === 1;
    socket.on("data", () => {
      if (!isFirst) arrived.resolve();
      const reply = isFirst ? replies.shift() : "";
      if (reply === undefined) socket.destroy();
      else socket.write(Buffer.from(reply, "latin1"));
    });
  });
  await using server = await listen(both);
  const proxy = { url: `socks5://127.0.0.1:${server.port}` };
  await using http = client({ connection: { proxy } });
  await (await http.get("http://127.0.0.1:1/")).text();
  const controller = new AbortController();
  const call = failure(http.get("http://127.0.0.1:1/", { signal: controller.signal }));
  await arrived.promise;
  controller.abort("why");
  expect(await call).toBe("why");
  await server.idle();
});

test("Node's own agent is left alone", async () => {
  await using server = await startTestServer();
  await using http = client();
  await (await http.get(`${server.url}/get`)).bytes();
  const { sockets, freeSockets, requests } = globalAgent;
  expect([sockets, freeSockets, requests].map((list) => Object.keys(list))).toEqual([[], [], []]);
});

test("a connection on which something comes that nobody asked for is closed", async () => {
  const read = gate();
  await using server = await startRawServer(async (socket) => {
    socket.write(OK);
    await read.promise;
    socket.write("HTTP/1.1 408 ");
  });
  // Not for being idle, that is.
  await using http = client({ keepAlive: { timeout: 600_000 } });
  await (await http.get(server.url)).text();
  read.resolve();
  await server.idle();
});

test("a connection is kept as long as the server says, less a second", async () => {
  const head = (hint: string) => `HTTP/1.1 200 OK\r\nKeep-Alive: ${hint}\r\nContent-Length: 0\r\n\r\n`;
  await using server = await startRawServer([head("timeout=1"), head("max=5, timeout=60"), head("timeout=60"), OK]);
  await using http = client({ keepAlive: { timeout: 1, maxTimeout: 30_000 } });
  for (let time = 0; time < 4; time++) {
    await (await http.get(server.url)).text();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(server.connections.map(({ received }) => received.toString().split("GET ").length - 1)).toEqual([1, 3]);
});

test("no line breaks through a request sent to the adapter itself", async () => {
  await using server = await startTestServer();
  const adapter = nodeAdapter();
  const response = await adapter.send(request(`${server.url}/get`, { headers: { Connection: "close" } }));
  expect((await response.json<{ url: string }>()).url).toBe(`${server.url}/get`);
  const { signal } = new AbortController();
  for (const headers of [{ X: "a\r\nb" }, { "X Y": "a" }]) {
    // Over a connection that was used, and over a new one.
    for (const localAddress of ["127.0.0.1", "127.0.0.1", "127.0.0.2"]) {
      const options = { signal, connection: { localAddress } };
      const error = await failure(adapter.send(request(`${server.url}/get`, { headers, options })));
      expect(error).toMatchObject({ code: "ERR_UNSUPPORTED", phase: "send" });
    }
  }
  expect(getEventListeners(signal, "abort")).toEqual([]);
  await server.idle();
  await adapter.close!();
});
