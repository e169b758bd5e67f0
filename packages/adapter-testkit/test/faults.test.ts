import { HttpResponse } from "@posthaste/core";
import type { Adapter } from "@posthaste/core";
import { oneShot } from "@posthaste/core/body";
import { describe, expect, test } from "vitest";
import { cases, runKit, type Report } from "../src/index.ts";
import { startScriptServer } from "../src/server/index.ts";
import { referenceAdapter, type Fault } from "./reference.ts";

async function run(adapter: () => Adapter, only: readonly string[], budget?: number): Promise<Report> {
  await using server = await startScriptServer();
  return await runKit({ adapter, server, only, can: { rawUrl: false }, ...(budget && { budget }) });
}

const ids = (report: Report, outcome: string): string[] =>
  report.results.filter((result) => result.outcome === outcome).map(({ id }) => id);

const all = cases.map(({ id }) => id);

test.skipIf(!process.env["CI"])("an adapter that is right passes every case that it declares", async () => {
  const report = await run(() => referenceAdapter(), all);
  expect(report.results.filter(({ outcome }) => outcome === "failed")).toEqual([]);
  expect(report.passed).toBeGreaterThan(100);
});

/** Cases of a group; all of them, where none is named. */
const of = (group: string, ...names: readonly string[]): string[] =>
  names.length > 0 ? names.map((name) => `${group}/${name}`) : all.filter((id) => id.startsWith(`${group}/`));

/** What each fault fails; all else it passes. */
const faults: Record<Fault, readonly string[]> = {
  "lower-cases names": of("headers", "case"),
  "drops repeats": of("headers", "repeats"),
  "adds a header": of("headers", "nothing-added"),
  "reads headers as UTF-8": of("headers", "latin-1-response"),
  "joins response headers": of("headers", "raw-response", "set-cookie", "repeated-values"),
  "follows redirects": all.filter((id) => id.startsWith("headers/redirect-")),
  "ends silently": [
    ...of("framing", "truncated", "truncated-chunks", "bad-chunk"),
    ...of("failures", "reset-in-content"),
    ...of("leaks", "listeners", "sockets", "sockets-in-use"),
  ],
  "collects the body": [
    ...of("streaming", "upload-streams", "slow-server", "early-response"),
    ...of("aborts", "uploading"),
  ],
  "reads ahead": [
    ...of("connections", "leave-early"),
    ...of("streaming", "chunk-first"),
    ...of("failures", "reset-in-content"),
    ...of("aborts", "reading"),
  ],
  "ignores abort": [
    ...of("basic", "aborted"),
    ...of("aborts").filter((id) => id !== "aborts/after"),
    ...of("timeouts", "total", "total-content"),
    ...of("leaks", "listeners-aborted"),
  ],
  "leaves its listener": of("leaks", "listeners", "listeners-aborted"),
  "keeps what is discarded": [
    ...of("connections", "discard-long", "discard-endless"),
    ...of("leaks", "listeners", "sockets-in-use"),
  ],
  "leaks agents": [
    ...of("connections", "reuse", "reuse-chunked", "reuse-empty", "reuse-head", "reuse-post"),
    ...of("connections", "race-post", "close-idle"),
    ...of("leaks", "sockets", "sockets-in-use"),
  ],
  "sends again": [
    ...of("connections", "race-post"),
    ...of("streaming", "source-fails", "no-bytes"),
    ...of("failures", "after-failure"),
  ],
  "ignores close": [
    ...of("connections", "close-idle", "close-in-flight", "close-unread", "closed"),
    ...of("leaks", "sockets"),
  ],
  "trusts anybody": of("tls", "untrusted"),
  "throws what it gets": [
    ...of("basic", "nobody"),
    ...of("framing", "truncated", "truncated-chunks", "bad-chunk", "two-lengths", "no-http", "wrong-length"),
    ...of("connections", "race-get", "race-post", "closed"),
    ...of("failures"),
    ...of("leaks", "listeners", "listeners-aborted", "sockets", "sockets-in-use"),
    ...of("tls", "untrusted", "no-tls"),
  ],
  "knows one code": [
    ...of("framing", "truncated", "truncated-chunks", "bad-chunk", "two-lengths", "no-http", "wrong-length"),
    ...of("failures", "nobody", "reset-in-content"),
    ...of("tls", "untrusted", "no-tls"),
  ],
};
/** These move much; they are left out where nothing is expected of them. */
const heavy = [...of("framing", "large"), ...of("streaming", "large-upload", "slow-reader", "slow-server")];

/** What fails or passes as time has it: whether what was read ahead is there before it is dropped, or the reading is held up. */
const undecided: Partial<Record<string, readonly string[]>> = {
  "reads ahead": [...of("leaks"), ...of("streaming", "slow-reader")],
};

/** An adapter that reads ahead, and gives a response when it has all of it. */
function wholeAdapter(): Adapter {
  const adapter = referenceAdapter();
  return {
    ...adapter,
    async send(request) {
      const { status, reason, headers, body } = await adapter.send(request);
      const chunks: Uint8Array[] = [];
      for await (const chunk of body) chunks.push(chunk);
      async function* content(): AsyncGenerator<Uint8Array> {
        yield* chunks;
      }
      return new HttpResponse({ request, status, reason, headers, ...oneShot(request, content(), () => {}) });
    },
  };
}

// One that reads on behind its caller's back may look slow, where the machine holds it up for longer than the server
// watches. This one has read all before anybody asks.
test.skipIf(!process.env["CI"])("an adapter that reads ahead is no slow reader", async () => {
  const { results } = await run(wholeAdapter, of("streaming", "slow-reader"), 4000);
  expect(results).toMatchObject([{ outcome: "failed" }]);
});

// Twenty adapters by all cases take longer than all other tests together.
describe.skipIf(!process.env["CI"])("an adapter that", () => {
  test.concurrent.each(Object.entries(faults))(
    "%s fails the cases about that",
    async (fault, expected) => {
      // Only what fails waits in vain: it can have little time, and the others all that they want.
      const report = await run(() => referenceAdapter(fault as Fault), expected, 1500);
      expect(ids(report, "failed").sort()).toEqual([...expected].sort());
      for (const { problem } of report.results) expect(problem).toMatch(/./);
    },
    120_000,
  );

  test.concurrent.each(Object.entries(faults))(
    "%s passes all the others",
    async (fault, expected) => {
      const out = [...expected, ...heavy, ...(undecided[fault] ?? [])];
      const others = all.filter((id) => !out.includes(id));
      const report = await run(() => referenceAdapter(fault as Fault), others);
      expect(report.results.filter(({ outcome }) => outcome === "failed")).toEqual([]);
    },
    120_000,
  );
});
