import { copy, HeaderList, HttpError, HttpResponse } from "@posthaste/core";
import type { Adapter, HttpRequest } from "@posthaste/core";
import { onEnd, oneShot, toBody, type Body } from "@posthaste/core/body";
import { decompress } from "@posthaste/decompress";
import { fromBytes } from "./content.ts";
import type { Har, HarCookie, HarEntry, HarPair, HarPostData } from "./har.ts";
import { Redactor, type RedactOptions } from "./redact.ts";
import { join } from "./upload.ts";

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

/** Bytes as they go by. */
class Tape {
  chunks: Uint8Array[] = [];
  length = 0;

  add(chunk: Uint8Array): void {
    // Its owner may use the memory again.
    this.chunks.push(chunk.slice());
    this.length += chunk.length;
  }

  get bytes(): Uint8Array {
    return join(this.chunks, this.length);
  }
}

/** One exchange as it goes by. Neither request nor response is held, so that they can be collected. */
interface Take {
  readonly started: Date;
  readonly start: number;
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly sent: Tape | Blob | undefined;
  readonly sentType: string;
  head?: { at: number; status: number; reason: string; headers: readonly (readonly [string, string])[] };
  readonly received: Tape;
  /** Whether there may be more of the content than was read. */
  isCut: boolean;
  end?: number;
  error?: string;
}

/**
 * Wraps an adapter and records what goes through it as an HTTP archive (HAR 1.2), for {@link replay} and for whatever else
 * reads such files. Contents are recorded as they are read, and stay streams.
 *
 * Credentials are hidden: what Authorization, Proxy-Authorization, Cookie, Set-Cookie and further headers hold, user
 * information in URLs, and the values of names such as `token` or `password` in queries, forms and JSON.
 *
 * Calls that fail with an `HttpError` are recorded, too; those that were aborted before an answer came are not.
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
        listen(response, take);
        return response;
      } catch (error) {
        take.end = performance.now();
        fail(take, error);
        if (!take.error) takes.delete(take);
        throw error;
      }
    },
    async har() {
      const done = [...takes].filter((take) => take.head ?? take.error);
      const entries = done.map((take) => toEntry(take, redactor, adapter.can.rawContent));
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

function fail(take: Take, error: unknown): void {
  if (error instanceof HttpError) take.error = error.code;
}

function listen(response: HttpResponse, take: Take): void {
  const { status, reason, headers, body } = response;
  take.isCut = take.method !== "HEAD" && status !== 204 && status !== 304;
  take.head = { at: performance.now(), status, reason, headers: [...headers] };
  response.body = tap(body, {
    chunk: (chunk) => take.received.add(chunk),
    end() {
      take.isCut = false;
    },
    failed: (error) => fail(take, error),
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

async function toEntry(take: Take, redactor: Redactor, isRaw: boolean): Promise<HarEntry> {
  const { start, head, received, sent, error } = take;
  const wait = (head ? head.at : take.end!) - start;
  const receive = head ? (take.end ?? head.at) - head.at : 0;
  const headers = take.headers.map(hide(redactor));
  const answered = (head?.headers ?? []).map(hide(redactor));
  const url = redactor.url(take.url);
  const bytes = sent && (sent instanceof Blob ? new Uint8Array(await sent.arrayBuffer()) : sent.bytes);
  const mimeType = valueOf(answered, "content-type");
  const content = await decode(take, isRaw);
  return {
    startedDateTime: take.started.toISOString(),
    time: wait + receive,
    request: {
      method: take.method,
      url,
      httpVersion: "unknown",
      cookies: cookiesOf(headers),
      headers,
      queryString: pairsOf(new URL(url).searchParams),
      ...(bytes && { postData: toPostData(bytes, take.sentType, redactor) }),
      headersSize: -1,
      bodySize: bytes?.length ?? 0,
    },
    response: {
      status: head?.status ?? 0,
      statusText: head?.reason ?? "",
      httpVersion: "unknown",
      cookies: setCookiesOf(answered),
      headers: answered,
      content: {
        size: (content ?? received).length,
        mimeType,
        ...(content
          ? fromBytes(content, mimeType, redactor)
          : { comment: "left out: its Content-Encoding is not known here" }),
        ...(content && take.isCut && { comment: "not read to its end" }),
      },
      redirectURL: valueOf(answered, "location"),
      headersSize: -1,
      bodySize: head && isRaw ? received.length : -1,
      ...(error && { _error: error }),
    },
    cache: {},
    timings: { blocked: -1, dns: -1, connect: -1, send: 0, wait, receive, ssl: -1 },
  };
}

/** As the format wants it: without its Content-Encoding. Nothing where that cannot be taken off, for it might hide secrets. */
async function decode({ head, received }: Take, isRaw: boolean): Promise<Uint8Array | undefined> {
  const { bytes } = received;
  const codings = new HeaderList(head?.headers.filter(([name]) => /^content-encoding$/i.test(name)));
  if (!isRaw || bytes.length === 0 || /^[\s,]*(identity)?[\s,]*$/i.test(codings.get("content-encoding") ?? ""))
    return bytes;
  const request: HttpRequest = { method: "GET", url: "", headers: codings, body: null, options: {}, call: {} };
  const encoded = oneShot(request, toBody(bytes).open(), () => {});
  const response = new HttpResponse({ request, status: 200, reason: "", headers: codings, ...encoded });
  await decompress().send!(request, async () => response);
  if (response.body === encoded.body) return undefined;
  const tape = new Tape();
  try {
    for await (const chunk of response.body) tape.add(chunk);
  } catch {
    // Cut short, or not what it says: what came of it is what a reader saw.
  }
  return tape.bytes;
}

const hide =
  (redactor: Redactor) =>
  ([name, value]: readonly [string, string]): HarPair => ({ name, value: redactor.header(name, value) });

const valueOf = (headers: readonly HarPair[], name: string) =>
  headers.find((header) => header.name.toLowerCase() === name)?.value ?? "";

const pairsOf = (pairs: Iterable<[string, string]>): HarPair[] =>
  Array.from(pairs, ([name, value]) => ({ name, value }));

function toPostData(bytes: Uint8Array, mimeType: string, redactor: Redactor): HarPostData {
  const { text, encoding } = fromBytes(bytes, mimeType, redactor);
  return { mimeType, text, ...(encoding && { _encoding: encoding }) };
}

function cookiesOf(headers: readonly HarPair[]): HarCookie[] {
  return headers
    .filter(({ name }) => name.toLowerCase() === "cookie")
    .flatMap(({ value }) => value.split(";"))
    .filter((pair) => pair.trim())
    .map(toPair);
}

function setCookiesOf(headers: readonly HarPair[]): HarCookie[] {
  const lines = headers.filter(({ name }) => name.toLowerCase() === "set-cookie");
  return lines.map(({ value }) => {
    const [first = "", ...rest] = value.split(";");
    const attributes = new Map(rest.map(toPair).map(({ name, value }) => [name.toLowerCase(), value]));
    const expires = new Date(attributes.get("expires") ?? "");
    const path = attributes.get("path");
    const domain = attributes.get("domain");
    return {
      ...toPair(first),
      ...(path && { path }),
      ...(domain && { domain }),
      ...(!Number.isNaN(expires.getTime()) && { expires: expires.toISOString() }),
      httpOnly: attributes.has("httponly"),
      secure: attributes.has("secure"),
    };
  });
}

function toPair(text: string): HarPair {
  const [name = "", ...value] = text.split("=");
  return { name: name.trim(), value: value.join("=").trim() };
}
