import { once } from "node:events";
import { writeFileSync } from "node:fs";
import net from "node:net";
import { gzipSync } from "node:zlib";
import { undiciAdapter } from "@posthaste/adapter-undici";
import { auth, basic, bearer, urlCredentials, type AuthMethod } from "@posthaste/auth";
import { authDigest } from "@posthaste/auth-digest";
import { netrc } from "@posthaste/auth/netrc";
import { proxyBasic } from "@posthaste/auth/proxy";
import { cookies } from "@posthaste/cookies";
import { toughJar } from "@posthaste/cookies/tough";
import { copy, createClient, HttpError, type Plugin } from "@posthaste/core";
import { interceptors } from "@posthaste/core/interceptors";
import { decompress } from "@posthaste/decompress";
import { proxy, type ProxyInit, type ProxySource } from "@posthaste/proxy";
import { redirect } from "@posthaste/redirect";
import { retry } from "@posthaste/retry";
import { createAuthority, startProxy, startRawServer, type RawHandler } from "@posthaste/test-server";
import { temporaryFolder } from "@posthaste/test-server/program";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";

/*
 * Every credential is a text that stands nowhere else, and has owners: the origins, hosts or proxies that it was given for.
 * A call goes along a random chain of redirects, with random plugins in a random order. Then the raw bytes of all that
 * every server and proxy got are searched for every credential, for those who got one and do not own it.
 */

interface Origin {
  readonly scheme: string;
  /** As in a URL: with the brackets of an IPv6 literal. */
  readonly host: string;
  readonly port: number;
}
const urlOf = ({ scheme, host, port }: Origin) => `${scheme}://${host}:${port}`;

/** Who saw a request: an origin's server, a proxy, or both for what a proxy reads and passes on. */
interface Witness {
  readonly origin?: string;
  readonly proxy?: number;
}

interface Secret {
  readonly kind: string;
  readonly text: string;
  readonly mayGoTo: (witness: Witness) => boolean;
}

/** What a server answers at one place of the chain, beside leading to the next. */
interface Step {
  readonly at: Origin;
  readonly status: number;
  /** The attributes of the cookie that it sets. */
  readonly cookie: string | null;
  /** What it asks for at the first visit, and whether also of who sent credentials. */
  readonly challenge: { readonly scheme: "Basic" | "Bearer" | "Digest"; readonly always: boolean } | null;
  /** 503 at the first visit. */
  readonly isBusy: boolean;
  /** Whether the Location before it has user information. */
  readonly hasUser: boolean;
}

/** One run of the property: what the servers answer, and the secrets there are. */
class Run {
  readonly id: number;
  readonly steps: readonly Step[];
  readonly secrets: Secret[] = [];
  readonly #visits: number[] = [];

  constructor(id: number, { steps, plugins, methods, method }: Scenario) {
    this.id = id;
    // What nobody has an answer to ends a chain, so but for Basic there is none of it.
    const answered: Record<string, boolean> = {
      Basic: true,
      Bearer: plugins.includes("auth") && methods.includes("bearer"),
      Digest: plugins.includes("auth-digest"),
    };
    this.steps = steps.map((step) => ({
      ...step,
      isBusy: step.isBusy && plugins.includes("retry") && method !== "POST",
      challenge: step.challenge && answered[step.challenge.scheme] ? step.challenge : null,
    }));
  }

  /** A new secret. */
  secret(kind: string, mayGoTo: Secret["mayGoTo"]): string {
    const text = newText();
    this.secrets.push({ kind, text, mayGoTo });
    return text;
  }

  /** A new secret of the origin that the call begins with. */
  ofFirst(kind: string): string {
    const first = urlOf(this.steps[0]!.at);
    return this.secret(kind, ({ origin }) => origin === first);
  }

  urlAt(index: number): string {
    const { at, hasUser } = this.steps[index]!;
    const path = `/${this.id}/${index}`;
    if (!hasUser) return urlOf(at) + path;
    const user = this.secret("user in Location", ({ origin }) => origin === urlOf(at));
    return `${urlOf({ ...at, host: `user:${user}@${at.host}` })}${path}`;
  }

  answer(index: number, isAuthorized: boolean): Buffer {
    const { at, status, cookie, challenge, isBusy } = this.steps[index]!;
    const visit = (this.#visits[index] = (this.#visits[index] ?? 0) + 1);
    const lines: string[] = [];
    if (cookie !== null) {
      const value = this.secret("cookie", ({ origin }) => {
        const url = new URL(origin ?? "none:");
        return url.hostname === at.host && (!cookie.includes("Secure") || url.protocol === "https:");
      });
      lines.push(`Set-Cookie: c${index}=${value}; Path=/${cookie}`);
    }
    const asks = challenge && visit === (isBusy ? 2 : 1) && (challenge.always || !isAuthorized);
    if (isBusy && visit === 1) return respond("503 Service Unavailable", ["Retry-After: 0", ...lines]);
    if (asks) {
      // A challenge may name other origins as its protection space; that is no reason to trust it (RFC 7616 §3.3).
      const domain = `domain="/ ${origins.map((origin) => `${urlOf(origin)}/`).join(" ")}"`;
      const digest = `, nonce="${this.id}", qop="auth", algorithm=SHA-256, ${domain}`;
      lines.push(`WWW-Authenticate: ${challenge.scheme} realm="r"${challenge.scheme === "Digest" ? digest : ""}`);
      return respond("401 Unauthorized", lines);
    }
    if (index === this.steps.length - 1)
      return respond("200 OK", ["Content-Encoding: gzip", ...lines], gzipSync("end"));
    return respond(`${status} Elsewhere`, [`Location: ${this.urlAt(index + 1)}`, ...lines]);
  }
}

function respond(status: string, lines: readonly string[], content = Buffer.alloc(0)): Buffer {
  const head = [`HTTP/1.1 ${status}`, ...lines, `Content-Length: ${content.length}`, "", ""].join("\r\n");
  return Buffer.concat([Buffer.from(head, "latin1"), content]);
}

let texts = 0;
/** A text that is part of no other, and none that a request would have by itself. */
const newText = () => `secret${String(++texts).padStart(6, "0")}x`;

const temporary = temporaryFolder();
const running: AsyncDisposable[] = [];
const keep = <T extends AsyncDisposable>(server: T): T => (running.push(server), server);
afterAll(async () => {
  await adapter.close?.();
  await Promise.all(running.map((server) => server[Symbol.asyncDispose]()));
  temporary[Symbol.dispose]();
});
const servers: Awaited<ReturnType<typeof startRawServer>>[] = [];
const proxies: Awaited<ReturnType<typeof startProxy>>[] = [];
const origins: Origin[] = [];
const runs: Run[] = [];
/** How often a secret of each kind came to an owner: where that is never, its rule is not tested. */
const seen = new Map<string, number>();
/** What is the same in all runs: the passwords for two proxies, and those of a netrc file. */
const proxyPasswords = [newText(), newText()] as const;
const netrcPasswords = { address: newText(), name: newText(), default: newText() };
let netrcPath: string;
let ca: string;
let adapter: ReturnType<typeof undiciAdapter>;

beforeAll(async () => {
  const authority = await createAuthority();
  const certificate = await authority.issue();
  ({ ca } = authority);
  for (const scheme of ["http", "http", "https", "https"]) {
    const handler: RawHandler = (socket, { target, headers }) => {
      const [, id, index] = /^\/(\d+)\/(\d+)$/.exec(target) ?? [];
      const isAuthorized = headers.some(([name]) => name.toLowerCase() === "authorization");
      socket.write(runs[Number(id)]!.answer(Number(index), isAuthorized));
    };
    const server = keep(await startRawServer(handler, scheme === "https" ? { tls: certificate } : {}));
    servers.push(server);
    const { port } = server;
    origins.push({ scheme, host: "127.0.0.1", port }, { scheme, host: "localhost", port });
    // The servers listen on 127.0.0.1; where the machine has IPv6, on ::1 something leads there.
    const v6 = net.createServer((socket) => {
      const inner = net.connect(port, "127.0.0.1");
      socket.on("error", () => inner.destroy()).pipe(inner);
      inner.on("error", () => socket.destroy()).pipe(socket);
    });
    await once(v6.listen(port, "::1"), "listening").then(
      () => {
        origins.push({ scheme, host: "[::1]", port });
        keep(v6);
      },
      () => {},
    );
  }
  const [first, second] = proxyPasswords;
  proxies.push(
    keep(await startProxy({ auth: { user: "user", password: first } })),
    keep(await startProxy({ auth: { user: "user", password: second }, tls: certificate })),
    keep(await startProxy()),
  );
  netrcPath = `${temporary.path}/netrc`;
  const entries = [
    `machine 127.0.0.1 login user password ${netrcPasswords.address}`,
    `machine localhost login user password ${netrcPasswords.name}`,
    `default login user password ${netrcPasswords.default}`,
  ];
  writeFileSync(netrcPath, `${entries.join("\n")}\n`, { mode: 0o600 });
  adapter = undiciAdapter({ connection: { tls: { ca } } });
});

/** What a run is made of. */
interface Scenario {
  readonly steps: readonly Step[];
  readonly method: string;
  readonly body: string | null;
  /** Headers that the caller sets. */
  readonly headers: readonly ("Authorization" | "Cookie" | "Proxy-Authorization" | "X-Other")[];
  readonly headersAre: "the call's" | "the client's" | "an interceptor's";
  readonly hasUser: boolean;
  /** Names of plugins in the order in which the client gets them. */
  readonly plugins: readonly PluginName[];
  readonly methods: readonly ("basic" | "bearer" | "urlCredentials" | "netrc")[];
  /** What credentials are for, where that is said. */
  readonly authOrigins: readonly Origin[] | null;
  readonly replace: boolean;
  readonly keepAuthOnUpgrade: boolean;
  readonly retryStage: "retry" | "wire";
  readonly jarHas: boolean;
  /** Which proxy is chosen for each scheme; `null` is none, and nothing leaves it to the adapter. */
  readonly proxyFor: { readonly http: number | null | undefined; readonly https: number | null | undefined };
  readonly proxyFrom: "map" | "function" | "connection";
  readonly proxyCredentials: boolean;
  readonly stage: "call" | "retry" | "redirect" | "challenge" | "auth" | "state" | "wire" | "decode";
}

const pluginNames = [
  "redirect",
  "cookies",
  "auth",
  "auth-digest",
  "retry",
  "proxy",
  "proxy-basic",
  "decompress",
  "interceptors",
] as const;
type PluginName = (typeof pluginNames)[number];

/** True in so many of ten cases. */
const inTen = (cases: number): fc.Arbitrary<boolean> => fc.nat(9).map((dice) => dice < cases);

function scenarios(): fc.Arbitrary<Scenario> {
  const origin = fc.constantFrom(...origins);
  // Three for each chain, so that it comes back to the first one.
  const step = fc.record({
    at: fc.constantFrom(0, 0, 1, 2),
    status: fc.constantFrom(301, 302, 303, 307, 308),
    cookie: fc.option(fc.constantFrom("", "; Secure", "; HttpOnly; SameSite=Strict", "; Domain=localhost")),
    challenge: fc.oneof(
      { weight: 4, arbitrary: fc.constant(null) },
      { weight: 3, arbitrary: fc.record({ scheme: fc.constant("Digest"), always: inTen(1) }) },
      { weight: 3, arbitrary: fc.record({ scheme: fc.constant("Bearer"), always: inTen(9) }) },
      { weight: 1, arbitrary: fc.record({ scheme: fc.constant("Basic"), always: inTen(3) }) },
    ),
    isBusy: inTen(1),
    hasUser: fc.boolean(),
  });
  const oneProxy = fc.constantFrom(0, 1, 2, 2, null, undefined);
  return fc.record<Scenario>({
    steps: fc
      .tuple(fc.tuple(origin, origin, origin), fc.array(step, { minLength: 2, maxLength: 6 }))
      .map(([three, list]) => list.map(({ at, ...step }) => ({ ...step, at: three[at] }))),
    method: fc.constantFrom("GET", "GET", "POST", "PUT"),
    body: fc.option(fc.constant("content")),
    headers: fc
      .array(fc.constantFrom("Authorization", "Cookie", "Proxy-Authorization", "X-Other"), { maxLength: 2 })
      .map((names) => [...new Set(names)]),
    headersAre: fc.constantFrom("the call's", "the client's", "an interceptor's"),
    hasUser: fc.boolean(),
    // The plugin that it is all about is seldom missing.
    plugins: fc
      .tuple(fc.shuffledSubarray(pluginNames.slice()), inTen(1), fc.nat())
      .map(([names, isMissing, place]) =>
        isMissing || names.includes("redirect") ? names : names.toSpliced(place % (names.length + 1), 0, "redirect"),
      ),
    methods: fc.shuffledSubarray(["basic", "bearer", "urlCredentials", "netrc"] as const),
    authOrigins: fc.option(fc.array(origin, { maxLength: 3 })),
    replace: fc.boolean(),
    keepAuthOnUpgrade: fc.boolean(),
    retryStage: fc.constantFrom("retry", "wire"),
    jarHas: fc.boolean(),
    proxyFor: fc.record({ http: oneProxy, https: oneProxy }),
    proxyFrom: fc.constantFrom("map", "function", "connection"),
    proxyCredentials: inTen(8),
    stage: fc.constantFrom("call", "retry", "redirect", "challenge", "auth", "state", "wire", "decode"),
  });
}

/** Where the proxies' passwords and those of the netrc file may be seen. */
function fixedSecrets(first: Origin): Secret[] {
  const isHost = (name: string, origin: string | undefined) => {
    const url = new URL(origin ?? "none:");
    return url.hostname === name && !(first.scheme === "https" && url.protocol === "http:");
  };
  return [
    ...proxyPasswords.map((text, index) => ({
      kind: "proxy's password",
      text,
      mayGoTo: (witness: Witness) => witness.proxy === index,
    })),
    { kind: "netrc", text: netrcPasswords.address, mayGoTo: ({ origin }) => isHost("127.0.0.1", origin) },
    { kind: "netrc", text: netrcPasswords.name, mayGoTo: ({ origin }) => isHost("localhost", origin) },
    { kind: "netrc", text: netrcPasswords.default, mayGoTo: ({ origin }) => origin === urlOf(first) },
  ];
}

type MakePlugin = () => Plugin;

/** Makes the client of a scenario, and calls the chain's first URL; tells the secrets that there were. */
async function call(scenario: Scenario, makeRedirect?: MakePlugin): Promise<Run> {
  const { steps, methods, proxyFor, headersAre } = scenario;
  const run = new Run(runs.length, scenario);
  runs.push(run);
  const first = steps[0]!.at;
  run.secrets.push(...fixedSecrets(first));

  const scope = scenario.authOrigins?.map(urlOf);
  const origins = scope && { origins: scope };
  const ofAuth = (kind: string) =>
    scope ? run.secret(kind, ({ origin }) => scope.includes(origin ?? "")) : run.ofFirst(kind);

  const proxyInit = (index: number | null): ProxyInit => {
    if (index === null) return null;
    const { url } = proxies[index]!;
    const password = proxyPasswords[index] ?? run.secret("proxy's password", ({ proxy }) => proxy === index);
    return {
      url: scenario.proxyCredentials ? url.replace("//", `//user:${password}@`) : url,
      ...(index === 1 && { tls: { ca } }),
    };
  };
  const map = Object.fromEntries(
    Object.entries(proxyFor).flatMap(([scheme, index]) =>
      index === undefined ? [] : [[scheme, proxyInit(index)] as const],
    ),
  );
  const source: ProxySource = scenario.proxyFrom === "map" ? map : ({ protocol }) => map[protocol.slice(0, -1)];
  const isInstalled = scenario.plugins.includes("proxy") && scenario.proxyFrom !== "connection";
  const fixed = scenario.proxyFrom === "connection" ? proxyFor.http : undefined;
  const connection =
    fixed === undefined || fixed === null ? {} : { proxy: proxyInit(fixed) as Exclude<ProxyInit, string | null> };

  const values: Record<Scenario["headers"][number], () => string> = {
    Authorization: () => `Custom ${run.ofFirst("Authorization")}`,
    Cookie: () => `own=${run.ofFirst("Cookie")}`,
    "Proxy-Authorization": () =>
      // Where nobody chooses a proxy, the caller's word stands, and the first origin is whom it was said to.
      `Custom ${run.secret(
        "Proxy-Authorization",
        ({ proxy, origin }) =>
          proxy !== undefined ||
          (origin === urlOf(first) && !(isInstalled && proxyFor[first.scheme as "http"] !== undefined)),
      )}`,
    "X-Other": () => "1",
  };
  const headers = scenario.headers.map((name) => [name, values[name]()] as const);

  const authMethods: Record<(typeof methods)[number], () => AuthMethod> = {
    basic: () => basic("user", ofAuth("basic"), origins),
    bearer: () => bearer(ofAuth("bearer"), { ...origins, refresh: () => ofAuth("bearer, refreshed") }),
    urlCredentials: () => urlCredentials(),
    netrc: () => netrc({ path: netrcPath }),
  };
  const make: Record<PluginName, () => Plugin> = {
    redirect: makeRedirect ?? (() => redirect({ keepAuthOnUpgrade: scenario.keepAuthOnUpgrade })),
    cookies: () => cookies({ jar }),
    auth: () =>
      auth(
        methods.map((name) => authMethods[name]()),
        { replace: scenario.replace },
      ),
    "auth-digest": () => authDigest({ username: ofAuth("digest"), password: "passwd", ...origins }),
    retry: () => retry({ backoff: 0, stage: scenario.retryStage }),
    proxy: () => (isInstalled ? proxy(source) : proxy({})),
    "proxy-basic": () => proxyBasic("user", proxyPasswords[0], { proxies: [proxies[0]!.url] }),
    decompress: () => decompress(),
    interceptors: () => {
      const steps = interceptors({ stage: scenario.stage });
      steps.request.use((request) => (request.headers.append("X-Step", "1"), request));
      return steps;
    },
  };
  const jar = toughJar({ allowSecureOnLocal: false });
  if (scenario.jarHas) {
    for (const { host } of [first, steps[1]!.at]) {
      const value = run.secret("cookie", ({ origin }) => new URL(origin ?? "none:").hostname === host);
      await jar.store(`http://${host}/`, [`had=${value}; Path=/`], { sameSite: "strict" });
    }
  }
  const plugins = scenario.plugins.map((name) => make[name]());
  if (headersAre === "an interceptor's") {
    const own = interceptors({ name: "own" });
    own.request.use((request) => {
      for (const [name, value] of headers) request.headers.set(name, value);
      return request;
    });
    plugins.unshift(own);
  }
  const client = createClient({
    adapter,
    plugins,
    defaults: { connection, ...(headersAre === "the client's" && { headers }) },
  });
  const password = scenario.hasUser ? `user:${run.ofFirst("urlCredentials")}@` : "";
  const url = urlOf({ ...first, host: password + first.host });
  try {
    const response = await client.request(`${url}/${run.id}/0#${run.secret("fragment", () => false)}`, {
      method: scenario.method,
      body: scenario.body,
      ...(headersAre === "the call's" && { headers }),
    });
    await response.discard();
  } catch (error) {
    // What a server or a proxy refuses, or a body that cannot be sent again, ends a chain.
    if (!(error instanceof HttpError)) throw error;
  }
  return run;
}

/** What everyone saw of a run, with Basic credentials read as the text that they are. */
function* sightings(from: readonly number[]): Generator<readonly [Witness, string]> {
  const inClear = (text: string) =>
    text.replace(/Basic ([\w+/=]+)/g, (all, code: string) => `${all} ${Buffer.from(code, "base64").toString()}`);
  for (const [index, { requests, url }] of servers.entries()) {
    for (const { bytes, headers } of requests.slice(from[index])) {
      const [, host] = headers.find(([name]) => name.toLowerCase() === "host") ?? [];
      const { protocol } = new URL(url);
      yield [{ origin: new URL(`${protocol}//${host}`).origin }, inClear(bytes.toString("latin1"))];
    }
  }
  for (const [index, { requests }] of proxies.entries()) {
    for (const { method, target, headers } of requests.slice(from[servers.length + index])) {
      const text = inClear([method, target, ...headers].join(" "));
      yield [method === "CONNECT" ? { proxy: index } : { proxy: index, origin: new URL(target).origin }, text];
    }
  }
}

/** A scenario's credentials in the wrong hands, as lines to read. */
async function leaks(scenario: Scenario, makeRedirect?: MakePlugin): Promise<string[]> {
  const from = [...servers, ...proxies].map(({ requests }) => requests.length);
  const { secrets } = await call(scenario, makeRedirect);
  const found: string[] = [];
  for (const [witness, text] of sightings(from)) {
    for (const secret of secrets.filter((candidate) => text.includes(candidate.text))) {
      if (secret.mayGoTo(witness)) seen.set(secret.kind, (seen.get(secret.kind) ?? 0) + 1);
      else found.push(`${secret.kind} came to ${JSON.stringify(witness)}:\n${text}`);
    }
  }
  return found;
}

const property = (makeRedirect?: MakePlugin) =>
  fc.asyncProperty(scenarios(), async (scenario) => {
    expect(await leaks(scenario, makeRedirect)).toEqual([]);
  });

test("no credential comes to anyone but its owner, whatever the redirects and the plugins", async () => {
  await fc.assert(property(), { numRuns: 500 });
  // Each came to its owner, so that each would have been found elsewhere.
  expect([...seen.keys()].toSorted()).toEqual([
    "Authorization",
    "Cookie",
    "Proxy-Authorization",
    "basic",
    "bearer",
    "bearer, refreshed",
    "cookie",
    "digest",
    "netrc",
    "proxy's password",
    "urlCredentials",
  ]);
}, 60_000);

/** Follows redirects as if there were no such thing as an origin. */
function naiveRedirect(): Plugin {
  return {
    name: "redirect",
    stage: "redirect",
    async send(request, next) {
      const response = await next(copy(request));
      const location = response.headers.get("location");
      if (!location) return response;
      await response.discard();
      return this.send!(copy(request, { url: new URL(location, response.url).href }), next);
    },
  };
}

test("a redirect plugin that keeps credentials is found out", async () => {
  await expect(fc.assert(property(naiveRedirect), { numRuns: 300, endOnFailure: true })).rejects.toMatchObject({
    cause: { actual: expect.arrayContaining([expect.stringMatching(/^(Proxy-)?(Authorization|Cookie) came to /)]) },
  });
}, 60_000);
