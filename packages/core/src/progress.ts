import type { Plugin } from "./plugin.ts";
import type { HttpResponse } from "./response.ts";

/** How far a download has come, in bytes of decoded content. */
export interface DownloadProgress {
  received: number;
  /** By Content-Length; unknown where there is none, or where it counts encoded bytes. */
  total: number | undefined;
}

/** The option that {@link downloadProgress} reads. */
export interface DownloadProgressOption {
  /** Called with each chunk that is read; the last call has `received` equal to `total`. */
  onDownloadProgress?: (progress: DownloadProgress) => void;
}

/**
 * Tells how far the reading of a response has come. What the callback throws ends the reading.
 *
 * @example
 * ```ts
 * const client = createClient({ adapter, plugins: [downloadProgress()] });
 * const response = await client.get("https://example.test/big", {
 *   onDownloadProgress: ({ received, total }) => console.log(received, "of", total ?? "?"),
 * });
 * await response.bytes();
 * ```
 */
export function downloadProgress(): Plugin<DownloadProgressOption> {
  return {
    name: "progress",
    options: ["onDownloadProgress"],
    send(request, next) {
      const { onDownloadProgress: report } = request.options;
      return report ? next(request).then((response) => watch(response, report)) : next(request);
    },
  };
}

function watch(response: HttpResponse, report: (progress: DownloadProgress) => void): HttpResponse {
  const { body, headers } = response;
  const length = headers.has("content-encoding") ? null : headers.get("content-length");
  const total = length === null ? undefined : Number(length);
  response.body = {
    async *[Symbol.asyncIterator]() {
      let received = 0;
      for await (const chunk of body) {
        received += chunk.length;
        report({ received, total });
        yield chunk;
      }
      // The end of a content of unknown length, or of none.
      if (received !== total || received === 0) report({ received, total: received });
    },
  };
  return response;
}
