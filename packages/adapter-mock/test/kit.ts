import { mockAdapter, recorder, replay, type Har } from "@posthaste/adapter-mock";
import { cases, runKit, type Report, type Settings, type TestedAdapter } from "@posthaste/adapter-testkit";
import { undiciAdapter } from "@posthaste/adapter-undici";
import { copy } from "@posthaste/core";

/** What comes back went through an archive: recorded, written, read and replayed, one exchange at a time. */
function throughArchive(settings?: Settings): TestedAdapter {
  const { name, can, options, send, close } = undiciAdapter(settings);
  return {
    name: "replay",
    can: { ...can, rawContent: false, streamingRequest: false, streamingResponse: false },
    options: options!,
    close: close!,
    async send(request) {
      const recording = recorder({ name, can, options: options!, send });
      const received = await recording
        .send(request)
        .then((response) => response.bytes())
        .catch((error: unknown) => error);
      const { log } = JSON.parse(JSON.stringify(await recording.har())) as Har;
      // Nothing is recorded of what the caller itself gave up or got wrong.
      if (log.entries.length === 0) throw received;
      // A stream was read by now.
      return replay({ log }, { match: { body: false } }).send(copy(request, { body: null }));
    },
  };
}

/** What an archive holds: no connections, and none of what hiding secrets changes. */
const held = cases
  .filter(({ group }) => ["basic", "framing", "headers", "failures", "addresses", "tls"].includes(group))
  .map(({ id }) => id)
  .filter((id) => id !== "headers/set-cookie");

const inMemory = { backpressure: false, connections: false };

/** The kit's runs, by where they run; the README has their tables. */
export const runs: Record<string, (server: string) => Promise<Report>> = {
  "A recorder around `@posthaste/adapter-undici`, in Node": (server) =>
    runKit({ adapter: (settings) => recorder(undiciAdapter(settings)), server }),
  "A mock with it as its fallback": (server) =>
    runKit({ adapter: (settings) => mockAdapter({ fallback: undiciAdapter(settings) }), server }),
  "A replay of what was recorded with it, as far as an archive can hold it": (server) =>
    runKit({ adapter: throughArchive, server, can: inMemory, only: held }),
};
