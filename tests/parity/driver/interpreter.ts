import type { Argument, Expression, Parameter, Statement } from "./syntax.ts";
import { operate } from "./operators.ts";
import {
  dictionary,
  type Fields,
  isBytes,
  isObject,
  isPlain,
  isThenable,
  method,
  ownMethod,
  pairs,
  type Raise,
  truth,
} from "./values.ts";

/** Yields what must be awaited; what yields nothing can run without a promise, as a hook or an auth may have to. */
type Step<T> = Generator<PromiseLike<unknown>, T, unknown>;
type Callable = (...args: unknown[]) => unknown;

/** Runs to the end at once, or gives a promise where there is something to wait for. */
export function run<T>(step: Step<T>): T | Promise<T> {
  const resume = (next: IteratorResult<PromiseLike<unknown>, T>): T | Promise<T> =>
    next.done
      ? next.value
      : Promise.resolve(next.value).then(
          (value) => resume(step.next(value)),
          (error: unknown) => resume(step.throw(error)),
        );
  return resume(step.next());
}

function* settled(value: unknown): Step<unknown> {
  return isThenable(value) ? yield value : value;
}

/** Names of a function, and of what is around it. */
export class Scope {
  readonly #names = new Map<string, unknown>();
  readonly #outer: Scope | null;

  constructor(outer: Scope | null, names: Fields = {}) {
    this.#outer = outer;
    for (const [name, value] of Object.entries(names)) this.#names.set(name, value);
  }

  get(name: string): unknown {
    if (this.#names.has(name)) return this.#names.get(name);
    if (!this.#outer) throw new NotPython(`there is no ${name}`);
    return this.#outer.get(name);
  }

  has(name: string): boolean {
    return this.#names.has(name) || (this.#outer?.has(name) ?? false);
  }

  set(name: string, value: unknown): void {
    this.#names.set(name, value);
  }
}

/** A case uses what this interpreter does not know: a fault of the case, not of the package. */
export class NotPython extends Error {}

/** How a block ended before its end. */
class Signal {
  readonly kind: "return" | "break" | "continue";
  readonly value: unknown;

  constructor(kind: Signal["kind"], value: unknown = null) {
    this.kind = kind;
    this.value = value;
  }
}

/** `with error():` and `with error() as caught:`: what is raised inside is seen, and ends the block. */
export class ErrorBlock {
  value: unknown = null;
}

export interface Options {
  raise: Raise;
  /** Called with what an {@link ErrorBlock} caught. */
  caught(error: unknown): void;
}

export class Interpreter {
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  *block(statements: readonly Statement[], scope: Scope): Step<Signal | null> {
    for (const statement of statements) {
      const signal = yield* this.#statement(statement, scope);
      if (signal) return signal;
    }
    return null;
  }

  *#statement(statement: Statement, scope: Scope): Step<Signal | null> {
    switch (statement.kind) {
      case "expression":
        yield* this.value(statement.value, scope);
        return null;
      case "assign":
        yield* this.#assign(statement.target, yield* this.value(statement.value, scope), scope);
        return null;
      case "delete":
        yield* this.#delete(statement.target, scope);
        return null;
      case "return":
        return new Signal("return", statement.value ? yield* this.value(statement.value, scope) : null);
      case "break":
      case "continue":
        return new Signal(statement.kind);
      case "raise":
        throw yield* this.value(statement.value!, scope);
      case "if":
        return yield* this.block(
          truth(yield* this.value(statement.test, scope)) ? statement.body : statement.otherwise,
          scope,
        );
      case "for":
        return yield* this.#for(statement, scope);
      case "with":
        return yield* this.#with(statement, scope);
      case "def":
        scope.set(statement.name, this.#function(statement.params, statement.body, scope));
        return null;
      case "class":
        scope.set(statement.name, yield* this.#class(statement, scope));
        return null;
      case "pass":
        return null;
    }
    return statement satisfies never;
  }

  *#for(statement: Extract<Statement, { kind: "for" }>, scope: Scope): Step<Signal | null> {
    const items = this.iterator(yield* this.value(statement.of, scope));
    for (;;) {
      const { done, value } = (yield* settled(items.next())) as IteratorResult<unknown>;
      if (done) return null;
      yield* this.#assign(statement.target, value, scope);
      const signal = yield* this.block(statement.body, scope);
      if (signal && signal.kind !== "continue") {
        yield* settled(items.return?.());
        return signal.kind === "break" ? null : signal;
      }
    }
  }

  *#with(statement: Extract<Statement, { kind: "with" }>, scope: Scope): Step<Signal | null> {
    const manager = yield* this.value(statement.value, scope);
    if (statement.as) yield* this.#assign(statement.as, manager, scope);
    if (manager instanceof ErrorBlock) {
      try {
        return yield* this.block(statement.body, scope);
      } catch (error) {
        if (error instanceof NotPython) throw error;
        manager.value = error;
        this.#options.caught(error);
        return null;
      }
    }
    try {
      return yield* this.block(statement.body, scope);
    } finally {
      const close = method(manager, Symbol.asyncDispose) ?? method(manager, Symbol.dispose) ?? method(manager, "close");
      yield* settled(close?.());
    }
  }

  *#class(statement: Extract<Statement, { kind: "class" }>, scope: Scope): Step<unknown> {
    const base = statement.base ? yield* this.value(statement.base, scope) : Object;
    const init = statement.body.find((part) => part.kind === "def" && part.name === "__init__");
    const inner = new Scope(scope);
    const prepare = init?.kind === "def" ? this.#function(init.params, init.body, inner, true) : null;
    const made = {
      [statement.name]: class extends (base as new (...args: unknown[]) => object) {
        constructor(...args: unknown[]) {
          // A class's own __init__ hands on to the base what it wants to, by attributes.
          super(...(prepare ? [] : args));
          if (prepare) Reflect.apply(prepare, this, args);
        }
      },
    }[statement.name]!;
    inner.set("__class__", made);
    for (const part of statement.body) {
      if (part.kind === "def" && part !== init) {
        const value = this.#function(part.params, part.body, inner, true);
        Object.defineProperty(made.prototype, part.name, { value, writable: true, configurable: true });
      } else if (part.kind === "assign" && part.target.kind === "name") {
        const value = yield* this.value(part.value, scope);
        Object.defineProperty(made.prototype, part.target.name, { value, writable: true, configurable: true });
      }
    }
    return made;
  }

  /** A function as the package is handed one: keywords come in a plain object behind the other arguments. */
  #function(
    params: readonly Parameter[],
    body: readonly Statement[] | Expression,
    scope: Scope,
    own = false,
  ): Callable {
    const call = (args: unknown[]): unknown => {
      const local = new Scope(scope);
      return run(this.#body(params, body, local, args));
    };
    return own
      ? function (this: unknown, ...args: unknown[]): unknown {
          return call([this, ...args]);
        }
      : (...args: unknown[]): unknown => call(args);
  }

  *#body(
    params: readonly Parameter[],
    body: readonly Statement[] | Expression,
    local: Scope,
    given: readonly unknown[],
  ): Step<unknown> {
    const args = [...given];
    const positional = params.filter((param) => param.kind === "plain");
    const required = positional.filter((param) => !param.fallback).length;
    const last = args.at(-1);
    const keywords = isPlain(last) && args.length > required ? (args.pop() as Fields) : {};
    const rest = { ...keywords };
    for (const param of params) {
      if (param.kind === "*") local.set(param.name, args.splice(0));
      else if (param.kind === "**") local.set(param.name, rest);
      else if (args.length) local.set(param.name, args.shift());
      else if (param.name in rest) {
        local.set(param.name, rest[param.name]);
        delete rest[param.name];
      } else local.set(param.name, param.fallback ? yield* this.value(param.fallback, local) : null);
    }
    if (!Array.isArray(body)) return yield* this.value(body as Expression, local);
    const signal = yield* this.block(body as Statement[], local);
    return signal?.value ?? null;
  }

  *#assign(target: Expression, value: unknown, scope: Scope): Step<void> {
    if (target.kind === "name") scope.set(target.name, value);
    else if (target.kind === "list") {
      const parts = yield* this.items(value);
      for (const [i, part] of target.items.entries()) yield* this.#assign(part, parts[i], scope);
    } else if (target.kind === "attribute") {
      const of = (yield* this.value(target.of, scope)) as Fields;
      of[target.name] = value;
    } else if (target.kind === "item") {
      const of = yield* this.value(target.of, scope);
      const key = yield* this.value(target.key, scope);
      const set = method(of, "__setitem__") ?? (isPlain(of) ? null : method(of, "set"));
      if (set) yield* settled(set(key, value));
      else (of as Fields)[key as string] = value;
    } else throw new NotPython(`cannot assign to ${target.kind}`);
  }

  *#delete(target: Expression, scope: Scope): Step<void> {
    if (target.kind !== "item") throw new NotPython(`cannot delete ${target.kind}`);
    const of = yield* this.value(target.of, scope);
    const key = yield* this.value(target.key, scope);
    const remove = method(of, "__delitem__") ?? (isPlain(of) ? null : method(of, "delete"));
    if (remove) yield* settled(remove(key));
    else delete (of as Fields)[key as string];
  }

  *value(expression: Expression, scope: Scope): Step<unknown> {
    switch (expression.kind) {
      case "constant":
        return expression.value;
      case "name":
        return scope.get(expression.name);
      case "list":
        return yield* this.#values(expression.items, scope);
      case "dict": {
        const items: [unknown, unknown][] = [];
        for (const [key, item] of expression.items) {
          const value = yield* this.value(item, scope);
          if (key) items.push([yield* this.value(key, scope), value]);
          else items.push(...(pairs(value) ?? []));
        }
        return dictionary(items);
      }
      case "attribute":
        return yield* this.#attribute(yield* this.value(expression.of, scope), expression.name);
      case "item":
        return yield* this.#item(yield* this.value(expression.of, scope), yield* this.value(expression.key, scope));
      case "slice": {
        const of = (yield* this.value(expression.of, scope)) as unknown[];
        const from = expression.from ? yield* this.value(expression.from, scope) : 0;
        const to = expression.to ? yield* this.value(expression.to, scope) : undefined;
        return of.slice(from as number, to as number | undefined);
      }
      case "call":
        return yield* this.#call(expression, scope);
      case "binary":
        return yield* this.#binary(expression, scope);
      case "not":
        return !truth(yield* this.value(expression.value, scope));
      case "minus":
        return -((yield* this.value(expression.value, scope)) as number);
      case "choice":
        return yield* this.value(
          truth(yield* this.value(expression.test, scope)) ? expression.yes : expression.no,
          scope,
        );
      case "lambda":
        return this.#function(expression.params, expression.body, scope);
      case "comprehension": {
        const out: unknown[] = [];
        const local = new Scope(scope);
        for (const item of yield* this.items(yield* this.value(expression.of, scope))) {
          yield* this.#assign(expression.target, item, local);
          if (!expression.test || truth(yield* this.value(expression.test, local)))
            out.push(yield* this.value(expression.item, local));
        }
        return out;
      }
    }
    return expression satisfies never;
  }

  *#values(expressions: readonly Expression[], scope: Scope): Step<unknown[]> {
    const out: unknown[] = [];
    for (const expression of expressions) out.push(yield* this.value(expression, scope));
    return out;
  }

  *#call({ callee, args }: Extract<Expression, { kind: "call" }>, scope: Scope): Step<unknown> {
    if (callee.kind === "name" && callee.name === "super") return new Super(scope.get("self"), scope.get("__class__"));
    let self: unknown = null;
    let found: unknown;
    if (callee.kind === "attribute") {
      self = yield* this.value(callee.of, scope);
      if (self instanceof Super) {
        if (callee.name === "__init__") return null;
        found = self.method(callee.name);
        self = self.self;
      } else found = yield* this.#attribute(self, callee.name);
    } else found = yield* this.value(callee, scope);
    const given = yield* this.#arguments(args, scope);
    return yield* this.#unread(self, () => this.invoke(found, self, given));
  }

  /** Calls what can be called: a class makes an object, and an object may have `__call__`. */
  invoke(found: unknown, self: unknown, given: readonly unknown[]): unknown {
    if (typeof found !== "function") {
      const call = method(found, "__call__");
      if (!call) throw this.#options.raise("TypeError", `'${typeof found}' object is not callable`);
      return call(...given);
    }
    const isClass = /^class\b/.test(Function.prototype.toString.call(found));
    return isClass ? (Reflect.construct(found, given) as unknown) : (Reflect.apply(found, self, given) as unknown);
  }

  *#arguments(args: readonly Argument[], scope: Scope): Step<unknown[]> {
    const given: unknown[] = [];
    const keywords: [unknown, unknown][] = [];
    for (const { name, value: expression } of args) {
      const value = yield* this.value(expression, scope);
      if (name === null) given.push(value);
      else if (name === "*") given.push(...(yield* this.items(value)));
      else if (name === "**") keywords.push(...(pairs(value) ?? []));
      else keywords.push([name, value]);
    }
    if (keywords.length) given.push(Object.fromEntries(keywords));
    return given;
  }

  *#attribute(of: unknown, name: string): Step<unknown> {
    // A value of a type that is Python's own has Python's methods, and not JavaScript's of the same name.
    if (typeof of === "string" || isBytes(of) || Array.isArray(of) || isPlain(of)) {
      const own = ownMethod(of, name);
      if (own !== undefined) return own;
    }
    if (of instanceof Super) return (value: unknown) => value;
    const value = yield* this.#unread(of, () => (of as Fields | null)?.[name]);
    if (value !== undefined) return value;
    const own = ownMethod(of, name);
    if (own !== undefined) return own;
    if (isObject(of) && name in of) return null;
    if (name === "__name__" && isObject(of)) return (of as { name: string }).name;
    throw this.#options.raise("AttributeError", `no attribute '${name}'`);
  }

  /** Python reads the rest of a streamed body where `content`, `text` or `json()` is asked for; JavaScript has to await it. */
  *#unread(of: unknown, get: () => unknown): Step<unknown> {
    try {
      return yield* settled(get());
    } catch (error) {
      const read = method(of, "iter_content") && method(of, "read");
      if (!read || !(error instanceof Error) || !error.message.includes("read()")) throw error;
      yield* settled(read());
      return yield* settled(get());
    }
  }

  *#item(of: unknown, key: unknown): Step<unknown> {
    if (typeof key === "number" && (typeof of === "string" || Array.isArray(of) || isBytes(of))) {
      const value: unknown = of.at(key);
      if (value === undefined) throw this.#options.raise("IndexError", "index out of range");
      return value;
    }
    const missing = (): Error => this.#options.raise("KeyError", String(key));
    const own = method(of, "__getitem__");
    if (own) return yield* settled(own(key));
    const [has, get] = isPlain(of) ? [null, null] : [method(of, "has"), method(of, "get")];
    if (has && get) {
      if (!truth(yield* settled(has(key)))) throw missing();
      return yield* settled(get(key));
    }
    if (get) return yield* settled(get(key));
    if (!isObject(of)) throw this.#options.raise("TypeError", "object is not subscriptable");
    if (!(String(key) in of)) throw missing();
    return (of as Fields)[String(key)];
  }

  *#binary(expression: Extract<Expression, { kind: "binary" }>, scope: Scope): Step<unknown> {
    const { operator } = expression;
    const left = yield* this.value(expression.left, scope);
    if (operator === "and") return truth(left) ? yield* this.value(expression.right, scope) : left;
    if (operator === "or") return truth(left) ? left : yield* this.value(expression.right, scope);
    const right = yield* this.value(expression.right, scope);
    return operate(operator, left, right);
  }

  /** Python's `iter`. */
  iterator(of: unknown): Iterator<unknown> {
    if (isPlain(of)) return Object.keys(of).values();
    if (of instanceof Map) return of.keys();
    const iterate = method(of, Symbol.asyncIterator) ?? method(of, Symbol.iterator);
    if (typeof of === "string") return Array.from(of).values();
    if (iterate) return iterate() as Iterator<unknown>;
    if (method(of, "next")) return of as Iterator<unknown>;
    throw this.#options.raise("TypeError", "object is not iterable");
  }

  /** Everything that an iterable of either kind has. */
  *items(of: unknown): Step<unknown[]> {
    const items = this.iterator(of);
    const out: unknown[] = [];
    for (;;) {
      const { done, value } = (yield* settled(items.next())) as IteratorResult<unknown>;
      if (done) return out;
      out.push(value);
    }
  }
}

/** What `super()` gives. */
class Super {
  readonly self: unknown;
  readonly #from: unknown;

  constructor(self: unknown, from: unknown) {
    this.self = self;
    this.#from = from;
  }

  method(name: string): unknown {
    const prototype = Object.getPrototypeOf((this.#from as { prototype: object }).prototype) as Fields;
    return prototype[name];
  }
}
