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
 * @throws HttpError (a call's rejection) by code:
 *
 * | code | when |
 * | --- | --- |
 * | `ERR_UNSUPPORTED` | a forbidden header or method, content with GET or HEAD, `timeout.connect`; there is no XMLHttpRequest |
 * | `ERR_OPTION` | a timeout that is no number above 0 |
 * | `ERR_BODY`, `ERR_BODY_CONSUMED` | a content that cannot be sent, or not again |
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
export function xhrAdapter(): Adapter<XhrOptions> {
  const closing = new AbortController();
  return {
    name: "adapter-xhr",
    can,
    options: ["onDownloadProgress", "onUploadProgress", "timeout", "withCredentials"],
    send: async (request) => exchange(request, closing.signal),
    close: () => closing.abort(new HttpError("ERR_CLOSED", "closed")),
  };
}
