import type {
  Adapter,
  Capabilities,
  ConnectionOption,
  HttpRequest,
  HttpResponse,
  TimeoutOption,
} from "@posthaste/core";
import { PIECE, Transport, own } from "@posthaste/transport";
import type { TransportOptions } from "@posthaste/transport";
import { UndiciExchange } from "./exchange.ts";
import { requestHeaders } from "./headers.ts";
import { Pool } from "./pool.ts";
import type { PoolOptions } from "./pool.ts";

/** What {@link undiciAdapter} reads of a call. */
export type UndiciOptions = ConnectionOption & TimeoutOption;

/** What {@link undiciAdapter} takes. */
export interface UndiciAdapterOptions extends TransportOptions {
  /** Speaks HTTP/2 with `https:` servers that do (ALPN). @default false */
  allowH2?: boolean;
}

/** All else that undici looks for, so that it finds nothing on a polluted `Object.prototype`. */
const unasked: object = {
  blocking: undefined,
  bodyTimeout: undefined,
  expectContinue: undefined,
  headersTimeout: undefined,
  idempotent: undefined,
  query: undefined,
  throwOnError: undefined,
  typeOfService: undefined,
  upgrade: undefined,
};

const can: Readonly<Capabilities> = {
  headerCase: true,
  headerOrder: true,
  framingHeaders: false,
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
 * Makes the adapter for Node: one hop over undici's dispatcher, with connections, timers and proxies of its own. It does not
 * touch undici's global dispatcher, and so not Node's `fetch`.
 *
 * It sends header lines in the letter case and order in which they are given, but for Host, Connection, Content-Length and
 * Transfer-Encoding, which undici writes. A GET, HEAD, OPTIONS or TRACE that met a connection just closed by the server is
 * sent once more over a new one, if its body can be sent again; nothing else is ever sent twice.
 *
 * Calls reject with an `HttpError`:
 *
 * | code | when |
 * | --- | --- |
 * | `ERR_URL` | the URL is no http or https URL, or holds characters that must be percent-encoded |
 * | `ERR_HEADER` | there is more than one Host, or Content-Length is not the length of the body |
 * | `ERR_OPTION` | a timeout, a proxy's URL or a local address is none |
 * | `ERR_UNSUPPORTED` | undici cannot send it: Expect, Upgrade, Keep-Alive, other values of Connection and Transfer-Encoding, CONNECT |
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
 * const adapter = undiciAdapter({ connections: 10, timeout: { read: 30_000 } });
 * await using client = createClient({ adapter });
 * const connection = { proxy: { url: "http://user:password@proxy.test:3128" } };
 * const response = await client.get("https://example.test/", { connection, timeout: { connect: 2000 } });
 * ```
 */
export function undiciAdapter(options: UndiciAdapterOptions = {}): Adapter<UndiciOptions> {
  const { allowH2 = false } = own(options);
  const transport = new Transport(options, {
    allowH2,
    pool: (target, connector, onEmpty) => new Pool(target, connector, pools, onEmpty),
  });
  const { connections, keepAlive, maxHeaderSize } = transport;
  const pools: PoolOptions = {
    connections,
    client: {
      headersTimeout: 0,
      bodyTimeout: 0,
      maxHeaderSize,
      allowH2,
      pipelining: keepAlive ? 1 : 0,
      ...(keepAlive && { keepAliveTimeout: keepAlive.timeout, keepAliveMaxTimeout: keepAlive.maxTimeout }),
    },
  };

  function exchange(
    request: HttpRequest<UndiciOptions>,
    resolve: (response: HttpResponse) => void,
    reject: (error: unknown) => void,
  ): void {
    const body = transport.open(request);
    const target = transport.target(request);
    const { flat, close, length } = requestHeaders(request, body);
    const { pool, path, read } = transport.way(request, target, flat);
    const bytes = body?.bytes;
    const streamed = body && !(bytes && bytes.length <= PIECE) ? body : undefined;
    if (streamed && length !== undefined) flat.push("content-length", `${length}`);
    const init = {
      request,
      pool,
      options: {
        path,
        method: request.method,
        headers: flat,
        body: (bytes as Buffer | undefined) ?? null,
        // HEAD and a DELETE with content are no reason to close a connection, as undici has it without this.
        reset: close,
        // Or undici would take the Host header's, and a new connection wherever that changes.
        servername: target.secure ? target.hostname : undefined,
        ...unasked,
      },
      body: streamed,
      length,
      read,
    };
    pool.send(new UndiciExchange(init, transport, resolve, reject));
  }

  return {
    name: "adapter-undici",
    can,
    options: ["connection", "timeout"],
    send: (request) => new Promise((resolve, reject) => exchange(request, resolve, reject)),
    close: () => transport.close(),
  };
}
