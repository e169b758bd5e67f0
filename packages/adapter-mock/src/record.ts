import { copy, HttpError } from "@posthaste/core";
import type { Adapter, HttpRequest, HttpResponse } from "@posthaste/core";
import { onEnd, toBody, type Body } from "@posthaste/core/body";
import { Tape, toEntry, type Take } from "./entry.ts";
import type { Har } from "./har.ts";
import { Redactor, type RedactOptions } from "./redact.ts";

/** What {@link recorder} takes. */
export interface RecorderOptions {
  /** More names to hide the values of. */
  redact?: RedactOptions;
}

/** The adapter that {@link recorder} makes. */
export interface Recorder<O extends object = object> extends Adapter<O> {
  /** What was recorded so far, oldest first. Contents that are still being read have what has come. */
  har(): Promise<Har>;
}

/**
 * Wraps an adapter and records what goes through it as an HTTP archive (HAR 1.2), for {@link replay} and for whatever else
 * reads such files. Contents are recorded as they are read, and stay streams.
 *
 * Credentials are hidden: what Authorization, Proxy-Authorization, Cookie, Set-Cookie and further headers hold, user
 * information in URLs, and the values of names such as `token` or `password` in queries, forms and JSON.
 *
 * Calls that fail with an `HttpError` are recorded, too; those that were refused before anything was sent, or aborted before an
 * answer came, are not.
 *
 * @example
 * ```ts
 * const recording = recorder(undiciAdapter(), { redact: { fields: ["iban"] } });
 * const client = createClient({ adapter: recording });
 * await (await client.get("https://api.test/users/7")).json();
 * await writeFile("users.har", JSON.stringify(await recording.har()));
 * ```
 */
export function recorder<O extends object>(adapter: Adapter<O>, { redact }: RecorderOptions = {}): Recorder<O> {
  const redactor = new Redactor(redact);
  const takes = new Set<Take>();
  return {
    name: adapter.name,
    can: adapter.can,
    ...(adapter.options && { options: adapter.options }),
    async send(request) {
      const { take, request: taped } = tape(request);
      takes.add(take);
      try {
        const response = await adapter.send(taped as HttpRequest<O>);
        listen(response, take, request.options.signal);
        return response;
      } catch (error) {
        take.end = performance.now();
        const isOwn = error instanceof HttpError && error.phase !== "prepare" && !request.options.signal?.aborted;
        if (isOwn) take.error = error.code;
        else takes.delete(take);
        throw error;
      }
    },
    async har() {
      const done = [...takes].filter((take) => take.head ?? take.error);
      const entries = done.map((take) => toEntry(take, redactor, adapter.can.rawContent ?? false));
      return {
        // The version is that of what is written, which other versions of the package write alike.
        log: {
          version: "1.2",
          creator: { name: "@posthaste/adapter-mock", version: "1" },
          entries: await Promise.all(entries),
        },
      };
    },
    close: () => adapter.close?.(),
  };
}

/** Listens to a request's content where it is read: a stream is not read twice, and a `Blob` is not made a stream. */
function tape(request: HttpRequest): { take: Take; request: HttpRequest } {
  const { body } = request;
  let source: Body | undefined;
  try {
    source = body === null ? undefined : toBody(body);
  } catch {
    // For the adapter to refuse, or to hand to a platform that takes it, as a FormData.
  }
  const sent = source && new Tape();
  const take: Take = {
    started: new Date(),
    start: performance.now(),
    method: request.method,
    url: request.url,
    headers: [...request.headers],
    sent: body instanceof Blob ? body : sent,
    sentType: request.headers.get("Content-Type") ?? source?.contentType ?? "",
    received: new Tape(),
    isCut: false,
  };
  if (source?.bytes) sent!.add(source.bytes);
  if (!source || source.bytes || body instanceof Blob) return { take, request };
  const { length, replayable, contentType } = source;
  const open = () => {
    sent!.chunks = [];
    sent!.length = 0;
    return tap(source.open(), { chunk: (chunk) => sent!.add(chunk) });
  };
  return { take, request: copy(request, { body: { length, replayable, contentType, open } }) };
}

function listen(response: HttpResponse, take: Take, signal: AbortSignal | undefined): void {
  const { status, reason, headers, body } = response;
  take.isCut = take.method !== "HEAD" && status !== 204 && status !== 304;
  take.head = { at: performance.now(), status, reason, headers: [...headers] };
  response.body = tap(body, {
    chunk: (chunk) => take.received.add(chunk),
    end() {
      take.isCut = false;
    },
    failed(error) {
      // Not what the caller does: an abort, whatever its reason, or the reading of what was read.
      const isOwn = error instanceof HttpError && error.code !== "ERR_BODY_CONSUMED" && !signal?.aborted;
      if (isOwn) take.error = error.code;
    },
  });
  onEnd(response, () => {
    take.end = performance.now();
  });
}

/** Who hears what goes by. */
interface Listener {
  chunk(chunk: Uint8Array): void;
  end?(): void;
  failed?(error: unknown): void;
}

/** The same chunks. No generator: one that waits for a chunk could not be left before that comes. */
function tap(chunks: AsyncIterable<Uint8Array>, listener: Listener): AsyncIterable<Uint8Array> {
  return {
    [Symbol.asyncIterator]() {
      const source = chunks[Symbol.asyncIterator]();
      return {
        async next() {
          try {
            const step = await source.next();
            if (step.done) listener.end?.();
            else listener.chunk(step.value);
            return step;
          } catch (error) {
            listener.failed?.(error);
            throw error;
          }
        },
        return: async (value) => (await source.return?.(value)) ?? { value, done: true },
      };
    },
  };
}
