import type { Abilities, Report } from "@posthaste/adapter-testkit";
import { findChromium, startBrowser } from "@posthaste/test-server/browser";
import type * as kitModules from "./kit-modules.ts";

/** What a browser does not do, or keeps to itself. */
const can: Partial<Abilities> = {
  connections: false,
  errorCodes: false,
  backpressure: false,
  rawUrl: false,
};

const source = 'export * from "./kit-modules.ts";';

async function run(kind: "window" | "worker", server: string): Promise<Report> {
  await using browser = await startBrowser({ path: findChromium()!, source, resolveDir: import.meta.dirname });
  const scope = await browser[kind]();
  return await scope.evaluate(
    ([server, can]) => {
      const { runKit, xhrAdapter } = (globalThis as unknown as { modules: typeof kitModules }).modules;
      return runKit({ adapter: ({ timeout } = {}) => xhrAdapter(timeout && { timeout }), server, can });
    },
    [server, can] as const,
  );
}

/** The kit's runs, by where they run; the README has their tables. */
export const runs: Record<string, (server: string) => Promise<Report>> = {
  "Chromium, a window": (server) => run("window", server),
  "Chromium, a worker": (server) => run("worker", server),
};
