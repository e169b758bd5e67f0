import { HttpError, type Adapter, type Capabilities } from "@posthaste/core";
import { exchange } from "./exchange.ts";
import type { XhrOptions } from "./options.ts";

const can: Capabilities = {
  headerCase: false,
  headerOrder: false,
  framingHeaders: false,
  rawResponseHeaders: false,
  rawContent: false,
  manualRedirect: false,
  streamingRequest: false,
  streamingResponse: false,
  connectTimeout: false,
  proxy: false,
  tls: false,
};

/**
 * Makes the adapter for browsers and their workers: one exchange over XMLHttpRequest, with progress both ways.
 *
 * The browser has its say: it follows redirects, decodes the content, keeps the cookies, and adds headers. What a page may not
 * ask for is refused with `ERR_UNSUPPORTED` before anything is sent. The head of a response comes as soon as it is there, its
 * content in one piece; a request's stream or iterable is read to its end before it is sent, while text, bytes, a `Blob` and
 * a `FormData` are handed over as they are.
 *
 * Calls reject with an `HttpError`:
 *
 * | code | when |
 * | --- | --- |
 * | `ERR_UNSUPPORTED` | a header or a method that no page may send, content with GET or HEAD, a stream or an iterable that is no `Body` |
 * | `ERR_OPTION` | a `timeout.read` that is no number above 0, or another timeout |
 * | `ERR_BODY_CONSUMED` | the content was read or discarded before |
 * | `ERR_RESET` | no head came that the page may see: no server, a broken connection, or no leave by CORS; a browser does not tell which, nor whether the request arrived |
 * | `ERR_BODY_TRUNCATED` | the content broke off |
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
    can,
    options: ["onDownloadProgress", "onUploadProgress", "timeout", "withCredentials"],
    send: async (request) => exchange(request, closing.signal, defaults),
    close: () => closing.abort(new HttpError("ERR_CLOSED", "closed")),
  };
}
