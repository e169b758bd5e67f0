import { HeaderList, HttpError, HttpResponse } from "@posthaste/core";
import { oneShot } from "@posthaste/core/body";
import type { Adapter, Body, Chunk, ConnectionOption, ErrorCode, HttpRequest, Phase } from "@posthaste/core";

/** What the platform has and the libraries of types have not yet. */
interface Newer {
  from(chunks: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array>;
  fromAsync(chunks: AsyncIterable<Uint8Array>): Promise<BlobPart[]>;
}

/** What {@link fetchAdapter} takes. What stands in no line of its own is fetch's, and goes with every request. */
export interface FetchAdapterOptions extends Pick<
  RequestInit,
  "cache" | "credentials" | "integrity" | "keepalive" | "priority" | "referrer" | "referrerPolicy"
> {
  /** What sends: a platform's fetch, or an app's own function, which needs no network. @default globalThis.fetch */
  fetch?: (request: Request) => Response | Promise<Response>;
  /** @default "cors" */
  mode?: "cors" | "same-origin";
  /** Leaves redirects to the platform, for browsers, which do not show them. Otherwise they are responses like others. */
  redirect?: "follow";
}

/** Iterators of bodies: one that is finished would give an empty body the second time, without a word. */
const opened = /* @__PURE__ */ new WeakSet();

/**
 * Makes the adapter for any `fetch`: of browsers and their workers, of Deno, Bun, Node and other runtimes, or an app's own.
 * It gives what fetch gives: header lines in alphabetical order, names in lower case, repeats joined; content decoded, and
 * Content-Encoding and Content-Length as the server sent them. Connections and their timeouts are the platform's.
 *
 * Calls reject with an `HttpError`, whose `cause` is what the platform says:
 *
 * | code | when |
 * | --- | --- |
 * | `ERR_UNSUPPORTED` | the platform does not send such a header, such a method, or content with it, or not through the proxy that is asked for |
 * | `ERR_BODY`, `ERR_BODY_CONSUMED` | the body yields neither bytes nor text, or is a generator that was sent before |
 * | `ERR_RESET` | there is no answer; fetch does not say why, nor whether the request was sent; or an app's function failed |
 * | `ERR_REDIRECT` | a redirect that the platform does not show; see the option `redirect` |
 * | `ERR_BODY_TRUNCATED` | the response's content ended too early, or is not what its encoding says |
 *
 * An error of the body's own source and the reason of an aborted signal come as they are.
 *
 * @example
 * ```ts
 * const client = createClient({ adapter: fetchAdapter({ credentials: "include" }) });
 * const app = createClient({ adapter: fetchAdapter({ fetch: (request) => new Response(request.url) }) });
 * ```
 */
export function fetchAdapter({ fetch: transport = fetch, ...init }: FetchAdapterOptions = {}): Adapter {
  // A browser drops what it forbids. Others also show redirects, and stream bodies over any connection.
  const open = new Request("http://a", { headers: { cookie: "a" } }).headers.has("cookie");

  async function send(request: HttpRequest): Promise<HttpResponse> {
    const outer = request.options.signal;
    const controller = new AbortController();
    const { signal } = controller;
    let phase: Phase | undefined;
    let source: Iterator<Chunk> | AsyncIterator<Chunk> | undefined;
    let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;

    const abort = () => end(outer!.reason);
    /** Leaves nothing behind; may be called again. */
    const end = (reason?: unknown): void => {
      controller.abort(reason);
      outer?.removeEventListener("abort", abort);
      // That they have failed before changes nothing any more.
      void Promise.allSettled([source?.return?.(), reader?.cancel()]);
    };
    const error = (code: ErrorCode, problem: string, cause?: unknown) =>
      new HttpError(code, problem, { request, phase, cause });
    /** What the platform does. The message of its error may tell what is secret, such as a URL's query. */
    const act = <T>(code: ErrorCode, action: () => Promise<T>) =>
      action()
        .catch((cause: Error) => {
          throw error(code, cause.name, cause);
        })
        // Also where there is no error: an app may not know of the signal.
        .finally(() => signal.throwIfAborted());
    async function* outgoing() {
      try {
        for (;;) {
          const { done, value } = await source!.next();
          if (done) return;
          const chunk = typeof value === "string" ? new TextEncoder().encode(value) : value;
          if (!(chunk instanceof Uint8Array)) throw error("ERR_BODY", "body");
          yield chunk;
        }
      } catch (reason) {
        end(reason);
        throw reason;
      }
    }
    async function* incoming() {
      // oxlint-disable-next-line eslint/no-unmodified-loop-condition -- there is one or none when this begins
      while (reader) {
        const { done, value } = await act("ERR_BODY_TRUNCATED", () => reader!.read());
        if (done) return;
        yield value;
      }
    }

    try {
      outer?.throwIfAborted();
      outer?.addEventListener("abort", abort);
      const given = Object(request.body) as Partial<Body>;
      let body: unknown = given.open ? (given.bytes ?? given.open()) : request.body;
      // What fetch takes by itself.
      if (!/String|Null|\wArray|Buffer|Blob|File|Data|Params/.test({}.toString.call(body))) {
        const pieces = body as AsyncIterable<Chunk> & Iterable<Chunk>;
        source = (pieces[Symbol.asyncIterator] ?? pieces[Symbol.iterator]).call(body);
        if (opened.has(source)) throw error("ERR_BODY_CONSUMED", "body");
        opened.add(source);
        body = open
          ? (ReadableStream as unknown as Newer).from(outgoing())
          : new Blob(await (Array as unknown as Newer).fromAsync(outgoing()));
      }
      const made = await act(
        "ERR_UNSUPPORTED",
        async () =>
          new Request(
            // RFC 9110 §4.2.4: user information is no part of what is sent.
            request.url.replace(/\/\/[^/?#]*@/, "//"),
            { redirect: "manual", ...init, ...request, duplex: "half", body, signal } as object,
          ),
      );
      // A plugin's wish, which must not be passed over.
      if ((request.options as ConnectionOption).connection?.proxy) throw error("ERR_UNSUPPORTED", "proxy");
      for (const [name] of request.headers) if (!made.headers.has(name)) throw error("ERR_UNSUPPORTED", name);
      // Bun has no type for text.
      const type = given.contentType ?? (typeof body === "string" && "text/plain;charset=UTF-8");
      if (type && !made.headers.has("content-type")) made.headers.set("content-type", type);
      phase = "headers";
      const response = await act("ERR_RESET", async () => transport(made));
      if (!response.status) throw error("ERR_REDIRECT", response.type);
      phase = "body";
      reader = response.body?.getReader();
      if (!reader) end();
      return new HttpResponse({
        request,
        status: response.status,
        reason: response.statusText,
        headers: new HeaderList(response.headers),
        url: response.url || request.url,
        ...oneShot(request, incoming(), end),
      });
    } catch (reason) {
      end(reason);
      throw reason;
    }
  }

  return {
    name: "adapter-fetch",
    can: {
      manualRedirect: open && !init.redirect,
      streamingRequest: open,
      streamingResponse: true,
    },
    send,
  };
}
