import { HttpError } from "@posthaste/core";
import type {
  Adapter,
  Capabilities,
  ConnectionOption,
  ConnectionOptions,
  HttpRequest,
  HttpResponse,
  TimeoutOption,
} from "@posthaste/core";
import { toBody } from "@posthaste/core/body";
import type { Dispatcher } from "undici";
import { ManagedAgent } from "./agents.ts";
import { Exchange } from "./exchange.ts";
import { requestHeaders } from "./headers.ts";
import { PIECE, Upload } from "./upload.ts";
import { Targets } from "./url.ts";

/** What {@link undiciAdapter} takes. */
export interface UndiciAdapterOptions {
  /** How servers are reached where a call does not say. */
  connection?: ConnectionOptions;
}

const can: Capabilities = {
  headerCase: true,
  headerOrder: true,
  framingHeaders: false,
  rawResponseHeaders: true,
  rawContent: true,
  manualRedirect: true,
  streamingRequest: true,
  streamingResponse: true,
  connectTimeout: true,
  proxy: true,
  tls: true,
};

/** Sends requests over undici's dispatcher. */
export function undiciAdapter(options: UndiciAdapterOptions = {}): Adapter<ConnectionOption & TimeoutOption> {
  const targets = new Targets();
  const agents = new Map<string, ManagedAgent>();
  let closed = false;

  function agentFor({ options: { connection, timeout } }: HttpRequest<ConnectionOption & TimeoutOption>): ManagedAgent {
    const limit = timeout?.connect ?? 10_000;
    const settings = { ...options.connection, ...connection };
    const key = JSON.stringify([limit, settings]);
    let agent = agents.get(key);
    if (!agent) agents.set(key, (agent = new ManagedAgent(settings, limit, {})));
    return agent;
  }

  return {
    name: "undici",
    can,
    options: ["connection", "timeout"],
    send(request) {
      return new Promise<HttpResponse>((resolve, reject) => {
        if (closed) throw new HttpError("ERR_CLOSED", "the adapter is closed", { request });
        const { method, options } = request;
        const body = request.body === null ? null : toBody(request.body);
        options.signal?.throwIfAborted();
        const target = targets.of(request);
        const path = targets.pathOf(request);
        const { flat, close, length } = requestHeaders(request, body);
        const agent = agentFor(request);
        const read = options.timeout?.read ?? 300_000;
        const exchange = new Exchange(request, agent, read, resolve, reject);
        let content: Uint8Array | Upload | null = null;
        if (body?.bytes && body.bytes.length <= PIECE) content = body.bytes;
        else if (body) {
          const declared = body.length ?? length;
          if (declared !== undefined) flat.push("content-length", String(declared));
          content = exchange.upload = new Upload(request, body, declared, exchange.silence);
        }
        agent.agent.dispatch(
          {
            origin: target.origin,
            path,
            method: method as Dispatcher.HttpMethod,
            headers: flat,
            body: content as Buffer | null,
            reset: close,
          },
          exchange,
        );
      });
    },
    async close() {
      closed = true;
      await Promise.all([...agents.values()].map((agent) => agent.destroy()));
    },
  };
}
