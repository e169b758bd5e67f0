import { expect, onTestFinished } from "vitest";
import { startEvil, type EvilServer, type Script } from "./evil.ts";
import type { Answer, Session, Subject } from "./clients.ts";
import type { SessionOptions } from "./plain.ts";
import type { RawServerOptions } from "@posthaste/test-server";

/** Milliseconds for what must come to an end: far more than it takes, and far less than for ever. */
const CEILING = 25_000;

/** Settles in time, or fails. */
export async function settled<T>(promise: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: not settled in ${CEILING} ms`)), CEILING);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A client, its servers, and the certainty that nothing is left of either. */
export class Check {
  readonly subject: Subject;
  readonly session: Session;
  readonly servers: EvilServer[] = [];

  constructor(subject: Subject, options?: SessionOptions) {
    this.subject = subject;
    this.session = subject.open(options);
  }

  async serve(scripts: Readonly<Record<string, Script>>, options?: RawServerOptions): Promise<EvilServer> {
    const server = await startEvil(scripts, options);
    this.servers.push(server);
    return server;
  }

  /** What comes of a call: `status text`, or the word for its error. */
  async outcome(call: Promise<Answer>): Promise<string> {
    try {
      const { status, text } = await settled(call, "the call");
      return `${status} ${text}`;
    } catch (error) {
      return this.subject.describe(error);
    }
  }

  /** Closes the client: after that no socket is open on any server, and the client has sent no broken request. */
  async end(): Promise<void> {
    await settled(this.session.close(), "close()");
    for (const server of this.servers) {
      await settled(server.idle(), "the servers' sockets");
      expect(server.openSockets).toBe(0);
      await server.close();
    }
  }
}

/** Runs a check, and looks at what it leaves. */
export async function check(
  subject: Subject,
  body: (check: Check) => Promise<void>,
  options?: SessionOptions,
  scripts?: Readonly<Record<string, Script>>,
): Promise<void> {
  const stray: unknown[] = [];
  const note = (what: unknown) => void stray.push(what);
  process.on("unhandledRejection", note);
  process.on("warning", note);
  onTestFinished(() => {
    process.off("unhandledRejection", note);
    process.off("warning", note);
  });
  const one = new Check(subject, options);
  try {
    if (scripts) await one.serve(scripts);
    await body(one);
    await one.end();
    // A rejection that nobody handles is told of on the next turn.
    await new Promise((resolve) => setImmediate(resolve));
    expect(stray).toEqual([]);
  } finally {
    await Promise.all(one.servers.map((server) => server.close()));
  }
}
