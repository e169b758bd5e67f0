import { fetchAdapter } from "@posthaste/adapter-fetch";
import { auth, basic } from "@posthaste/auth";
import { authDigest } from "@posthaste/auth-digest";
import { cookies } from "@posthaste/cookies";
import { toughJar } from "@posthaste/cookies/tough";
import { createClient, HttpError } from "@posthaste/core";
import { interceptors } from "@posthaste/core/interceptors";
import { downloadProgress } from "@posthaste/core/progress";
import { raiseOnStatus } from "@posthaste/core/status";
import { totalTimeout } from "@posthaste/core/timeout";
import { decode, text } from "@posthaste/encoding";
import { multipart } from "@posthaste/multipart";
import { redirect } from "@posthaste/redirect";
import { attemptsOf, retry } from "@posthaste/retry";

/** How a runtime did: what it cannot do at all, a browser's own cookies say, is left out. */
export interface SpecReport {
  readonly passed: number;
  readonly failed: readonly string[];
  readonly left: readonly string[];
}

/** Fails unless both are the same as JSON. */
export function same(found: unknown, wanted: unknown): void {
  const [is, should] = [JSON.stringify(found), JSON.stringify(wanted)];
  if (is !== should) throw new Error(`${is} in place of ${should}`);
}

async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error instanceof HttpError ? error.code : String(error);
  }
  return "no error";
}

async function* pieces(): AsyncGenerator<string> {
  yield "a";
  yield "é";
}

/** What can be asked of the core and the plugins where there is nothing but the standards of the web. */
const checks: readonly (readonly [
  name: string,
  needsAnswersAsTheyAre: boolean,
  run: (baseUrl: string) => Promise<void>,
])[] = [
  [
    "core: JSON",
    false,
    async (baseUrl) => {
      const client = createClient({ adapter: fetchAdapter(), defaults: { baseUrl } });
      const response = await client.post("/post", { json: { a: "é" }, query: { page: [1, 2] } });
      const { json, args } = await response.json<{ json: unknown; args: unknown }>();
      same([response.status, json, args], [200, { a: "é" }, { page: ["1", "2"] }]);
    },
  ],
  [
    "core: streams",
    false,
    async (baseUrl) => {
      const client = createClient({ adapter: fetchAdapter(), defaults: { baseUrl } });
      const echoed = await (await client.post("/post", { body: pieces() })).json<{ data: string }>();
      same(echoed.data, "aé");
      let length = 0;
      for await (const chunk of (await client.get("/bytes/100000")).body) length += chunk.length;
      same(length, 100_000);
    },
  ],
  [
    "core: errors",
    false,
    async (baseUrl) => {
      const client = createClient({ adapter: fetchAdapter(), plugins: [raiseOnStatus()], defaults: { baseUrl } });
      same(await codeOf(client.get("/status/404")), "ERR_STATUS");
      same(await codeOf(client.get("ftp://127.0.0.1/")), "ERR_URL");
      same(await codeOf(client.get("/get", { headers: { "X-A": "a\nb" } })), "ERR_HEADER");
    },
  ],
  [
    "core: timeout, progress, interceptors",
    false,
    async (baseUrl) => {
      const steps = interceptors();
      steps.request.use((request) => {
        request.headers.set("X-Trace", "1");
        return request;
      });
      const plugins = [totalTimeout(), downloadProgress(), steps] as const;
      const client = createClient({ adapter: fetchAdapter(), plugins, defaults: { baseUrl } });
      same(await codeOf(client.get("/delay/5", { timeout: { total: 50 } })), "ERR_TIMEOUT_TOTAL");
      let received = 0;
      const response = await client.get("/headers", {
        onDownloadProgress: (progress) => void ({ received } = progress),
      });
      const { headers } = await response.json<{ headers: Record<string, string> }>();
      same([headers["X-Trace"], received > 0], ["1", true]);
    },
  ],
  [
    "redirect",
    true,
    async (baseUrl) => {
      const client = createClient({ adapter: fetchAdapter(), plugins: [redirect()], defaults: { baseUrl } });
      const response = await client.get("/redirect/2");
      same([response.status, response.history.length, response.url], [200, 2, new URL("/get", baseUrl).href]);
      await response.discard();
    },
  ],
  [
    "retry",
    false,
    async (baseUrl) => {
      const plugins = [retry({ total: 1, backoff: 1 })] as const;
      const client = createClient({ adapter: fetchAdapter(), plugins, defaults: { baseUrl } });
      const response = await client.get("/status/503");
      same([response.status, attemptsOf(response).length], [503, 1]);
      await response.discard();
    },
  ],
  [
    "auth",
    false,
    async (baseUrl) => {
      const client = createClient({
        adapter: fetchAdapter(),
        plugins: [auth(basic("user", "passwd"))],
        defaults: { baseUrl },
      });
      const response = await client.get("/basic-auth/user/passwd");
      same(response.status, 200);
      await response.discard();
    },
  ],
  [
    "auth-digest",
    true,
    async (baseUrl) => {
      const plugins = [authDigest({ username: "user", password: "passwd" })] as const;
      const client = createClient({ adapter: fetchAdapter(), plugins, defaults: { baseUrl } });
      const response = await client.get("/digest-auth/auth/user/passwd/SHA-256");
      same([response.status, response.history.length], [200, 1]);
      await response.discard();
    },
  ],
  [
    "cookies",
    true,
    async (baseUrl) => {
      const plugins = [redirect(), cookies({ jar: toughJar() })] as const;
      const client = createClient({ adapter: fetchAdapter(), plugins, defaults: { baseUrl } });
      await (await client.get("/cookies/set?session=s-1")).discard();
      same(await (await client.get("/cookies")).json(), { cookies: { session: "s-1" } });
    },
  ],
  [
    "encoding",
    false,
    async (baseUrl) => {
      const client = createClient({ adapter: fetchAdapter(), defaults: { baseUrl } });
      same((await text(await client.get("/encoding/utf8"))).includes("Γνωρίζω"), true);
      same(decode(Uint8Array.of(0xcf, 0xf0, 0xe8), "cp1251"), "При");
    },
  ],
  [
    "multipart",
    false,
    async (baseUrl) => {
      const client = createClient({ adapter: fetchAdapter(), defaults: { baseUrl } });
      const body = multipart({ tag: ["a", "b"], file: new File(["é"], "e.txt", { type: "text/plain" }) });
      const { form, files } = await (await client.post("/post", { body })).json<Record<string, unknown>>();
      same([form, files], [{ tag: ["a", "b"] }, { file: "é" }]);
    },
  ],
  [
    "an app's own function",
    false,
    async () => {
      const adapter = fetchAdapter({ fetch: async (request) => new Response(await request.text(), { status: 201 }) });
      const response = await createClient({ adapter }).post("https://app.test/", { body: pieces() });
      same([response.status, await response.text()], [201, "aé"]);
    },
  ],
];

/** Runs the checks, one after the other, against a test server. */
export async function runSpec(baseUrl: string): Promise<SpecReport> {
  const { manualRedirect } = fetchAdapter().can;
  const [failed, left]: [string[], string[]] = [[], []];
  for (const [name, needsAnswersAsTheyAre, run] of checks) {
    if (needsAnswersAsTheyAre && !manualRedirect) left.push(name);
    else await run(baseUrl).catch((error: unknown) => failed.push(`${name}: ${String(error)}`));
  }
  return { passed: checks.length - failed.length - left.length, failed, left };
}
