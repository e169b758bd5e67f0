import { once } from "node:events";
import type { Socket } from "node:net";
import { Server as TlsServer } from "node:tls";
import type { TLSSocket } from "node:tls";
import type { CertificateName, RecordedConnection, SocksTarget, Step } from "../script.ts";
import { KEPT, Request, permit } from "./requests.ts";

/** What a connection needs of the server it belongs to. */
export interface Stage {
  /** The first step of the next part, which tells whether a connection gets it by a request or at once. */
  peek(): Step | undefined;
  /** The steps of the next part. */
  next(): readonly Step[];
  readonly byRequest: boolean;
  /** How many requests came, on whatever connection. */
  requests: number;
  certificate(name: CertificateName): { cert: string; key: string };
  readonly ca: string;
  /** Resolves when somebody says so. */
  told(name: string): Promise<void>;
  /** A connection begins with its steps. */
  enter(connection: Connection): void;
  /** Something happened. */
  changed(): void;
}

/** The other side is gone. */
class Gone extends Error {}

/** A flood that gets no further for so many times so many milliseconds is stalled; a program that is held up misses one. */
const STALL = { times: 5, milliseconds: 100 };
const PIECE = Buffer.from(Array.from({ length: 64 * 1024 }, (_, index) => index & 255));

/** One connection of a scripted server. */
export class Connection {
  readonly #stage: Stage;
  readonly #bare: Socket;
  #socket: Socket;
  #buffer: Buffer = Buffer.alloc(0);
  #wake: () => void = () => {};
  #gone = false;
  readonly #requests: Request[] = [];
  #received = "";
  #receivedLength = 0;
  #flooded = 0;
  #stalled = false;
  #clientName: string | undefined;
  #target: SocksTarget | undefined;

  constructor(stage: Stage, socket: Socket) {
    this.#stage = stage;
    this.#bare = socket;
    this.#socket = socket;
    socket.once("close", () => {
      this.#gone = true;
      this.#wake();
    });
  }

  record(): RecordedConnection {
    return {
      requests: this.#requests.map((request) => request.record()),
      received: this.#received,
      receivedLength: this.#receivedLength,
      flooded: this.#flooded,
      stalled: this.#stalled,
      open: !this.#gone,
      servername: (this.#socket as Partial<TLSSocket>).servername || undefined,
      clientName: this.#clientName,
      socks: this.#target,
    };
  }

  /** Plays its part; resolves when that is over, whatever becomes of the other side. */
  async run(): Promise<void> {
    try {
      await this.#run();
    } catch (error) {
      // What is no HTTP, or no TLS, ends the connection; that the other side is gone is what some cases are about.
      if (!(error instanceof Gone)) this.#bare.destroy();
    }
  }

  async #run(): Promise<void> {
    const stage = this.#stage;
    if (stage.byRequest) {
      for (this.#listen(); ; await this.#body(Infinity)) {
        await this.#head();
        await this.#play(stage.next());
      }
    }
    // A browser opens connections that it may not use, and preflights go on others: only a request tells.
    if (stage.peek()?.do === "head") {
      this.#listen();
      await this.#head();
      await this.#play(stage.next().slice(1));
    } else {
      stage.enter(this);
      await this.#play(stage.next());
    }
    if (this.#socket.listenerCount("data") === 0) this.#listen();
  }

  async #play(steps: readonly Step[]): Promise<void> {
    for (const step of steps) await this.#step(step);
  }

  async #step(step: Step): Promise<void> {
    if (step.do !== "secure" && this.#socket.listenerCount("data") === 0) this.#listen();
    switch (step.do) {
      case "head":
        return this.#head();
      case "body":
        return this.#body(step.bytes ?? Infinity);
      case "socks":
        return this.#socks(step.user, step.password);
      case "send":
        this.#socket.write(step.bytes, "latin1");
        return undefined;
      case "flood":
        return this.#flood(step.bytes);
      case "secure":
        return this.#secure(step.certificate, step.client ?? false);
      case "wait":
        return this.#stage.told(step.name);
      case "pause":
        this.#socket.pause();
        return undefined;
      case "resume":
        this.#socket.resume();
        return undefined;
      case "end":
        this.#socket.end();
        return undefined;
      case "reset":
        this.#bare.resetAndDestroy();
        return undefined;
    }
  }

  #listen(): void {
    const socket = this.#socket;
    socket.on("data", (bytes: Buffer) => {
      this.#received += bytes.toString("latin1", 0, Math.max(0, KEPT - this.#received.length));
      this.#receivedLength += bytes.length;
      this.#buffer = this.#buffer.length > 0 ? Buffer.concat([this.#buffer, bytes]) : bytes;
      this.#wake();
      this.#stage.changed();
    });
  }

  async #need(there: () => boolean): Promise<void> {
    while (!there()) {
      if (this.#gone) throw new Gone();
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  #take(count: number): Buffer {
    const taken = this.#buffer.subarray(0, count);
    this.#buffer = this.#buffer.subarray(taken.length);
    return taken;
  }

  async #head(): Promise<void> {
    for (;;) {
      await this.#need(() => this.#buffer.includes("\r\n\r\n"));
      const end = this.#buffer.indexOf("\r\n\r\n");
      const request = new Request(this.#take(end).toString("latin1"), this.#stage.requests);
      this.#take(4);
      if (!request.isPreflight) {
        this.#stage.requests++;
        if (this.#requests.length === 0) this.#stage.enter(this);
        this.#requests.push(request);
        this.#stage.changed();
        return;
      }
      this.#socket.write(permit(request));
    }
  }

  async #exactly(count: number): Promise<Buffer> {
    await this.#need(() => this.#buffer.length >= count);
    return this.#take(count);
  }

  async #socks(user?: string, password?: string): Promise<void> {
    const text = async (): Promise<string> => (await this.#exactly((await this.#exactly(1))[0]!)).toString("utf8");
    const methods = await this.#exactly((await this.#exactly(2))[1]!);
    const method = user === undefined ? 0 : 2;
    const permitted = methods.includes(method);
    this.#socket.write(Buffer.from([5, permitted ? method : 0xff]));
    if (method === 2 && permitted) {
      await this.#exactly(1);
      // RFC 1929.
      const right = (await text()) === user && (await text()) === password;
      this.#socket.write(Buffer.from([1, right ? 0 : 1]));
      if (!right) throw new Error("wrong credentials");
    }
    const kind = (await this.#exactly(4))[3];
    const type = kind === 1 ? "ipv4" : kind === 4 ? "ipv6" : "name";
    const address = type === "name" ? await text() : await this.#exactly(type === "ipv4" ? 4 : 16);
    const host = typeof address === "string" ? address : type === "ipv4" ? address.join(".") : address.toString("hex");
    this.#target = { type, host, port: (await this.#exactly(2)).readUInt16BE() };
    this.#socket.write(Buffer.from([5, 0, 0, 1, 127, 0, 0, 1, 0, 0]));
  }

  async #line(): Promise<string> {
    await this.#need(() => this.#buffer.includes("\r\n"));
    const line = this.#take(this.#buffer.indexOf("\r\n")).toString("latin1");
    this.#take(2);
    return line;
  }

  /** Takes content until so many bytes of it were taken, or it is complete (RFC 9112 §6). */
  async #body(upTo: number): Promise<void> {
    const request = this.#requests.at(-1)!;
    while (!request.complete && request.length < upTo) {
      if (request.left === 0) {
        // A chunk's line may end with the next chunk only.
        if (request.length > 0) await this.#line();
        request.left = Number.parseInt(await this.#line(), 16);
        if (Number.isNaN(request.left)) throw new SyntaxError("no size of a chunk");
        if (request.left === 0) {
          while ((await this.#line()) !== "");
          request.complete = true;
        }
      } else {
        await this.#need(() => this.#buffer.length > 0);
        const bytes = this.#take(request.left);
        request.add(bytes);
        request.left -= bytes.length;
        if (request.left === 0 && !request.chunked) request.complete = true;
      }
      this.#stage.changed();
    }
  }

  async #flood(bytes: number): Promise<void> {
    for (let left = bytes; left > 0;) {
      const piece = PIECE.subarray(0, left);
      if (this.#gone) throw new Gone();
      if (!this.#socket.write(piece)) await this.#drained();
      left -= piece.length;
      this.#flooded += piece.length;
    }
  }

  async #drained(): Promise<void> {
    let times = 0;
    const timer = setInterval(() => {
      if (++times !== STALL.times) return;
      this.#stalled = true;
      this.#stage.changed();
    }, STALL.milliseconds);
    const over = new AbortController();
    const { signal } = over;
    await Promise.race([once(this.#socket, "drain", { signal }), once(this.#bare, "close", { signal })]).finally(() => {
      clearInterval(timer);
      over.abort();
    });
    if (this.#gone) throw new Gone();
    if (this.#stalled) {
      this.#stalled = false;
      this.#stage.changed();
    }
  }

  async #secure(name: CertificateName, client: boolean): Promise<void> {
    const { ca } = this.#stage;
    const socket = this.#socket;
    socket.removeAllListeners("data").pause();
    if (this.#buffer.length > 0) socket.unshift(this.#take(Infinity));
    const server = new TlsServer({
      ...this.#stage.certificate(name),
      ca,
      requestCert: client,
      rejectUnauthorized: client,
    });
    // Its own errors and a client that goes both end the wait; the latter is what most of these cases are about.
    const failed = new Promise<never>((_, reject) => {
      server.once("tlsClientError", () => reject(new Gone()));
      socket.once("close", () => reject(new Gone()));
    });
    server.emit("connection", socket);
    const [secure] = (await Promise.race([once(server, "secureConnection"), failed])) as [TLSSocket];
    secure.on("error", () => {});
    this.#clientName = [secure.getPeerCertificate().subject?.CN ?? []].flat()[0];
    this.#socket = secure;
    this.#listen();
  }
}
