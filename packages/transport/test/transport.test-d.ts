import { expectTypeOf, test } from "vitest";
import { Exchange, Transport } from "../src/index.ts";
import type { Agents, Connector, ExchangeInit, ExchangeSettings, Failure, Pooled, Target, Way } from "../src/index.ts";

class Pool implements Pooled {
  readonly target: Target;
  constructor(target: Target, _connector: Connector, _onEmpty: () => void) {
    this.target = target;
  }
  retire(): void {}
  async destroy(_failure: Failure): Promise<void> {}
}

test("agents give the pools that their adapter makes", () => {
  expectTypeOf<ReturnType<ReturnType<Agents<Pool>["get"]>["pool"]>>().toEqualTypeOf<Pool>();
  // @ts-expect-error -- a pool can be retired and destroyed
  expectTypeOf<Agents<{ retire(): void }>>().not.toBeAny();
});

test("a transport gives the pools that its adapter makes, and is what exchanges share", () => {
  expectTypeOf<ReturnType<Transport<Pool>["way"]>>().toEqualTypeOf<Way<Pool>>();
  expectTypeOf<Transport<Pool>>().toExtend<ExchangeSettings>();
  expectTypeOf(Transport<Pool>)
    .parameter(0)
    .toHaveProperty("maxDrain");
});

test("an exchange says what is left to be written", () => {
  // @ts-expect-error -- six members are abstract
  class Nothing extends Exchange<ExchangeInit> {}
  expectTypeOf<Nothing>().toExtend<Exchange<ExchangeInit>>();
});
