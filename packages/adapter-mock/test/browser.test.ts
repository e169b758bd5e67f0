import { readFileSync, writeFileSync } from "node:fs";
import type * as mockModule from "@posthaste/adapter-mock";
import { recorder, replay } from "@posthaste/adapter-mock";
import { undiciAdapter } from "@posthaste/adapter-undici";
import type * as coreModule from "@posthaste/core";
import { createClient } from "@posthaste/core";
import { decompress } from "@posthaste/decompress";
import { startTestServer } from "@posthaste/test-server";
import { findChromium, startBrowser, type TestBrowser } from "@posthaste/test-server/browser";
import { temporaryFolder } from "@posthaste/test-server/program";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

type Modules = typeof mockModule & typeof coreModule;

const path = findChromium();

describe.skipIf(!path)("with Chromium", () => {
  let browser: TestBrowser;
  beforeAll(async () => {
    const source = 'export * from "@posthaste/core"; export * from "@posthaste/adapter-mock";';
    browser = await startBrowser({ path: path!, source, resolveDir: import.meta.dirname });
  });
  afterAll(() => browser?.close());

  test.each(["window", "worker"] as const)("mock, recorder and replay work in a %s", async (kind) => {
    const scope = await browser[kind]();
    const got = await scope.evaluate(async () => {
      const { createClient, mockAdapter, recorder, replay } = (globalThis as unknown as { modules: Modules }).modules;
      const mock = mockAdapter();
      mock
        .post("/users/:id", { json: { a: 1 } })
        .reply(({ params, bytes }) => ({ body: new Blob([params.id, bytes!.slice()]) }));
      const gzipped = new Blob(["unzipped"]).stream().pipeThrough(new CompressionStream("gzip"));
      mock.get("/gzip").replyOnce({ headers: { "Content-Encoding": "gzip" }, body: gzipped });
      mock.get("/binary").reply({ body: new Uint8Array([0, 255]) });
      mock.get("/late").reply({ delay: Infinity });
      const recording = recorder(mock);
      const client = createClient({ adapter: recording, defaults: { baseUrl: "https://api.test" } });
      const first = await (await client.post("/users/7", { json: { a: 1, password: "hunter2" } })).text();
      for (const path of ["/gzip", "/binary"]) await (await client.get(path)).bytes();
      const late = await client.get("/late", { timeout: { read: 1 } }).catch((error: { code: string }) => error.code);
      const archive = JSON.stringify(await recording.har());
      const again = createClient({ adapter: replay(archive), defaults: { baseUrl: "https://api.test" } });
      const second = await (await again.post("/users/7", { json: { a: 1, password: "hunter3" } })).text();
      const unzipped = await (await again.get("/gzip")).text();
      const binary = [...(await (await again.get("/binary")).bytes())];
      return { first, late, second, unzipped, binary, tells: archive.includes("hunter") };
    });
    expect(got).toEqual({
      first: '7{"a":1,"password":"hunter2"}',
      late: "ERR_TIMEOUT_READ",
      second: '7{"a":1,"password":"REDACTED"}',
      unzipped: "unzipped",
      binary: [0, 255],
      tells: false,
    });
  });

  test("a browser answers from a recorded archive", async () => {
    using folder = temporaryFolder();
    const recording = recorder(undiciAdapter());
    const client = createClient({ adapter: recording });
    const server = await startTestServer();
    const { url } = server;
    const wanted: Record<string, string> = {};
    for (const path of [
      "/html",
      "/gzip",
      "/brotli",
      "/image/png",
      "/json",
      "/status/404",
      "/anything?token=hunter2&a=1",
    ]) {
      const response = await client.get(url + path);
      wanted[path] = Buffer.from(await response.bytes()).toString("latin1");
    }
    const posted = { json: { name: "Ada" }, headers: { "Content-Type": "application/json" } };
    wanted["POST"] = await (await client.post(`${url}/post`, posted)).text();
    await client.close();
    await server.close();
    const file = `${folder.path}/recorded.har`;
    writeFileSync(file, JSON.stringify(await recording.har()));

    const context = await browser.browser.newContext();
    await context.routeFromHAR(file, { notFound: "abort" });
    const page = await context.newPage();
    await page.goto(`${url}/html`);
    expect(await page.locator("h1").textContent()).toBe(/<h1>(.*?)<\/h1>/.exec(wanted["/html"]!)![1]);
    const load = (path: string, init: { method?: string; body?: string; headers?: Record<string, string> } = {}) =>
      page.evaluate(
        async ([path, init]) => {
          const response = await fetch(path, init);
          const bytes = new Uint8Array(await response.arrayBuffer());
          return { status: response.status, text: String.fromCharCode(...bytes) };
        },
        [path, init] as const,
      );
    expect(await load("/image/png")).toEqual({ status: 200, text: wanted["/image/png"] });
    expect(await load("/json")).toEqual({ status: 200, text: wanted["/json"] });
    expect((await load("/status/404")).status).toBe(404);
    expect(JSON.parse((await load("/gzip")).text)).toMatchObject({ gzipped: true });
    expect(JSON.parse((await load("/brotli")).text)).toMatchObject({ brotli: true });
    expect((await load("/anything?token=REDACTED&a=1")).text).toContain("REDACTED");
    const body = JSON.stringify({ name: "Ada" });
    expect(await load("/post", { method: "POST", body, headers: { "Content-Type": "application/json" } })).toEqual({
      status: 200,
      text: wanted["POST"],
    });
    await expect(load("/uuid")).rejects.toThrow("Failed to fetch");
    await context.close();
  });

  test("what a browser recorded is replayed", async () => {
    using folder = temporaryFolder();
    const file = `${folder.path}/browser.har`;
    const server = await startTestServer();
    const { url } = server;
    const context = await browser.browser.newContext({ recordHar: { path: file, content: "embed" } });
    const page = await context.newPage();
    await page.goto(`${url}/html`);
    const wanted = await page.evaluate(async () => {
      const text = async (path: string, init?: RequestInit) => {
        const response = await fetch(path, init);
        return String.fromCharCode(...new Uint8Array(await response.arrayBuffer()));
      };
      return {
        gzip: await text("/gzip"),
        png: await text("/image/png"),
        redirected: await text("/redirect-to?url=/json"),
        cookies: await text("/response-headers?Set-Cookie=a%3D1&Set-Cookie=b%3D2&X-A=1"),
        json: await text("/post", { method: "POST", body: '{"a":1}', headers: { "Content-Type": "application/json" } }),
        form: await text("/post", { method: "POST", body: new URLSearchParams({ a: "1", b: "é" }) }),
        gone: await text("http://127.0.0.1:1/").catch(() => "gone"),
      };
    });
    await context.close();
    await server.close();

    const mock = replay(readFileSync(file, "utf8"));
    const client = createClient({ adapter: mock, plugins: [decompress()], defaults: { baseUrl: url } });
    const text = async (response: Awaited<ReturnType<typeof client.get>>) =>
      Buffer.from(await response.bytes()).toString("latin1");
    expect(await text(await client.get("/html"))).toContain("<h1>");
    expect(await text(await client.get("/gzip"))).toBe(wanted.gzip);
    expect(await text(await client.get("/image/png"))).toBe(wanted.png);
    const redirect = await client.get("/redirect-to?url=/json");
    expect([redirect.status, redirect.headers.get("location")]).toEqual([302, "/json"]);
    expect(await text(await client.get("/json"))).toBe(wanted.redirected);
    const cookies = await client.get("/response-headers?Set-Cookie=a%3D1&Set-Cookie=b%3D2&X-A=1");
    expect([cookies.headers.getAll("set-cookie"), await text(cookies)]).toEqual([["a=1", "b=2"], wanted.cookies]);
    expect(await text(await client.post("/post", { body: '{"a":1}' }))).toBe(wanted.json);
    expect(await text(await client.post("/post", { body: new URLSearchParams({ a: "1", b: "é" }) }))).toBe(wanted.form);
    await expect(client.get("http://127.0.0.1:1/")).rejects.toMatchObject({ code: "ERR_RESET" });
    mock.assertDone();
  });
});
