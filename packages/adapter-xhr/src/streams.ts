import { HttpError, copy } from "@posthaste/core";
import type { Adapter, Body } from "@posthaste/core";
import { toBody } from "@posthaste/core/body";
import { xhrAdapter as adapterForWholes } from "./adapter.ts";
import type { XhrOptions } from "./options.ts";

/**
 * Makes the adapter of `@posthaste/adapter-xhr`, which here takes content that comes in pieces, too: a stream, an iterable, or a
 * `Body`, such as `@posthaste/multipart` makes. No browser sends such content over XMLHttpRequest while it is made, so that it is
 * read to its end first. The call's signal and `close` end that as well; then its source is left, and nothing is sent.
 *
 * Calls reject as there, and besides with an `HttpError`:
 *
 * | code | when |
 * | --- | --- |
 * | `ERR_BODY` | the body, or a piece of it, is of a type that cannot be sent |
 * | `ERR_BODY_CONSUMED` | the body is a stream or a generator that was sent before |
 *
 * An error of the body's own source comes as it is.
 *
 * @example
 * ```ts
 * import { xhrAdapter } from "@posthaste/adapter-xhr/streams";
 *
 * const client = createClient({ adapter: xhrAdapter(), defaults: { baseUrl: location.href } });
 * await client.post("/lines", { body: lines() });
 * ```
 */
export function xhrAdapter(defaults?: XhrOptions): Adapter<XhrOptions> {
  const adapter = adapterForWholes(defaults);
  const closing = new AbortController();
  return {
    ...adapter,
    close() {
      closing.abort(new HttpError("ERR_CLOSED", "closed"));
      return adapter.close?.();
    },
    async send(request) {
      const body = request.body as unknown;
      const isNative = Object(body) !== body || body instanceof Blob || body instanceof FormData;
      const source = isNative ? undefined : toBody(request.body!);
      if (!source || source.bytes) return adapter.send(request);
      const signal = AbortSignal.any([closing.signal, request.options.signal ?? closing.signal]);
      const whole = copy(request, { body: await collect(source, signal) });
      if (source.contentType && !whole.headers.has("Content-Type")) {
        whole.headers.append("Content-Type", source.contentType);
      }
      return adapter.send(whole);
    },
  };
}

/** Reads a body to its end, or rejects as soon as the signal says so, however long the next piece takes. */
async function collect(body: Body, signal: AbortSignal): Promise<Blob> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  signal.onabort = () => reject(signal.reason);
  const read = async () => {
    const pieces: BlobPart[] = [];
    for await (const piece of body.open()) {
      // Leaves the loop, and with it the source.
      signal.throwIfAborted();
      pieces.push(piece as BlobPart);
    }
    return new Blob(pieces);
  };
  try {
    return await Promise.race([aborted, read()]);
  } finally {
    signal.onabort = null;
  }
}
