import { createHash } from "node:crypto";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";

/** What a case says that a route answers; everything has the same meaning in recorder.py's server. */
export interface Answer {
  status?: number | [code: number, reason: string];
  headers?: Record<string, string> | [name: string, value: string][];
  body?: string | Uint8Array;
  /** Sent with chunked coding, each in a chunk of its own. */
  chunks?: (string | Uint8Array)[];
  /** Sent as it is, head and all. */
  raw?: string | Uint8Array;
  /** The connection is closed, behind the answer. */
  close?: boolean;
  /** The connection is closed without an answer. */
  drop?: boolean;
  /** The connection is left open behind a `raw` that is not whole. */
  hold?: boolean;
  /** Seconds before the answer. */
  delay?: number;
  /** Wants digest authentication first. */
  digest?: Digest;
}

interface Digest {
  user: string;
  password: string;
  realm?: string;
  algorithm?: string;
  qop?: string;
  opaque?: string;
  status?: number;
}

/** One request as it came. */
export interface Recorded {
  to: string;
  head: string[];
  framing: "none" | "length" | "chunked";
  body: string;
  chunks?: string[];
  digest?: string;
}

/** What a case scripted, and what it sent. */
export class Exchange {
  readonly routes = new Map<string, Answer[]>();
  readonly recorded: Recorded[] = [];
  readonly used = new Map<string, number>();
}

const bytes = (value: string | Uint8Array): Buffer<ArrayBuffer> =>
  typeof value === "string" ? Buffer.from(value) : Buffer.from(value);

const reasons: Record<number, string> = { 200: "OK", 302: "Found", 401: "Unauthorized", 404: "Not Found" };

/** A message on its way in, read piece by piece. */
class Reader {
  #data: Buffer = Buffer.alloc(0);
  readonly #source: AsyncIterator<Buffer>;

  constructor(socket: Socket) {
    this.#source = socket[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  async #more(): Promise<void> {
    const { done, value } = await this.#source.next();
    if (done) throw new Error("the connection ended");
    this.#data = Buffer.concat([this.#data, value]);
  }

  async until(end: string): Promise<string> {
    let at: number;
    while ((at = this.#data.indexOf(end)) < 0) {
      await this.#more();
      if (this.#data[0] === 0x16) throw new Error("TLS, which this server does not speak");
    }
    const found = this.#data.toString("latin1", 0, at);
    this.#data = this.#data.subarray(at + end.length);
    return found;
  }

  async exactly(count: number): Promise<string> {
    while (this.#data.length < count) await this.#more();
    const found = this.#data.toString("latin1", 0, count);
    this.#data = this.#data.subarray(count);
    return found;
  }
}

async function receive(reader: Reader, to: string): Promise<Recorded> {
  const head = (await reader.until("\r\n\r\n")).split("\r\n");
  const header = (name: string): string =>
    head
      .find((line) => line.toLowerCase().startsWith(`${name}:`))
      ?.slice(name.length + 1)
      .trim() ?? "";
  const record: Recorded = { to, head, framing: "none", body: "" };
  if (header("transfer-encoding").toLowerCase() === "chunked") {
    record.framing = "chunked";
    record.chunks = [];
    for (;;) {
      const length = Number.parseInt(await reader.until("\r\n"), 16);
      if (length === 0) {
        await reader.until("\r\n");
        break;
      }
      record.chunks.push(await reader.exactly(length));
      await reader.until("\r\n");
    }
    record.body = record.chunks.join("");
  } else if (Number(header("content-length")) > 0) {
    record.framing = "length";
    record.body = await reader.exactly(Number(header("content-length")));
  }
  return record;
}

const NONCE = "3f0c1a7e5b";

/** Checks what digest credentials say, and says what comes of it. */
function verdict(digest: Digest, method: string, header: string | undefined): "absent" | "good" | "bad" {
  if (!header?.startsWith("Digest ")) return "absent";
  const given = new Map(
    [...header.slice(7).matchAll(/(\w+)=(?:"([^"]*)"|([^\s,]+))/g)].map(([, name, quoted, bare]) => [
      name,
      quoted ?? bare ?? "",
    ]),
  );
  const field = (name: string): string => given.get(name) ?? "";
  const algorithm = digest.algorithm ?? "MD5";
  const name = { "MD5-SESS": "md5", MD5: "md5", SHA: "sha1", "SHA-256": "sha256", "SHA-512": "sha512" }[algorithm]!;
  const hash = (text: string): string => createHash(name).update(text).digest("hex");
  let a1 = hash(`${digest.user}:${digest.realm ?? "parity"}:${digest.password}`);
  if (algorithm === "MD5-SESS") a1 = hash(`${a1}:${field("nonce")}:${field("cnonce")}`);
  const a2 = hash(`${method}:${field("uri")}`);
  const middle = field("qop") ? `${field("nc")}:${field("cnonce")}:${field("qop")}:` : "";
  return field("response") === hash(`${a1}:${field("nonce")}:${middle}${a2}`) ? "good" : "bad";
}

function challenge(digest: Digest): Answer {
  const parts = [`realm="${digest.realm ?? "parity"}"`, `nonce="${NONCE}"`];
  if (digest.qop) parts.push(`qop="${digest.qop}"`);
  if (digest.opaque) parts.push(`opaque="${digest.opaque}"`);
  if (digest.algorithm) parts.push(`algorithm=${digest.algorithm}`);
  const name = digest.status === 407 ? "Proxy-Authenticate" : "WWW-Authenticate";
  return { status: digest.status ?? 401, headers: { [name]: `Digest ${parts.join(", ")}` }, body: "who?" };
}

function choose(exchange: Exchange, record: Recorded): Answer {
  const [method, target] = record.head[0]!.split(" ") as [string, string];
  const path = target.replace(/^https?:\/\/[^/?]*/, "") || "/";
  for (const place of [target, path, path.replace(/\?.*/, "")]) {
    for (const route of [`${method} ${place}`, place]) {
      const answers = exchange.routes.get(route);
      if (!answers) continue;
      const used = exchange.used.get(route) ?? 0;
      exchange.used.set(route, used + 1);
      const answer = answers[Math.min(used, answers.length - 1)]!;
      if (!answer.digest) return answer;
      const line = record.head.find((line) => /^(?:proxy-)?authorization:/i.test(line));
      record.digest = verdict(answer.digest, method, line?.replace(/^[^:]*:\s*/, ""));
      return record.digest === "good" ? answer : challenge(answer.digest);
    }
  }
  return { body: "ok", headers: { "Content-Type": "text/plain" } };
}

async function reply(socket: Socket, answer: Answer, method: string): Promise<boolean> {
  if (answer.delay) await new Promise((resolve) => setTimeout(resolve, answer.delay! * 1000));
  if (answer.drop) return false;
  if (answer.raw !== undefined) {
    socket.write(bytes(answer.raw));
    if (!answer.hold) return false;
    await once(socket, "close");
    return false;
  }
  const { status = 200 } = answer;
  const [code, reason] = Array.isArray(status) ? status : [status, reasons[status] ?? "Some Reason"];
  const headers = Array.isArray(answer.headers) ? [...answer.headers] : Object.entries(answer.headers ?? {});
  const body = bytes(answer.body ?? "");
  const bare = code < 200 || code === 204 || code === 304;
  if (answer.chunks) headers.push(["Transfer-Encoding", "chunked"]);
  else if (!bare) headers.push(["Content-Length", String(body.length)]);
  if (answer.close) headers.push(["Connection", "close"]);
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const parts: Uint8Array[] = [Buffer.from(`HTTP/1.1 ${code} ${reason}\r\n${lines}\r\n`, "latin1")];
  if (method !== "HEAD" && !bare) {
    if (!answer.chunks) parts.push(body);
    for (const chunk of answer.chunks?.map(bytes) ?? [])
      parts.push(Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from("\r\n"));
    if (answer.chunks) parts.push(Buffer.from("0\r\n\r\n"));
  }
  socket.write(Buffer.concat(parts));
  return !answer.close;
}

/** Serves many cases one after the other; a connection belongs to the case in which it was made. */
export class ParityServer {
  exchange = new Exchange();
  readonly ports: Record<string, number> = {};
  readonly #servers: Server[] = [];
  readonly #sockets = new Set<Socket>();

  async start(): Promise<this> {
    for (const name of ["http", "proxy", "refused"]) {
      const server = createServer((socket) => void this.#serve(socket, name));
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      this.ports[name] = (server.address() as AddressInfo).port;
      if (name === "refused") server.close();
      else this.#servers.push(server);
    }
    return this;
  }

  async #serve(socket: Socket, to: string): Promise<void> {
    const { exchange } = this;
    this.#sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => this.#sockets.delete(socket));
    socket.setNoDelay();
    const reader = new Reader(socket);
    try {
      for (let open = true; open;) {
        const record = await receive(reader, to);
        exchange.recorded.push(record);
        open = await reply(socket, choose(exchange, record), record.head[0]!.split(" ")[0]!);
      }
    } catch {
      // The client went away.
    }
    socket.end();
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    for (const server of this.#servers) {
      server.close();
      await once(server, "close");
    }
  }
}
