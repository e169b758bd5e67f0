import { once } from "node:events";
import net from "node:net";
import { pipeline } from "node:stream/promises";
import type { Listener } from "./listen.ts";

/** Whether a host is this machine: a loopback address, or a name under `localhost` or `test` (RFC 6761). */
export function isLoopback(host: string): boolean {
  return /^(?:127(?:\.\d{1,3}){3}|(?:::ffff:127(?:\.\d{1,3}){3})|::1|(?:[^:]*\.)?localhost|[^:]*\.test)$/i.test(host);
}

/** Connects to a port of 127.0.0.1, where every server of this package listens. */
export async function connectLoopback(port: number, listener: Listener): Promise<net.Socket> {
  const socket = net.connect({ host: "127.0.0.1", port, allowHalfOpen: true });
  listener.track(socket);
  await once(socket, "connect");
  return socket;
}

/** Joins two sockets until both directions are over; a failure of one destroys both. */
export async function tunnel(a: net.Socket, b: net.Socket): Promise<void> {
  await Promise.allSettled([pipeline(a, b), pipeline(b, a)]);
}
