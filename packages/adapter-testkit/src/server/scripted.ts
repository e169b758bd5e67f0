import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { holds } from "../script.ts";
import type { CertificateName, Condition, Order, Ordered, Recorded, Step } from "../script.ts";
import type { Authority, Certificate } from "./certificate.ts";
import { Connection } from "./connection.ts";
import type { Stage } from "./connection.ts";

/** 127.0.0.1 and ::1. */
const ipv4 = [127, 0, 0, 1];
const ipv6 = [...Array.from({ length: 15 }, () => 0), 1];

/** The certificates of one authority, made when they are first asked for. */
export class Certificates {
  readonly #authority: Authority;
  readonly #issued = new Map<string, Certificate>();

  constructor(authority: Authority) {
    this.#authority = authority;
  }

  get ca(): string {
    return this.#authority.ca;
  }

  get(name: CertificateName | "client"): Certificate {
    let certificate = this.#issued.get(name);
    if (!certificate) {
      certificate = this.#authority.issue({
        name: name === "client" ? "client" : "localhost",
        names: name === "wrongHost" ? ["elsewhere.test"] : ["localhost", ipv4, ipv6, "named.test"],
        client: name === "client",
        expired: name === "expired",
        selfSigned: name === "selfSigned",
      });
      this.#issued.set(name, certificate);
    }
    return certificate;
  }
}

/** A server that plays what was ordered. */
export class Scripted implements Stage {
  requests = 0;
  readonly #order: Order;
  readonly #certificates: Certificates;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #connections: Connection[] = [];
  readonly #told = new Map<string, PromiseWithResolvers<void>>();
  #watchers: (() => void)[] = [];
  #played = 0;
  #folder: string | undefined;

  constructor(order: Order, certificates: Certificates) {
    this.#order = order;
    this.#certificates = certificates;
    this.#server = createServer({ noDelay: true }, (socket) => {
      this.#sockets.add(socket);
      socket.on("error", () => {});
      socket.once("close", () => {
        this.#sockets.delete(socket);
        this.changed();
      });
      void new Connection(this, socket).run();
      this.changed();
    });
  }

  /** @throws Error where it cannot listen there */
  async listen(id: string): Promise<Ordered> {
    const { listen: place = "ipv4" } = this.#order;
    if (place === "unix") {
      this.#folder = await mkdtemp(join(tmpdir(), "posthaste-"));
      this.#server.listen(join(this.#folder, "socket"));
    } else {
      this.#server.listen(0, place === "ipv6" ? "::1" : "127.0.0.1");
    }
    await once(this.#server, "listening");
    const address = this.#server.address() as AddressInfo | string;
    const host = place === "ipv6" ? "[::1]" : "127.0.0.1";
    if (place === "nowhere") await this.close();
    return {
      id,
      url: typeof address === "string" ? "http://localhost" : `http://${host}:${address.port}`,
      socketPath: typeof address === "string" ? address : undefined,
      ca: this.#certificates.ca,
      client: this.#certificates.get("client"),
    };
  }

  record(): Recorded {
    return { open: this.#sockets.size, connections: this.#connections.map((connection) => connection.record()) };
  }

  /** Resolves as soon as the condition holds, or with `false` after so many milliseconds. */
  until(condition: Condition, budget: number): Promise<boolean> {
    return new Promise((resolve) => {
      const done = (met: boolean): void => {
        clearTimeout(timer);
        this.#watchers = this.#watchers.filter((watcher) => watcher !== look);
        resolve(met);
      };
      const look = (): void => {
        if (holds(condition, this.record())) done(true);
      };
      const timer = setTimeout(done, budget, false);
      this.#watchers.push(look);
      look();
    });
  }

  tell(name: string): void {
    this.#gate(name).resolve();
  }

  async close(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    for (const { resolve } of this.#told.values()) resolve();
    await closed;
    if (this.#folder) await rm(this.#folder, { recursive: true, force: true });
  }

  // What its connections ask.

  get #entries(): readonly (readonly Step[])[] {
    return "requests" in this.#order ? this.#order.requests : this.#order.connections;
  }

  get byRequest(): boolean {
    return "requests" in this.#order;
  }

  get ca(): string {
    return this.#certificates.ca;
  }

  peek(): Step | undefined {
    return this.#entries[Math.min(this.#played, this.#entries.length - 1)]?.[0];
  }

  next(): readonly Step[] {
    return this.#entries[Math.min(this.#played++, this.#entries.length - 1)] ?? [];
  }

  certificate(name: CertificateName): Certificate {
    return this.#certificates.get(name);
  }

  told(name: string): Promise<void> {
    return this.#gate(name).promise;
  }

  enter(connection: Connection): void {
    this.#connections.push(connection);
    this.changed();
  }

  changed(): void {
    for (const watcher of this.#watchers) watcher();
  }

  #gate(name: string): PromiseWithResolvers<void> {
    let gate = this.#told.get(name);
    if (!gate) this.#told.set(name, (gate = Promise.withResolvers()));
    return gate;
  }
}
