import type { DownloadProgressOption } from "@posthaste/core/progress";

/** How far an upload has come, in bytes of its content. */
export interface UploadProgress {
  sent: number;
  /** Unknown where the browser does not say. */
  total: number | undefined;
}

/** What {@link xhrAdapter} reads of a call. */
export interface XhrOptions extends DownloadProgressOption {
  /**
   * Called as the content of the request goes out, about every 50 ms and at its end. What it throws ends the call.
   *
   * Towards another origin it makes the browser ask the server with OPTIONS first.
   */
  onUploadProgress?: (progress: UploadProgress) => void;
  timeout?: {
    /**
     * Milliseconds of silence: while the content goes out, to the first byte, and between bytes; `Infinity` is none. A
     * browser tells of progress every 50 ms at most, so that a shorter budget may be too short.
     *
     * @default Infinity
     */
    read?: number;
  };
  /** Whether another origin is sent its cookies and may set some, as the same origin is always. @default false */
  withCredentials?: boolean;
}
