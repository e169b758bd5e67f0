import { runKit } from "@posthaste/adapter-testkit";
import type { Abilities, Report } from "@posthaste/adapter-testkit";
import { findChromium, startBrowser } from "@posthaste/test-server/browser";
import { fetchAdapter } from "../src/index.ts";
import type * as kitModules from "./kit-modules.ts";
import { findRuntime, runIn } from "./runtimes.ts";
import type { Runtime } from "./runtimes.ts";

/** Of fetch, wherever it is: connections are its own, and it does not tell why there is no answer. */
const fetched: Partial<Abilities> = { connections: false, errorCodes: false, rawUrl: false, knownLength: false };

const source = 'export * from "./kit-modules.ts";';

async function inChromium(kind: "window" | "worker", server: string): Promise<Report> {
  await using browser = await startBrowser({ path: findChromium()!, source, resolveDir: import.meta.dirname });
  const scope = await browser[kind]();
  return await scope.evaluate(
    ([server, can]) => {
      const { runKit, fetchAdapter } = (globalThis as unknown as { modules: typeof kitModules }).modules;
      return runKit({ adapter: () => fetchAdapter(), server, can });
    },
    [server, { ...fetched, backpressure: false }] as const,
  );
}

const inRuntime = (name: Runtime, server: string): Promise<Report> =>
  runIn(
    name,
    `import { fetchAdapter, runKit } from "./kit-modules.ts";
    const [server, can] = (globalThis.Deno?.args ?? process.argv.slice(2)).map((text) => JSON.parse(text));
    console.log(JSON.stringify(await runKit({ adapter: () => fetchAdapter(), server, can })));
    (globalThis.Deno ?? process).exit(0);`,
    JSON.stringify(server),
    JSON.stringify(fetched),
  );

const node: Partial<Abilities> = { ...fetched, informational: false, headerSpace: false };

/** The kit's runs, by where they run; the README has their tables. */
export const runs: Record<string, (server: string) => Promise<Report>> = {
  Node: (server) => runKit({ adapter: () => fetchAdapter(), server, can: node }),
  ...(findRuntime("deno") && { Deno: (server: string) => inRuntime("deno", server) }),
  ...(findRuntime("bun") && { Bun: (server: string) => inRuntime("bun", server) }),
  ...(findChromium() && {
    "Chromium, a window": (server: string) => inChromium("window", server),
    "Chromium, a worker": (server: string) => inChromium("worker", server),
  }),
};
