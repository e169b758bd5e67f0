import type { Socket } from "node:net";
import { once } from "node:events";
import { startRawServer, type RawServer, type RawServerOptions } from "@posthaste/test-server";

/** One thing that the server does. Text goes out byte by byte (Latin-1). */
export type Step =
  | { readonly send: string | Uint8Array }
  /** The same again and again, as fast as it is taken, until the client has gone. */
  | { readonly flood: string }
  /** The same again and again, every few milliseconds, until the client has gone. */
  | { readonly drip: string }
  | { readonly pause: number }
  | "end"
  | "reset"
  | "hang";

/** What a path is answered with: steps, or several lists of them for one request after the other. */
export type Script = readonly Step[] | { readonly turns: readonly (readonly Step[])[] };

export interface EvilServer extends RawServer {
  /** The targets of the complete requests. */
  readonly targets: readonly string[];
  /** Resolves when all that was started has been played, and the client had time to see it. */
  played(): Promise<void>;
  /** All values of a header in a request. */
  header(request: number, name: string): string[];
}

/** The head of a response. */
export function head(lines: readonly string[] = [], status = "200 OK"): string {
  return [`HTTP/1.1 ${status}`, ...lines, "", ""].join("\r\n");
}

/** A response with a length. */
export function reply(body: string | Uint8Array = "ok", lines: readonly string[] = [], status = "200 OK"): Step[] {
  return [{ send: head([...lines, `Content-Length: ${body.length}`], status) }, { send: body }];
}

export function redirectTo(location: string, status = "302 Found", lines: readonly string[] = []): Step[] {
  return reply("", [`Location: ${location}`, ...lines], status);
}

/**
 * Starts it. Paths without a script of their own have that of `*`. A request in absolute form, as proxies get, is answered by
 * its path, whatever its host: so names need no name server.
 */
export async function startEvil(
  scripts: Readonly<Record<string, Script>>,
  options?: RawServerOptions,
): Promise<EvilServer> {
  const turns = new Map<string, number>();
  const plays: Promise<void>[] = [];
  const server = await startRawServer(async (socket, { target }) => {
    const path = target.replace(/^https?:\/\/[^/]*/, "").replace(/\?.*$/s, "");
    const key = Object.hasOwn(scripts, path) ? path : "*";
    const script = scripts[key] ?? reply();
    const turn = turns.get(key) ?? 0;
    turns.set(key, turn + 1);
    const played = play(socket, "turns" in script ? (script.turns[turn] ?? script.turns.at(-1)!) : script);
    plays.push(played);
    await played;
  }, options);
  return Object.defineProperties(server, {
    targets: { get: () => server.requests.map(({ target }) => target) },
    played: {
      value: async () => {
        await Promise.all(plays);
        // What was written is there on the other side by the next turns of the event loop, which both share.
        for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
      },
    },
    header: {
      value: (at: number, name: string) =>
        (server.requests[at]?.headers ?? []).filter(([own]) => own.toLowerCase() === name).map(([, value]) => value),
    },
  }) as EvilServer;
}

/** Plays the steps on a socket. */
export async function play(socket: Socket, steps: readonly Step[]): Promise<void> {
  const bytes = (text: string | Uint8Array) => (typeof text === "string" ? Buffer.from(text, "latin1") : text);
  for (const step of steps) {
    if (socket.destroyed) return;
    if (step === "end") socket.end();
    else if (step === "reset") socket.resetAndDestroy();
    else if (step === "hang") return;
    else if ("send" in step) await new Promise((resolve) => socket.write(bytes(step.send), resolve));
    else if ("pause" in step) await new Promise((resolve) => setTimeout(resolve, step.pause));
    else if ("drip" in step) {
      while (!socket.destroyed) {
        socket.write(bytes(step.drip));
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    } else {
      const piece = bytes(step.flood.repeat(Math.ceil(65_536 / step.flood.length)));
      while (!socket.destroyed) {
        if (socket.write(piece)) await new Promise((resolve) => setImmediate(resolve));
        else await Promise.race([once(socket, "drain"), once(socket, "close")]).catch(() => {});
      }
    }
  }
}
