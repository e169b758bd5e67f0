import { spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants, mkdtempSync, rmSync } from "node:fs";
import { connect, createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folders = [...(process.env["PATH"] ?? "").split(":"), "/usr/sbin", "/usr/local/sbin"];

/**
 * The path of an installed program, for tests against real components: `describe.skipIf(!findProgram("squid"))`.
 *
 * Where it is missing, says so on standard error and returns `undefined`; under `REQUIRE_ALL` that is an error instead.
 *
 * @param name the file's name, as in `"squid"`
 * @param debianPackage what to install to have it
 */
export function findProgram(name: string, debianPackage: string = name): string | undefined {
  for (const folder of folders) {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return join(folder, name);
    } catch {
      // Not in this folder.
    }
  }
  const line = `${name} is not installed (apt-get install ${debianPackage})`;
  if (process.env["REQUIRE_ALL"]) throw new Error(line);
  console.warn(`skipped: ${line}`);
  return undefined;
}

/** A port that was free a moment ago, for programs that cannot choose one by themselves. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** A new temporary folder that is removed when disposed. */
export function temporaryFolder(): { path: string; [Symbol.dispose](): void } {
  const path = mkdtempSync(join(tmpdir(), "posthaste-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** A program that runs until it is closed. */
export interface RunningProgram {
  /** What it has printed so far, for messages. */
  output(): string;
  /** Ends it and waits until it is gone. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts a program in the foreground and waits until it accepts connections on a port of 127.0.0.1.
 *
 * @throws Error with what it printed, where it ends or does not answer within 15 seconds
 */
export async function startProgram(
  file: string,
  args: readonly string[],
  options: { port: number; cwd?: string; env?: Record<string, string> },
): Promise<RunningProgram> {
  const child = spawn(file, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data: Buffer) => (printed += data.toString()));
  const gone = new Promise<void>((resolve) => child.once("close", () => resolve()));
  let failure: Error | undefined;
  child.once("error", (error) => (failure = error));
  const close = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null && child.pid) child.kill("SIGTERM");
    const hard = setTimeout(() => child.kill("SIGKILL"), 3000);
    await gone;
    clearTimeout(hard);
  };
  const deadline = Date.now() + 15_000;
  while (!(await answers(options.port))) {
    if (failure || child.exitCode !== null || Date.now() > deadline) {
      await close();
      throw new Error(`${file} did not start: ${failure?.message ?? printed}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return { output: () => printed, close, [Symbol.asyncDispose]: close };
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
