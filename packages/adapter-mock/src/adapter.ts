import { copy, HttpError } from "@posthaste/core";
import type {
  Adapter,
  Capabilities,
  ConnectionOption,
  HttpRequest,
  HttpResponse,
  TimeoutOption,
} from "@posthaste/core";
import { toBody, type Body } from "@posthaste/core/body";
import { matcherOf, MockAssertionError, nearest, were, type Wanted } from "./assert.ts";
import { Call } from "./call.ts";
import { Exchange } from "./exchange.ts";
import type { RequestMatch } from "./match.ts";
import type { ParamsOf, UrlMatch } from "./pattern.ts";
import { answer } from "./reply.ts";
import { RouteState, type Route } from "./route.ts";
import { drain } from "./upload.ts";

/** What {@link mockAdapter} reads of a call; `connection` is accepted, and there to be looked at. */
export type MockOption = ConnectionOption & TimeoutOption;

/** What {@link mockAdapter} takes. `A` is what another adapter, which it stands in for or hands on to, reads of a call. */
export interface MockAdapterOptions<A extends object = object> {
  /** Where requests go that no route is for; without it they are errors. */
  fallback?: Adapter<A>;
  /** Only the first route that is not done is asked: requests must come in the order of the routes. @default false */
  ordered?: boolean;
  /** Milliseconds, for calls that do not say; `Infinity` is none. @default { connect: Infinity, read: Infinity } */
  timeout?: TimeoutOption["timeout"];
  /** What it says that it can, to stand in for an adapter that cannot do everything. @default everything, or what `fallback` can */
  can?: Partial<Capabilities>;
  /** Names of further call options that it accepts. */
  options?: readonly (keyof A & string)[];
}

/**
 * Adds a route for one method.
 *
 * @throws HttpError `ERR_OPTION` for an unknown member, or a text that is neither a path nor a URL
 * @example
 * ```ts
 * mock.get("/users/:id", { query: { full: true } }).reply(({ params }) => ({ json: { id: params.id } }));
 * ```
 */
export type AddRoute = <const Url extends UrlMatch>(
  url: Url,
  match?: Omit<RequestMatch, "method" | "url">,
) => Route<ParamsOf<Url>>;

/** The adapter that {@link mockAdapter} makes. */
export interface MockAdapter<O extends object = MockOption> extends Adapter<O> {
  /**
   * Adds a route. Routes are asked in the order in which they were added; the first that fits and is not done answers.
   *
   * @throws HttpError `ERR_OPTION` for an unknown member, or a text that is neither a path nor a URL
   * @example
   * ```ts
   * mock.on({ method: ["PUT", "PATCH"], url: "/users/:id", headers: { "If-Match": /./ } }).reply(204);
   * ```
   */
  on<const Match extends RequestMatch>(match: Match): Route<ParamsOf<Match["url"]>>;
  /** {@link on} for GET. */
  get: AddRoute;
  /** {@link on} for POST. */
  post: AddRoute;
  /** {@link on} for PUT. */
  put: AddRoute;
  /** {@link on} for PATCH. */
  patch: AddRoute;
  /** {@link on} for DELETE. */
  delete: AddRoute;
  /** {@link on} for HEAD, whose responses have no content. */
  head: AddRoute;
  /** Every request that came, oldest first, those without a route too. */
  readonly calls: readonly Call[];
  /**
   * Asserts that requests came, and returns them.
   *
   * @param match a route, a description, or a URL pattern
   * @param times how many there must be; one or more unless given
   * @throws MockAssertionError with all calls, and what is different about each
   * @example
   * ```ts
   * const [call] = mock.assertCalled({ method: "POST", url: "/users", json: { name: "Ada" } }, 1);
   * ```
   */
  assertCalled(match: Wanted, times?: number): Call[];
  /**
   * Asserts that no such request came; none at all without `match`.
   *
   * @throws MockAssertionError with those that came
   */
  assertNotCalled(match?: Wanted): void;
  /**
   * Asserts that every `replyOnce` was asked for, and that no request came without a route. For the end of each test: code that
   * catches errors hides those of missing routes.
   *
   * @throws MockAssertionError with what is left, and all calls
   */
  assertDone(): void;
  /** Forgets routes and calls. */
  reset(): void;
  /** Ends what is under way with `ERR_CLOSED`, and closes the `fallback`. */
  close(): Promise<void>;
}

const everything: Readonly<Capabilities> = {
  headerCase: true,
  headerOrder: true,
  framingHeaders: true,
  rawResponseHeaders: true,
  rawContent: true,
  manualRedirect: true,
  streamingRequest: true,
  streamingResponse: true,
  connectTimeout: true,
  proxy: true,
  tls: true,
};

/**
 * Makes an adapter without a network, for tests: requests are answered by the routes that are added to it. A request that
 * no route is for rejects with `ERR_UNSUPPORTED`, and the message says what is different about the nearest routes.
 *
 * A request's content is read to its end before it is answered. `signal` and `timeout` count as with any adapter, and all
 * waiting is done with the global `setTimeout`, so that fake timers can take its place.
 *
 * @throws HttpError `ERR_OPTION` (the call's rejection) where a timeout is no number above 0
 * @example
 * ```ts
 * const mock = mockAdapter();
 * mock.get("/users/:id").reply(({ params }) => ({ json: { id: params.id } }));
 * mock.post("/users", { json: { name: "Ada" } }).replyOnce(503).reply(201);
 * const client = createClient({ adapter: mock, plugins: [retry()], defaults: { baseUrl: "https://api.test" } });
 * await client.get("/users/7"); // { id: "7" }
 * mock.assertCalled("/users/7", 1);
 * ```
 */
export function mockAdapter<A extends object = object>(
  options: MockAdapterOptions<A> = {},
): MockAdapter<MockOption & A> {
  return new Mock(options);
}

class Mock<A extends object> implements MockAdapter<MockOption & A> {
  readonly name = "adapter-mock";
  readonly can: Adapter["can"];
  readonly options: readonly (keyof (MockOption & A) & string)[];
  readonly calls: Call[] = [];
  readonly get: AddRoute = this.#adder("GET");
  readonly post: AddRoute = this.#adder("POST");
  readonly put: AddRoute = this.#adder("PUT");
  readonly patch: AddRoute = this.#adder("PATCH");
  readonly delete: AddRoute = this.#adder("DELETE");
  readonly head: AddRoute = this.#adder("HEAD");
  readonly #routes: RouteState[] = [];
  readonly #unmatched: Call[] = [];
  readonly #settings: MockAdapterOptions<A>;
  readonly #closing = new AbortController();

  constructor(settings: MockAdapterOptions<A>) {
    const { fallback, can, options = [] } = settings;
    this.#settings = settings;
    this.can = { ...(fallback ? fallback.can : everything), ...can };
    this.options = [...new Set(["connection", "timeout", ...options, ...(fallback?.options ?? [])] as const)];
  }

  on<Params>(match: RequestMatch): Route<Params> {
    const route = new RouteState(match);
    this.#routes.push(route);
    // What a pattern's parameters are called, only its type knows.
    return route as unknown as Route<Params>;
  }

  #adder(method: string): AddRoute {
    return (url, match) => this.on({ ...match, method, url });
  }

  async send(request: HttpRequest<MockOption & A>): Promise<HttpResponse> {
    const exchange = new Exchange(request, this.#closing.signal, this.#settings.timeout);
    const body = request.body === null ? undefined : toBody(request.body);
    const call = new Call(request, body?.contentType);
    this.calls.push(call);
    try {
      const response = await this.#answer(call, body, exchange);
      call.status = response.status;
      return response;
    } catch (error) {
      call.error = error;
      throw error;
    }
  }

  async #answer(call: Call, body: Body | undefined, exchange: Exchange): Promise<HttpResponse> {
    const { request } = call;
    const { fallback } = this.#settings;
    call.bytes = body ? body.bytes : new Uint8Array();
    if (fallback && !this.#asked().some((route) => route.matcher.fitsHead(call)))
      return fallback.send(request as never);
    // No turn is lost where there is nothing to read: routes are asked in the order in which requests are sent.
    if (body) call.bytes = await exchange.run((end) => drain(body, request, end));
    const route = this.#asked().find(({ matcher }) => matcher.fits(call));
    if (!route) {
      if (fallback) return fallback.send(copy(request, { body: call.bytes!, headers: call.headers }) as never);
      this.#unmatched.push(call);
      throw new HttpError("ERR_UNSUPPORTED", nearest(call, this.#routes, this.#settings.ordered), { request });
    }
    call.params = route.matcher.pattern.match(call.url)!;
    route.calls.push(call);
    return answer(route.take(), call, exchange);
  }

  #asked(): RouteState[] {
    const routes = this.#routes.filter((route) => !route.isDone);
    return this.#settings.ordered ? routes.slice(0, 1) : routes;
  }

  assertCalled(wanted: Wanted, times?: number): Call[] {
    const calls = this.#callsOf(wanted);
    if (times === undefined ? calls.length === 0 : calls.length !== times) {
      const number = times === undefined ? "a call" : times === 1 ? "1 call" : `${times} calls`;
      throw new MockAssertionError(
        `expected ${number} of ${matcherOf(wanted).text}, but there ${were(calls)}`,
        this.calls,
        wanted,
      );
    }
    return calls;
  }

  assertNotCalled(wanted: Wanted = {}): void {
    const calls = this.#callsOf(wanted);
    if (calls.length > 0) {
      throw new MockAssertionError(`expected no call of ${matcherOf(wanted).text}, but there ${were(calls)}`, calls);
    }
  }

  assertDone(): void {
    const left = this.#routes.filter((route) => route.left > 0);
    const problems = [
      ...left.map((route) => `${route.matcher.text} has ${route.left} ${route.left === 1 ? "reply" : "replies"} left`),
      ...this.#unmatched.map((call) => `no route is for ${String(call)}`),
    ];
    if (problems.length > 0)
      throw new MockAssertionError(`expected all to be done, but ${problems.join("; ")}`, this.calls);
  }

  reset(): void {
    for (const list of [this.#routes, this.calls, this.#unmatched]) list.length = 0;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#settings.fallback?.close?.();
  }

  #callsOf(wanted: Wanted): Call[] {
    if (wanted instanceof RouteState) return [...wanted.calls];
    const matcher = matcherOf(wanted);
    return this.calls.filter((call) => matcher.fits(call));
  }
}
