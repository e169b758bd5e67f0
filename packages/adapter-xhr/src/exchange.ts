import { HeaderList, HttpError, HttpResponse } from "@posthaste/core";
import type { Body, CallOptions, ErrorCode, HttpRequest, Phase } from "@posthaste/core";
import type { XhrOptions } from "./options.ts";

/** Whether XMLHttpRequest takes it as it is. Of a Blob, and of those in a FormData, it reads as much as it sends. */
const isNative = (body: unknown): boolean =>
  Object(body) !== body ||
  ArrayBuffer.isView(body) ||
  [ArrayBuffer, Blob, FormData, URLSearchParams].some((type) => body instanceof type);

/**
 * One request and its response.
 *
 * @param closing the adapter's end
 */
export function exchange(
  request: HttpRequest<XhrOptions>,
  closing: AbortSignal,
  defaults: XhrOptions,
): Promise<HttpResponse> {
  const { body, headers, method } = request;
  // Nothing that stands on a polluted `Object.prototype` is an option.
  const options = { __proto__: null, ...defaults, ...request.options } as CallOptions & XhrOptions;
  const { onDownloadProgress, onUploadProgress, signal, timeout, withCredentials } = options;
  // Longer than it can wait is as good as no limit.
  const read = Math.min(timeout?.read ?? Infinity, 2 ** 31);
  const signals = [closing, signal];
  const source = body as Partial<Body> | null;
  const xhr = new XMLHttpRequest();
  const { promise: content, resolve: done, reject: end } = Promise.withResolvers<Uint8Array>();
  let phase: Phase | undefined;
  let start: number | undefined;

  const error = (code: ErrorCode, problem: string) => new HttpError(code, problem, { request, phase });
  const check = () => {
    for (const signal of signals) signal?.throwIfAborted();
  };
  const abort = ({ target }: Event) => end((target as AbortSignal).reason);
  const report = <P>(listener?: (progress: P) => void, progress?: P) => {
    // Counted from the start of the exchange, also when it is set anew.
    const now = performance.now();
    xhr.timeout = read + now - (start ??= now);
    try {
      listener?.(progress!);
    } catch (error) {
      end(error);
    }
  };

  const send = async () => {
    check();
    for (const signal of signals) signal?.addEventListener("abort", abort);
    for (const name in timeout) if (name !== "read" || !(read > 0)) throw error("ERR_OPTION", `timeout.${name}`);
    const url = request.url.replace(/(?<=\/\/)[^/?#]*@/, "");
    let refused: string | undefined = method;
    try {
      // It throws at a method that a browser does not send, or not with content, and leaves out the lines that no page may set,
      // as XMLHttpRequest does: without a word.
      const allowed = new Request(url, { method, headers: headers as never, body: body && "" }).headers;
      refused = headers.find(([name]) => !allowed.has(name))?.[0];
      if (!(source?.open || isNative(body))) refused = "a stream";
    } catch {}
    if (refused) throw error("ERR_UNSUPPORTED", `not sent: ${refused}`);
    let payload: unknown = body;
    if (source?.open && !(payload = source.bytes)) {
      const pieces: BlobPart[] = [];
      for await (const piece of source.open()) {
        check();
        pieces.push(piece as BlobPart);
      }
      payload = new Blob(pieces);
      check();
    }
    xhr.open(method, url);
    for (const header of headers) xhr.setRequestHeader(...header);
    if (source?.contentType && !headers.has("Content-Type")) xhr.setRequestHeader("Content-Type", source.contentType);
    xhr.responseType = "arraybuffer";
    xhr.withCredentials = withCredentials!;
    phase = "headers";
    report();
    xhr.send(payload as XMLHttpRequestBodyInit);
  };

  return new Promise((resolve, reject) => {
    const release = (reason: unknown) => {
      for (const signal of signals) signal?.removeEventListener("abort", abort);
      xhr.abort();
      reject(reason);
    };
    content.then(release, release);
    // A listener makes the browser ask another origin's server first, so there is none without need.
    if (onUploadProgress ?? (body && timeout)) {
      xhr.upload.onprogress = ({ loaded: sent, total }) => report(onUploadProgress, { sent, total });
    }
    xhr.onprogress = ({ loaded: received, total }) =>
      report(onDownloadProgress, { received, total: total || undefined });
    xhr.onreadystatechange = () => {
      if (xhr.readyState !== 2) return;
      phase = "body";
      report();
      const { status, statusText: reason, responseURL: url } = xhr;
      const headers = new HeaderList();
      for (const [, name, value] of xhr.getAllResponseHeaders().matchAll(/(.+?): (.*)/g)) headers.append(name!, value!);
      const consumed = error("ERR_BODY_CONSUMED", "read or discarded");
      let used: boolean | undefined;
      const bytes = () => {
        if (used) throw consumed;
        used = true;
        return content;
      };
      const discard = () => {
        used = true;
        end(consumed);
      };
      const body = {
        bytes,
        async *[Symbol.asyncIterator]() {
          yield bytes();
        },
      };
      resolve(new HttpResponse({ request, status, reason, url, headers, body, discard }));
    };
    xhr.onload = () =>
      report(() => {
        // There is none where the browser has no room for it, and then this throws.
        const { byteLength: total } = xhr.response as ArrayBuffer;
        onDownloadProgress?.({ received: total, total });
        done(new Uint8Array(xhr.response as ArrayBuffer));
      });
    xhr.onerror = xhr.ontimeout = ({ type }) =>
      end(
        type === "timeout"
          ? error("ERR_TIMEOUT_READ", `after ${read} ms`)
          : phase === "body"
            ? error("ERR_BODY_TRUNCATED", "cut")
            : error("ERR_RESET", "no answer, or no CORS"),
      );
    send().catch(end);
  });
}
