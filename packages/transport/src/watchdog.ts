/** Longer than a timer can wait: as good as no limit. */
export const FOREVER: number = 2 ** 31 - 1;

/** Who is told. */
export interface WatchdogOwner {
  onTimeout(): void;
}

/**
 * Tells its owner when it was not touched for so long. A touch only notes the time: when its group's timer comes too early for
 * it, it waits for the rest.
 */
export class Watchdog {
  /** When it was touched last; nothing while it sleeps. */
  last: number | undefined;
  /** When its group looks at it next. */
  due = 0;
  /** Its neighbours in the group, itself included where it has none. */
  before: Watchdog | undefined;
  after: Watchdog | undefined;
  readonly owner: WatchdogOwner | undefined;
  readonly #group: Group;

  constructor(group: Group, owner?: WatchdogOwner) {
    this.#group = group;
    this.owner = owner;
  }

  /** The time counts from now, also after a pause. */
  touch(): void {
    this.last = performance.now();
    if (!this.after) this.#group.add(this);
  }

  /** No time counts until the next touch. */
  pause(): void {
    this.last = undefined;
  }

  stop(): void {
    this.last = undefined;
    if (this.after) this.#group.remove(this);
  }
}

/**
 * The watchdogs of one limit, in the order in which they are due. One of Node's own timers serves them all: coarser ones are up to
 * a second late, and one for each request costs more than all else that is done for a timeout.
 */
class Group {
  readonly #limit: number;
  readonly #onEmpty: () => void;
  /** The ends of the ring. */
  readonly #ring: Watchdog = new Watchdog(this);
  #ticking = false;

  constructor(limit: number, onEmpty: () => void) {
    this.#limit = limit;
    this.#onEmpty = onEmpty;
    this.#ring.before = this.#ring.after = this.#ring;
  }

  add(dog: Watchdog): void {
    if (this.#limit >= FOREVER) return;
    dog.due = dog.last! + this.#limit;
    // Nearly always the last one.
    let before = this.#ring.before!;
    while (before !== this.#ring && before.due > dog.due) before = before.before!;
    dog.before = before;
    dog.after = before.after!;
    before.after = dog.after.before = dog;
    if (!this.#ticking) this.#tick(this.#limit);
  }

  remove(dog: Watchdog): void {
    dog.before!.after = dog.after;
    dog.after!.before = dog.before;
    dog.before = dog.after = undefined;
  }

  check(): void {
    const now = performance.now();
    let first: Watchdog;
    while ((first = this.#ring.after!) !== this.#ring && first.due <= now) {
      this.remove(first);
      if (first.last === undefined) continue;
      if (first.last + this.#limit > now) this.add(first);
      // The event loop may have been held up: what came in the meantime is read before the check phase.
      else setImmediate(confirm, first, first.last);
    }
    this.#ticking = false;
    if (first === this.#ring) this.#onEmpty();
    else this.#tick(Math.ceil(first.due - now));
  }

  #tick(delay: number): void {
    this.#ticking = true;
    // A request's socket keeps the process up; this need not.
    setTimeout(check, delay, this).unref();
  }
}

function check(group: Group): void {
  group.check();
}

function confirm(dog: Watchdog, last: number): void {
  if (dog.last === last) dog.owner!.onTimeout();
}

/**
 * Makes watchdogs, and keeps those of one limit together.
 *
 * @example
 * ```ts
 * const watchdog = new Watchdogs().watchdog(5000, { onTimeout: () => socket.destroy() });
 * socket.on("data", () => watchdog.touch()).on("close", () => watchdog.stop());
 * ```
 */
export class Watchdogs {
  readonly #groups = new Map<number, Group>();

  /** @param limit milliseconds; {@link FOREVER} and more never end */
  watchdog(limit: number, owner: WatchdogOwner): Watchdog {
    let group = this.#groups.get(limit);
    if (!group) this.#groups.set(limit, (group = new Group(limit, () => this.#groups.delete(limit))));
    return new Watchdog(group, owner);
  }
}
