import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort, startProgram, temporaryFolder } from "./program.ts";

/** Squid in the foreground, without a cache. */
export interface Squid extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  /** Ends it, and returns what it has logged of its requests. */
  close(): Promise<string>;
}

/**
 * Starts Squid, for whom `origin.test` is this machine.
 *
 * @param squid the path of the program, as `findProgram` gives it
 * @param auth lines of its configuration that say how a client is known, and the files that they name; who is not known is
 * refused. Without it everybody may use it.
 */
export async function startSquid(
  squid: string,
  auth?: (file: (name: string) => string) => { files: Readonly<Record<string, string>>; lines: readonly string[] },
): Promise<Squid> {
  const folder = temporaryFolder();
  // Started by root, squid goes on as a user of its own, and writes here.
  chmodSync(folder.path, 0o777);
  const port = await freePort();
  const file = (name: string): string => join(folder.path, name);
  const { files, lines } = auth?.(file) ?? { files: {}, lines: undefined };
  const config = [
    `http_port 127.0.0.1:${port}`,
    "visible_hostname proxy.test",
    "pid_filename none",
    "cache deny all",
    "pinger_enable off",
    "shutdown_lifetime 0 seconds",
    `coredump_dir ${folder.path}`,
    `cache_log ${file("cache.log")}`,
    `access_log stdio:${file("access.log")}`,
    `hosts_file ${file("hosts")}`,
    ...(lines
      ? [...lines, "acl known proxy_auth REQUIRED", "http_access allow known", "http_access deny all"]
      : ["http_access allow all"]),
  ];
  const all = { ...files, hosts: "127.0.0.1 origin.test localhost\n", "squid.conf": `${config.join("\n")}\n` };
  for (const [name, content] of Object.entries(all)) writeFileSync(file(name), content);
  const program = await startProgram(squid, ["-N", "-f", file("squid.conf")], { port, cwd: folder.path });
  const close = async (): Promise<string> => {
    await program.close();
    const log = readFileSync(file("access.log"), "utf8");
    folder[Symbol.dispose]();
    return log;
  };
  return { port, url: `http://127.0.0.1:${port}`, close, [Symbol.asyncDispose]: async () => void (await close()) };
}
