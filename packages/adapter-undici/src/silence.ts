/** Told when it was silent for too long. */
export interface Listener {
  onSilence(): void;
}

/** Longer than a timer can wait is as good as for ever. */
export const FOREVER: number = 2 ** 31 - 1;

/**
 * Watches for silence, by Node's own timers: undici's are up to a second late. One timer serves a whole request: activity
 * only notes the time, and a timer that comes too early waits for the rest.
 */
export class Silence {
  readonly #limit: number;
  readonly #listener: Listener;
  #last = 0;
  #timer: NodeJS.Timeout | undefined;
  #watching = false;

  constructor(limit: number, listener: Listener) {
    this.#limit = limit;
    this.#listener = listener;
  }

  /** Something was heard; starts watching where it was paused. */
  touch(): void {
    if (this.#limit >= FOREVER) return;
    this.#last = performance.now();
    this.#watching = true;
    this.#timer ??= setTimeout(expire, this.#limit, this);
  }

  /** Nothing can be heard for now, for it is our turn. */
  pause(): void {
    this.#watching = false;
  }

  /** For good. */
  stop(): void {
    this.#watching = false;
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** The timer came. */
  check(late: boolean): void {
    if (this.#timer === undefined) return;
    if (!this.#watching) {
      this.#timer = undefined;
      return;
    }
    const rest = this.#last + this.#limit - performance.now();
    if (rest > 0) this.#timer = setTimeout(expire, Math.ceil(rest), this);
    // The event loop may have been held up while bytes came: let it read what is there first.
    else if (late) this.#listener.onSilence();
    else setImmediate(recheck, this);
  }
}

function expire(silence: Silence): void {
  silence.check(false);
}

function recheck(silence: Silence): void {
  silence.check(true);
}
