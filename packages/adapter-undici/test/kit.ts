import { runKit } from "@posthaste/adapter-testkit";
import type { Report } from "@posthaste/adapter-testkit";
import { undiciAdapter } from "../src/index.ts";

/** The kit's runs, by where they run; the README has their tables. */
export const runs: Record<string, (server: string) => Promise<Report>> = {
  Node: (server) => runKit({ adapter: undiciAdapter, server }),
};
