import http from "node:http";
import https from "node:https";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { TLSSocket } from "node:tls";
import type { Authority, Certificate } from "./authority.ts";
import { createAuthority } from "./authority.ts";
import type { Answer, Exchange } from "./exchange.ts";
import { parseCookies, text } from "./exchange.ts";
import type { Listener, Running } from "./listen.ts";
import { listen } from "./listen.ts";
import { createRecorder } from "./recorder.ts";
import { createRouter } from "./router.ts";
import { createRoutes } from "./routes.ts";

/** A request that the server got. It is recorded when its head is there; the body may follow. */
export interface RecordedRequest {
  readonly method: string;
  /** The request target as sent, such as `/get?a=1`. */
  readonly url: string;
  readonly httpVersion: string;
  /** Names and values in turn, as sent. */
  readonly headers: readonly string[];
  /** What has come of the body, without chunk framing. */
  readonly body: Buffer;
  /** Whether the body has come to its end. */
  readonly complete: boolean;
  /** Which connection of its listener brought it, counted from 1. */
  readonly connection: number;
  readonly secure: boolean;
  /** The common name in the client's certificate, if it showed one. */
  readonly clientName: string | undefined;
}

export interface TestServerOptions {
  /** The port of the HTTP listener; without it one that is free. */
  readonly port?: number;
  /** False keeps `requests` empty, as a benchmark wants it. */
  readonly record?: boolean;
  /** Milliseconds after which an idle connection is closed; 0, the default, for never. */
  readonly keepAliveTimeout?: number;
}

export interface HttpsOptions {
  /** Instead of a certificate of the server's authority for localhost, 127.0.0.1 and ::1. */
  readonly certificate?: Certificate;
  /** Whether clients are asked for a certificate of the server's authority, or must have one. */
  readonly clientCertificate?: "request" | "require";
}

/** A listener that serves the same routes over TLS. */
export interface HttpsListener {
  /** `https://localhost:PORT`. */
  readonly url: string;
  readonly port: number;
  /** The certificate of the authority, PEM: what a client has to trust. */
  readonly ca: string;
  /** Makes further certificates of the same authority. */
  readonly authority: Authority;
}

export interface TestServer extends Running {
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly url: string;
  /** Every request so far, over HTTP and HTTPS, in the order of arrival. */
  readonly requests: readonly RecordedRequest[];
  /** Opens an HTTPS listener with the same routes. The first call makes the authority. */
  readonly https: (options?: HttpsOptions) => Promise<HttpsListener>;
  /** Resolves with `requests` as soon as there are `count`. */
  readonly waitForRequests: (count: number) => Promise<readonly RecordedRequest[]>;
}

/**
 * Starts a server with httpbin's routes on 127.0.0.1.
 *
 * ```ts
 * await using server = await startTestServer();
 * const response = await fetch(`${server.url}/get`);
 * const { url, ca } = await server.https(); // only if a test needs TLS
 * ```
 */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const requests = createRecorder<RecordedRequest>();
  const find = createRouter(createRoutes());
  const listeners: Listener[] = [];
  let authority: Promise<Authority> | undefined;

  const open = async (server: http.Server, port?: number): Promise<Listener> => {
    server.on("request", (request: http.IncomingMessage, response: http.ServerResponse) => {
      const entry = record(request, listener.connectionOf(request.socket));
      if (options.record !== false) requests.add(entry);
      void serve(find, entry, request, response);
    });
    const listener = await listen(server, port);
    listeners.push(listener);
    return listener;
  };

  const settings: http.ServerOptions = {
    keepAliveTimeout: options.keepAliveTimeout ?? 0,
    headersTimeout: 0,
    requestTimeout: 0,
    maxHeaderSize: 1 << 20,
    highWaterMark: 1 << 16,
  };
  const plain = await open(http.createServer(settings), options.port);
  const idle = async (): Promise<void> => void (await Promise.all(listeners.map((listener) => listener.idle())));
  const close = async (): Promise<void> => void (await Promise.all(listeners.map((listener) => listener.close())));

  return {
    url: `http://127.0.0.1:${plain.port}`,
    port: plain.port,
    requests: requests.items,
    get openSockets() {
      return listeners.reduce((sum, { openSockets }) => sum + openSockets, 0);
    },
    async https({ certificate, clientCertificate } = {}) {
      const issuer = await (authority ??= createAuthority());
      const { port } = await open(
        https.createServer({
          ...settings,
          ...(certificate ?? (await issuer.issue())),
          ...(clientCertificate && {
            ca: issuer.ca,
            requestCert: true,
            rejectUnauthorized: clientCertificate === "require",
          }),
        }),
      );
      return { url: `https://localhost:${port}`, port, ca: issuer.ca, authority: issuer };
    },
    waitForRequests: requests.waitFor,
    idle,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function record(request: http.IncomingMessage, connection: number): RecordedRequest {
  const secure = "encrypted" in request.socket;
  const subject = secure ? (request.socket as TLSSocket).getPeerCertificate()?.subject : undefined;
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  return {
    method: request.method ?? "",
    url: request.url ?? "",
    httpVersion: request.httpVersion,
    headers: request.rawHeaders,
    get body() {
      return Buffer.concat(chunks);
    },
    get complete() {
      return request.complete;
    },
    connection,
    secure,
    clientName: [subject?.CN].flat()[0],
  };
}

async function serve(
  find: ReturnType<typeof createRouter>,
  entry: RecordedRequest,
  request: http.IncomingMessage,
  response: http.ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  try {
    await new Promise<void>((resolve, reject) => {
      request.once("end", resolve);
      request.once("close", () => reject(new Error("The client is gone")));
    });
    const exchange = toExchange(entry, request, gone.signal);
    await send(exchange, response, await answer(find, exchange));
  } catch (error) {
    if (gone.signal.aborted || response.headersSent) return void response.destroy();
    for (const name of response.getHeaderNames()) response.removeHeader(name);
    // What cannot be sent, such as a line feed in a header, was asked for by the client.
    const asked = /^ERR_(?:HTTP_)?INVALID/.test((error as NodeJS.ErrnoException).code ?? "");
    response.writeHead(asked ? 400 : 500, { "Content-Type": "text/plain" }).end(String(error));
  }
}

function toExchange(entry: RecordedRequest, request: http.IncomingMessage, signal: AbortSignal): Exchange {
  const base = `${entry.secure ? "https" : "http"}://${request.headers.host ?? "127.0.0.1"}`;
  // A target in absolute form counts by its path.
  const target = entry.url.replace(/^https?:\/\/[^/?]*(?=\/)/i, "");
  const mark = target.indexOf("?");
  return {
    method: entry.method,
    target,
    path: mark < 0 ? target : target.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? "" : target.slice(mark)),
    headers: request.headers,
    rawHeaders: request.rawHeaders,
    cookies: parseCookies(request.headers.cookie),
    body: entry.body,
    origin: request.socket.remoteAddress ?? "",
    secure: entry.secure,
    base,
    signal,
  };
}

async function answer(find: ReturnType<typeof createRouter>, exchange: Exchange): Promise<Answer> {
  const { headers, method } = exchange;
  const match = find(method, exchange.path);
  if (!match) return text("text/plain", `Nothing at ${exchange.path}\n`, 404);
  const allow = ["Allow", match.allow.join(", ")] as const;
  if (method === "OPTIONS") {
    const asked = headers["access-control-request-headers"];
    return {
      headers: [
        allow,
        ["Access-Control-Allow-Methods", "GET, POST, PUT, DELETE, PATCH, OPTIONS"],
        ["Access-Control-Max-Age", "3600"],
        ...(asked === undefined ? [] : [["Access-Control-Allow-Headers", asked] as const]),
      ],
    };
  }
  if (!match.run) return { ...text("text/plain", `No ${method} at ${exchange.path}\n`, 405), headers: [allow] };
  try {
    return await match.run(exchange);
  } catch (error) {
    if (error instanceof SyntaxError) return text("text/plain", `${error.message}\n`, 400);
    throw error;
  }
}

async function send({ headers, method }: Exchange, response: http.ServerResponse, answered: Answer): Promise<void> {
  const { status = 200, body = "" } = answered;
  response.setHeader("Access-Control-Allow-Origin", headers.origin ?? "*");
  response.setHeader("Access-Control-Allow-Credentials", "true");
  response.statusCode = status;
  for (const [name, value] of answered.headers ?? []) response.appendHeader(name, value);
  const bodiless = status === 204 || status === 304;
  if (typeof body === "string" || body instanceof Uint8Array) {
    const bytes = Buffer.from(body);
    if (!bodiless) response.setHeader("Content-Length", bytes.length);
    else response.removeHeader("Content-Type");
    response.end(bytes);
  } else if (method === "HEAD") response.end();
  else await pipeline(Readable.from(body, { objectMode: false }), response);
}
