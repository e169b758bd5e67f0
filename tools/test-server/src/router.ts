import type { Answer, Exchange } from "./exchange.ts";

/** The parameters of a pattern: `<name>` and `<path:name>` are strings, `<int:name>` is a number. */
export type Params<Pattern extends string> = Pattern extends `${string}<${infer Parameter}>${infer Rest}`
  ? One<Parameter> & Params<Rest>
  : unknown;
type One<Parameter extends string> = Parameter extends `int:${infer Name}`
  ? { readonly [K in Name]: number }
  : Parameter extends `path:${infer Name}`
    ? { readonly [K in Name]: string }
    : { readonly [K in Parameter]: string };

export type Handler<P> = (exchange: Exchange, params: P) => Answer | Promise<Answer>;

/** One row of the table. */
export interface Route {
  readonly methods: readonly string[];
  readonly pattern: string;
  readonly handler: Handler<never>;
}

/** A row; `methods` is a list with spaces, or `*` for every method. The pattern is written as Flask's are. */
export function route<const Pattern extends string>(
  methods: string,
  pattern: Pattern,
  handler: Handler<Params<Pattern>>,
): Route {
  return { methods: methods.split(" "), pattern, handler };
}

/** The methods of httpbin's routes that take any. */
export const ANY = "GET POST PUT DELETE PATCH TRACE";

/** What is known of a path: its handler for the method, and the methods it takes. */
export interface Match {
  readonly allow: readonly string[];
  readonly run: ((exchange: Exchange) => Answer | Promise<Answer>) | undefined;
}

/** Makes a table of routes ready for look-ups. */
export function createRouter(routes: readonly Route[]): (method: string, path: string) => Match | undefined {
  const rows = routes.map(({ pattern, ...row }) => ({ ...row, ...compile(pattern) }));
  return (method, path) => {
    const allow = new Set<string>();
    let run: Match["run"];
    for (const { methods, handler, expression, numbers } of rows) {
      const groups = expression.exec(path);
      if (!groups) continue;
      for (const name of methods) allow.add(name);
      if (methods.includes("GET")) allow.add("HEAD");
      if (run || !(methods.includes(method) || methods.includes("*") || (method === "HEAD" && allow.has("HEAD"))))
        continue;
      const params = Object.fromEntries(
        Object.entries(groups.groups ?? {}).map(([name, value]) => [
          name,
          numbers.has(name) ? Number(value) : decode(value),
        ]),
      );
      run = (exchange) => handler(exchange, params as never);
    }
    return allow.size === 0 ? undefined : { allow: [...allow, "OPTIONS"], run };
  };
}

function compile(pattern: string): { expression: RegExp; numbers: ReadonlySet<string> } {
  const numbers = new Set<string>();
  const source = pattern.replace(/<(?:(int|path):)?(\w+)>/g, (_, kind: string | undefined, name: string) => {
    if (kind === "int") numbers.add(name);
    return `(?<${name}>${kind === "int" ? String.raw`\d+` : kind === "path" ? ".*" : "[^/]+"})`;
  });
  return { expression: new RegExp(`^${source.replaceAll(".txt", String.raw`\.txt`)}$`, "s"), numbers };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
