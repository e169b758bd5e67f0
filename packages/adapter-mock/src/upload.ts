import { HttpError, type HttpRequest } from "@posthaste/core";
import type { Body } from "@posthaste/core/body";

/**
 * Reads a request's content to its end, as sending it would. Its source is returned to when `end` aborts before.
 *
 * @throws HttpError `ERR_BODY` where it is not of its `length`, or yields what is no `Uint8Array`; the source's own errors
 */
export async function drain(body: Body, request: HttpRequest, end: AbortSignal): Promise<Uint8Array> {
  const source = body.open()[Symbol.asyncIterator]();
  const stop = () => leave(source);
  end.addEventListener("abort", stop);
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await source.next();
    if (done || end.aborted) break;
    if (!(value instanceof Uint8Array)) {
      stop();
      throw new HttpError("ERR_BODY", "the body gave something that is no Uint8Array", { request, phase: "send" });
    }
    chunks.push(value);
    length += value.length;
  }
  end.removeEventListener("abort", stop);
  if (body.length !== undefined && body.length !== length) {
    const problem = `the body has ${length} bytes, and not its length of ${body.length}`;
    throw new HttpError("ERR_BODY", problem, { request, phase: "send" });
  }
  return join(chunks, length);
}

/** Tells a source that nothing more is wanted. Not waited for: one that is late would hold up what comes next. */
export function leave(source: AsyncIterator<Uint8Array>): void {
  void Promise.resolve(source.return?.()).catch(() => {});
}

/** The chunks as one. */
export function join(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const all = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
