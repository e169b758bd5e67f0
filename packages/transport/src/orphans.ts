import type { Content, Source } from "./content.ts";

/**
 * Discards the bodies that are not read and that nobody can read any more. To have the garbage collector tell of one costs
 * more than all else that is done for a response; most are over before this asks for it.
 *
 * @example
 * ```ts
 * orphans.watch(new Content(source));
 * ```
 */
export class Orphans {
  readonly #registry = new FinalizationRegistry<Source>((source) => void source.discard());
  #young: Content[] = [];

  /** From the next turn of the event loop on, unless it is over or read as a whole by then. */
  watch(body: Content): void {
    if (this.#young.push(body) === 1) setImmediate(register, this);
  }

  register(): void {
    const young = this.#young;
    this.#young = [];
    for (const body of young) if (!body.source.settled) this.#registry.register(body, body.source);
  }
}

function register(orphans: Orphans): void {
  orphans.register();
}
