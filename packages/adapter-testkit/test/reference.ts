import { once } from "node:events";
import http from "node:http";
import https from "node:https";
import { HeaderList, HttpError, HttpResponse } from "@posthaste/core";
import type { Adapter, Body, ErrorCode, Header, HttpRequest } from "@posthaste/core";
import { oneShot, toBody } from "@posthaste/core/body";

/** What {@link referenceAdapter} can be told to do wrong. */
export type Fault =
  | "lower-cases names"
  | "drops repeats"
  | "adds a header"
  | "reads headers as UTF-8"
  | "joins response headers"
  | "follows redirects"
  | "ends silently"
  | "collects the body"
  | "reads ahead"
  | "ignores abort"
  | "leaves its listener"
  | "keeps what is discarded"
  | "leaks agents"
  | "sends again"
  | "ignores close"
  | "trusts anybody"
  | "throws what it gets"
  | "knows one code";

/** An adapter over node:http that passes all that it declares, until it is told to do something wrong. */
export function referenceAdapter(fault?: Fault): Adapter {
  const agents = { http: new http.Agent({ keepAlive: true }), https: new https.Agent({ keepAlive: true }) };
  const underWay = new Set<(error: unknown) => void>();
  let closed = false;

  async function exchange(request: HttpRequest): Promise<HttpResponse> {
    const { url, options } = request;
    const problem = (code: ErrorCode, text: string, phase: HttpError["phase"], cause?: unknown): Error =>
      fault === "throws what it gets"
        ? new Error(text)
        : new HttpError(fault === "knows one code" && code !== "ERR_CLOSED" ? "ERR_RESET" : code, text, {
            request,
            phase,
            cause,
          });
    if (closed && fault !== "ignores close") throw problem("ERR_CLOSED", "closed", "prepare");
    const signal = fault === "ignores abort" ? undefined : options.signal;
    signal?.throwIfAborted();
    const body = request.body === null ? undefined : toBody(request.body);
    const secure = url.startsWith("https:");
    const agent =
      fault === "leaks agents" && !secure ? new http.Agent({ keepAlive: true }) : agents[secure ? "https" : "http"];
    const headers = headersOf(request, body, fault).flat();
    const outgoing = (secure ? https : http).request(url, {
      agent,
      method: request.method,
      headers,
      rejectUnauthorized: fault !== "trusts anybody",
    });
    outgoing.on("error", () => {});

    // What ended it first is what it rejects with.
    let ended: { readonly error: unknown } | undefined;
    const source = body?.open()[Symbol.asyncIterator]();
    const end = (error: unknown): void => {
      ended ??= { error };
      over();
      outgoing.destroy();
    };
    const abort = (): void => end(signal!.reason);
    const over = (): void => {
      underWay.delete(end);
      if (fault !== "leaves its listener") signal?.removeEventListener("abort", abort);
      void source?.return?.().catch(() => {});
    };
    signal?.addEventListener("abort", abort);
    underWay.add(end);

    const responded = once(outgoing, "response") as Promise<[http.IncomingMessage]>;
    upload(outgoing, source, body?.length, problem, fault).catch(end);
    const closing = once(outgoing, "close").then(() => Promise.reject(ended?.error ?? new Error("closed")));
    closing.catch(() => {});
    const incoming = await Promise.race([responded, closing]).then(
      ([message]) => message,
      (error: NodeJS.ErrnoException) => {
        over();
        if (ended) throw ended.error;
        throw problem(codeOf(error), error.message, "headers", error);
      },
    );

    async function* content(): AsyncGenerator<Uint8Array> {
      try {
        for await (const chunk of incoming) yield chunk as Uint8Array;
      } catch (error) {
        if (ended) throw ended.error;
        if (fault !== "ends silently") throw problem("ERR_BODY_TRUNCATED", "cut off", "body", error);
      }
    }
    incoming.once("close", over);
    let chunks: AsyncIterable<Uint8Array> = content();
    if (fault === "reads ahead") {
      const all = collected(chunks);
      all.catch(() => {});
      chunks = later(all);
    }
    const { rawHeaders, statusCode: status = 0, statusMessage: reason = "" } = incoming;
    const lines = rawHeaders.flatMap((name, at): Header[] => (at % 2 === 0 ? [[name, rawHeaders[at + 1]!]] : []));
    return new HttpResponse({
      request,
      status,
      reason,
      headers: responseHeaders(lines, fault),
      ...oneShot(request, chunks, () => {
        if (fault === "keeps what is discarded") return;
        over();
        incoming.destroy();
      }),
    });
  }

  async function send(request: HttpRequest): Promise<HttpResponse> {
    if (fault === "sends again") return exchange(request).catch(() => exchange(request));
    const response = await exchange(request);
    const location = response.headers.get("location");
    if (fault !== "follows redirects" || location === null) return response;
    await response.discard();
    return exchange({ ...request, url: new URL(location, request.url).href });
  }

  return {
    name: "adapter-reference",
    can: {
      headerCase: true,
      headerOrder: true,
      framingHeaders: false,
      rawResponseHeaders: true,
      rawContent: true,
      manualRedirect: true,
      streamingRequest: true,
      streamingResponse: true,
      connectTimeout: false,
      proxy: false,
      tls: false,
    },
    send,
    close() {
      if (fault === "ignores close") return;
      closed = true;
      for (const end of underWay) end(new HttpError("ERR_CLOSED", "closed"));
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}

function headersOf(request: HttpRequest, body: Body | undefined, fault?: Fault): HeaderList {
  const headers = new HeaderList(request.headers);
  const length = body ? body.length : /^(?:GET|HEAD)$/.test(request.method) ? undefined : 0;
  if (!headers.has("Host")) headers.append("Host", new URL(request.url).host);
  if (body?.contentType && !headers.has("Content-Type")) {
    headers.append("Content-Type", body.contentType);
  }
  if (length !== undefined) headers.append("Content-Length", `${length}`);
  if (fault === "adds a header") headers.append("User-Agent", "reference");
  if (fault === "lower-cases names")
    return new HeaderList([...headers].map(([name, value]) => [name.toLowerCase(), value]));
  if (fault === "drops repeats")
    return new HeaderList([...new Map([...headers].map((line) => [line[0], line])).values()]);
  return headers;
}

function responseHeaders(lines: readonly Header[], fault?: Fault): HeaderList {
  if (fault === "joins response headers") {
    const all = new HeaderList(lines);
    return new HeaderList(lines.map(([name]): Header => [name.toLowerCase(), all.get(name)!]));
  }
  if (fault === "reads headers as UTF-8") {
    return new HeaderList(lines.map(([name, value]): Header => [name, Buffer.from(value, "latin1").toString("utf8")]));
  }
  return new HeaderList(lines);
}

async function upload(
  outgoing: http.ClientRequest,
  source: AsyncIterator<Uint8Array> | undefined,
  length: number | undefined,
  problem: (code: ErrorCode, text: string, phase: HttpError["phase"]) => Error,
  fault?: Fault,
): Promise<void> {
  let sent = 0;
  const kept: Uint8Array[] = [];
  for (;;) {
    const { value, done } = (await source?.next()) ?? { done: true };
    if (done) break;
    if (!(value instanceof Uint8Array)) throw problem("ERR_BODY", "no bytes", "send");
    if ((sent += value.length) > (length ?? Infinity)) throw problem("ERR_BODY", "too long", "send");
    if (fault === "collects the body") kept.push(value);
    else await new Promise((resolve) => outgoing.write(value, resolve));
  }
  if (sent < (length ?? 0)) throw problem("ERR_BODY", "too short", "send");
  outgoing.end(kept.length > 0 ? Buffer.concat(kept) : undefined);
}

async function collected(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return all;
}

async function* later(chunks: Promise<Uint8Array[]>): AsyncGenerator<Uint8Array> {
  yield* await chunks;
}

function codeOf(error: NodeJS.ErrnoException): ErrorCode {
  const code = error.code ?? "";
  if (error.syscall === "connect") return "ERR_CONNECT";
  if (code.startsWith("HPE_") && code !== "HPE_INVALID_EOF_STATE") return "ERR_PROTOCOL";
  return /CERT|SELF_SIGNED|UNABLE_TO|ERR_SSL|ERR_TLS|EPROTO/.test(code) ? "ERR_TLS" : "ERR_RESET";
}
