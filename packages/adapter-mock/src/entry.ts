import { HeaderList, HttpResponse, type HttpRequest } from "@posthaste/core";
import { oneShot, toBody } from "@posthaste/core/body";
import { decompress } from "@posthaste/decompress";
import { fromBytes } from "./content.ts";
import type { HarCookie, HarEntry, HarPair, HarPostData } from "./har.ts";
import type { Redactor } from "./redact.ts";
import { join } from "./upload.ts";

/** Bytes as they go by. */
export class Tape {
  chunks: Uint8Array[] = [];
  length = 0;

  add(chunk: Uint8Array): void {
    // A copy, for its owner may use the memory again; a Buffer's `slice` would share it.
    this.chunks.push(new Uint8Array(chunk));
    this.length += chunk.length;
  }

  get bytes(): Uint8Array {
    return join(this.chunks, this.length);
  }
}

/** One exchange as it goes by. Neither request nor response is held, so that they can be collected. */
export interface Take {
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

/** What is written of an exchange. */
export async function toEntry(take: Take, redactor: Redactor, isRaw: boolean): Promise<HarEntry> {
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
      queryString: pairsOf(URL.parse(url)?.searchParams ?? []),
      ...(bytes && !isCoded(codingsOf(take.headers)) && { postData: toPostData(bytes, take.sentType, redactor) }),
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
  const codings = codingsOf(head?.headers ?? []);
  if (!isRaw || bytes.length === 0 || !isCoded(codings)) return bytes;
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

const codingsOf = (headers: Take["headers"]) =>
  new HeaderList(headers.filter(([name]) => name.toLowerCase() === "content-encoding"));

const isCoded = (codings: HeaderList) => !/^[\s,]*(identity)?[\s,]*$/i.test(codings.get("Content-Encoding") ?? "");

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
