/** Runs `body` while `Object.prototype` has these members. */
export async function polluted<T>(members: Readonly<Record<string, unknown>>, body: () => Promise<T>): Promise<T> {
  const names = Object.keys(members);
  try {
    for (const name of names) {
      const descriptor = { value: members[name], configurable: true, enumerable: true, writable: true };
      // oxlint-disable-next-line no-extend-native -- it is taken off again
      Object.defineProperty(Object.prototype, name, descriptor);
    }
    return await body();
  } finally {
    for (const name of names) Reflect.deleteProperty(Object.prototype, name);
  }
}
