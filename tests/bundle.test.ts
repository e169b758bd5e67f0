import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, test } from "vitest";

const root = new URL("../", import.meta.url).pathname;

/** What a bundler makes of some source text with packages as they are in this repository. */
async function bundle(contents: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root, loader: "ts" },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "node",
    conditions: ["@posthaste/source"],
    external: ["undici"],
    write: false,
  });
  return outputFiles[0]!.text;
}

test("the core's whole entry is at most 1750 bytes, minified and gzipped", async () => {
  const text = await bundle('export * from "@posthaste/core";');
  expect(gzipSync(text, { level: 9 }).length).toBeLessThanOrEqual(1750);
  expect(text).not.toMatch(/\bimport\b/);
});

test("a client of core and adapter alone has no byte of any plugin", async () => {
  const inputs = `
    import { createClient } from "@posthaste/core";
    import { undiciAdapter } from "@posthaste/adapter-undici";
    export const client = createClient({ adapter: undiciAdapter() });`;
  const text = await bundle(inputs);
  // Words that stand in each plugin's bundle, and would have to stand in this one if it had come along.
  const words = {
    auth: "netrc",
    "auth-digest": "cnonce",
    "compat-requests": "raise_for_status",
    cookies: "Set-Cookie",
    decompress: "gzip",
    encoding: "jschardet",
    multipart: "multipart",
    proxy: "NO_PROXY",
    redirect: "Location",
    retry: "Retry-After",
  };
  const plugins = readdirSync(`${root}packages`).filter((name) => !/^(core|transport|adapter-.*)$/.test(name));
  expect(Object.keys(words).toSorted()).toEqual(plugins.toSorted());
  expect(Object.values(words).filter((word) => text.toLowerCase().includes(word.toLowerCase()))).toEqual([]);
  for (const [name, word] of Object.entries(words)) {
    const source = readdirSync(`${root}packages/${name}/src`, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => readFileSync(`${root}packages/${name}/src/${file}`, "utf8"))
      .join("\n");
    expect(source.toLowerCase(), `${name} no longer has the word ${word}`).toContain(word.toLowerCase());
  }
});

test("a browser's client over XMLHttpRequest that gets and posts JSON is at most 3000 bytes, minified and gzipped", async () => {
  const text = await bundle(`
    import { createClient } from "@posthaste/core";
    import { xhrAdapter } from "@posthaste/adapter-xhr";
    const client = createClient({ adapter: xhrAdapter() });
    export const get = async (url: string) => (await client.get(url)).json();
    export const post = async (url: string, json: unknown) => (await client.post(url, { json })).json();`);
  expect(gzipSync(text, { level: 9 }).length).toBeLessThanOrEqual(3000);
});

test("a client over fetch that gets and posts JSON is at most 2800 bytes, minified and gzipped", async () => {
  const text = await bundle(`
    import { createClient } from "@posthaste/core";
    import { fetchAdapter } from "@posthaste/adapter-fetch";
    const client = createClient({ adapter: fetchAdapter() });
    export const get = async (url: string) => (await client.get(url)).json();
    export const post = async (url: string, json: unknown) => (await client.post(url, { json })).json();`);
  expect(gzipSync(text, { level: 9 }).length).toBeLessThanOrEqual(2800);
});
