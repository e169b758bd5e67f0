import { HeaderList, HttpError, type HttpRequest } from "@posthaste/core";
import { shorten } from "./match.ts";
import { bareUrl } from "./pattern.ts";
import { Redactor } from "./redact.ts";

const redactor = /* @__PURE__ */ new Redactor();

/** A request that came to the mock, and what became of it. As text it is one line without credentials. */
export class Call<Params = Record<string, string>> {
  /** As it was given to the adapter. */
  readonly request: HttpRequest;
  readonly method: string;
  /** Without user information and fragment. */
  readonly url: URL;
  /** As they would be sent: with the body's content type where the request names none. */
  readonly headers: HeaderList;
  /** What the route's URL pattern found. */
  params: Params = {} as Params;
  /** The content that was sent, empty where there was none; nothing where a request was handed on with its content unread. */
  bytes: Uint8Array | undefined;
  /** The answer's status. */
  status: number | undefined;
  /** What the call rejected with. */
  error: unknown;

  constructor(request: HttpRequest, contentType?: string) {
    this.request = request;
    this.method = request.method;
    this.url = bareUrl(request.url);
    this.headers = new HeaderList(request.headers);
    // For `console.log` in Node, Deno and Bun: headers may hold credentials.
    Object.defineProperty(this, Symbol.for("nodejs.util.inspect.custom"), { value: () => `Call(${this.toString()})` });
    if (contentType && !this.headers.has("Content-Type")) this.headers.append("Content-Type", contentType);
  }

  /** The content as UTF-8. */
  text(): string {
    return new TextDecoder().decode(this.bytes);
  }

  /** The content as JSON; a `SyntaxError` where it is none. */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- as the core's responses have it
  json<T = unknown>(): T {
    return JSON.parse(this.text()) as T;
  }

  toJSON(): string {
    return this.toString();
  }

  toString(): string {
    const { method, url, bytes, status, error } = this;
    const type = this.headers.get("Content-Type") ?? "";
    const readable = bytes?.length && !/\0|\ufffd/.test(this.text());
    const start = readable ? redactor.body(this.text().slice(0, 10_000), type).replace(/\s+/g, " ") : "";
    const content = start && ` ${shorten(start)}`;
    const size = bytes?.length && !readable ? ` (${bytes.length} bytes)` : "";
    const thrown = error instanceof HttpError ? error.code : error instanceof Error ? error.name : "a rejection";
    const end = status ?? (error === undefined ? "no answer yet" : thrown);
    return `${method} ${redactor.urls(url.href)}${content}${size} → ${end}`;
  }
}
