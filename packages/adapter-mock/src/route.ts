import type { Call } from "./call.ts";
import { Matcher, type RequestMatch } from "./match.ts";
import { checkReply, type Replier, type Reply } from "./reply.ts";

/** Requests that are expected, and what they are answered. */
export interface Route<Params = Record<string, string>> {
  /**
   * Answers every request that no {@link replyOnce} is left for.
   *
   * @throws HttpError `ERR_OPTION` for a reply that makes no sense
   * @example
   * ```ts
   * mock.get("/users/:id").reply(({ params }) => ({ json: { id: params.id } }));
   * ```
   */
  reply(reply: Reply | Replier<Params>): Route<Params>;
  /**
   * Answers one request, the next one without an answer. Where these are used up and there is no {@link reply}, the route is
   * done and no longer there.
   *
   * @throws HttpError `ERR_OPTION` for a reply that makes no sense
   * @example
   * ```ts
   * mock.get("/flaky").replyOnce(503).replyOnce({ error: "ERR_RESET" }).reply({ body: "at last" });
   * ```
   */
  replyOnce(reply: Reply | Replier<Params>): Route<Params>;
  /** The requests that it answered, oldest first. */
  readonly calls: readonly Call<Params>[];
  /** What it is for, in a line. */
  toString(): string;
}

/** A {@link Route} as the mock sees it. */
export class RouteState implements Route {
  readonly matcher: Matcher;
  readonly calls: Call[] = [];
  readonly #once: (Reply | Replier)[] = [];
  #always: Reply | Replier | undefined;

  constructor(wanted: RequestMatch) {
    this.matcher = new Matcher(wanted);
  }

  reply(reply: Reply | Replier): this {
    this.#always = checked(reply);
    return this;
  }

  replyOnce(reply: Reply | Replier): this {
    this.#once.push(checked(reply));
    return this;
  }

  /** Answers that must still be asked for. */
  get left(): number {
    return this.#once.length;
  }

  get isDone(): boolean {
    return this.#once.length === 0 && this.#always === undefined;
  }

  /** The answer for a request that was found to be meant. */
  take(): Reply | Replier {
    return this.#once.shift() ?? this.#always!;
  }

  toString(): string {
    return this.matcher.text;
  }
}

function checked(reply: Reply | Replier): Reply | Replier {
  return typeof reply === "function" ? reply : checkReply(reply);
}
