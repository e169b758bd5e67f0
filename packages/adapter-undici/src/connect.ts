import net from "node:net";
import tls from "node:tls";
import type { ConnectionOptions } from "@posthaste/core";
import { Failure, rootCause } from "./errors.ts";
import { FOREVER } from "./silence.ts";

/** What undici asks its connector for. */
export interface Wanted {
  readonly hostname: string;
  readonly protocol: string;
  readonly port: string;
}

export type Connected = (...result: [error: null, socket: net.Socket] | [error: Error, socket: null]) => void;

/** Opens one connection; what it returns gives the attempt up. */
export function connect(
  { hostname, protocol, port }: Wanted,
  { tls: secure = {}, localAddress, socketPath }: ConnectionOptions,
  timeout: number,
  callback: Connected,
): (reason: Failure) => void {
  const where = socketPath === undefined ? { host: hostname, port: Number(port || (protocol === "https:" ? 443 : 80)), localAddress } : { path: socketPath };
  const isTls = protocol === "https:";
  const socket = isTls
    ? tls.connect({ ...where, ...(secure as tls.ConnectionOptions), ...(net.isIP(hostname) ? {} : { servername: secure.servername ?? hostname }), ALPNProtocols: ["http/1.1"] } as tls.ConnectionOptions)
    : net.connect({ ...where, highWaterMark: 64 * 1024 } as unknown as net.NetConnectOpts);
  let stage: "ERR_CONNECT" | "ERR_TLS" = "ERR_CONNECT";
  let timer: NodeJS.Timeout | undefined;
  const settle = (failure: Failure | null) => {
    clearTimeout(timer);
    socket.off("error", onError);
    if (failure) {
      socket.on("error", () => {});
      socket.destroy();
      callback(failure, null);
    } else callback(null, socket);
  };
  const onError = (error: Error) => settle(new Failure(stage, rootCause(error), error));
  socket.setNoDelay(true);
  socket.setKeepAlive(true, 60_000);
  socket.on("error", onError);
  socket.once("connect", () => (stage = "ERR_TLS"));
  socket.once(isTls ? "secureConnect" : "connect", () => settle(null));
  if (timeout < FOREVER) {
    timer = setTimeout(() => settle(new Failure("ERR_TIMEOUT_CONNECT", `no connection within ${timeout} ms`)), timeout);
  }
  return settle;
}
