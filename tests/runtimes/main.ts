import { fetchAdapter } from "@posthaste/adapter-fetch";
import { runKit, type Abilities, type Report } from "@posthaste/adapter-testkit";
import { runSpec, type SpecReport } from "./spec.ts";

/** What a run is told: the kit's server, the test server, and what the platform cannot. */
export interface Task {
  readonly script: string;
  readonly url: string;
  readonly can: Partial<Abilities>;
}

/** Runs the kit and the spec where it is. */
export async function main({ script, url, can }: Task): Promise<{ kit: Report; spec: SpecReport }> {
  return { kit: await runKit({ adapter: () => fetchAdapter(), server: script, can }), spec: await runSpec(url) };
}
