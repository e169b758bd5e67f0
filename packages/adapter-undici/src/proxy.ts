import { HeaderList } from "@posthaste/core";
import type { Socket } from "node:net";
import { Failure } from "./errors.ts";
import { take } from "./handshake.ts";
import type { ProxyRoute } from "./route.ts";
import { authorityOf } from "./url.ts";
import type { Target } from "./url.ts";

/** Asks a proxy for a tunnel to the target (RFC 9110 §9.3.6). */
export async function tunnel(socket: Socket, proxy: ProxyRoute, target: Target, maxHeaderSize: number): Promise<void> {
  const authority = authorityOf(target);
  const lines = proxy.headers.map(([name, value]) => `${name}: ${value}\r\n`);
  if (!proxy.headers.some(([name]) => name.toLowerCase() === "host")) lines.unshift(`Host: ${authority}\r\n`);
  socket.write(`CONNECT ${authority} HTTP/1.1\r\n${lines.join("")}\r\n`, "latin1");
  let bytes = Buffer.alloc(0);
  for (;;) {
    const end = bytes.indexOf("\r\n\r\n");
    if (end < 0) {
      if (bytes.length > maxHeaderSize)
        throw new Failure("ERR_PROXY", `the proxy's answer is over ${maxHeaderSize} bytes`);
      bytes = Buffer.concat([bytes, await take(socket)]);
      continue;
    }
    const { status, reason, headers } = parseHead(bytes.toString("latin1", 0, end));
    bytes = bytes.subarray(end + 4);
    if (status < 200) continue;
    if (status >= 300) {
      throw new Failure("ERR_PROXY", `the proxy answered ${status} ${reason}`.trimEnd(), undefined, {
        status,
        reason,
        headers,
      });
    }
    // TLS is for the client to begin.
    if (bytes.length > 0) throw new Failure("ERR_PROXY", "the proxy sent bytes of its own into the tunnel");
    return;
  }
}

/** Status line and header lines, without the empty line. */
export function parseHead(text: string): { status: number; reason: string; headers: HeaderList } {
  const [first = "", ...lines] = text.split("\r\n");
  const [, status, reason = ""] = /^HTTP\/1\.\d (\d{3})(?: (.*))?$/.exec(first) ?? [];
  if (status === undefined) throw new Failure("ERR_PROXY", "the proxy's answer is not HTTP");
  const headers = new HeaderList();
  for (const line of lines) {
    const [, name, value = ""] = /^([^:\s]+):[\t ]*(.*?)[\t ]*$/.exec(line) ?? [];
    if (name === undefined) throw new Failure("ERR_PROXY", "the proxy's answer has a malformed header");
    headers.append(name, value);
  }
  return { status: Number(status), reason, headers };
}
