import { existsSync } from "node:fs";
import { createServer } from "node:http";
import { build } from "esbuild";
import { chromium, type Browser, type Page } from "playwright-core";
import { listen } from "./listen.ts";
import { findProgram } from "./program.ts";

/** Of Chromium: no sandbox, which root cannot have, and no talk with its maker's servers. */
const settings = [
  "--disable-http-cache",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

/**
 * The path of Chromium: `CHROMIUM_PATH`, or under `CI`, for it takes as long as half of all other tests, what Debian installs.
 * Where that is missing, says so on standard error and returns `undefined`; under `REQUIRE_ALL` that is an error instead.
 */
export function findChromium(): string | undefined {
  const path = process.env["CHROMIUM_PATH"];
  if (path && existsSync(path)) return path;
  return process.env["CI"] ? findProgram("chromium") : undefined;
}

/** A tab's window or a worker. */
export interface Scope {
  /** Runs a function there. It is sent as text: it sees its argument and the globals of the page, and nothing else. */
  evaluate<R, A>(run: (argument: A) => R | Promise<R>, argument: A): Promise<R>;
  evaluate<R>(run: () => R | Promise<R>): Promise<R>;
}

/** A running Chromium, and pages with the modules of a test. */
export interface TestBrowser {
  readonly browser: Browser;
  /**
   * A new tab, its cookies and its cache its own.
   *
   * @param url a page to stand on, for tests that want its origin; by default an empty page of another one
   */
  page(url?: string): Promise<Page>;
  /** A new tab's window, with the modules as the global `modules`. */
  window(url?: string): Promise<Scope>;
  /** A new tab's dedicated worker, with the modules as the global `modules`. */
  worker(url?: string): Promise<Scope>;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** What {@link startBrowser} takes. */
export interface BrowserOptions {
  /** From {@link findChromium}. */
  path: string;
  /** Source text of a module, whose exports become the members of the global `modules`. */
  source: string;
  /** The folder from which its imports are resolved. */
  resolveDir: string;
}

/**
 * Starts Chromium without a screen, and bundles modules for it from their sources.
 *
 * ```ts
 * await using browser = await startBrowser({ path, source: 'export * from "@posthaste/core";', resolveDir });
 * const scope = await browser.worker();
 * await scope.evaluate((url) => modules.createClient(...).get(url), server.url);
 * ```
 */
export async function startBrowser({ path, source, resolveDir }: BrowserOptions): Promise<TestBrowser> {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir, loader: "ts" },
    bundle: true,
    format: "iife",
    globalName: "modules",
    platform: "browser",
    target: "es2024",
    conditions: ["@posthaste/source", "browser"],
    write: false,
    logLevel: "silent",
  });
  const script = outputFiles[0]!.text;
  const server = createServer((_, response) => {
    response.setHeader("Content-Type", "text/html; charset=utf-8");
    response.end("<!doctype html><link rel=icon href=data:,><title>Test</title>");
  });
  const origin = await listen(server);
  const browser = await chromium.launch({ executablePath: path, args: settings });

  const page = async (url = `http://127.0.0.1:${origin.port}/`): Promise<Page> => {
    const context = await browser.newContext();
    const tab = await context.newPage();
    await tab.goto(url);
    return tab;
  };
  const close = async (): Promise<void> => {
    await browser.close();
    await origin.close();
  };
  return {
    browser,
    page,
    async window(url) {
      const tab = await page(url);
      await tab.addScriptTag({ content: script });
      return tab;
    },
    async worker(url) {
      const tab = await page(url);
      const [worker] = await Promise.all([
        tab.waitForEvent("worker"),
        // A worker of such a URL has the origin of its page.
        tab.evaluate((text) => {
          Object.assign(globalThis, { kept: new Worker(URL.createObjectURL(new Blob([text]))) });
        }, script),
      ]);
      return worker;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
