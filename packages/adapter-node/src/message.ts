import { request as httpRequest } from "node:http";
import type { ClientRequest, IncomingMessage, RequestOptions } from "node:http";
import type { Socket } from "node:net";
import type { Body, HttpRequest } from "@posthaste/core";
import { PIECE, Upload, own } from "@posthaste/transport";
import type { UploadOwner } from "@posthaste/transport";
import type { SentHeaders } from "./headers.ts";

/** What a message is made of. */
export interface MessageInit {
  readonly request: HttpRequest;
  /** What stands in the request line. */
  readonly path: string;
  readonly head: SentHeaders;
  readonly body: Body | undefined;
  readonly maxHeaderSize: number;
}

/** Who sends it, and is told what becomes of it. */
export interface MessageOwner extends UploadOwner {
  onSent(): void;
  /** An informational response came. */
  onInformation(): void;
  onResponse(incoming: IncomingMessage): void;
  /** The server has switched to another protocol. */
  onSwitch(incoming: IncomingMessage): void;
  onError(error: unknown): void;
}

const lastChunk = "0\r\n\r\n";

/** One of Node's requests over a connection, written as it is given. */
export class Message {
  readonly #request: ClientRequest;
  #owner: MessageOwner | undefined;
  #upload: Upload | undefined;

  constructor(owner: MessageOwner, socket: Socket, init: MessageInit) {
    const { request, path, head, maxHeaderSize } = init;
    this.#owner = owner;
    this.#request = httpRequest(
      own<RequestOptions>({
        createConnection: () => socket,
        method: request.method,
        path,
        headers: head.flat,
        // Host, Connection, Content-Length and Transfer-Encoding are there as far as they are to be.
        setDefaultHeaders: false,
        insecureHTTPParser: false,
        maxHeaderSize,
      }),
    );
    // Without an agent Node closes the connection, which is for the pool to say.
    this.#request.shouldKeepAlive = !head.close;
    // Chunks are written here, one for each of the source's, in as many pieces as it takes.
    this.#request.chunkedEncoding = false;
    // Or lines beyond the 2000th would be left out without a word; they are counted where they arrive.
    this.#request.maxHeadersCount = 0;
    this.#request.on("information", () => this.#owner?.onInformation());
    this.#request.on("response", (incoming) => this.#owner?.onResponse(incoming));
    this.#request.on("upgrade", (incoming, switched) => {
      switched.destroy();
      this.#owner?.onSwitch(incoming);
    });
    this.#request.on("error", (error) => this.#owner?.onError(error));
  }

  /** Whether all of it was handed to the network. */
  get isSent(): boolean {
    return this.#request.writableFinished;
  }

  /** The body, where its source has failed. */
  get failed(): Upload | undefined {
    return this.#upload?.failed ? this.#upload : undefined;
  }

  /** Begins to send. */
  send(owner: MessageOwner, { head: { chunked, length }, body }: MessageInit): void {
    const whole = body ? body.bytes : new Uint8Array();
    if (whole && whole.length <= PIECE && !(chunked && whole.length > 0)) {
      this.#end(chunked ? lastChunk : whole);
      return;
    }
    this.#upload = new Upload(owner, body!, length);
    // Not flushHeaders(), which would write the head as UTF-8.
    this.#request.write("", "latin1");
    this.#write(this.#upload, chunked).then(
      () => this.#end(chunked ? lastChunk : ""),
      // Where it is not the source's, it is told by the one that gave up.
      () => this.failed && this.#owner?.onError(this.failed.error),
    );
  }

  /** Gives it up, and the connection with it; its owner hears nothing of it any more. */
  abandon(): void {
    this.#owner = undefined;
    this.cancelBody();
    this.#request.destroy();
  }

  /** The rest of the body is not wanted. */
  cancelBody(): void {
    this.#upload?.cancel();
  }

  #end(last: Uint8Array | string): void {
    if (this.#owner) this.#request.end(last, "latin1", () => this.#owner?.onSent());
  }

  /** Each chunk of the source in a frame of its own, where the body goes out in chunks (RFC 9112 §7.1). */
  async #write(upload: Upload, chunked: boolean): Promise<void> {
    let left = 0;
    for await (const piece of upload) {
      if (piece.length === 0) continue;
      if (chunked && upload.chunk > 0) {
        left = upload.chunk;
        this.#request.write(`${left.toString(16)}\r\n`, "latin1");
      }
      left -= piece.length;
      await new Promise((resolve) => {
        const last = chunked && left === 0;
        this.#request.write(piece, last ? undefined : resolve);
        if (last) this.#request.write("\r\n", "latin1", resolve);
      });
    }
  }
}
