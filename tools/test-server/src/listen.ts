import { once } from "node:events";
import type { AddressInfo, Server, Socket } from "node:net";
import tls from "node:tls";

/** What every server of this package has. */
export interface Running extends AsyncDisposable {
  readonly port: number;
  /** How many sockets are open now. */
  readonly openSockets: number;
  /** Resolves as soon as no socket is open. */
  readonly idle: () => Promise<void>;
  /** Destroys every socket; resolves when all are gone and the port is free. */
  readonly close: () => Promise<void>;
}

/** A server that listens on 127.0.0.1, and the sockets it holds. */
export interface Listener extends Running {
  /** The ordinal, from 1, of the connection that `socket` is; 0 for a socket of another server. */
  readonly connectionOf: (socket: Socket) => number;
  /** Counts a socket that the server opened itself, so that `close()` ends that too. */
  readonly track: (socket: Socket) => void;
}

/** Starts `server` on 127.0.0.1 (port 0: one that is free) and watches its sockets. */
export async function listen(server: Server, port = 0): Promise<Listener> {
  const open = new Set<Socket>();
  const ordinals = new WeakMap<Socket, number>();
  let connections = 0;
  let idlers: (() => void)[] = [];
  let closing: Promise<void> | undefined;

  const track = (socket: Socket): void => {
    open.add(socket);
    socket.on("error", ignore);
    socket.once("close", () => {
      open.delete(socket);
      if (open.size > 0) return;
      for (const wake of idlers) wake();
      idlers = [];
    });
  };
  const idle = (): Promise<void> =>
    open.size === 0 ? Promise.resolve() : new Promise((resolve) => void idlers.push(resolve));
  const shut = async (): Promise<void> => {
    const closed = once(server, "close");
    server.close();
    for (const socket of open) socket.destroy();
    await Promise.all([closed, idle()]);
  };

  // First of the listeners, so that nothing is missed by the others.
  server.prependListener("connection", (socket: Socket) => {
    track(socket);
    if (closing) socket.destroy();
  });
  // Under TLS this is the socket that the rest of the server sees.
  server.prependListener(server instanceof tls.Server ? "secureConnection" : "connection", (socket: Socket) => {
    socket.on("error", ignore); // a reset by the peer is no failure of the server
    ordinals.set(socket, ++connections);
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");

  const close = (): Promise<void> => (closing ??= shut());
  return {
    port: (server.address() as AddressInfo).port,
    get openSockets() {
      return open.size;
    },
    connectionOf: (socket) => ordinals.get(socket) ?? 0,
    track,
    idle,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function ignore(): void {}
