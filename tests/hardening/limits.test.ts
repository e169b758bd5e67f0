import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { nodeAdapter } from "@posthaste/adapter-node";
import { undiciAdapter } from "@posthaste/adapter-undici";
import { createClient, HttpError, type Adapter, type Plugin } from "@posthaste/core";
import { decompress } from "@posthaste/decompress";
import { redirect } from "@posthaste/redirect";
import { retry } from "@posthaste/retry";
import type { TransportOptions } from "@posthaste/transport";
import { describe, expect, test } from "vitest";
import { subjects } from "./clients.ts";
import { head, redirectTo, reply, startEvil, type Script, type Step } from "./evil.ts";
import { check, settled } from "./runner.ts";

const encoded = (coding: string, body: Uint8Array): Step[] => reply(body, [`Content-Encoding: ${coding}`]);
const bomb = brotliCompressSync(Buffer.alloc(80 << 20), { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } });
const endless: Step[] = [
  { send: head(["Location: /ok", "Transfer-Encoding: chunked"], "302 Found") },
  { flood: `1000\r\n${"x".repeat(4096)}\r\n` },
];
const six = Array.from({ length: 6 }).reduce<Buffer>((inner) => gzipSync(inner), Buffer.from("hello"));

/** What is on by default, for both clients. */
const defaults: readonly (readonly [
  name: string,
  scripts: Readonly<Record<string, Script>>,
  plain: string,
  compat: string,
])[] = [
  ["the size of a head", { "*": reply("ok", [`X: ${"a".repeat(17_000)}`]) }, "ERR_LIMIT", "ConnectionError"],
  ["how much a content grows", { "*": encoded("br", bomb) }, "ERR_LIMIT", "ContentDecodingError"],
  ["the number of codings", { "*": encoded("gzip,".repeat(6), six) }, "ERR_LIMIT", "ContentDecodingError"],
  ["the number of redirects", { "*": redirectTo("/") }, "ERR_REDIRECT", "TooManyRedirects"],
  ["what is read of a redirect's body", { "/": endless, "/ok": reply() }, "200 ok", "200 ok"],
  [
    "what is decoded of a redirect's body",
    { "/": reply(bomb, ["Content-Encoding: br", "Location: /ok"], "302 Found"), "/ok": reply() },
    "200 ok",
    "200 ok",
  ],
];

describe.each(subjects)("$name", (subject) => {
  // Not beside each other: some of them are a lot of work.
  test.each(defaults)("there is a limit to %s", async (_, scripts, plain, compat) => {
    await check(subject, async (one) => {
      const server = await one.serve(scripts);
      const outcome = await one.outcome(one.session.call("GET", `${server.url}/`));
      expect(outcome).toBe(subject.name === "plain" ? plain : compat);
    });
  });

  test.concurrent("redirects: as many as it says, and not one more", async () => {
    await check(
      subject,
      async (one) => {
        const server = await one.serve({ "*": redirectTo("/") });
        await one.outcome(one.session.call("GET", server.url));
        expect(server.requests).toHaveLength(4);
      },
      { max_redirects: 3 },
    );
  });

  const adversarial: readonly (readonly [header: string, unit: string])[] = [
    ["Content-Type", "text/html; charset=a"],
    ["Content-Type", 'text/html;charset="\\"'],
    ["Link", "<a>; rel=x, "],
    ["Link", "<"],
    ["Set-Cookie", "a=b; Domain=a."],
    ["Set-Cookie", "a = "],
    ["Set-Cookie", "a=b; Expires=1-1:"],
    ["WWW-Authenticate", 'Digest realm="\\"'],
    ["WWW-Authenticate", "Digest a=,"],
    ["Content-Encoding", "gzip,"],
    ["Content-Encoding", " ,"],
    ["Location", "/../"],
    ["Location", "/%2e%2e"],
    ["Keep-Alive", "timeout=9"],
    ["Retry-After", "9 "],
    ["Content-Disposition", 'a="\\"'],
  ];
  test.concurrent.each(adversarial)("15 kB of %s: %s end", async (header, unit) => {
    await check(subject, async (one) => {
      const value = unit.repeat(15_000 / unit.length);
      const status =
        header === "WWW-Authenticate" ? "401 Unauthorized" : header === "Location" ? "302 Found" : "200 OK";
      const server = await one.serve({ "*": reply("ok", [`${header}: ${value}`], status) });
      const outcome = await one.outcome(one.session.call("GET", server.url, { auth: { digest: ["ada", "p"] } }));
      // In time, which is what is checked; with an answer, or an error of the client's own.
      expect(outcome).toMatch(/^(?:200 ok|401 ok|302 ok|ERR_\w+|\w+Error|TooManyRedirects|InvalidURL)$/);
    });
  });
});

interface Limit {
  readonly name: string;
  readonly script: Script;
  readonly low: readonly Plugin[];
  readonly high: readonly Plugin[];
  readonly code: string;
}

/** Each has one option. */
const options: readonly Limit[] = [
  {
    name: "decompress: maxSize",
    script: encoded("gzip", gzipSync("a".repeat(1000))),
    low: [decompress({ maxSize: 999 })],
    high: [decompress({ maxSize: 1000 })],
    code: "ERR_LIMIT",
  },
  {
    name: "decompress: maxRatio",
    script: encoded("br", bomb),
    low: [decompress({ maxRatio: 100 })],
    high: [decompress({ maxRatio: Infinity })],
    code: "ERR_LIMIT",
  },
  {
    name: "decompress: maxEncodings",
    script: encoded("gzip,".repeat(6), six),
    low: [decompress({ maxEncodings: 5 })],
    high: [decompress({ maxEncodings: 6 })],
    code: "ERR_LIMIT",
  },
  {
    name: "redirect: max",
    script: { turns: [redirectTo("/"), redirectTo("/"), reply()] },
    low: [redirect({ max: 1 })],
    high: [redirect({ max: 2 })],
    code: "ERR_REDIRECT",
  },
  {
    name: "retry: retryAfterMax",
    script: { turns: [reply("later", ["Retry-After: 1"], "503 Service Unavailable"), reply()] },
    low: [retry({ retryAfterMax: 999, throws: true })],
    high: [retry({ retryAfterMax: 1000, throws: true })],
    code: "503",
  },
];

async function of(plugins: readonly Plugin[], script: Script, adapter = undiciAdapter()): Promise<string> {
  await using server = await startEvil({ "*": script });
  await using client = createClient({ adapter, plugins: [...plugins] });
  try {
    const response = await settled(client.get(server.url), "the call");
    const { length } = await response.bytes();
    return response.status === 200 && length >= 0 ? "ok" : String(response.status);
  } catch (error) {
    return error instanceof HttpError ? error.code : String(error);
  }
}

test.each(options)("the option $name", async ({ script, low, high, code }) => {
  expect([await of(low, script), await of(high, script)]).toEqual([code, "ok"]);
});

const adapters: [string, (options?: TransportOptions) => Adapter][] = [
  ["adapter-undici", undiciAdapter],
  ["adapter-node", nodeAdapter],
];

test.concurrent.each(adapters)("the option of %s: maxHeaderSize", async (_, adapter) => {
  const script = reply("ok", [`X: ${"a".repeat(1000)}`]);
  const low = await of([], script, adapter({ maxHeaderSize: 1000 }));
  expect([low, await of([], script, adapter({ maxHeaderSize: 1100 }))]).toEqual(["ERR_LIMIT", "ok"]);
});

test.concurrent.each(adapters)("the option of %s: maxHeaders", async (_, adapter) => {
  const script = reply("ok", ["A: 1", "B: 2", "C: 3"]);
  const low = await of([], script, adapter({ maxHeaders: 3 }));
  expect([low, await of([], script, adapter({ maxHeaders: 4 }))]).toEqual(["ERR_LIMIT", "ok"]);
  const many = reply(
    "ok",
    Array.from({ length: 2000 }, () => "a:"),
  );
  expect(await of([], many, adapter())).toBe("ERR_LIMIT");
});

test.concurrent.each(adapters)("the option of %s: maxDrain", async (_, adapter) => {
  const body = { send: "x".repeat(100) };
  const found = { send: head(["Location: /", "Content-Length: 100"], "302 Found") };
  const late: Script = { turns: [[found, { pause: 30 }, body], reply()] };
  // With its head, so that a slow machine changes nothing.
  const soon: Script = { turns: [[{ send: found.send + body.send }], reply()] };
  for (const [script, connections] of [
    [late, 2],
    [soon, 1],
  ] as const) {
    await using server = await startEvil({ "*": script });
    await using client = createClient({ adapter: adapter({ maxDrain: 99 }), plugins: [redirect()] });
    expect(await (await client.get(server.url)).text()).toBe("ok");
    expect(server.connections).toHaveLength(connections);
  }
});
