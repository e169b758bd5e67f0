/** Stands between options and `Object.prototype`. Objects made straight on null are slow. */
const bare: object = /* @__PURE__ */ Object.create(null) as object;

/**
 * The own members of objects, the last one's first, so that nothing on a polluted `Object.prototype` is taken for an option.
 *
 * @example
 * ```ts
 * const { proxy } = own(defaults, request.options.connection);
 * ```
 */
export function own<T extends object>(...sources: (T | null | undefined)[]): T {
  return Object.assign(Object.create(bare) as T, ...sources) as T;
}
