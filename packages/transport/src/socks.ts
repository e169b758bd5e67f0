import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import type { Socket } from "node:net";
import { Failure, rootCause } from "./failure.ts";
import { HandshakeReader } from "./handshake.ts";
import type { ProxyRoute } from "./route.ts";
import type { Target } from "./url.ts";

/** RFC 1928 §6. */
const replies = [
  "",
  "general failure",
  "not allowed by the rules",
  "network unreachable",
  "host unreachable",
  "connection refused",
  "time to live expired",
  "command not supported",
  "address type not supported",
];

/** Asks a SOCKS 5 proxy for a connection to the target (RFC 1928, with user and password by RFC 1929). */
export async function socks(socket: Socket, { socks: settings }: ProxyRoute, target: Target): Promise<void> {
  const { resolves, user, password } = settings!;
  const methods = user ? [0, 2] : [0];
  const host = resolves || isIP(target.hostname) ? target.hostname : await resolve(target.hostname);
  const reader = new HandshakeReader(socket);
  socket.write(Buffer.from([5, methods.length, ...methods]));
  const [version, method] = await reader.take(2);
  check(version === 5);
  if (method === 2 && user) await logIn(socket, reader, user, password);
  else if (method !== 0) throw new Failure("ERR_PROXY", "the SOCKS proxy accepts no way to log in that there is");
  socket.write(Buffer.from([5, 1, 0, ...address(host), target.port >> 8, target.port & 255]));
  const [replyVersion, reply = 1, , type = 0] = await reader.take(4);
  check(replyVersion === 5);
  if (reply !== 0) throw new Failure("ERR_PROXY", `the SOCKS proxy answered: ${replies[reply] ?? `code ${reply}`}`);
  // Of a refusal the address does not matter.
  check([1, 3, 4].includes(type));
  const length = type === 3 ? (await reader.take(1))[0]! : type === 4 ? 16 : 4;
  await reader.take(length + 2);
  // HTTP and TLS are for the client to begin.
  if (!reader.isEmpty) throw new Failure("ERR_PROXY", "the proxy sent bytes of its own into the connection");
}

/** What is another protocol must not pass for consent. */
function check(right: boolean): void {
  if (!right) throw new Failure("ERR_PROXY", "the proxy's answer is not SOCKS 5");
}

async function resolve(hostname: string): Promise<string> {
  try {
    return (await lookup(hostname)).address;
  } catch (error) {
    throw new Failure("ERR_CONNECT", rootCause(error), error);
  }
}

async function logIn(socket: Socket, reader: HandshakeReader, user: string, password: string): Promise<void> {
  socket.write(Buffer.from([1, ...sized(user), ...sized(password)]));
  const [version, status] = await reader.take(2);
  check(version === 1);
  if (status !== 0) throw new Failure("ERR_PROXY", "the SOCKS proxy did not accept user and password");
}

function address(host: string): number[] {
  const family = isIP(host);
  if (family === 4) return [1, ...host.split(".").map(Number)];
  if (family === 6) return [4, ...ipv6(host)];
  return [3, ...sized(host)];
}

/** The 16 bytes of an address (RFC 4291 §2.2). */
export function ipv6(text: string): number[] {
  const [plain = ""] = text.split("%");
  const hex = plain.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a, b, c, d) =>
    [Number(a) * 256 + Number(b), Number(c) * 256 + Number(d)].map((group) => group.toString(16)).join(":"),
  );
  const [head = "", tail] = hex.split("::");
  const groups = (part = "") => (part ? part.split(":").map((group) => Number.parseInt(group, 16)) : []);
  const before = groups(head);
  const after = groups(tail);
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => 0);
  return [...before, ...zeros, ...after].flatMap((group) => [group >> 8, group & 255]);
}

/** With a length byte in front. */
function sized(text: string): number[] {
  const bytes = Buffer.from(text);
  if (bytes.length > 255) throw new Failure("ERR_PROXY", "a name, user or password is over the 255 bytes of SOCKS 5");
  return [bytes.length, ...bytes];
}
