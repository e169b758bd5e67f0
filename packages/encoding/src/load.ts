/**
 * `require` of a dependency, where there is such a thing: on Node this loads a large module synchronously at its first use, and
 * nothing at import. Elsewhere, and in a bundle that has taken the dependency in, undefined.
 */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller says what it is
export function requireHere<T>(name: string): T | undefined {
  try {
    return process.getBuiltinModule("module").createRequire(import.meta.url)(name);
  } catch {
    return undefined;
  }
}
