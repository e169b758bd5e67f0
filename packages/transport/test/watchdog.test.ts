import { describe, expect, test } from "vitest";
import { until } from "@posthaste/test-server/promises";
import { Watchdogs } from "../src/index.ts";

describe("a watchdog", () => {
  test("never barks early, whatever the event loop was at", async () => {
    for (let time = 0; time < 10; time++) {
      // The clock that timers go by is read once a turn: make it stale.
      const stale = performance.now() + 10;
      while (performance.now() < stale);
      const start = performance.now();
      await new Promise<void>((resolve) => new Watchdogs().watchdog(15, { onTimeout: resolve }).touch());
      expect(performance.now() - start).toBeGreaterThanOrEqual(15);
    }
  });

  test("does not bark when it is paused or stopped", async () => {
    let barks = 0;
    const watchdogs = new Watchdogs();
    const dogs = [1, 2, 3].map(() => watchdogs.watchdog(5, { onTimeout: () => barks++ }));
    for (const dog of dogs) dog.touch();
    dogs[0]!.pause();
    dogs[1]!.stop();
    await until(() => barks > 0);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(barks).toBe(1);
    dogs[0]!.touch();
    await until(() => barks > 1);
  });
});
