import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { Condition, Order } from "../script.ts";
import { createAuthority } from "./certificate.ts";
import { Certificates, Scripted } from "./scripted.ts";

/** A running script server. */
export interface ScriptServer {
  /** What `runKit` takes: `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** Ends it and every server that was ordered. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** What {@link startScriptServer} takes. */
export interface ScriptServerOptions {
  /** Of 127.0.0.1. @default one that is free */
  port?: number;
}

/**
 * Starts the server of which the cases order others: on 127.0.0.1, over HTTP with CORS, so that a page, a worker or another
 * runtime can. It needs Node.
 *
 * @throws Error where the port is taken
 * @example
 * ```ts
 * await using server = await startScriptServer();
 * const report = await runKit({ adapter: undiciAdapter, server });
 * ```
 */
export async function startScriptServer(options: ScriptServerOptions = {}): Promise<ScriptServer> {
  const certificates = new Certificates(createAuthority());
  const ordered = new Map<string, Scripted>();
  let count = 0;

  /** What `POST /name` and `POST /name/id` answer. */
  async function act(path: string, body: string): Promise<unknown> {
    const [, action = "", id = ""] = path.split("/");
    const given: unknown = body ? JSON.parse(body) : {};
    if (action === "order") {
      const scripted = new Scripted(given as Order, certificates);
      const name = `${++count}`;
      // A machine may have no IPv6.
      const answer = await scripted.listen(name).catch(() => undefined);
      if (!answer) return {};
      ordered.set(name, scripted);
      return answer;
    }
    const scripted = ordered.get(id);
    if (!scripted) throw new Error("no such server");
    switch (action) {
      case "record":
        return scripted.record();
      case "until": {
        const { condition, budget } = given as { condition: Condition; budget: number };
        const met = await scripted.until(condition, budget);
        return { met, recorded: scripted.record() };
      }
      case "tell":
        scripted.tell((given as { name: string }).name);
        return {};
      case "end":
        ordered.delete(id);
        await scripted.close();
        return {};
      default:
        throw new Error("no such action");
    }
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader("Access-Control-Allow-Origin", "*");
    response.setHeader("Access-Control-Allow-Private-Network", "true");
    if (request.method !== "POST") return void response.writeHead(204).end();
    try {
      const result = await act(request.url ?? "", await text(request));
      response.setHeader("Content-Type", "application/json");
      response.end(JSON.stringify(result));
    } catch (error) {
      response.writeHead(400).end((error as Error).message);
    }
  }

  const server = createServer((request, response) => void answer(request, response));
  server.listen(options.port ?? 0, "127.0.0.1");
  await once(server, "listening");
  let closing: Promise<void> | undefined;
  async function shut(): Promise<void> {
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await Promise.all([closed, ...[...ordered.values()].map((scripted) => scripted.close())]);
  }
  const close = (): Promise<void> => (closing ??= shut());
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close,
    [Symbol.asyncDispose]: close,
  };
}
