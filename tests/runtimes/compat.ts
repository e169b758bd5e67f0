import requests, { adapters, auth, exceptions } from "@posthaste/compat-requests";
import { same, type SpecReport } from "./spec.ts";

/** Whether the facade's way out is the browser's, which follows redirects, and keeps cookies and challenges to itself. */
const inBrowser = "XMLHttpRequest" in globalThis;

async function nameOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    return (error as Error).name;
  }
  return "no error";
}

interface Echo {
  args: unknown;
  form: unknown;
  files: unknown;
  json: unknown;
  headers: Record<string, string>;
}

/** What Python's requests does wherever the facade runs. */
const checks: readonly (readonly [name: string, needsSockets: boolean, run: (url: string) => Promise<void>])[] = [
  [
    "JSON",
    false,
    async (url) => {
      const r = await requests.post(`${url}/post`, { json: { a: "é" }, params: { page: [1, 2] } });
      const { json, args } = r.json<Echo>();
      same([r.status_code, r.ok, json, args], [200, true, { a: "é" }, { page: ["1", "2"] }]);
      same((await requests.get(`${url}/encoding/utf8`)).text.includes("Γνωρίζω"), true);
    },
  ],
  [
    "forms and files",
    false,
    async (url) => {
      const files = { file: ["e.txt", new File(["é"], "e.txt")] as [string, File] };
      const { form, files: got } = (await requests.post(`${url}/post`, { data: { a: true }, files })).json<Echo>();
      same([form, got], [{ a: "True" }, { file: "é" }]);
    },
  ],
  [
    "sessions",
    false,
    async (url) => {
      const session = new requests.Session();
      session.headers.update({ "X-Own": "1" });
      session.auth = ["user", "passwd"];
      const { headers } = (await session.get(`${url}/get`)).json<Echo>();
      same([headers["X-Own"], headers["Authorization"]], ["1", "Basic dXNlcjpwYXNzd2Q="]);
      await session.close();
    },
  ],
  [
    "streams",
    false,
    async (url) => {
      const r = await requests.get(`${url}/bytes/2500`, { stream: true });
      const lengths: number[] = [];
      for await (const piece of r.iter_content(1000)) lengths.push(piece.length);
      same(lengths, [1000, 1000, 500]);
      same((await requests.get(`${url}/gzip`)).json<{ gzipped: boolean }>().gzipped, true);
    },
  ],
  [
    "retries",
    false,
    async (url) => {
      const session = new requests.Session();
      const max_retries = new adapters.Retry({ total: 1, status_forcelist: [503] });
      session.mount("http://", new adapters.HTTPAdapter({ max_retries }));
      same(await nameOf(session.get(`${url}/status/503`)), "RetryError");
    },
  ],
  [
    "exceptions",
    false,
    async (url) => {
      const missing = await requests.get(`${url}/status/404`);
      same(await nameOf(Promise.resolve().then(() => missing.raise_for_status())), "HTTPError");
      same(await nameOf(requests.get(`${url}/delay/5`, { timeout: 0.2 })), "ReadTimeout");
      same(await nameOf(requests.get("http://127.0.0.1:1/")), "ConnectionError");
      same(await nameOf(requests.get("no/url")), "MissingSchema");
      const timeout = new exceptions.ConnectTimeout("late");
      same([timeout instanceof exceptions.ConnectionError, timeout instanceof exceptions.Timeout], [true, true]);
    },
  ],
  [
    "what a browser refuses",
    false,
    async (url) => {
      const kwargs = [{ cookies: { a: "1" } }, { allow_redirects: false }, { proxies: { http: "http://127.0.0.1:1" } }];
      const names = await Promise.all(kwargs.map((given) => nameOf(requests.get(`${url}/get`, given))));
      const wanted = inBrowser ? ["InvalidHeader", "RequestException"] : ["no error", "no error"];
      same(names, [...wanted, "ProxyError"]);
    },
  ],
  [
    "redirects and cookies",
    true,
    async (url) => {
      const session = new requests.Session();
      const r = await session.get(`${url}/cookies/set?session=s-1`);
      same(
        [r.history.length, r.json(), session.cookies.get_dict()["session"]],
        [1, { cookies: { session: "s-1" } }, "s-1"],
      );
      await session.close();
    },
  ],
  [
    "digest",
    true,
    async (url) => {
      const r = await requests.get(`${url}/digest-auth/auth/user/passwd/SHA-256`, {
        auth: new auth.HTTPDigestAuth("user", "passwd"),
      });
      same([r.status_code, r.history.length], [200, 1]);
    },
  ],
];

/** Runs the checks, one after the other, against a test server. */
export async function runCompat(url: string): Promise<SpecReport> {
  const [failed, left]: [string[], string[]] = [[], []];
  for (const [name, needsSockets, run] of checks) {
    if (needsSockets && inBrowser) left.push(name);
    else await run(url).catch((error: unknown) => failed.push(`${name}: ${String(error)}`));
  }
  return { passed: checks.length - failed.length - left.length, failed, left };
}
