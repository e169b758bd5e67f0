import { gzipSync } from "node:zlib";
import { undiciAdapter } from "@posthaste/adapter-undici";
import { auth } from "@posthaste/auth";
import { authDigest } from "@posthaste/auth-digest";
import { cookies } from "@posthaste/cookies";
import { toughJar } from "@posthaste/cookies/tough";
import { createClient, type Plugin } from "@posthaste/core";
import { decompress } from "@posthaste/decompress";
import { multipartPlugin } from "@posthaste/multipart";
import { proxy } from "@posthaste/proxy";
import { redirect } from "@posthaste/redirect";
import { retry } from "@posthaste/retry";
import { startRawServer } from "@posthaste/test-server";
import fc from "fast-check";
import { expect, test } from "vitest";

const answer = (status: string, headers: string[] = [], content: Uint8Array = new Uint8Array()) =>
  Buffer.concat([
    Buffer.from([`HTTP/1.1 ${status}`, ...headers, `Content-Length: ${content.length}`, "", ""].join("\r\n"), "latin1"),
    content,
  ]);

const challenge = 'Digest realm="r", nonce="n", qop="auth", algorithm=SHA-256';
const script = [
  answer("302 Found", ["Location: /protected", "Set-Cookie: hop=1"]),
  answer("401 Unauthorized", [`WWW-Authenticate: ${challenge}`, "Set-Cookie: challenge=2"]),
  answer("503 Service Unavailable", ["Retry-After: 0"]),
  answer("200 OK", ["Content-Encoding: gzip"], gzipSync("at last")),
];

/** New ones for each run: some of them remember servers, and a port may come again. */
function newPlugins(places: readonly number[]): Plugin[] {
  const plugins = [
    retry({ backoff: 1 }),
    redirect(),
    proxy({}),
    decompress(),
    multipartPlugin(),
    cookies({ jar: toughJar() }),
    authDigest({ username: "ada", password: "secret" }),
    auth([]),
  ];
  return places.map((place) => plugins[place]!);
}

test("all plugins, given in any order, stand and work alike", async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7], { minLength: 8 }), async (places) => {
      await using server = await startRawServer(script);
      await using client = createClient({ adapter: undiciAdapter(), plugins: newPlugins(places) });
      const response = await client.get(`${server.url}/start`);
      const text = await response.text();
      seen.add(
        JSON.stringify({
          order: client.order,
          result: [response.status, text],
          trace: server.requests.map(({ method, target, headers }) => [
            method,
            target,
            ...headers.filter(([name]) => /^cookie$/i.test(name)).flat(),
            ...headers
              .filter(([name]) => /^authorization$/i.test(name))
              .map(([, value]) => value.replace(/ .*nc=(\d+).*/, " nc=$1")),
          ]),
        }),
      );
    }),
    { numRuns: 100, seed: 7 },
  );
  expect([...seen].map((text) => JSON.parse(text) as unknown)).toEqual([
    {
      order: [
        "multipart",
        "retry",
        "redirect",
        "auth-digest",
        "auth",
        "cookies",
        "proxy",
        "decompress",
        "adapter-undici",
      ],
      result: [200, "at last"],
      trace: [
        ["GET", "/start"],
        ["GET", "/protected", "Cookie", "hop=1"],
        ["GET", "/protected", "Cookie", "hop=1; challenge=2", "Digest nc=00000001"],
        ["GET", "/start", "Cookie", "hop=1; challenge=2", "Digest nc=00000002"],
      ],
    },
  ]);
}, 60_000);
