import type {
  Adapter,
  Capabilities,
  ConnectionOption,
  HttpRequest,
  HttpResponse,
  TimeoutOption,
} from "@posthaste/core";
import { Transport } from "@posthaste/transport";
import type { TransportOptions } from "@posthaste/transport";
import { NodeExchange } from "./exchange.ts";
import { requestHeaders } from "./headers.ts";
import { Pool } from "./pool.ts";

/** What {@link nodeAdapter} reads of a call. */
export type NodeOptions = ConnectionOption & TimeoutOption;

/** What {@link nodeAdapter} takes. */
export type NodeAdapterOptions = TransportOptions;

const can: Readonly<Capabilities> = {
  headerCase: true,
  headerOrder: true,
  framingHeaders: true,
  rawResponseHeaders: true,
  rawContent: true,
  manualRedirect: true,
  streamingRequest: true,
  streamingResponse: true,
  connectTimeout: true,
  proxy: true,
  tls: true,
};

/**
 * Makes the adapter for Node over `node:http`: one hop, the request's bytes as they are given, with connections, timers and
 * proxies of its own. `http.globalAgent` is left alone.
 *
 * It sends header lines in the letter case and order in which they are given, Host, Connection, Content-Length and
 * Transfer-Encoding included. It adds what a server needs to read the message and nothing else: a Host in front,
 * Content-Type, Content-Length or Transfer-Encoding at the end. A GET, HEAD, OPTIONS or TRACE that met a connection just
 * closed by the server is sent once more over a new one, if its body can be sent again; nothing else is ever sent twice.
 *
 * Calls reject with an `HttpError`:
 *
 * | code | when |
 * | --- | --- |
 * | `ERR_URL` | the URL is no http or https URL, or holds characters that must be percent-encoded |
 * | `ERR_HEADER` | there is more than one Host, or the framing is not the body's or could be read in two ways |
 * | `ERR_OPTION` | a timeout, a proxy's URL or a local address is none |
 * | `ERR_UNSUPPORTED` | Node cannot send it: CONNECT, a method in small letters, a Trailer without chunks |
 * | `ERR_BODY` | the body is longer or shorter than its `length`, or yields something that is no `Uint8Array` |
 * | `ERR_CONNECT`, `ERR_TLS`, `ERR_PROXY` | there is no connection; after a proxy's refusal of a tunnel `response` is its answer |
 * | `ERR_RESET`, `ERR_PROTOCOL`, `ERR_LIMIT` | the connection ended before the response's head, or that is not HTTP, or too long |
 * | `ERR_BODY_TRUNCATED`, `ERR_PROTOCOL` | the response's content ended too early, or its framing is not HTTP |
 * | `ERR_TIMEOUT_CONNECT`, `ERR_TIMEOUT_READ` | a timeout passed |
 * | `ERR_CLOSED` | the adapter was closed |
 *
 * An error of the body's own source, and the reason of an aborted signal, come as they are.
 *
 * @throws HttpError `ERR_OPTION` where one of the numbers makes no sense
 * @example
 * ```ts
 * const adapter = nodeAdapter({ connections: 10, timeout: { read: 30_000 } });
 * await using client = createClient({ adapter });
 * const connection = { proxy: { url: "http://user:password@proxy.test:3128" } };
 * const response = await client.get("https://example.test/", { connection, timeout: { connect: 2000 } });
 * ```
 */
export function nodeAdapter(options: NodeAdapterOptions = {}): Adapter<NodeOptions> {
  const transport: Transport<Pool> = new Transport(options, {
    pool: (target, connector, onEmpty) => new Pool(target, connector, transport, onEmpty),
  });
  const { keepAlive, maxHeaderSize } = transport;

  function exchange(
    request: HttpRequest<NodeOptions>,
    resolve: (response: HttpResponse) => void,
    reject: (error: unknown) => void,
  ): void {
    const body = transport.open(request);
    const target = transport.target(request);
    const head = requestHeaders(request, body, target, keepAlive !== undefined);
    const { pool, path, read } = transport.way(request, target, head.flat);
    const init = { request, pool, path, head, body, read, maxHeaderSize };
    pool.send(new NodeExchange(init, transport, resolve, reject));
  }

  return {
    name: "adapter-node",
    can,
    options: ["connection", "timeout"],
    send: (request) => new Promise((resolve, reject) => exchange(request, resolve, reject)),
    close: () => transport.close(),
  };
}
