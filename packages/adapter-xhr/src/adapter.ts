import { HeaderList, HttpError, HttpResponse } from "@posthaste/core";
import type { Adapter, Body, CallOptions, ErrorCode, Phase } from "@posthaste/core";
import { oneShot } from "@posthaste/core/body";
import type { XhrOptions } from "./options.ts";

/**
 * Makes the adapter for browsers and their workers: one exchange over XMLHttpRequest, with progress both ways.
 *
 * The browser has its say: it follows redirects, decodes the content, keeps the cookies, and adds headers. What a page may not
 * ask for is refused with `ERR_UNSUPPORTED` before anything is sent. The head of a response comes as soon as it is there, its
 * content in one piece; text, bytes, a `Blob` and a `FormData` are handed over as they are. Streams are for the adapter of
 * `@posthaste/adapter-xhr/streams`.
 *
 * Calls reject with an `HttpError`:
 *
 * | code | when |
 * | --- | --- |
 * | `ERR_UNSUPPORTED` | a header or a method that no page may send, content with GET or HEAD, content that comes in pieces |
 * | `ERR_OPTION` | a `timeout.read` that is no number above 0, or another timeout |
 * | `ERR_BODY_CONSUMED` | the content was read or discarded before |
 * | `ERR_RESET` | no head came that the page may see: no server, a broken connection, or no leave by CORS; a browser does not tell which, nor whether the request arrived |
 * | `ERR_BODY_TRUNCATED` | the content broke off, or was discarded while it was read |
 * | `ERR_TIMEOUT_READ` | silence for longer than `timeout.read` |
 * | `ERR_CLOSED` | the adapter was closed |
 *
 * @example
 * ```ts
 * const client = createClient({ adapter: xhrAdapter(), defaults: { baseUrl: location.href } });
 * await client.post("/files", {
 *   body: file,
 *   onUploadProgress: ({ sent, total }) => (bar.value = sent / total!),
 *   timeout: { read: 30_000 },
 * });
 * ```
 */
export function xhrAdapter(defaults: XhrOptions = {}): Adapter<XhrOptions> {
  const closing = new AbortController();
  return {
    name: "adapter-xhr",
    // None of it: a browser does all that by itself, or not at all.
    can: {},
    options: ["onDownloadProgress", "onUploadProgress", "timeout", "withCredentials"],
    close() {
      closing.abort(new HttpError("ERR_CLOSED", "closed"));
    },
    async send(request) {
      const { body, headers } = request;
      // Nothing that stands on a polluted `Object.prototype` is an option.
      const options = { __proto__: null, ...defaults, ...request.options } as CallOptions & XhrOptions;
      const read = options.timeout?.read ?? Infinity;
      // It does not outlive the call, and a listener on it needs not be taken off the caller's.
      const signal = AbortSignal.any([closing.signal, options.signal ?? closing.signal]);
      const xhr = new XMLHttpRequest();
      // All ends of the exchange are ends of its content.
      const { promise: content, resolve: done, reject: end } = Promise.withResolvers<Uint8Array>();
      let phase: Phase | undefined;
      const error = (code: ErrorCode, problem: string) => new HttpError(code, problem, { request, phase });

      signal.throwIfAborted();
      for (const name in options.timeout) if (name !== "read" || !(read > 0)) throw error("ERR_OPTION", name);
      const source = Object(body) as Partial<Body>;
      const payload: unknown = source.open ? source.bytes : body;
      let refused: string | undefined = request.method;
      try {
        // It throws at a method that a browser does not send, or not with content, and leaves out the lines that no page may set,
        // as XMLHttpRequest does: without a word.
        const allowed = new Request("http://a", { ...request, body: body && "" } as object).headers;
        refused = headers.find(([name]) => !allowed.has(name))?.[0];
        // Of what it does not know, XMLHttpRequest would send the name.
        if (!/Null|String|\wArray|Buffer|Blob|File|Data|Params/.test({}.toString.call(payload))) refused = "stream";
      } catch {}
      if (refused) throw error("ERR_UNSUPPORTED", `not sent: ${refused}`);

      // Whatever user information the URL has, there is none.
      xhr.open(request.method, request.url, true, "", "");
      for (const header of headers) xhr.setRequestHeader(...header);
      if (source.contentType && !headers.has("Content-Type")) xhr.setRequestHeader("Content-Type", source.contentType);
      xhr.responseType = "arraybuffer";
      xhr.withCredentials = options.withCredentials!;
      phase = "headers";
      const start = performance.now();
      const touch = () => {
        // It counts from the start, also when it is set anew, and cannot wait longer than some weeks.
        if (read < 2e9) xhr.timeout = read + performance.now() - start;
      };
      touch();
      const watch =
        (count: string, listener?: (progress: never) => void) =>
        ({ loaded, total }: ProgressEvent) => {
          touch();
          try {
            // There is a response at the end, where all that came is all there was.
            listener?.({ [count]: loaded, total: xhr.response ? loaded : total || undefined } as never);
          } catch (error) {
            end(error);
          }
        };
      // A listener makes the browser ask another origin's server first, so there is none without need.
      if (options.onUploadProgress ?? (body && options.timeout))
        xhr.upload.onprogress = watch("sent", options.onUploadProgress);
      xhr.onload = xhr.onprogress = watch("received", options.onDownloadProgress);
      xhr.ontimeout = () => end(error("ERR_TIMEOUT_READ", `after ${read} ms`));
      // Comes after those two, and after what nobody hears. Where the browser has no room for a content, there is none.
      xhr.onloadend = () =>
        xhr.response
          ? done(new Uint8Array(xhr.response as ArrayBuffer))
          : end(phase === "body" ? error("ERR_BODY_TRUNCATED", "cut") : error("ERR_RESET", "no answer, or no CORS"));
      const release = () => {
        signal.onabort = null;
        xhr.abort();
      };
      content.then(release, release);
      xhr.send(payload as XMLHttpRequestBodyInit);
      signal.onabort = () => end(signal.reason);

      await new Promise((resolve) => (xhr.onreadystatechange = resolve));
      // Without a status it has failed, and what comes next tells how.
      if (!xhr.status) await content;
      phase = "body";
      touch();
      return new HttpResponse({
        request,
        status: xhr.status,
        reason: xhr.statusText,
        url: xhr.responseURL,
        // A match is the name, its group the value: a pair.
        headers: new HeaderList(xhr.getAllResponseHeaders().matchAll(/^.+?(?=: (.*))/gm) as never),
        // What stands in an array is awaited there.
        ...oneShot(request, [content] as never, release),
      });
    },
  };
}
