import { HeaderList, HttpError, type ErrorCode } from "@posthaste/core";
import { mockAdapter, type MockAdapter, type MockAdapterOptions, type MockOption } from "./adapter.ts";
import type { Call } from "./call.ts";
import { fromBytes, isForeign, toBinary, toBytes } from "./content.ts";
import { parseHar, type HarEntry, type HarPair, type HarPostData, type HarRequest } from "./har.ts";
import { bareUrl, type UrlPatternLike } from "./pattern.ts";
import { boundaryOf, Redactor, type RedactOptions } from "./redact.ts";
import type { Replier, Reply } from "./reply.ts";

/** What {@link replay} takes. */
export interface ReplayOptions<A extends object = object> extends MockAdapterOptions<A> {
  /** What must be the same beside method and URL. */
  match?: ReplayMatch;
  /** Answers requests for which all answers were given with the last of them once more. @default false */
  repeat?: boolean;
  /** More names that were hidden when the archive was recorded. */
  redact?: RedactOptions;
}

/** An archive, whoever wrote it. */
export interface HarLike {
  readonly log: { readonly entries: readonly object[] };
}

/** Beside method and URL. */
export interface ReplayMatch {
  /** The content; the boundary of a multipart content may differ. @default true */
  body?: boolean;
  /** Names of headers. @default none */
  headers?: readonly string[];
}

/**
 * Makes an adapter that answers from an HTTP archive (HAR 1.2), recorded by {@link recorder} or by a browser. Each entry
 * answers one request with its method, URL and content, equal ones in their order; with `ordered`, requests must come in the
 * order of the archive. What was hidden in the archive is hidden in a request before the two are compared.
 *
 * It is a mock, whose calls can be looked at; `assertDone()` asserts that all entries were asked for. Timings are not replayed.
 *
 * @throws HttpError `ERR_OPTION` where `har` is no archive
 * @example
 * ```ts
 * const mock = replay(await readFile("users.har", "utf8"));
 * const client = createClient({ adapter: mock });
 * await client.get("https://api.test/users/7");
 * mock.assertDone();
 * ```
 */
export function replay<A extends object = object>(
  har: string | HarLike,
  { match = {}, repeat = false, redact, ...options }: ReplayOptions<A> = {},
): MockAdapter<MockOption & A> {
  const { body = true, headers = [] } = match;
  if (repeat && options.ordered) throw new HttpError("ERR_OPTION", "`repeat` and `ordered` contradict each other");
  const redactor = new Redactor(redact);
  const mock = mockAdapter(options);
  const { entries } = parseHar(har).log;
  const descriptions = entries.map(({ request }) => {
    const url = redactor.url(bareUrl(request.url).href);
    const sent = body ? recordedBody(request, redactor) : undefined;
    const wanted = headers.map((name) => [name, recordedHeader(request, name, redactor)] as const);
    return { method: request.method, url, sent, wanted };
  });
  const keys = descriptions.map((description) => JSON.stringify(description));
  for (const [index, { method, url, sent, wanted }] of descriptions.entries()) {
    const reply = toReply(entries[index]!);
    const route = mock.on({
      method,
      url: { pathname: url, exec: (input: string) => (redactor.url(input) === url ? {} : null) } as UrlPatternLike,
      when(call) {
        if (sent !== undefined && comparable(call.bytes!, contentTypeOf(call), redactor) !== sent)
          return "the body differs";
        const other = wanted.find(([name, value]) => hiddenHeader(call.headers.getAll(name), name, redactor) !== value);
        return other ? `header ${other[0]} differs` : true;
      },
    });
    route.replyOnce(reply);
    // The last of its kind.
    if (repeat && keys.lastIndexOf(keys[index]!) === index) route.reply(reply);
  }
  return mock;
}

const contentTypeOf = ({ headers }: Call) => headers.get("Content-Type") ?? "";

/** What others write: fields in place of a text, and an `encoding` as contents of responses have it. */
type ForeignPostData = Partial<HarPostData & { params: HarPair[]; encoding: string }>;

/** What a request's content must be, or nothing where the archive does not say. */
function recordedBody({ postData, bodySize }: HarRequest, redactor: Redactor): string | undefined {
  if (!postData) return bodySize === 0 ? "" : undefined;
  const { mimeType = "", text, params, _encoding, encoding } = postData as ForeignPostData;
  if (text !== undefined) return comparable(toBytes({ text, encoding: encoding ?? _encoding }), mimeType, redactor);
  if (!/^application\/x-www-form-urlencoded/i.test(mimeType) || !params) return undefined;
  const form = new URLSearchParams(params.map(({ name, value }) => [name, value]));
  return comparable(new TextEncoder().encode(`${form}`), mimeType, redactor);
}

/** A content without secrets, and without the random boundary of a multipart content. */
function comparable(bytes: Uint8Array, contentType: string, redactor: Redactor): string {
  const content = toBinary(toBytes(fromBytes(bytes, contentType, redactor)));
  const boundary = boundaryOf(contentType);
  return boundary ? content.replaceAll(`--${boundary}`, "--boundary") : content;
}

const recordedHeader = ({ headers }: HarRequest, name: string, redactor: Redactor) =>
  hiddenHeader(new HeaderList(headers.map(({ name, value }) => [name, value])).getAll(name), name, redactor);

const hiddenHeader = (values: readonly string[], name: string, redactor: Redactor) =>
  JSON.stringify(values.map((value) => redactor.header(name, value)));

/** The answer that an entry holds. */
function toReply({ request, response }: HarEntry): Reply | Replier {
  const { status, statusText: reason, content, _error } = response;
  const error = /^ERR_[A-Z_]+$/.test(_error ?? "") ? (_error as ErrorCode) : undefined;
  // Browsers write 0 or -1 for calls that failed, and words of their own for the reason.
  if (status < 200) return { error: error ?? "ERR_RESET" };
  const isEmpty = request.method === "HEAD" || status === 204 || status === 304;
  const { text } = content;
  if (text === undefined && content.size > 0 && !isEmpty) {
    return ({ request }) => {
      throw new HttpError("ERR_UNSUPPORTED", "the archive does not hold the content of this response", { request });
    };
  }
  const headers = new HeaderList();
  const isText = text !== undefined && content.encoding !== "base64" && /[^\0-\x7f]/.test(text);
  for (const { name, value } of response.headers) {
    // What frames and encodes the content is done by now. Pseudo-headers are none (RFC 9113 §8.3).
    if (name.startsWith(":") || (!isEmpty && /^(content-(encoding|length)|transfer-encoding)$/i.test(name))) continue;
    // Chromium has the values of repeated headers on lines of one value.
    for (const line of value.split("\n")) {
      const isType = isText && name.toLowerCase() === "content-type" && isForeign(line);
      headers.append(name, isType ? line.replace(/(;\s*charset\s*=\s*)[^\s;]+/i, "$1utf-8") : line);
    }
  }
  return {
    status,
    reason,
    headers,
    body: text && !isEmpty ? toBytes({ text, encoding: content.encoding }) : null,
    ...(error && { bodyError: error }),
  };
}
