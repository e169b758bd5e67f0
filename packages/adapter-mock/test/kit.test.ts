import { mockAdapter, recorder, replay } from "@posthaste/adapter-mock";
import { cases, runKit, type Settings, type TestedAdapter } from "@posthaste/adapter-testkit";
import { startScriptServer } from "@posthaste/adapter-testkit/server";
import { undiciAdapter } from "@posthaste/adapter-undici";
import { copy } from "@posthaste/core";
import { describe, expect, test } from "vitest";

/** What comes back went through an archive: recorded, written, read and replayed, one exchange at a time. */
function throughArchive(settings?: Settings): TestedAdapter {
  const { can, options, close, ...adapter } = undiciAdapter(settings);
  return {
    name: "replay",
    can: { ...can, rawContent: false, streamingRequest: false, streamingResponse: false },
    options: options!,
    close: close!,
    async send(request) {
      const recording = recorder({ ...adapter, can, options: options! });
      const received = await recording
        .send(request)
        .then((response) => response.bytes())
        .catch((error: unknown) => error);
      const { log } = JSON.parse(JSON.stringify(await recording.har())) as Awaited<ReturnType<typeof recording.har>>;
      // Nothing is recorded of what the caller itself gave up or got wrong.
      if (log.entries.length === 0) throw received;
      const { timeout: _, ...options_ } = request.options;
      return replay({ log }, { match: { body: false } }).send(copy(request, { body: null, options: options_ }));
    },
  };
}

/** What an archive holds: no connections, and none of what hiding secrets changes. */
const held = cases
  .filter(
    ({ id, group }) => /^(basic|framing|headers|failures|addresses|tls)$/.test(group) && id !== "headers/set-cookie",
  )
  .map(({ id }) => id);

await using server = await startScriptServer();
const reports = {
  "a recorder": await runKit({ adapter: (settings) => recorder(undiciAdapter(settings)), server }),
  "a mock with a fallback": await runKit({
    adapter: (settings) => mockAdapter({ fallback: undiciAdapter(settings) }),
    server,
  }),
  "a replay": await runKit({
    adapter: throughArchive,
    server,
    can: { backpressure: false, connections: false },
    only: held,
  }),
};

describe.each(Object.entries(reports))("%s", (_, { results }) => {
  test.each(results)("$id: $title", ({ outcome, problem }) => {
    expect(outcome, problem).not.toBe("failed");
  });
});
