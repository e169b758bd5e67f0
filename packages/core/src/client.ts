import { refuse, safeUrl } from "./error.ts";
import { HeaderList, pairs } from "./headers.ts";
import type { Adapter, Plugin, Send, Stage } from "./plugin.ts";
import type { CallOptions, HttpRequest } from "./request.ts";
import type { HttpResponse } from "./response.ts";

// oxlint-disable-next-line typescript/no-explicit-any -- a list of plugins is one of plugins with any options
type AnyPlugin = Plugin<any>;

/** The options that a tuple of plugins adds, put together; an array of unknown length adds none that the types know. */
export type OptionsOf<P extends readonly AnyPlugin[]> = P extends readonly [
  Plugin<infer O>,
  ...infer Rest extends readonly AnyPlugin[],
]
  ? O & OptionsOf<Rest>
  : object;

/** What {@link createClient} takes. */
export interface ClientConfig<P extends readonly AnyPlugin[], A extends object> {
  /** The transport. */
  adapter: Adapter<A>;
  /** In any order: their stages sort them. @default [] */
  plugins?: P;
  /** Options for every call. */
  defaults?: CallOptions & A & OptionsOf<P>;
}

declare const optionsBrand: unique symbol;

/**
 * Sends requests through its plugins to its adapter. `O` is what the adapter and the plugins add to the options of a call;
 * a client with more of them can be passed where one with fewer is asked for.
 */
export interface Client<O extends object = object> {
  /** The names of the plugins and of the adapter, from the caller to the wire. */
  readonly order: readonly string[];
  request(url: string | URL, options?: CallOptions & O): Promise<HttpResponse>;
  get(url: string | URL, options?: CallOptions & O): Promise<HttpResponse>;
  post(url: string | URL, options?: CallOptions & O): Promise<HttpResponse>;
  put(url: string | URL, options?: CallOptions & O): Promise<HttpResponse>;
  patch(url: string | URL, options?: CallOptions & O): Promise<HttpResponse>;
  delete(url: string | URL, options?: CallOptions & O): Promise<HttpResponse>;
  head(url: string | URL, options?: CallOptions & O): Promise<HttpResponse>;
  options(url: string | URL, options?: CallOptions & O): Promise<HttpResponse>;
  /** Sends a request that is already made, its URL untouched and without the client's defaults. */
  send(request: HttpRequest<O>): Promise<HttpResponse>;
  /** Closes the plugins and the adapter, which ends what is under way. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
  /** Not there at run time: makes the options count when clients are assigned. */
  readonly [optionsBrand]?: Required<O>;
}

const stages = "call retry redirect challenge auth state wire decode".split(" ") as Stage[];
const callOptions = "method headers body json query baseUrl signal".split(" ");
const verbs = "get post put patch delete head options".split(" ") as "get"[];

/**
 * Makes a client.
 *
 * @throws HttpError `ERR_OPTION` for two plugins of one name, an unknown stage, or a default that nothing reads
 * @example
 * ```ts
 * await using client = createClient({ adapter: undiciAdapter(), defaults: { baseUrl: "https://example.test" } });
 * const response = await client.get("/users", { query: { page: 2 }, timeout: { connect: 1000, read: 5000 } });
 * const users = await response.json<string[]>();
 * ```
 */
export function createClient<const P extends readonly AnyPlugin[], A extends object = object>({
  adapter,
  plugins = [] as unknown as P,
  defaults,
}: ClientConfig<P, A>): Client<A & OptionsOf<P>> {
  const layers: (AnyPlugin | Adapter)[] = stages.flatMap((stage) =>
    plugins.filter((plugin) => (plugin.stage ?? "call") === stage),
  );
  const chain = (layers as AnyPlugin[]).reduceRight<Send>(
    (next, plugin) => (plugin.send ? (request) => plugin.send!(request, next) : next),
    (request) => {
      check(request);
      return adapter.send(request as HttpRequest<A>);
    },
  );
  layers.push(adapter as Adapter);
  const order = layers.map((layer) => layer.name);
  if (new Set(order).size <= plugins.length) refuse("ERR_OPTION", order);
  const known = callOptions.concat(...layers.map((layer): readonly string[] => layer.options ?? []));
  const prepared = (layers as AnyPlugin[])
    // oxlint-disable-next-line typescript/unbound-method -- only looked for
    .filter((layer) => layer.prepare)
    .reduceRight<Send>((next, plugin) => async (request) => (await plugin.prepare!(request), next(request)), chain);

  // What options stand on, so that nothing on a polluted `Object.prototype` is taken for one. Options on null itself are slow.
  const bare: object = Object.create(null);
  const make = (url: string | URL, init?: CallOptions, verb?: string): HttpRequest => {
    const options: CallOptions = Object.assign(Object.create(bare), defaults, init);
    for (const name in options) if (!known.includes(name)) refuse("ERR_OPTION", name);
    let { method = "GET", body = null, json, query, baseUrl } = options;
    const all = new HeaderList(defaults?.headers);
    const own = pairs(init?.headers);
    for (const [name] of own) all.delete(name);
    for (const header of own) all.append(...header);
    if (json !== undefined) {
      body = JSON.stringify(json);
      if (!all.has("Content-Type")) all.append("Content-Type", "application/json");
    }
    const target = URL.parse(url, baseUrl) ?? refuse("ERR_URL", safeUrl(`${url}`));
    for (const [name, values] of pairs(query)) {
      for (const value of [values].flat()) if (value != null) target.searchParams.append(name, value as string);
    }
    return {
      method: (verb ?? method).toUpperCase(),
      url: target.href,
      headers: all,
      body,
      options,
      call: {},
    };
  };

  const close = async () => {
    await Promise.all(layers.map(async (layer) => layer.close?.()));
  };
  const client = {
    order,
    request: async (url: string, init?: CallOptions) => await prepared(make(url, init)),
    send: async (request: HttpRequest) => await prepared(request),
    close,
    [Symbol.asyncDispose]: close,
  } as unknown as Client<A & OptionsOf<P>>;
  for (const verb of verbs) client[verb] = async (url, init) => await prepared(make(url, init, verb));
  return client;
}

/** The last gate before the wire: whatever a plugin has made of the request, nothing that could inject a line passes. */
function check({ method, url, headers }: HttpRequest): void {
  // RFC 9110 §5.6.2 and §5.5: a token; one character a byte, and none that could end the line.
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(method)) refuse("ERR_METHOD", method);
  if (!/^https?:\/\/[^/?#]/i.test(url)) refuse("ERR_URL", safeUrl(url));
  for (const [name, value] of headers) {
    if (typeof value !== "string" || !/^[\w!#$%&'*+.^`|~-]+:[\t -~\x80-\xff]*$/.test(`${name}:${value}`))
      refuse("ERR_HEADER", name);
  }
}
