/**
 * `require` of a dependency, where the platform has it: on Node this loads a large module synchronously at its first use,
 * and nothing at import. Elsewhere undefined, and the caller must have loaded it with `import()` before.
 */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller says what it is
export function requireHere<T>(name: string): T | undefined {
  return globalThis.process?.getBuiltinModule?.("module").createRequire(import.meta.url)(name);
}
