import net from "node:net";
import type { Listener, Running } from "./listen.ts";
import { listen } from "./listen.ts";
import { connectLoopback, isLoopback, tunnel } from "./loopback.ts";
import type { Credentials } from "./proxy.ts";
import type { Reader } from "./reader.ts";
import { createReader } from "./reader.ts";
import type { Recorder } from "./recorder.ts";
import { createRecorder } from "./recorder.ts";

export interface SocksOptions {
  /** Wants these by user name and password (RFC 1929); without it, no authentication. */
  readonly auth?: Credentials;
  /** Answers every request with this failure code (RFC 1928 §6), such as 4 for "host unreachable". */
  readonly fail?: number;
}

/** Where a client wanted to go, in the form in which it said so. */
export interface SocksRequest {
  readonly type: "ipv4" | "ipv6" | "domain";
  /** IPv6 in the canonical form, without brackets. */
  readonly host: string;
  readonly port: number;
  /** With whose credentials. */
  readonly user: string | undefined;
}

export interface SocksServer extends Running {
  /** `socks5://127.0.0.1:PORT`. */
  readonly url: string;
  readonly requests: readonly SocksRequest[];
  /** Resolves with `requests` as soon as there are `count`. */
  readonly waitForRequests: (count: number) => Promise<readonly SocksRequest[]>;
}

/** Starts a SOCKS 5 proxy (RFC 1928) for CONNECT; it goes to the same hosts as {@link startProxy}. */
export async function startSocks5(options: SocksOptions = {}): Promise<SocksServer> {
  const requests = createRecorder<SocksRequest>();
  const server = net.createServer({ allowHalfOpen: true }, (socket) => {
    serve(socket, options, requests, listener).catch(() => socket.destroy());
  });
  const listener = await listen(server);
  return Object.assign(listener, {
    url: `socks5://127.0.0.1:${listener.port}`,
    requests: requests.items,
    waitForRequests: requests.waitFor,
  });
}

const VERSION = 5;
const NO_AUTHENTICATION = 0;
const USER_AND_PASSWORD = 2;
const NO_ACCEPTABLE_METHOD = 0xff;
const CONNECT = 1;
const ADDRESS_TYPES: Readonly<Record<number, SocksRequest["type"]>> = { 1: "ipv4", 3: "domain", 4: "ipv6" };
const REPLY = { succeeded: 0, notAllowed: 2, refused: 5, commandNotSupported: 7, addressTypeNotSupported: 8 };

async function serve(
  socket: net.Socket,
  options: SocksOptions,
  requests: Recorder<SocksRequest>,
  listener: Listener,
): Promise<void> {
  const reader = createReader(socket);
  const client = await authenticate(socket, reader, options.auth);
  if (!client) {
    await reader.release();
    socket.resume(); // to see the end of the client
    return;
  }
  const [version, command, , type] = await reader.take(4);
  if (version !== VERSION) throw new Error("Not SOCKS 5");
  const reply = (code: number): Buffer => Buffer.from([VERSION, code, 0, 1, 127, 0, 0, 1, 0, 0]);
  const destination = await readDestination(reader, type);
  await reader.release();
  if (!destination) return finish(socket, reply(REPLY.addressTypeNotSupported));
  requests.add({ ...destination, ...client });
  if (options.fail !== undefined) return finish(socket, reply(options.fail));
  if (command !== CONNECT) return finish(socket, reply(REPLY.commandNotSupported));
  if (!isLoopback(destination.host)) return finish(socket, reply(REPLY.notAllowed));
  const upstream = await connectLoopback(destination.port, listener).catch(() => undefined);
  if (!upstream) return finish(socket, reply(REPLY.refused));
  socket.write(reply(REPLY.succeeded));
  await tunnel(socket, upstream);
}

/** Agrees on a method and carries it out; undefined if the client was refused. */
async function authenticate(
  socket: net.Socket,
  reader: Reader,
  auth: Credentials | undefined,
): Promise<{ user: string | undefined } | undefined> {
  const [version, count = 0] = await reader.take(2);
  if (version !== VERSION) throw new Error("Not SOCKS 5");
  const methods = await reader.take(count);
  const method = auth ? USER_AND_PASSWORD : NO_AUTHENTICATION;
  if (!methods.includes(method)) return void socket.end(Buffer.from([VERSION, NO_ACCEPTABLE_METHOD]));
  socket.write(Buffer.from([VERSION, method]));
  if (!auth) return { user: undefined };
  const [, userLength = 0] = await reader.take(2);
  const user = (await reader.take(userLength)).toString("utf8");
  const [passwordLength = 0] = await reader.take(1);
  const password = (await reader.take(passwordLength)).toString("utf8");
  if (user !== auth.user || password !== auth.password) return void socket.end(Buffer.from([1, 1]));
  socket.write(Buffer.from([1, 0]));
  return { user };
}

async function readDestination(
  reader: Reader,
  addressType: number | undefined,
): Promise<Omit<SocksRequest, "user"> | undefined> {
  const type = ADDRESS_TYPES[addressType ?? 0];
  if (type === undefined) return undefined;
  const length = type === "domain" ? (await reader.take(1)).readUInt8() : type === "ipv4" ? 4 : 16;
  const address = await reader.take(length);
  const port = (await reader.take(2)).readUInt16BE();
  if (type === "domain") return { type, host: address.toString("utf8"), port };
  if (type === "ipv4") return { type, host: address.join("."), port };
  const groups = Array.from({ length: 8 }, (_, index) => address.readUInt16BE(index * 2).toString(16));
  return { type, host: new net.SocketAddress({ family: "ipv6", address: groups.join(":") }).address, port };
}

/** Says the last word, and listens for the client's end only. */
function finish(socket: net.Socket, bytes: Buffer): void {
  socket.end(bytes);
  socket.resume();
}
