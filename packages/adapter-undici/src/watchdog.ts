/** Longer than a timer can wait: as good as no limit. */
export const FOREVER: number = 2 ** 31 - 1;

/**
 * Barks when it was not touched for `limit` milliseconds, by Node's own timers: undici's are up to a second late.
 *
 * One timer serves a whole request. A touch only notes the time; a timer that comes too early for it waits for the rest.
 */
export class Watchdog {
  readonly #limit: number;
  readonly #owner: { onTimeout(): void };
  #last = 0;
  #watching = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(limit: number, owner: { onTimeout(): void }) {
    this.#limit = limit;
    this.#owner = owner;
  }

  /** The time counts from now; starts the watch, also after a pause. */
  touch(): void {
    if (this.#limit >= FOREVER) return;
    this.#last = performance.now();
    this.#watching = true;
    this.#timer ??= setTimeout(expire, this.#limit, this);
  }

  /** No time counts until the next touch. */
  pause(): void {
    this.#watching = false;
  }

  stop(): void {
    this.#watching = false;
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** @internal The timer came; for the second time where that is `sure`. */
  check(sure: boolean): void {
    const rest = this.#last + this.#limit - performance.now();
    if (!this.#watching) this.#timer = undefined;
    else if (rest > 0) this.#timer = setTimeout(expire, Math.ceil(rest), this);
    else if (sure) this.#owner.onTimeout();
    // The event loop may have been held up: what came in the meantime is read before the check phase.
    else setImmediate(confirm, this);
  }
}

function expire(dog: Watchdog): void {
  dog.check(false);
}

function confirm(dog: Watchdog): void {
  dog.check(true);
}
