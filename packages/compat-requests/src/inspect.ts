const inspect = Symbol.for("nodejs.util.inspect.custom");

/**
 * Makes objects of a class print, and serialise, as what Python's `repr` says of them: their members may hold credentials, and
 * a logged object, or an error that such an object hangs on, must tell no secret.
 */
export function conceal(type: { readonly prototype: object }): void {
  for (const name of [inspect, "toJSON"]) {
    Object.defineProperty(type.prototype, name, { value: shown, writable: true, configurable: true });
  }
}

function shown(this: object): string {
  // oxlint-disable-next-line typescript/no-base-to-string -- compared with the one that says nothing
  return this.toString === Object.prototype.toString ? `<${this.constructor.name} object>` : this.toString();
}
