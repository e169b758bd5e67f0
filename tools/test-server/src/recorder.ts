/** A list that tests can await to grow. */
export interface Recorder<T> {
  readonly items: T[];
  readonly add: (item: T) => void;
  /** Resolves with the list as soon as it holds `count` items. */
  readonly waitFor: (count: number) => Promise<T[]>;
}

export function createRecorder<T>(): Recorder<T> {
  const items: T[] = [];
  let waiting: { count: number; resolve: (items: T[]) => void }[] = [];
  return {
    items,
    add(item) {
      items.push(item);
      for (const waiter of waiting) if (items.length >= waiter.count) waiter.resolve(items);
      waiting = waiting.filter((waiter) => items.length < waiter.count);
    },
    waitFor: (count) =>
      items.length >= count ? Promise.resolve(items) : new Promise((resolve) => void waiting.push({ count, resolve })),
  };
}
