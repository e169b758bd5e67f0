import { bind } from "./python/arguments.ts";
import { ValueError } from "./python/builtins.ts";
import { hasMethod, isMapping, isPlain, itemsOf, iterate, str } from "./python/values.ts";
import type { Response } from "./response.ts";

/** Called with a response and the keywords it was sent with; what it returns, if anything, takes the response's place. */
export type HookType = (response: Response, kwargs: Record<string, unknown>) => unknown;

/** Hooks by event, as they are kept. */
export type HooksType = Record<string, HookType[]>;

/** Hooks by event, as they may be given: one, or several. */
export type HooksInputType = Readonly<Record<string, HookType | Iterable<HookType>>>;

/** The events there are. */
export const HOOKS: readonly string[] = ["response"];

/** An empty list for each event. */
export function default_hooks(): HooksType {
  return { response: [] };
}

/** Whether a hook, or an auth, can be called: a function, or an object with `__call__`. */
export function isCallable(value: unknown): boolean {
  return typeof value === "function" || hasMethod(value, "__call__");
}

/** Calls a function, or an object with `__call__`. */
export function call(callable: unknown, ...args: unknown[]): unknown {
  return typeof callable === "function"
    ? (callable as (...args: unknown[]) => unknown)(...args)
    : (callable as { __call__(...args: unknown[]): unknown }).__call__(...args);
}

/**
 * Calls each hook of an event in turn with what the one before returned. With nothing to call, what it was given comes
 * back as it is, and without a promise.
 */
export function dispatch_hook<T>(
  key: string,
  hooks: HooksInputType | null | undefined,
  hook_data: T,
  kwargs: Record<string, unknown> = {},
): T | Promise<T> {
  if (hasNone(hooks)) return hook_data;
  const entry = isMapping(hooks) ? new Map(itemsOf(hooks)).get(key) : undefined;
  const list = isCallable(entry) ? [entry] : [...((entry as Iterable<unknown> | null | undefined) ?? [])];
  return list.length ? dispatch(list, hook_data, kwargs) : hook_data;
}

async function dispatch<T>(list: unknown[], data: T, kwargs: Record<string, unknown>): Promise<T> {
  for (const hook of list) {
    const result = (await call(hook, data, kwargs)) as T | null | undefined;
    if (result != null) data = result;
  }
  return data;
}

/** Whether hooks are as {@link default_hooks} makes them, as nearly all are: there is nothing to register or to call. */
export function hasNone(hooks: HooksInputType | null | undefined): boolean {
  if (hooks == null) return true;
  if (!isPlain(hooks)) return false;
  for (const event in hooks) {
    if (!Object.hasOwn(hooks, event)) continue;
    const list = hooks[event];
    if (event !== "response" || !Array.isArray(list) || list.length > 0) return false;
  }
  return true;
}

/** Registers each hook of a mapping. @throws ValueError for an event that is none */
export function registerHooks(owner: RequestHooksMixin, hooks: HooksInputType | null | undefined): void {
  if (hasNone(hooks) || !isMapping(hooks)) return;
  for (const [event, hook] of itemsOf(hooks)) owner.register_hook(event as string, hook as HookType);
}

/** What requests, prepared or not, do with hooks. */
export abstract class RequestHooksMixin {
  hooks: HooksType = default_hooks();

  /**
   * Adds one or several hooks for an event; of several, what cannot be called is left out.
   *
   * @throws ValueError for an event that is none
   */
  register_hook(event: string, hook: HookType | Iterable<HookType>): void;
  register_hook(kwargs: { event: string; hook: HookType | Iterable<HookType> }): void;
  register_hook(...args: unknown[]): void {
    const { event, hook } = bind({ name: "register_hook", params: ["event", "hook"], required: 2 }, args);
    const hooks = this.hooks[event as string];
    if (!Object.hasOwn(this.hooks, event as string) || !hooks) {
      throw new ValueError(`Unsupported event specified, with event name "${str(event)}"`);
    }
    if (isCallable(hook)) hooks.push(hook as HookType);
    else if (hasMethod(hook, Symbol.iterator)) hooks.push(...([...iterate(hook)].filter(isCallable) as HookType[]));
  }

  /** Takes a hook out; tells whether it was there. */
  deregister_hook(event: string, hook: HookType): boolean {
    const at = this.hooks[event]?.indexOf(hook) ?? -1;
    if (at >= 0) this.hooks[event]!.splice(at, 1);
    return at >= 0;
  }
}
