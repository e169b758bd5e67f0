import { HeaderList } from "@posthaste/core";
import type { Socket } from "node:net";
import { Failure } from "./failure.ts";
import { HandshakeReader } from "./handshake.ts";
import type { ProxyRoute } from "./route.ts";
import { authorityOf } from "./url.ts";
import type { Target } from "./url.ts";

/** Asks a proxy for a tunnel to the target (RFC 9110 §9.3.6). */
export async function tunnel(socket: Socket, proxy: ProxyRoute, target: Target, maxHeaderSize: number): Promise<void> {
  const authority = authorityOf(target);
  const lines = proxy.headers.map(([name, value]) => `${name}: ${value}\r\n`);
  if (!proxy.headers.some(([name]) => name.toLowerCase() === "host")) lines.unshift(`Host: ${authority}\r\n`);
  socket.write(`CONNECT ${authority} HTTP/1.1\r\n${lines.join("")}\r\n`, "latin1");
  const reader = new HandshakeReader(socket);
  for (;;) {
    const { status, reason, headers } = parseHead(await reader.takeBefore("\r\n\r\n", maxHeaderSize));
    if (status < 200) continue;
    // RFC 9110 §9.3.6 takes any 2xx for a tunnel, Python 200 alone: who answers 204 may not know what CONNECT is.
    if (status !== 200) {
      const refusal = { status, reason, headers };
      throw new Failure("ERR_PROXY", `the proxy answered ${status} ${reason}`.trimEnd(), undefined, refusal);
    }
    // TLS is for the client to begin.
    if (!reader.isEmpty) throw new Failure("ERR_PROXY", "the proxy sent bytes of its own into the tunnel");
    return;
  }
}

/** Status line and header lines, without the empty line. */
function parseHead(text: string): { status: number; reason: string; headers: HeaderList } {
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
