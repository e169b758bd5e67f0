import { handled, rejection, same, truth } from "../assert.ts";
import { group } from "../case.ts";
import type { TestCase } from "../case.ts";
import { body, reply, send, sendHead, wait } from "../control.ts";
import { Endless } from "./parts.ts";

/** A promise rejects with the very reason of a signal. */
function abortedWith(reason: unknown, promise: Promise<unknown>, what: string): Promise<void> {
  return handled(
    rejection(promise, what).then((error) => {
      truth(error === reason, `${what} rejected with ${String(error)} in place of the signal's reason`);
    }),
  );
}

const reason = new Error("changed my mind");

/** Signals, in every phase. */
export const aborts: readonly TestCase[] = group(
  "aborts",
  [
    "connecting",
    "an abort while it connects rejects with the reason and leaves no connection",
    [],
    async (kit) => {
      const server = await kit.script({ connections: [[]] });
      const controller = new AbortController();
      const call = kit.client().get(server.https(), { signal: controller.signal });
      const over = abortedWith(reason, call, "the call");
      await server.until({ received: 1 });
      controller.abort(reason);
      await over;
      if (kit.can.connections) await server.until({ open: 0 });
    },
  ],
  [
    "waiting",
    "an abort while it waits for the head rejects with the reason and ends the request",
    [],
    async (kit) => {
      const server = await kit.script({ requests: [[]] });
      const controller = new AbortController();
      const over = abortedWith(reason, kit.client().get(server.url, { signal: controller.signal }), "the call");
      await server.until({ requests: 1 });
      controller.abort(reason);
      await over;
      // Whoever holds the connection, there is no other way to end what goes over it.
      await server.until({ open: 0 });
    },
  ],
  [
    "reading",
    "an abort while the content is read rejects with the reason and ends the response",
    ["streamingResponse"],
    async (kit) => {
      const server = await kit.script({ requests: [[sendHead("200 OK", "Content-Length: 9"), send("abc")]] });
      const controller = new AbortController();
      const { body } = await kit.client().get(server.url, { signal: controller.signal });
      const chunks = body[Symbol.asyncIterator]();
      await chunks.next();
      const over = abortedWith(reason, chunks.next(), "the reading");
      controller.abort(reason);
      await over;
      await server.until({ open: 0 });
    },
  ],
  [
    "collecting",
    "an abort while the whole content is awaited rejects with the reason",
    [],
    async (kit) => {
      const server = await kit.script({ requests: [[sendHead("200 OK", "Content-Length: 9"), send("abc")]] });
      const controller = new AbortController();
      const call = kit.client().get(server.url, { signal: controller.signal });
      const over = abortedWith(
        reason,
        call.then((response) => response.bytes()),
        "the reading",
      );
      // One that gives no response before its content is aborted as it waits for that.
      if (kit.can.streamingResponse) await call;
      else await server.until({ requests: 1 });
      controller.abort(reason);
      await over;
      await server.until({ open: 0 });
    },
  ],
  [
    "unread",
    "an abort of a response that nobody reads is what the reading rejects with later",
    ["streamingResponse"],
    async (kit) => {
      const server = await kit.script({ requests: [[sendHead("200 OK", "Content-Length: 9"), send("abc")]] });
      const controller = new AbortController();
      const response = await kit.client().get(server.url, { signal: controller.signal });
      controller.abort(reason);
      await server.until({ open: 0 });
      await abortedWith(reason, response.bytes(), "the reading");
    },
  ],
  [
    "uploading",
    "an abort during the upload rejects with the reason and leaves the source",
    ["streamingRequest"],
    async (kit) => {
      const server = await kit.script({ requests: [[body, ...reply("")]] });
      const controller = new AbortController();
      const source = new Endless(new Uint8Array(1000));
      const call = kit.client().post(server.url, { body: source, signal: controller.signal });
      const over = abortedWith(reason, call, "the call");
      await server.until({ content: 1000 });
      controller.abort(reason);
      await over;
      await source.left;
      await server.until({ open: 0 });
    },
  ],
  [
    "after",
    "an abort after the end does nothing",
    [],
    async (kit) => {
      const server = await kit.script({ requests: [reply("done")] });
      const client = kit.client();
      const controller = new AbortController();
      const response = await client.get(server.url, { signal: controller.signal });
      same(await response.text(), "done", "content");
      controller.abort(reason);
      same(await (await client.get(server.url)).text(), "done", "the next response");
    },
  ],
  [
    "others",
    "an abort ends its own call and no other",
    [],
    async (kit) => {
      const server = await kit.script({ requests: [[wait("go"), ...reply("done")]] });
      const client = kit.client();
      const controller = new AbortController();
      const other = client.get(server.url);
      // Of one URL, a browser's cache would ask for once only.
      const call = client.get(`${server.url}other`, { signal: controller.signal });
      const over = abortedWith(reason, call, "the call");
      await server.until({ requests: 2 });
      controller.abort(reason);
      await over;
      await server.tell("go");
      same(await (await other).text(), "done", "the other response");
    },
  ],
  [
    "usual-reason",
    "without a reason it is an AbortError, and a TimeoutError after AbortSignal.timeout",
    [],
    async (kit) => {
      const server = await kit.script({ requests: [[]] });
      const client = kit.client();
      const controller = new AbortController();
      const call = rejection(client.get(server.url, { signal: controller.signal }), "the call");
      await server.until({ requests: 1 });
      controller.abort();
      same(((await call) as Error).name, "AbortError", "name");
      const late = await rejection(client.get(server.url, { signal: AbortSignal.timeout(50) }), "the call");
      same((late as Error).name, "TimeoutError", "name");
    },
  ],
);
