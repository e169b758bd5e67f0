import type {
  Adapter,
  Client,
  ConnectionOption,
  ConnectionOptions,
  HttpRequest,
  HttpResponse,
  Plugin,
  TimeoutOption,
} from "@posthaste/core";
import type { TotalTimeoutOption } from "@posthaste/core/timeout";
import type { Abilities, Capability } from "./capability.ts";
import type { Script } from "./control.ts";
import type { Order } from "./script.ts";

/** The call options that the cases use, each only where the adapter can. */
export type KitOptions = ConnectionOption & TimeoutOption & TotalTimeoutOption;

/** What the cases ask of an adapter's own settings; they give them only where the adapter can. */
export interface Settings {
  /** For calls that do not say. */
  connection?: ConnectionOptions;
  /** Milliseconds, for calls that do not say. */
  timeout?: NonNullable<TimeoutOption["timeout"]>;
}

/** An adapter with whatever options. */
export interface TestedAdapter extends Pick<Adapter, "name" | "can" | "close"> {
  readonly options?: readonly string[];
  send(request: HttpRequest<KitOptions>): Promise<HttpResponse>;
}

/** What a case is given: everything that it makes is closed when it is over. */
export interface Kit {
  readonly can: Abilities;
  /** A client with nothing but a new adapter, and a plugin where one is given. */
  client(settings?: Settings, plugin?: Plugin<TotalTimeoutOption>): Client<KitOptions>;
  /** A server that does as it is told. */
  script(order: Order): Promise<Script>;
}

/** One thing that an adapter does right or wrong. */
export interface TestCase {
  /** Unique, and the same in every version: `"framing/head"`. */
  readonly id: string;
  readonly group: string;
  /** A sentence about an adapter that is right. */
  readonly title: string;
  /** What an adapter must be able to do for this to be asked of it. */
  readonly needs: readonly Capability[];
  /** @throws Error that says what is wrong */
  run(kit: Kit): Promise<void>;
}

/** A case without its group. */
export type CaseOf = readonly [
  name: string,
  title: string,
  needs: readonly Capability[],
  run: (kit: Kit) => Promise<void>,
];

/** Makes the cases of a group. */
export function group(name: string, ...cases: readonly CaseOf[]): readonly TestCase[] {
  return cases.map(([id, title, needs, run]) => ({ id: `${name}/${id}`, group: name, title, needs, run }));
}
