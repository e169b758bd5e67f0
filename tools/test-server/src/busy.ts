import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";

/** A server that accepts nothing. */
export interface BusyServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly close: () => Promise<void>;
}

/** The system takes one connection more than the backlog that it is told. */
const BACKLOG = 1;
const script = `
  const server = require("node:net").createServer().listen({ port: 0, host: "127.0.0.1", backlog: ${BACKLOG} }, () => {
    require("node:fs").writeSync(1, String(server.address().port));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });`;

/**
 * A server that is too busy to accept: its backlog is full, so that the system answers no further connection and whoever
 * connects waits.
 */
export async function startBusyServer(): Promise<BusyServer> {
  const child = spawn(process.execPath, ["--eval", script], { stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(child, "exit");
  const [bytes] = (await once(child.stdout, "data")) as [Buffer];
  const port = Number(bytes);
  const fillers = Array.from({ length: BACKLOG + 1 }, () => connect(port, "127.0.0.1").on("error", () => {}));
  await Promise.all(fillers.map((socket) => once(socket, "connect")));
  const close = async (): Promise<void> => {
    for (const socket of fillers) socket.destroy();
    child.kill();
    await exited;
  };
  return { url: `http://127.0.0.1:${port}`, port, close, [Symbol.asyncDispose]: close };
}
