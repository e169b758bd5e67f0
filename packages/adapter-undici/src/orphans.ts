import type { Content } from "./content.ts";
import type { Exchange } from "./exchange.ts";

/**
 * Discards the bodies that are not read and that nobody can read any more. To have the garbage collector tell of one costs
 * more than all else that is done for a response; most are over before this asks for it.
 */
export class Orphans {
  readonly #registry = new FinalizationRegistry<Exchange>((exchange) => void exchange.discard());
  #young: [body: Content, exchange: Exchange][] = [];

  /** From the next turn of the event loop on, unless it is over or read as a whole by then. */
  watch(body: Content, exchange: Exchange): void {
    if (this.#young.push([body, exchange]) === 1) setImmediate(register, this);
  }

  register(): void {
    const young = this.#young;
    this.#young = [];
    for (const [body, exchange] of young) if (!exchange.settled) this.#registry.register(body, exchange);
  }
}

function register(orphans: Orphans): void {
  orphans.register();
}
