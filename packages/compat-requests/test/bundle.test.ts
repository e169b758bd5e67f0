import { readFileSync } from "node:fs";
import { startTestServer } from "@posthaste/test-server";
import { build, transform } from "esbuild";
import { expect, test } from "vitest";
import { FetchingXMLHttpRequest } from "./xml-http-request.ts";
import type * as browserModules from "./browser-modules.ts";
import type { Echo } from "./browser-modules.ts";

const root = new URL("../../../", import.meta.url).pathname;

/** What a page's bundler makes of the package. */
async function bundle() {
  const { metafile, outputFiles } = await build({
    entryPoints: [`${import.meta.dirname}/browser-modules.ts`],
    absWorkingDir: root,
    bundle: true,
    minify: true,
    format: "iife",
    globalName: "modules",
    platform: "browser",
    target: "es2024",
    conditions: ["@posthaste/source", "browser"],
    metafile: true,
    write: false,
    logLevel: "silent",
  });
  const text = outputFiles[0]!.text;
  return { metafile, text };
}

/** Runs a bundle where there is nothing of Node's by name, but perhaps an XMLHttpRequest. */
function run(text: string, XMLHttpRequest?: unknown): typeof browserModules {
  // oxlint-disable-next-line typescript/no-implied-eval -- what a page would load
  const main = new Function("process", "Buffer", "global", "require", "XMLHttpRequest", `${text}; return modules;`);
  return main(undefined, undefined, undefined, undefined, XMLHttpRequest) as typeof browserModules;
}

test("in a bundle for browsers there is nothing of Node's", async () => {
  const { metafile } = await bundle();
  const inputs = Object.keys(metafile.inputs);
  const imports = Object.values(metafile.inputs).flatMap((input) => input.imports.map(({ path }) => path));
  expect(
    [...inputs, ...imports].filter((path) =>
      /^node:|undici|adapter-node|transport\/|-node\.ts|tldts|fflate/.test(path),
    ),
  ).toEqual([]);
  expect(imports.some((path) => path.endsWith("platform-browser.ts"))).toBe(true);
  const own = inputs.filter((path) => path.startsWith("packages/compat-requests/src/"));
  expect(own.length).toBeGreaterThan(50);
  for (const path of own) {
    // Without types and comments.
    const { code } = await transform(readFileSync(root + path, "utf8"), { loader: "ts" });
    expect(code, path).not.toMatch(/\b(?:Buffer|process|global|require|__dirname)\b(?!:)/);
  }
});

test("such a bundle works, and its exceptions have their names, though it is minified", async () => {
  const { text } = await bundle();
  const { requests, exceptions, failure, auth, utils } = run(text, FetchingXMLHttpRequest);
  await using server = await startTestServer();
  const { url } = server;

  const r = await requests.get(`${url}/redirect-to`, { params: { url: "/get?a=é" }, timeout: 30 });
  expect([r.status_code, r.url, r.history]).toEqual([200, `${url}/get?a=%C3%A9`, []]);
  const { args, headers } = r.json<Echo>();
  expect(args).toEqual({ a: "é" });
  expect(headers["User-Agent"]).not.toContain("python");
  const files = { f: ["a.txt", new Uint8Array([0x61])] as [string, Uint8Array] };
  const posted = await requests.post(`${url}/post`, { data: { x: "1" }, files });
  expect(posted.json()).toMatchObject({ form: { x: "1" }, files: { f: "a" } });
  const session = new requests.Session();
  session.auth = new auth.HTTPDigestAuth("user", "passwd");
  expect((await session.get(`${url}/digest-auth/auth/user/passwd/MD5`)).history).toHaveLength(1);
  expect((await requests.get(`${url}/gzip`)).json()).toMatchObject({ gzipped: true });
  expect(utils.get_netrc_auth(url)).toBeNull();

  const refused = await failure(requests.request("TRACE", url));
  expect(refused).toMatchObject({ name: "RequestException", message: expect.stringMatching(/^method: a browser /) });
  expect(await failure(requests.get("http://127.0.0.1:1/"))).toMatchObject({ name: "ConnectionError" });
  const aliases = { CompatJSONDecodeError: "BaseJSONDecodeError", IOError: "OSError" };
  for (const [name, type] of Object.entries(exceptions))
    expect((type as { name: string }).name).toBe({ ...aliases }[name] ?? name);

  const { requests: worker, failure: failureOf } = run(text);
  const missing = await failureOf(worker.get(url));
  expect(missing).toMatchObject({ name: "RequestException", message: expect.stringContaining("service workers") });
});
