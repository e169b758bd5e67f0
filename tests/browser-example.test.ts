import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { startTestServer, type TestServer } from "@posthaste/test-server";
import { findChromium, startBrowser, type TestBrowser } from "@posthaste/test-server/browser";
import { temporaryFolder } from "@posthaste/test-server/program";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const root = new URL("../", import.meta.url).pathname;
const chromium = findChromium();

/** Starts a server of what a function answers. */
async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

const types: Record<string, string> = { html: "text/html", css: "text/css", js: "text/javascript" };

describe.skipIf(!chromium)("the example for browsers, built by Vite, in Chromium", { timeout: 60_000 }, () => {
  const folder = temporaryFolder();
  let pages: Awaited<ReturnType<typeof serve>>;
  let browser: TestBrowser;
  let server: TestServer;
  beforeAll(async () => {
    await build({
      configFile: `${root}examples/browser/vite.config.ts`,
      logLevel: "error",
      build: { outDir: folder.path, emptyOutDir: true },
    });
    pages = await serve(({ url }, response) => {
      const path = new URL(url!, "http://localhost").pathname;
      const file = path === "/" ? "/index.html" : path;
      response.setHeader("Content-Type", types[file.split(".").at(-1)!] ?? "text/plain");
      response.end(readFileSync(folder.path + file));
    });
    server = await startTestServer();
    browser = await startBrowser({ path: chromium!, source: "", resolveDir: root });
  });
  afterAll(async () => {
    await browser?.close();
    await pages?.[Symbol.asyncDispose]();
    await server?.close();
    folder[Symbol.dispose]();
  });

  /** The page, with what its progress bars and percentages were set to, in turn. */
  async function open(url: string) {
    const page = await browser.page(`${pages.url}/?server=${url}`);
    const errors: Error[] = [];
    page.on("pageerror", (error) => errors.push(error));
    await page.evaluate(() => {
      const seen: Record<string, string[]> = { upload: [], download: [] };
      for (const [id, list] of Object.entries(seen)) {
        const output = document.querySelector(`#${id} [data-percent]`)!;
        new MutationObserver(() => list.push(output.textContent)).observe(output, { childList: true });
      }
      Object.assign(globalThis, { seen });
    });
    const seen = (id: string) =>
      page.evaluate((id) => (globalThis as unknown as { seen: Record<string, string[]> }).seen[id]!, id);
    return { page, errors, seen };
  }
  const file = (bytes: number) => ({ name: "holiday.jpg", mimeType: "image/jpeg", buffer: Buffer.alloc(bytes, 1) });
  const inOrder = (texts: string[]) => {
    const parts = texts.map((text) => Number.parseInt(text, 10));
    expect(parts).toEqual(parts.toSorted((a, b) => a - b));
    expect(texts[0]).toBe("0 %");
    expect(texts.at(-1)).toBe("100 %");
  };

  test("uploads and downloads with progress in order, up to 100 %", async () => {
    const { page, errors, seen } = await open(server.url);
    const upload = page.locator("#upload");
    await upload.getByLabel("File").setInputFiles(file(3_000_000));
    await upload.getByRole("button", { name: "Upload" }).click();
    await upload.getByText("holiday.jpg, 3.0 MB, is uploaded.").waitFor();
    inOrder(await seen("upload"));
    expect(await upload.getByRole("progressbar").getAttribute("value")).toBe("1");
    const sent = server.requests.find(({ method }) => method === "POST")!;
    expect([sent.url, sent.body.length]).toEqual(["/anything", 3_000_000]);

    const download = page.locator("#download");
    await download.getByRole("button", { name: "Download" }).click();
    await download.getByText("2.0 MB received.").waitFor();
    inOrder(await seen("download"));

    expect(errors).toEqual([]);
    mkdirSync(`${root}.reports`, { recursive: true });
    await page.setViewportSize({ width: 900, height: 720 });
    await page.screenshot({ path: `${root}.reports/browser-example.png`, fullPage: true });
  });

  test("a cancelled upload is one that the server no longer reads", async () => {
    const started = Promise.withResolvers<IncomingMessage>();
    const gone = Promise.withResolvers<number>();
    await using slow = await serve((request, response) => {
      const headers = { "Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "*" };
      if (request.method === "OPTIONS") {
        response.writeHead(204, headers).end();
        return;
      }
      let read = 0;
      request.on("data", (bytes: Buffer) => {
        const before = read;
        read += bytes.length;
        if (before >= 1_000_000 || read < 1_000_000) return;
        // It has had enough for now, so that the upload stands when it is cancelled.
        request.pause();
        started.resolve(request);
      });
      request.socket.once("close", () => gone.resolve(read));
    });
    const { page } = await open(slow.url);
    const upload = page.locator("#upload");
    writeFileSync(`${folder.path}/large.bin`, Buffer.alloc(30_000_000));
    await upload.getByLabel("File").setInputFiles(`${folder.path}/large.bin`);
    await upload.getByRole("button", { name: "Upload" }).press("Enter");
    const request = await started.promise;
    // Who started it with a key stops it with one.
    const cancel = upload.getByRole("button", { name: "Cancel" });
    expect(await cancel.evaluate((button) => button === document.activeElement)).toBe(true);
    await page.keyboard.press("Enter");
    await upload.getByText("Cancelled.").waitFor();
    // What was on its way comes, and then the end.
    request.resume();
    expect(await gone.promise).toBeLessThan(30_000_000);
    expect(await cancel.isDisabled()).toBe(true);
    expect(
      await upload.getByRole("button", { name: "Upload" }).evaluate((button) => button === document.activeElement),
    ).toBe(true);
  });

  test("a cancelled download ends on the wire", async () => {
    const gone = Promise.withResolvers<void>();
    await using endless = await serve((_request, response) => {
      response.writeHead(200, {
        "Access-Control-Allow-Origin": "*",
        "Content-Length": 10_000_000,
        "X-Content-Type-Options": "nosniff",
      });
      response.write(Buffer.alloc(1_000_000));
      response.once("close", () => gone.resolve());
    });
    const { page, seen } = await open(endless.url);
    const download = page.locator("#download");
    await download.getByRole("button", { name: "Download" }).click();
    await download.getByText("10 %").waitFor();
    await download.getByRole("button", { name: "Cancel" }).click();
    await download.getByText("Cancelled.").waitFor();
    await gone.promise;
    expect((await seen("download")).at(-1)).toBe("10 %");
  });

  test("an offline server and one that refuses are told", async () => {
    const offline = await serve(() => {});
    const { url } = offline;
    await offline[Symbol.asyncDispose]();
    const { page } = await open(url);
    const download = page.locator("#download");
    await download.getByRole("button", { name: "Download" }).click();
    const status = download.getByRole("status");
    await status.getByText("cannot be reached").waitFor();
    expect(await status.textContent()).toBe(
      `${new URL(url).host} cannot be reached. Check the connection, then try again.`,
    );
    mkdirSync(`${root}.reports`, { recursive: true });
    await page.setViewportSize({ width: 900, height: 720 });
    await page.screenshot({ path: `${root}.reports/browser-example-offline.png`, fullPage: true });

    const online = await open(server.url);
    const form = online.page.locator("#download");
    await form.getByLabel("From").fill("/status/503");
    await form.getByRole("button", { name: "Download" }).click();
    await form.getByText("The server answered 503 Service Unavailable.").waitFor();
  });

  test("each control has a name, and what changes is announced", async () => {
    const { page } = await open(server.url);
    expect(await page.locator("main").ariaSnapshot()).toMatchInlineSnapshot(`
      "- main:
        - heading "Files over HTTP" [level=1]
        - paragraph:
          - text: Progress both ways, with
          - code: "@posthaste/adapter-xhr"
          - text: .
        - region "Upload":
          - heading "Upload" [level=2]
          - text: File
          - button "File"
          - button "Upload"
          - button "Cancel" [disabled]
          - progressbar "Upload"
          - status: Nothing under way.
        - region "Download":
          - heading "Download" [level=2]
          - text: From
          - textbox "From": /bytes/2000000
          - button "Download"
          - button "Cancel" [disabled]
          - progressbar "Download"
          - status: Nothing under way."
    `);
  });
});
