import http from "node:http";
import https from "node:https";
import type { Socket } from "node:net";
import { pipeline } from "node:stream/promises";
import type { TlsOptions } from "node:tls";
import type { Running } from "./listen.ts";
import { listen } from "./listen.ts";
import { connectLoopback, isLoopback, tunnel } from "./loopback.ts";
import { createRecorder } from "./recorder.ts";

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

export interface ProxyOptions {
  /** Wants these in `Proxy-Authorization: Basic`, or answers 407. */
  readonly auth?: Credentials;
  /** Speak TLS to the client with this certificate. */
  readonly tls?: TlsOptions;
}

/** A request to the proxy itself, refused ones too. */
export interface ProxyRequest {
  readonly method: string;
  /** As sent: `http://host/path`, or `host:port` of a CONNECT. */
  readonly target: string;
  /** Names and values in turn, as sent. */
  readonly headers: readonly string[];
  /** Which connection brought it, counted from 1. */
  readonly connection: number;
}

export interface ProxyServer extends Running {
  /** `http://127.0.0.1:PORT`, or `https://localhost:PORT` with TLS. */
  readonly url: string;
  readonly requests: readonly ProxyRequest[];
  /** Resolves with `requests` as soon as there are `count`. */
  readonly waitForRequests: (count: number) => Promise<readonly ProxyRequest[]>;
}

interface Refusal {
  readonly status: number;
  /** Names and values in turn. */
  readonly headers: string[];
}
const EMPTY = ["Content-Length", "0"];

/**
 * Starts an HTTP proxy: it forwards requests in absolute form, and CONNECT opens a tunnel.
 *
 * It goes to this machine only: loopback addresses and the names under `localhost` and `test`, all of
 * which lead to 127.0.0.1. So `http://origin.test:PORT/` works through the proxy and nowhere else.
 * Anything else is answered 403, and 502 where nothing listens.
 */
export async function startProxy(options: ProxyOptions = {}): Promise<ProxyServer> {
  const requests = createRecorder<ProxyRequest>();

  /** Records the request; returns the refusal, if it is refused. */
  const admit = (request: http.IncomingMessage, host: string | undefined): Refusal | undefined => {
    requests.add({
      method: request.method ?? "",
      target: request.url ?? "",
      headers: request.rawHeaders,
      connection: listener.connectionOf(request.socket),
    });
    if (options.auth && !isAuthorized(request, options.auth))
      return { status: 407, headers: ["Proxy-Authenticate", 'Basic realm="test-proxy"', "Content-Length", "0"] };
    if (host === undefined) return { status: 400, headers: EMPTY };
    return isLoopback(host) ? undefined : { status: 403, headers: EMPTY };
  };

  const forward = (request: http.IncomingMessage, response: http.ServerResponse): void => {
    const target = /^http:/i.test(request.url ?? "") ? URL.parse(request.url ?? "") : null;
    const refusal = admit(request, target?.hostname.replace(/^\[|\]$/g, ""));
    if (refusal || !target) return void response.writeHead(refusal?.status ?? 400, refusal?.headers).end();
    const outgoing = http.request({
      host: "127.0.0.1",
      port: target.port || 80,
      method: request.method ?? "GET",
      path: target.pathname + target.search,
      headers: endToEnd(request.rawHeaders),
      agent: false,
    });
    outgoing.once("socket", (socket) => listener.track(socket));
    outgoing.once("error", () => {
      if (response.headersSent) response.destroy();
      else response.writeHead(502, EMPTY).end();
    });
    outgoing.once("response", (incoming) => {
      response.sendDate = false;
      response.writeHead(incoming.statusCode ?? 502, incoming.statusMessage, endToEnd(incoming.rawHeaders));
      pipeline(incoming, response).catch(() => outgoing.destroy());
    });
    response.once("close", () => void (response.writableFinished || outgoing.destroy()));
    pipeline(request, outgoing).catch(() => outgoing.destroy());
  };

  const connect = async (request: http.IncomingMessage, socket: Socket, head: Buffer): Promise<void> => {
    const [, host, port] = /^\[?([^\]]*?)\]?:(\d+)$/.exec(request.url ?? "") ?? [];
    const refusal = admit(request, host);
    const upstream = refusal ? undefined : await connectLoopback(Number(port), listener).catch(() => undefined);
    if (!upstream) {
      const { status, headers } = refusal ?? { status: 502, headers: EMPTY };
      const lines = headers.map((part, index) => part + (index % 2 === 0 ? ": " : "\r\n"));
      socket.end(`HTTP/1.1 ${status} ${http.STATUS_CODES[status]}\r\n${lines.join("")}Connection: close\r\n\r\n`);
      socket.resume(); // to see the end of the client
      return;
    }
    socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
    upstream.write(head);
    await tunnel(socket, upstream);
  };

  const settings: http.ServerOptions = { keepAliveTimeout: 0, headersTimeout: 0, requestTimeout: 0 };
  const server = options.tls ? https.createServer({ ...settings, ...options.tls }) : http.createServer(settings);
  server.on("request", forward);
  server.on("connect", connect);
  const listener = await listen(server);
  return Object.assign(listener, {
    url: options.tls ? `https://localhost:${listener.port}` : `http://127.0.0.1:${listener.port}`,
    requests: requests.items,
    waitForRequests: requests.waitFor,
  });
}

function isAuthorized({ headers }: http.IncomingMessage, { user, password }: Credentials): boolean {
  const [, token] = /^basic +(\S+)$/i.exec(headers["proxy-authorization"] ?? "") ?? [];
  return token !== undefined && Buffer.from(token, "base64").toString("utf8") === `${user}:${password}`;
}

/** The headers that go on (RFC 9110 §7.6.1); Transfer-Encoding stays for Node to frame the body by. */
function endToEnd(rawHeaders: readonly string[]): string[] {
  const pairs = Array.from({ length: rawHeaders.length / 2 }, (_, index) => rawHeaders.slice(index * 2, index * 2 + 2));
  const drop = new Set([
    "connection",
    "keep-alive",
    "proxy-connection",
    "proxy-authorization",
    "proxy-authenticate",
    "te",
    "upgrade",
  ]);
  for (const [name = "", value = ""] of pairs)
    if (name.toLowerCase() === "connection")
      for (const option of value.split(",")) drop.add(option.trim().toLowerCase());
  return pairs.filter(([name = ""]) => !drop.has(name.toLowerCase())).flat();
}
