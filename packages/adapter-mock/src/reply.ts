import { HeaderList, HttpError, HttpResponse } from "@posthaste/core";
import type { BodyInit, ErrorCode, HeaderInit, Phase } from "@posthaste/core";
import { jsonBody, oneShot, toBody } from "@posthaste/core/body";
import type { Call } from "./call.ts";
import { sleep, type Exchange } from "./exchange.ts";
import { leave } from "./upload.ts";

/** Milliseconds of waiting; `Infinity` waits for an abort or a timeout. */
export interface Delay {
  /** Until there is a connection; `timeout.connect` counts. */
  connect?: number;
  /** From then to the response's head; `timeout.read` counts. */
  head?: number;
  /** Before each chunk of the content; `timeout.read` counts. */
  chunk?: number;
}

/** A response to give. */
export interface ResponseReply {
  error?: never;
  /** @default 200 */
  status?: number;
  /** @default "" */
  reason?: string;
  /** Content-Type and Content-Length are added where they are known and not given. */
  headers?: HeaderInit;
  /** The content, sent as it is. A stream or a generator is good for one reply. */
  body?: BodyInit | null;
  /** A value to send as JSON, in place of a {@link body}. */
  json?: unknown;
  /** What the reading of the content ends on, after all of it came. */
  bodyError?: ErrorCode | Error;
  /** A number is {@link Delay.head}. */
  delay?: number | Delay;
}

/** A failure to give: an `HttpError` of that code, or an error as it is. */
export interface ErrorReply {
  error: ErrorCode | Error;
  status?: never;
  body?: never;
  json?: never;
  /** A number is {@link Delay.head}. */
  delay?: number | Delay;
}

/** What a route answers: a status alone, a response, or a failure. */
export type Reply = number | ResponseReply | ErrorReply;

/** An answer made for each call; what the function throws, the call rejects with. */
export type Replier<Params = Record<string, string>> = (call: Call<Params>) => Reply | Promise<Reply>;

const noContent = (status: number) => status === 204 || status === 304;

/** How far a call comes that ends on an error. */
const phases: Partial<Record<ErrorCode, Phase>> = {
  ERR_CONNECT: "connect",
  ERR_TLS: "connect",
  ERR_PROXY: "connect",
  ERR_TIMEOUT_CONNECT: "connect",
  ERR_RESET: "headers",
  ERR_PROTOCOL: "headers",
  ERR_LIMIT: "headers",
  ERR_TIMEOUT_READ: "headers",
};

/**
 * Refuses replies that make no sense, where they are made.
 *
 * @throws HttpError `ERR_OPTION`
 */
export function checkReply(reply: Reply): Exclude<Reply, number> {
  const full = typeof reply === "number" ? { status: reply } : reply;
  const { connect = 0, head = 0, chunk = 0 } = delayOf(full);
  if (![connect, head, chunk].every((delay) => delay >= 0)) refuse("its delay is no number of 0 or more");
  if (full.error !== undefined) return full;
  const { status = 200, body, json } = full;
  if (!Number.isInteger(status) || status < 200 || status > 999) refuse(`${status} is no status of a response`);
  const hasBody = (body ?? null) !== null;
  if (hasBody && json !== undefined) refuse("it has both body and json");
  // RFC 9110 §15.3.5 and §15.4.5
  if ((hasBody || json !== undefined) && noContent(status)) refuse(`a response of status ${status} has no content`);
  return full;
}

function refuse(problem: string): never {
  throw new HttpError("ERR_OPTION", `not a reply: ${problem}`);
}

function delayOf({ delay = {} }: Exclude<Reply, number>): Delay {
  return typeof delay === "number" ? { head: delay } : delay;
}

/** Gives what a route answers, after its delays and within the call's timeouts. */
export async function answer(reply: Reply | Replier, call: Call, exchange: Exchange): Promise<HttpResponse> {
  // A function stands for the server: its time is silence, too.
  const made = typeof reply === "function" ? await exchange.read("headers", async () => reply(call)) : reply;
  const full = checkReply(made);
  const { connect = 0, head = 0 } = delayOf(full);
  if (connect > 0) await exchange.connect((end) => sleep(connect, end));
  if (head > 0) await exchange.read("headers", (end) => sleep(head, end));
  const { request } = call;
  const { error } = full;
  if (error !== undefined) {
    throw typeof error === "string"
      ? new HttpError(error, "the mock's reply", { request, phase: phases[error] })
      : error;
  }
  return respond(full, call, exchange);
}

function respond(reply: ResponseReply, call: Call, exchange: Exchange): HttpResponse {
  const { request } = call;
  const { status = 200, reason = "", json } = reply;
  const given = reply.body ?? null;
  const headers = new HeaderList(reply.headers);
  const body = json === undefined ? (given === null ? undefined : toBody(given)) : jsonBody(json);
  if (body?.contentType && !headers.has("Content-Type")) headers.append("Content-Type", body.contentType);
  const length = body ? body.length : 0;
  if (
    length !== undefined &&
    !noContent(status) &&
    !headers.has("Content-Length") &&
    !headers.has("Transfer-Encoding")
  ) {
    headers.append("Content-Length", `${length}`);
  }
  const empty = !body || request.method === "HEAD";
  const chunks = content(reply, empty ? undefined : body, exchange);
  const release = async () => {
    if (given instanceof ReadableStream && !given.locked) await given.cancel().catch(() => {});
  };
  return new HttpResponse({ request, status, reason, headers, ...oneShot(request, chunks, release) });
}

async function* content(
  reply: ResponseReply,
  body: { open(): AsyncIterable<Uint8Array> } | undefined,
  exchange: Exchange,
): AsyncGenerator<Uint8Array> {
  const { chunk = 0 } = delayOf(reply);
  const source = body?.open()[Symbol.asyncIterator]();
  let step: IteratorResult<Uint8Array> | undefined;
  try {
    for (;;) {
      step = await exchange.read("body", async (end) => {
        const next = await source?.next();
        if (next && !next.done && chunk > 0) await sleep(chunk, end);
        return next;
      });
      if (!step || step.done) break;
      yield step.value;
    }
  } finally {
    if (source && !step?.done) leave(source);
  }
  const { bodyError } = reply;
  if (typeof bodyError === "string") {
    throw new HttpError(bodyError, "the mock's reply", { request: exchange.request, phase: "body" });
  }
  if (bodyError) throw bodyError;
}
