import { runKit } from "@posthaste/adapter-testkit";
import type { Abilities, Report } from "@posthaste/adapter-testkit";
import { findChromium, startBrowser } from "@posthaste/test-server/browser";
import { fetchAdapter } from "../src/index.ts";
import { fetchAdapter as timeoutAdapter } from "../src/timeout.ts";
import type * as kitModules from "./kit-modules.ts";
import { findRuntime, runIn } from "./runtimes.ts";
import type { Runtime } from "./runtimes.ts";

/** Of fetch, wherever it is: connections are its own, and it does not tell why there is no answer. */
const fetched: Partial<Abilities> = { connections: false, errorCodes: false, rawUrl: false, knownLength: false };

const source = 'export * from "./kit-modules.ts";';

/** The adapter of the main entry, or the one with a budget for silence. */
type Which = "fetchAdapter" | "timeoutAdapter";
type Run = (server: string) => Promise<Report>;

async function inChromium(kind: "window" | "worker", which: Which, server: string): Promise<Report> {
  await using browser = await startBrowser({ path: findChromium()!, source, resolveDir: import.meta.dirname });
  const scope = await browser[kind]();
  return await scope.evaluate(
    ([which, server, can]) => {
      const modules = (globalThis as unknown as { modules: typeof kitModules }).modules;
      return modules.runKit({ adapter: ({ timeout } = {}) => modules[which](timeout && { timeout }), server, can });
    },
    [which, server, { ...fetched, backpressure: false }] as const,
  );
}

const inRuntime = (name: Runtime, which: Which, server: string): Promise<Report> =>
  runIn(
    name,
    `import { ${which}, runKit } from "./kit-modules.ts";
    const [server, can] = (globalThis.Deno?.args ?? process.argv.slice(2)).map((text) => JSON.parse(text));
    const adapter = ({ timeout } = {}) => ${which}(timeout && { timeout });
    console.log(JSON.stringify(await runKit({ adapter, server, can })));
    (globalThis.Deno ?? process).exit(0);`,
    JSON.stringify(server),
    JSON.stringify(fetched),
  );

const node: Partial<Abilities> = { ...fetched, informational: false, headerSpace: false };

const elsewhere = (which: Which): Record<string, Run> => ({
  ...(findRuntime("deno") && { Deno: (server: string) => inRuntime("deno", which, server) }),
  ...(findRuntime("bun") && { Bun: (server: string) => inRuntime("bun", which, server) }),
  ...(findChromium() && {
    "Chromium, a window": (server: string) => inChromium("window", which, server),
    "Chromium, a worker": (server: string) => inChromium("worker", which, server),
  }),
});

/** The kit's runs, by where they run; the README has their tables. */
export const runs: Record<string, Run> = {
  Node: (server) => runKit({ adapter: () => fetchAdapter(), server, can: node }),
  ...elsewhere("fetchAdapter"),
};

/** The same with a budget for silence; the README has a sentence on them. */
export const timeoutRuns: Record<string, Run> = {
  Node: (server) =>
    runKit({ adapter: ({ timeout } = {}) => timeoutAdapter(timeout && { timeout }), server, can: node }),
  ...elsewhere("timeoutAdapter"),
};
