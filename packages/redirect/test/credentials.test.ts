import { createClient, HeaderList, HttpResponse, type Adapter, type Header, type HttpRequest } from "@posthaste/core";
import { redirect } from "@posthaste/redirect";
import fc from "fast-check";
import { expect, test } from "vitest";

const can = {} as Adapter["can"];

/** Answers the requests with one redirect after the other, and records what it was asked to send. */
function scripted(hops: readonly { status: number; location: string }[]) {
  const sent: { origin: string; headers: Header[] }[] = [];
  const adapter: Adapter = {
    name: "scripted",
    can,
    async send(request: HttpRequest) {
      const hop = hops[sent.length];
      sent.push({ origin: new URL(request.url).origin, headers: [...request.headers] });
      return new HttpResponse({
        request,
        status: hop?.status ?? 200,
        reason: "",
        headers: new HeaderList(hop && [["Location", Buffer.from(hop.location).toString("latin1")]]),
        body: (async function* () {})(),
        async discard() {},
      });
    },
  };
  return { adapter, sent };
}

const host = fc.constantFrom("a.test", "b.test", "sub.a.test", "a.test.", "127.0.0.1", "[::1]", "xn--bcher-kva.test");
const port = fc.constantFrom("", ":80", ":443", ":8080");
const scheme = fc.constantFrom("http:", "https:");
const credentials = fc.constantFrom("", "", "", "user:password@", "a.test@");
const absolute = fc.tuple(scheme, credentials, host, port).map(([s, c, h, p]) => `${s}//${c}${h}${p}/path?q#f`);
const location = fc.oneof(
  absolute,
  fc.tuple(credentials, host, port).map(([c, h, p]) => `//${c}${h}${p}/x`),
  fc.constantFrom(
    "/x",
    "x",
    "?x",
    "#x",
    "",
    String.raw`\\b.test/x`,
    "/\\b.test/x",
    "http:x",
    "https:/b.test",
    "//bücher.test/",
  ),
);
const hops = fc.array(fc.record({ status: fc.constantFrom(301, 302, 303, 307, 308), location }), { maxLength: 5 });
const secret = fc.constantFrom(
  "Authorization",
  "Cookie",
  "Proxy-Authorization",
  "Host",
  "X-Api-Key",
  "X-CSRF-Token",
  "Private-Token",
);
const letters = (name: string): fc.Arbitrary<string> =>
  fc.mixedCase(fc.constant(name), {
    toggleCase: (letter) => (/[a-z]/.test(letter) ? letter.toUpperCase() : letter.toLowerCase()),
  });
const header = fc.tuple(secret.chain(letters), fc.constantFrom("s3cret", "s3cret two"));
const headers = fc.array(fc.oneof(header, fc.constant(["Accept", "*/*"] as [string, string])), { maxLength: 6 });
const method = fc.constantFrom("GET", "POST", "HEAD", "PUT");

const secrets = (lines: readonly Header[]): Header[] => lines.filter(([, value]) => value.startsWith("s3cret"));

test("no credential leaves for a foreign origin, and none comes back from one", async () => {
  await fc.assert(
    fc.asyncProperty(
      absolute,
      hops,
      headers,
      method,
      fc.boolean(),
      async (url, path, lines, verb, keepAuthOnUpgrade) => {
        const { adapter, sent } = scripted(path);
        const client = createClient({ adapter, plugins: [redirect({ keepAuthOnUpgrade })] });
        const response = await client.request(url, {
          method: verb,
          headers: lines,
          body: verb === "POST" ? "hi" : null,
        });
        expect(response.history.length).toBe(sent.length - 1);
        const home = sent[0]!.origin;
        expect(sent[0]!.headers).toEqual(lines);
        let left = false;
        let upgraded = false;
        for (const [index, { origin, headers: now }] of sent.entries()) {
          const before = sent[index - 1]?.origin ?? home;
          if (origin !== before) {
            upgraded =
              !left && keepAuthOnUpgrade && origin === home.replace("http:", "https:") && !/:\d+$/.test(home + origin);
            left = true;
          }
          const allowed = !left
            ? secrets(lines)
            : upgraded
              ? secrets(lines).filter(([name]) => name.toLowerCase() === "authorization")
              : [];
          expect(secrets(now)).toEqual(allowed);
          // What is no credential goes along.
          expect(now.filter(([name]) => name === "Accept")).toEqual(lines.filter(([name]) => name === "Accept"));
        }
      },
    ),
    { numRuns: 500 },
  );
});
