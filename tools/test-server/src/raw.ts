import net from "node:net";
import tls from "node:tls";
import type { RawHead, RawRequest } from "./framing.ts";
import { createRequestFramer } from "./framing.ts";
import type { Running } from "./listen.ts";
import { listen } from "./listen.ts";
import { createRecorder } from "./recorder.ts";

/** Answers a request by hand: write to the socket, end it, destroy it, or stay silent. */
export type RawHandler = (socket: net.Socket, request: RawRequest) => void | Promise<void>;

/**
 * What answers one request: the bytes to write, or a function.
 * In a string each character is one byte (Latin-1); a character above U+00FF is an error, so use
 * `Buffer.from(text)` for UTF-8. The socket stays open after bytes; to close it, use a function.
 */
export type RawReply = string | Uint8Array | RawHandler;

export interface RawServerOptions {
  /** Speak TLS with this certificate (what `Authority.issue()` returns, or any of Node's options). */
  readonly tls?: tls.TlsOptions;
  /** Called for every connection before anything is read from it. */
  readonly onConnection?: (socket: net.Socket) => void;
  /** Called when a head is complete and its body may not be: for `100 Continue` and early answers. */
  readonly onHead?: (socket: net.Socket, head: RawHead) => void;
}

/** A connection to a raw server, open or gone. */
export interface RawConnection {
  /** Its ordinal, from 1. */
  readonly id: number;
  /** Everything received on it so far, complete requests or not (without TLS). */
  readonly received: Buffer;
  readonly open: boolean;
  /** Resolves when it is gone. */
  readonly closed: Promise<void>;
}

export interface RawServer extends Running {
  /** `http://127.0.0.1:PORT`, or `https://localhost:PORT` with TLS. */
  readonly url: string;
  /** The complete requests, in the order in which they were completed. */
  readonly requests: readonly RawRequest[];
  readonly connections: readonly RawConnection[];
  /** Broken framing and failures of handlers; each closed its connection. */
  readonly errors: readonly unknown[];
  /** Resolves with `requests` as soon as there are `count`. */
  readonly waitForRequests: (count: number) => Promise<readonly RawRequest[]>;
}

/**
 * Starts a TCP (or TLS) server that answers with exactly the bytes a test gives.
 *
 * With an array, its entries answer consecutive requests on whatever connection, in turn; a request
 * beyond the last closes its connection. A single function answers every request. Requests pipelined
 * on one connection are answered one after the other.
 *
 * ```ts
 * await using server = await startRawServer(["HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"]);
 * ```
 */
export async function startRawServer(
  script: readonly RawReply[] | RawHandler,
  options: RawServerOptions = {},
): Promise<RawServer> {
  const requests = createRecorder<RawRequest>();
  const connections: RawConnection[] = [];
  const errors: unknown[] = [];
  let answered = 0;

  const reply = async (socket: net.Socket, request: RawRequest): Promise<void> => {
    const entry = typeof script === "function" ? script : script[answered++];
    if (entry === undefined) socket.destroy();
    else if (typeof entry === "function") await entry(socket, request);
    else socket.write(toBytes(entry));
  };

  const serve = (socket: net.Socket): void => {
    const id = connections.length + 1;
    const chunks: Buffer[] = [];
    connections.push({
      id,
      get received() {
        return Buffer.concat(chunks);
      },
      get open() {
        return !socket.destroyed;
      },
      closed: new Promise((resolve) => socket.once("close", () => resolve())),
    });
    const fail = (error: unknown): void => {
      errors.push(error);
      socket.destroy();
    };
    let turn = Promise.resolve();
    const framer = createRequestFramer(
      id,
      (request) => {
        requests.add(request);
        turn = turn.then(() => reply(socket, request)).catch(fail);
      },
      (head) => options.onHead?.(socket, head),
    );
    socket.on("error", () => {});
    socket.on("data", (bytes) => {
      chunks.push(bytes);
      try {
        framer.push(bytes);
      } catch (error) {
        fail(error);
      }
    });
    options.onConnection?.(socket);
  };

  const server = options.tls ? tls.createServer(options.tls, serve) : net.createServer(serve);
  server.on("tlsClientError", () => {}); // the client's end of it is what a test looks at
  const listener = await listen(server);
  return Object.assign(listener, {
    url: options.tls ? `https://localhost:${listener.port}` : `http://127.0.0.1:${listener.port}`,
    requests: requests.items,
    connections,
    errors,
    waitForRequests: requests.waitFor,
  });
}

function toBytes(reply: string | Uint8Array): Uint8Array {
  if (typeof reply !== "string") return reply;
  const bytes = Buffer.from(reply, "latin1");
  if (bytes.toString("latin1") !== reply)
    throw new TypeError("A raw reply in a string may hold characters to U+00FF only");
  return bytes;
}
