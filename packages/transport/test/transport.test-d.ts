import { expectTypeOf, test } from "vitest";
import type { Agents, Connector, Failure, Pooled, Target } from "../src/index.ts";

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
