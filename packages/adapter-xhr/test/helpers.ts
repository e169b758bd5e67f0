import { findChromium, startBrowser, type Scope, type TestBrowser } from "@posthaste/test-server/browser";
import { afterAll, beforeAll, describe } from "vitest";
import type * as testModules from "./modules.ts";

declare global {
  const modules: typeof testModules;
}

const path = findChromium();
let browser: TestBrowser;

/** Tests in Chromium, once in a tab's window and once in a worker; skipped where it is not installed. */
export function inChromium(define: (open: (url?: string) => Promise<Scope>) => void): void {
  describe.skipIf(!path)("in Chromium", () => {
    beforeAll(async () => {
      browser = await startBrowser({
        path: path!,
        source: 'export * from "./modules.ts";',
        resolveDir: import.meta.dirname,
      });
    });
    afterAll(() => browser?.close());
    describe.each(["window", "worker"] as const)("%s", (kind) => {
      define((url) => browser[kind](url));
    });
  });
}
