import { jsonBody, toBody } from "./body.ts";
import { HttpError, refuse } from "./error.ts";
import { HeaderList, pairs } from "./headers.ts";
import type { Adapter, Plugin, Send, Stage } from "./plugin.ts";
import type { CallOptions, HttpRequest } from "./request.ts";
import type { HttpResponse } from "./response.ts";
import { sendWithin } from "./timeout.ts";

// oxlint-disable-next-line typescript/no-explicit-any -- a list of plugins is one of plugins with any options
type AnyPlugin = Plugin<any>;

/** The options that a tuple of plugins adds, put together; an array of unknown length adds none that the types know. */
export type OptionsOf<P extends readonly AnyPlugin[]> = P extends readonly [Plugin<infer O>, ...infer Rest extends readonly AnyPlugin[]]
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
  /** Closes the plugins, innermost first, and the adapter; calls made later reject with `ERR_CLOSED`. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
  /** Not there at run time: makes the options count when clients are assigned. */
  readonly [optionsBrand]?: Required<O>;
}

/** RFC 9110 §5.6.2. */
const token = /^[\w!#$%&'*+.^`|~-]+$/;
/** RFC 9110 §5.5: one character a byte, and none that could end the line. */
const fieldValue = /^[\t -~\x80-\xff]*$/;
const stages = "call retry redirect auth state wire decode".split(" ") as Stage[];
const verbs = "get post put patch delete head options".split(" ") as "get"[];
const callOptions = "method headers body json query baseUrl signal timeout".split(" ");

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
export function createClient<const P extends readonly AnyPlugin[] = [], A extends object = object>({
  adapter,
  plugins = [] as unknown as P,
  defaults,
}: ClientConfig<P, A>): Client<A & OptionsOf<P>> {
  const ordered = stages.flatMap((stage) => plugins.filter((plugin) => (plugin.stage ?? "call") === stage));
  const layers: (AnyPlugin | Adapter)[] = [...ordered, adapter as Adapter];
  const order = layers.map((layer) => layer.name);
  if (new Set(order).size <= plugins.length) refuse("option", `plugins: a name twice or an unknown stage in ${order}`);
  const known = new Set([...callOptions, ...layers.flatMap((layer) => layer.options ?? [])]);
  const chain = ordered.reduceRight<Send>(
    (next, plugin) => (plugin.send ? (request) => plugin.send!(request, next) : next),
    (request) => {
      if (!token.test(request.method)) refuse("method", request.method);
      if (!/^https?:\/\/[^/?#]/i.test(request.url)) refuse("url", request.url);
      for (const [name, value] of request.headers) {
        if (!token.test(name) || typeof value !== "string" || !fieldValue.test(value)) refuse("header", name);
      }
      return adapter.send(request as HttpRequest<A>);
    },
  );
  let closed = false;

  async function send(request: HttpRequest): Promise<HttpResponse> {
    const { timeout, signal } = request.options;
    if (closed) throw new HttpError("ERR_CLOSED", "the client is closed", { request });
    for (const name in request.options) if (!known.has(name)) refuse("option", `${name} has no plugin`);
    signal?.throwIfAborted();
    for (const plugin of ordered) await plugin.prepare?.(request);
    const total = typeof timeout === "object" ? timeout.total : timeout;
    // Longer than a timer can wait is as good as for ever.
    return total! < 2 ** 31 ? sendWithin(total!, request, chain) : chain(request);
  }

  async function request(url: string | URL, options?: CallOptions): Promise<HttpResponse> {
    // No prototype, so that nothing on a polluted one is taken for an option.
    const all = { __proto__: null, ...defaults, ...options } as CallOptions;
    const { method = "GET", json, baseUrl, query } = all;
    const headers = new HeaderList(defaults?.headers);
    const own = new HeaderList(options?.headers);
    for (const [name] of own) headers.delete(name);
    headers.push(...own);
    const body = json !== undefined ? jsonBody(json) : all.body == null ? null : toBody(all.body);
    if (body?.contentType && !headers.has("content-type")) headers.append("Content-Type", body.contentType);
    if (!URL.canParse(url, baseUrl)) refuse("url", `${url}`);
    const target = new URL(url, baseUrl);
    for (const [name, values] of pairs(query)) {
      for (const value of [values].flat()) if (value != null) target.searchParams.append(name, String(value));
    }
    return send({ method: method.toUpperCase(), url: target.href, headers, body, options: all, call: {} });
  }

  const close = async () => {
    closed = true;
    await Promise.all(layers.map(async (layer) => layer.close?.()));
  };
  const client = { order, request, send, close, [Symbol.asyncDispose]: close } as unknown as Client<A & OptionsOf<P>>;
  for (const verb of verbs) client[verb] = (url, options) => request(url, { ...options, method: verb });
  return client;
}
