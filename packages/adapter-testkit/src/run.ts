import { createClient } from "@posthaste/core";
import type { Adapter, Client } from "@posthaste/core";
import { handled } from "./assert.ts";
import { abilities } from "./capability.ts";
import type { Abilities } from "./capability.ts";
import type { Kit, KitOptions, Settings, TestCase, TestedAdapter } from "./case.ts";
import { cases } from "./cases.ts";
import { Control, Unavailable } from "./control.ts";
import type { Script } from "./control.ts";

/** What {@link runKit} takes. */
export interface RunOptions {
  /** Makes an adapter; the kit closes it. */
  adapter: (settings?: Settings) => TestedAdapter;
  /** Where the script server is: its address, or what `startScriptServer` gave. */
  server: string | { readonly url: string };
  /** What the adapter can, where its `can` does not say or this platform is different. */
  can?: Partial<Abilities>;
  /** Ids and groups; the others are left out of the report. @default all */
  only?: readonly string[];
  /** Milliseconds that a case may take. @default 20_000 */
  budget?: number;
  /** Called as soon as a case is over. */
  onResult?: (result: Result) => void;
}

/** How a case ended. */
export interface Result {
  readonly id: string;
  readonly group: string;
  readonly title: string;
  /** `"declared"`: the adapter says that it cannot do this, and it was not asked to. */
  readonly outcome: "passed" | "failed" | "declared";
  /** What is wrong, or which abilities are not declared. */
  readonly problem?: string;
}

/** What {@link runKit} gives. */
export interface Report {
  /** The adapter's name. */
  readonly adapter: string;
  /** In the order of the cases. */
  readonly results: readonly Result[];
  readonly passed: number;
  readonly failed: number;
  readonly declared: number;
  /** Whether all could be run: the script server's machine may have no IPv6, and what needs that is reported as declared. */
  readonly complete: boolean;
}

/**
 * Runs the cases, one after the other. It does not reject for what an adapter does wrong: look at `failed`, and at the
 * `problem` of each result.
 *
 * @throws Error where `only` names what is neither a case nor a group
 * @example
 * ```ts
 * const report = await runKit({ adapter: undiciAdapter, server: "http://127.0.0.1:8089" });
 * for (const { id, outcome, problem } of report.results) if (outcome === "failed") console.log(id, problem);
 * ```
 */
export async function runKit(options: RunOptions): Promise<Report> {
  const { adapter: make, server, only, budget = 20_000 } = options;
  const unknown = only?.filter((name) => !cases.some(({ id, group }) => id === name || group === name)) ?? [];
  if (unknown.length > 0) throw new Error(`no such case or group: ${unknown.join(", ")}`);
  const sample = make();
  const can = abilities(sample, options.can);
  await sample.close?.();
  // A case that waits in vain says for what before its own time is up.
  const control = new Control(typeof server === "string" ? server : server.url, budget / 2);
  const results: Result[] = [];
  let complete = true;
  for (const test of cases) {
    const { id, group, title, needs } = test;
    if (only && !only.includes(id) && !only.includes(group)) continue;
    const missing = needs.filter((need) => !can[need]);
    const end: End =
      missing.length > 0
        ? { outcome: "declared", problem: missing.join(", ") }
        : await attempt(test, new Case(make, control, can), budget);
    const result: Result = { id, group, title, ...end };
    complete &&= missing.length > 0 || end.outcome !== "declared";
    results.push(result);
    options.onResult?.(result);
  }
  const count = (outcome: Result["outcome"]): number => results.filter((result) => result.outcome === outcome).length;
  return {
    adapter: sample.name,
    results,
    passed: count("passed"),
    failed: count("failed"),
    declared: count("declared"),
    complete,
  };
}

type End = Pick<Result, "outcome" | "problem">;

async function attempt(test: TestCase, kit: Case, budget: number): Promise<End> {
  const end = await within(test.run(kit), budget);
  const closed = await within(kit.close(), budget);
  return end.outcome === "passed" ? closed : end;
}

async function within(work: Promise<void>, budget: number): Promise<End> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done in ${budget} ms`)), budget);
  });
  try {
    await Promise.race([work, late]);
    return { outcome: "passed" };
  } catch (error) {
    return {
      outcome: error instanceof Unavailable ? "declared" : "failed",
      problem: error instanceof Error ? error.message : String(error),
    };
  } finally {
    clearTimeout(timer);
  }
}

class Case implements Kit {
  readonly can: Abilities;
  readonly #make: RunOptions["adapter"];
  readonly #control: Control;
  readonly #adapters: TestedAdapter[] = [];
  readonly #scripts: Script[] = [];
  #over = false;

  constructor(make: RunOptions["adapter"], control: Control, can: Abilities) {
    this.#make = make;
    this.#control = control;
    this.can = can;
  }

  client(...[settings, plugin]: Parameters<Kit["client"]>): ReturnType<Kit["client"]> {
    if (this.#over) throw new Error("the case was given up");
    const adapter = this.#make(settings);
    this.#adapters.push(adapter);
    const plugins = plugin ? [plugin] : [];
    const client: Client<KitOptions> = createClient({ adapter: adapter as Adapter<KitOptions>, plugins });
    for (const verb of ["get", "post"] as const) {
      const call = client[verb];
      client[verb] = (url, init) => handled(call(url, init));
    }
    return client;
  }

  async script(order: Parameters<Kit["script"]>[0]): Promise<Script> {
    const script = await this.#control.order(order);
    if (this.#over) await script.end();
    else this.#scripts.push(script);
    return script;
  }

  async close(): Promise<void> {
    this.#over = true;
    // An adapter that cannot end what is under way is ended by its servers.
    const closed = Promise.all(this.#adapters.map(async (adapter) => adapter.close?.()));
    await Promise.all([closed, ...this.#scripts.map((script) => script.end())]);
  }
}
