import { execFile, spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { promisify } from "node:util";
import { startProxy, startSocks5, startTestServer } from "@posthaste/test-server";
import { findProgram, temporaryFolder } from "@posthaste/test-server/program";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";

const folder = new URL("../examples/requests/", import.meta.url).pathname;
const run = promisify(execFile);
const names = readdirSync(folder).filter((file) => file.endsWith(".ts"));

/** The comment that an example starts with: the Python that it ports. */
function pythonOf(name: string): string {
  const lines = readFileSync(folder + name, "utf8").split("\n");
  const end = lines.findIndex((line) => !line.startsWith("//"));
  return lines
    .slice(0, end)
    .map((line) => line.replace(/^\/\/ ?/, ""))
    .join("\n");
}

const temporary = temporaryFolder();
const running: AsyncDisposable[] = [];
const keep = <T extends AsyncDisposable>(server: T): T => (running.push(server), server);
afterAll(async () => {
  await Promise.all(running.map((server) => server[Symbol.asyncDispose]()));
  temporary[Symbol.dispose]();
});
let server: Awaited<ReturnType<typeof startTestServer>>;
let env: Record<string, string>;
beforeAll(async () => {
  server = keep(await startTestServer());
  const https = await server.https();
  const mutual = await server.https({ clientCertificate: "require" });
  const proxy = keep(await startProxy());
  const authProxy = keep(await startProxy({ auth: { user: "user", password: "passwd" } }));
  const socks = keep(await startSocks5());
  const { path } = temporary;
  const file = (name: string, text: string) => {
    writeFileSync(`${path}/${name}`, text);
    return `${path}/${name}`;
  };
  const client = await https.authority.issue({ client: true, names: ["client.test"] });
  // Nothing else, so that no proxy, netrc file or certificate of the machine counts.
  env = {
    PATH: process.env["PATH"] ?? "",
    HOME: path,
    URL: server.url,
    HTTPS_URL: https.url,
    MTLS_URL: mutual.url,
    PROXY_URL: proxy.url,
    AUTH_PROXY_URL: authProxy.url,
    SOCKS_URL: socks.url,
    CA_FILE: file("ca.pem", https.ca),
    CERT_FILE: file("client.pem", client.cert),
    KEY_FILE: file("client.key", client.key),
    FILE: file("report.csv", "id,amount\n1,20\n"),
    FOLDER: path,
  };
});

test("there are enough of them, and the list has each", () => {
  expect(names.length).toBeGreaterThanOrEqual(40);
  const list = readFileSync(`${folder}README.md`, "utf8").matchAll(/^- \[(.*?)\]\((.*?)\): (.*)$/gm);
  expect(Array.from(list, ([, title, file, text]) => [title, file, `# ${text}`])).toEqual(
    names.map((name) => [name.replace(".ts", ""), name, pythonOf(name).split("\n", 1)[0]]),
  );
});

describe("each says what it does, and has nothing to complain of", { timeout: 30_000 }, () => {
  const before = process.env;
  const warnings: Error[] = [];
  const warn = (warning: Error) => warnings.push(warning);
  beforeAll(() => process.on("warning", warn));
  // Some set variables.
  beforeEach(() => void (process.env = { ...env }));
  afterAll(() => {
    process.env = before;
    process.off("warning", warn);
  });

  test.each(names)("%s", async (name) => {
    using log = vi.spyOn(console, "log").mockImplementation(() => {});
    await import(/* @vite-ignore */ folder + name);
    expect(log).toHaveBeenCalled();
    expect(warnings).toEqual([]);
  });
});

test("a session keeps its connection", () => {
  const requests = server.requests.filter(({ url }) => url.startsWith("/anything/keep-alive/"));
  expect(requests).toHaveLength(3);
  expect(new Set(requests.map(({ connection }) => connection)).size).toBe(1);
});

const has = (module: string, path = python) => path && spawnSync(path, ["-c", `import ${module}`]).status === 0;
const python: string | undefined = [findProgram("python3"), "/usr/bin/python3"].find((path) => has("requests", path));

/** Runs programs, given as JSON by name, each with the environment as it was; tells whose error is which. */
const runner = `
import json, os, sys, traceback, warnings
warnings.simplefilter("ignore")
environ, failed = dict(os.environ), {}
for name, source in json.load(sys.stdin).items():
    os.environ.clear()
    os.environ.update(environ)
    try:
        exec(compile(source, name, "exec"), {"__name__": "example"})
    except Exception:
        failed[name] = traceback.format_exc()
print(json.dumps(failed), file=sys.stderr)
`;

// It says something of Python alone: it is for continuous integration.
test.skipIf(!python || !process.env["CI"])(
  "the Python in the comments does the same with the real library",
  async () => {
    const runnable = names.filter((name) => name !== "socks-proxy.ts" || has("socks"));
    const child = run(python!, ["-c", runner], { env });
    child.child.stdin!.end(JSON.stringify(Object.fromEntries(runnable.map((name) => [name, pythonOf(name)]))));
    const { stderr } = await child;
    expect(JSON.parse(stderr)).toEqual({});
  },
  30_000,
);
