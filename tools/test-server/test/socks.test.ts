import { once } from "node:events";
import net from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeInPieces } from "./pieces.ts";
import type { SocksServer, TestServer } from "../src/index.ts";
import { createReader } from "../src/reader.ts";
import { startRawServer, startSocks5, startTestServer } from "../src/index.ts";

let origin: TestServer;
let socks: SocksServer;
beforeAll(async () => {
  origin = await startTestServer();
  socks = await startSocks5();
});
afterAll(async () => {
  await socks.close();
  await origin.close();
});

const IPV4 = [1, 127, 0, 0, 1];
const IPV6 = [4, ...Array.from({ length: 15 }, () => 0), 1];
const domain = (name: string): number[] => [3, name.length, ...Buffer.from(name)];
const port = (value: number): number[] => [value >> 8, value & 0xff];

async function open({ port: to }: SocksServer): Promise<net.Socket> {
  const socket = net.connect(to, "127.0.0.1");
  await once(socket, "connect");
  return socket;
}

/** Sends bytes and reads as many as asked for. */
async function say(socket: net.Socket, bytes: number[], count: number): Promise<number[]> {
  socket.write(Buffer.from(bytes));
  const reader = createReader(socket);
  const answer = await reader.take(count);
  await reader.release();
  return [...answer];
}

/** Greets and asks for a connection; the code of the reply. */
async function ask(socket: net.Socket, address: number[], command = 1, to = origin.port): Promise<number | undefined> {
  expect(await say(socket, [5, 1, 0], 2)).toEqual([5, 0]);
  const [version, code, , type] = await say(socket, [5, command, 0, ...address, ...port(to)], 10);
  expect([version, type]).toEqual([5, 1]);
  return code;
}

const GET = "GET /ip HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

describe("startSocks5()", () => {
  test.each([
    ["ipv4", IPV4, "127.0.0.1"],
    ["ipv6", IPV6, "::1"],
    ["domain", domain("origin.test"), "origin.test"],
  ] as const)("connects to an address: %s", async (type, address, host) => {
    const socket = await open(socks);
    expect(await ask(socket, [...address])).toBe(0);
    socket.write(GET);
    expect(await text(socket)).toContain('"origin": "127.0.0.1"');
    expect(socks.requests.at(-1)).toEqual({ type, host, port: origin.port, user: undefined });
  });

  test("takes bytes one by one", async () => {
    const socket = await open(socks);
    socket.setNoDelay(true);
    const all = [5, 2, 1, 0, 5, 1, 0, ...domain("localhost"), ...port(origin.port)];
    await writeInPieces(socket, Buffer.from(all), 1);
    expect(await say(socket, [], 12)).toEqual([5, 0, 5, 0, 0, 1, 127, 0, 0, 1, 0, 0]);
    socket.destroy();
  });

  test("user and password", async () => {
    await using own = await startSocks5({ auth: { user: "üs", password: "" } });
    const right = await open(own);
    expect(await say(right, [5, 2, 0, 2], 2)).toEqual([5, 2]);
    expect(await say(right, [1, 3, ...Buffer.from("üs"), 0], 2)).toEqual([1, 0]);
    expect((await say(right, [5, 1, 0, ...IPV4, ...port(origin.port)], 10))[1]).toBe(0);
    expect(own.requests).toEqual([{ type: "ipv4", host: "127.0.0.1", port: origin.port, user: "üs" }]);

    const wrong = await open(own);
    await say(wrong, [5, 1, 2], 2);
    expect(await say(wrong, [1, 1, 120, 1, 120], 2)).toEqual([1, 1]);
    expect(await text(wrong)).toBe("");
    const without = await open(own);
    expect(await say(without, [5, 1, 0], 2)).toEqual([5, 255]);
    right.destroy();
    without.destroy();
    await own.idle();
  });

  test("refuses what it does not do", async () => {
    expect(await ask(await open(socks), IPV4, 2)).toBe(7); // BIND
    expect(await ask(await open(socks), [9, 1, 2, 3])).toBe(8);
    expect(await ask(await open(socks), [1, 10, 0, 0, 1])).toBe(2);
    expect(await ask(await open(socks), domain("example.com"))).toBe(2);
    const raw = await startRawServer([]);
    await raw.close();
    expect(await ask(await open(socks), IPV4, 1, raw.port)).toBe(5);
  });

  test("fails on request", async () => {
    await using own = await startSocks5({ fail: 4 });
    expect(await ask(await open(own), IPV4)).toBe(4);
    expect(own.requests).toHaveLength(1);
  });

  test("hangs up on what is no SOCKS 5, and on who leaves", async () => {
    const socket = await open(socks);
    socket.on("error", () => {}).resume();
    socket.write(GET);
    await once(socket, "close");
    await using own = await startSocks5();
    (await open(own)).end(Buffer.from([5]));
    await own.idle();
  });

  test("close destroys tunnels", async () => {
    const own = await startSocks5();
    const socket = await open(own);
    await ask(socket, IPV4);
    expect(own.openSockets).toBe(2);
    const gone = once(
      socket.on("error", () => {}),
      "close",
    );
    await own.close();
    await gone;
  });
});
