import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { answerTo, faultOf } from "./faults.ts";

/*
 * The server of the soak, a process of its own: answers by what `faults.ts` says of a request's number. It is asked for its
 * open sockets by a message.
 */

const open = new Set<Socket>();
const server = createServer((socket) => {
  open.add(socket);
  socket.setNoDelay(true);
  socket.on("error", () => {}).on("close", () => open.delete(socket));
  let buffer = Buffer.alloc(0);
  let turn = Promise.resolve();
  socket.on("data", (bytes) => {
    // The beginning of a TLS handshake.
    if (bytes[0] === 0x16) {
      socket.end("HTTP/1.1 400 Bad Request\r\n\r\n");
      return;
    }
    buffer = Buffer.concat([buffer, bytes]);
    for (;;) {
      const end = buffer.indexOf("\r\n\r\n");
      if (end < 0) return;
      const head = buffer.toString("latin1", 0, end);
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
      if (buffer.length < end + 4 + length) return;
      buffer = buffer.subarray(end + 4 + length);
      const [, id, rest] = / \/(\d+)(\S*)/.exec(head) ?? [];
      turn = turn.then(() => answer(socket, Number(id), rest ?? ""));
    }
  });
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
const { port } = server.address() as AddressInfo;
process.on("message", () => process.send!({ open: open.size }));
process.on("disconnect", () => process.exit());
process.send!({ port });

function whole(content: string | Buffer, status = "200 OK", ...lines: string[]): Buffer {
  const bytes = Buffer.from(content);
  const head = [`HTTP/1.1 ${status}`, ...lines, `Content-Length: ${bytes.length}`, "", ""].join("\r\n");
  return Buffer.concat([Buffer.from(head), bytes]);
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function answer(socket: Socket, id: number, rest: string): Promise<void> {
  const text = answerTo(id);
  const right = whole(text);
  const chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  const smuggled = whole("SMUGGLED");
  if (rest === "/around") return void socket.write(whole("", "302 Found", `Location: /${id}/around`));
  switch (faultOf(id)) {
    case "reset before the head":
      return void socket.resetAndDestroy();
    case "closed before the head":
      return void socket.end();
    case "no HTTP":
      return void socket.end(`SSH-2.0-${id}\r\n`);
    case "head cut":
      return void socket.end(right.subarray(0, 25));
    case "head too long":
      return void socket.write(whole(text, "200 OK", `X-Long: ${"x".repeat(20_000)}`));
    case "silence instead of a head":
    case "caller gives up":
      return;
    case "content cut":
      return void socket.end(
        Buffer.concat([
          Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${text.length + 1}\r\n\r\n`),
          Buffer.from(text),
        ]),
      );
    case "content reset":
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${text.length + 1}\r\n\r\n${text}`, () =>
        socket.resetAndDestroy(),
      );
      return;
    case "content that stops":
      return void socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${text.length + 1}\r\n\r\n${text}`);
    case "chunks cut":
      return void socket.end(`${chunked}${text.length.toString(16)}\r\n${text}\r\n`);
    case "chunk of no size":
      return void socket.write(`${chunked}-1\r\n${text}\r\n0\r\n\r\n`);
    case "two lengths":
      return void socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${text.length}\r\nContent-Length: 1\r\n\r\n${text}`);
    case "length and chunks":
      return void socket.write(
        `${chunked.replace("\r\n\r\n", `\r\nContent-Length: 3\r\n\r\n`)}0\r\n\r\n${smuggled.toString()}`,
      );
    case "gzip corrupt":
      return void socket.write(
        whole(Buffer.concat([gzipSync(text).subarray(0, -8), Buffer.alloc(8)]), "200 OK", "Content-Encoding: gzip"),
      );
    case "gzip cut":
      return void socket.write(whole(gzipSync(text).subarray(0, -9), "200 OK", "Content-Encoding: gzip"));
    case "codings without end":
      return void socket.write(whole(gzipSync(text), "200 OK", `Content-Encoding: ${"gzip, ".repeat(50)}gzip`));
    case "redirects in a circle":
      return void socket.write(whole("", "302 Found", `Location: /${id}/around`));
    case "redirect to nobody":
      return void socket.write(whole("", "302 Found", "Location: http://127.0.0.1:1/"));
    case "status 503":
      return void socket.write(whole(text, "503 Service Unavailable", "Retry-After: 1"));
    case "100 Continue unasked":
      return void socket.write(
        Buffer.concat([Buffer.from("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n"), right]),
      );
    case "answer in crumbs":
      for (let at = 0; at < right.length && !socket.destroyed; at += 400) {
        socket.write(right.subarray(at, at + 400));
        await wait(1);
      }
      return;
    case "cookies in heaps":
      return void socket.write(
        whole(
          text,
          "200 OK",
          ...Array.from({ length: 150 }, (_, index) => `Set-Cookie: c${index}=${id}; Path=/elsewhere`),
        ),
      );
    case "closed after the answer":
      return void socket.end(right);
    case "second answer behind the first":
      return void socket.write(Buffer.concat([right, smuggled]));
    case "caller gives up on the content":
    case "caller leaves the content":
      return void socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n${text}`);
    case undefined:
    default:
      return void socket.write(right);
  }
}
