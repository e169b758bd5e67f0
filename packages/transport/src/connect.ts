import net from "node:net";
import tls from "node:tls";
import type { ErrorCode, TlsOptions } from "@posthaste/core";
import { Failure, rootCause } from "./failure.ts";
import { until } from "./handshake.ts";
import { own } from "./own.ts";
import { tunnel } from "./proxy.ts";
import { reading } from "./read.ts";
import type { Route } from "./route.ts";
import { socks } from "./socks.ts";
import type { Target } from "./url.ts";
import type { Watchdog, Watchdogs } from "./watchdog.ts";

/** What Node looks for in the options of sockets, so that it finds nothing on a polluted `Object.prototype`. */
const unasked: object = {
  fd: undefined,
  handle: undefined,
  localAddress: undefined,
  localPort: undefined,
  lookup: undefined,
  onread: undefined,
  path: undefined,
  signal: undefined,
};

/** As Node's own, which would take the common name where no DNS name is: that names no host (RFC 9110 §4.3.4). */
function checkServerIdentity(host: string, cert: tls.PeerCertificate): Error | undefined {
  const nameless = own<object>(cert, { subject: undefined }) as tls.PeerCertificate;
  if (nameless.subjectaltname) return tls.checkServerIdentity(host, nameless);
  const code = "ERR_TLS_CERT_ALTNAME_INVALID";
  return Object.assign(new Error(`the certificate of ${host} has no subjectAltName`), { code });
}

/** What an {@link Attempt} tells when it is over, once. */
export type Connected = (...result: [error: null, socket: net.Socket] | [error: Error, socket: null]) => void;

/** What the connections of one route have in common: settings, TLS contexts and sessions. */
export class Connector {
  readonly route: Route;
  readonly watchdogs: Watchdogs;
  readonly #contexts = new Map<TlsOptions, tls.SecureContext>();
  readonly #sessions = new Map<string, Buffer>();

  constructor(route: Route, watchdogs: Watchdogs) {
    this.route = route;
    this.watchdogs = watchdogs;
  }

  /** Reading a bundle of authorities takes milliseconds: once will do. */
  contextOf(options: TlsOptions): tls.SecureContext {
    let context = this.#contexts.get(options);
    if (!context) {
      const { ca, cert, key, passphrase } = options;
      context = tls.createSecureContext(own({ ca, cert, key, passphrase } as tls.SecureContextOptions));
      this.#contexts.set(options, context);
    }
    return context;
  }

  sessionOf(name: string): Buffer | undefined {
    return this.#sessions.get(name);
  }

  keepSession(name: string, session: Buffer): void {
    if (this.#sessions.size >= 100) this.#sessions.clear();
    this.#sessions.set(name, session);
  }
}

/**
 * One try to connect, which begins at once. A single timer is over all of it: look-up of the name, TCP, the proxy's handshake,
 * TLS. A socket that could not be had is a {@link Failure} with `ERR_CONNECT`, `ERR_TLS`, `ERR_PROXY` or `ERR_TIMEOUT_CONNECT`.
 *
 * @example
 * ```ts
 * const attempt = new Attempt(connector, target, (error, socket) => (error ? reject(error) : resolve(socket)));
 * signal.addEventListener("abort", () => void attempt.cancel(new GivenUp()));
 * ```
 */
export class Attempt {
  readonly #connector: Connector;
  readonly #callback: Connected;
  readonly #watchdog: Watchdog;
  #socket: net.Socket | undefined;
  /** Whether it is the server's TLS that is waited for, or the tunnel for it. */
  #securing = false;
  #over = false;

  constructor(connector: Connector, target: Target, callback: Connected) {
    this.#connector = connector;
    this.#callback = callback;
    this.#watchdog = connector.watchdogs.watchdog(connector.route.timeout, this);
    this.#watchdog.touch();
    this.#run(target).then(
      (socket) => this.#settle(null, socket),
      (error: unknown) =>
        this.cancel(error instanceof Failure ? error : new Failure("ERR_CONNECT", rootCause(error), error)),
    );
  }

  onTimeout(): void {
    const problem = `no connection within ${this.#connector.route.timeout} ms`;
    // Named as Node does, for those who tell a silent server from one that is not there.
    const cause = this.#securing
      ? Object.assign(new Error("TLS handshake timeout"), { code: "ERR_TLS_HANDSHAKE_TIMEOUT" })
      : undefined;
    void this.cancel(new Failure("ERR_TIMEOUT_CONNECT", problem, cause));
  }

  /** Fails with this where it is not over; resolves when the socket is gone. */
  async cancel(failure: Failure): Promise<void> {
    if (this.#over) return;
    this.#settle(failure, null);
    const socket = this.#socket;
    if (!socket || socket.closed) return;
    await new Promise((resolve) => socket.once("close", resolve).destroy());
  }

  #settle(...result: Parameters<Connected>): void {
    if (this.#over) return;
    this.#over = true;
    this.#watchdog.stop();
    this.#callback(...result);
  }

  async #run(target: Target): Promise<net.Socket> {
    const { proxy, tls: options, socketPath, maxHeaderSize } = this.#connector.route;
    if (!proxy || socketPath !== undefined) {
      await this.#tcp(target, "ERR_CONNECT");
    } else {
      await this.#tcp(proxy, "ERR_PROXY");
      if (proxy.tls) await this.#tls(proxy, proxy.tls, "ERR_PROXY");
      if (proxy.socks) await socks(this.#socket!, proxy, target);
      else if (target.secure) {
        this.#securing = true;
        await tunnel(this.#socket!, proxy, target, maxHeaderSize);
      }
    }
    if (target.secure) {
      this.#securing = true;
      await this.#tls(target, options, "ERR_TLS");
    }
    return this.#socket!;
  }

  async #tcp({ hostname, port }: { hostname: string; port: number }, code: ErrorCode): Promise<void> {
    const { socketPath, localAddress } = this.#connector.route;
    const where = socketPath === undefined ? { host: hostname, port, localAddress } : { path: socketPath };
    const onread = reading((chunk) => socket.push(chunk));
    // In steps of 64 KiB, as Node reads from the network (its types do not know the option).
    const options = own<object>(unasked, where, { highWaterMark: 64 * 1024, onread });
    const socket = net
      .connect(options as net.NetConnectOpts)
      .setNoDelay(true)
      .setKeepAlive(true, 60_000);
    this.#own(socket);
    await until(socket, "connect", (error) => new Failure(code, rootCause(error), error));
  }

  /** Puts TLS over the socket. */
  async #tls(
    { hostname, port }: { hostname: string; port: number },
    options: TlsOptions,
    code: ErrorCode,
  ): Promise<void> {
    const fail = (error: unknown) => {
      // What the network did is not the fault of TLS.
      const kind = code === "ERR_TLS" && (error as NodeJS.ErrnoException).syscall ? "ERR_CONNECT" : code;
      return new Failure(kind, rootCause(error), error);
    };
    const name = options.servername ?? hostname;
    const target = code === "ERR_TLS";
    const id = `${code} ${name}:${port}`;
    let socket: tls.TLSSocket;
    try {
      const settings = {
        socket: this.#socket,
        host: name,
        // An address is no server name (RFC 6066 §3).
        ...(net.isIP(name) ? undefined : { servername: name }),
        checkServerIdentity,
        rejectUnauthorized: options.rejectUnauthorized,
        secureContext: this.#connector.contextOf(options),
        session: this.#connector.sessionOf(id),
        ALPNProtocols: target && this.#connector.route.allowH2 ? ["h2", "http/1.1"] : ["http/1.1"],
      };
      socket = tls.connect(own(unasked, settings as tls.ConnectionOptions));
    } catch (error) {
      throw fail(error);
    }
    socket.on("session", (session) => this.#connector.keepSession(id, session));
    this.#own(socket);
    await until(socket, "secureConnect", fail);
  }

  #own(socket: net.Socket): void {
    // An error may come when nobody waits for one; what matters is told by what waits.
    socket.on("error", () => {});
    this.#socket = socket;
    if (this.#over) socket.destroy();
  }
}
