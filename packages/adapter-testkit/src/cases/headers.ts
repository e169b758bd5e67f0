import { same } from "../assert.ts";
import { group } from "../case.ts";
import type { CaseOf, TestCase } from "../case.ts";
import { body, end, reply, send, sendHead } from "../control.ts";
import { header, requestsOf } from "./parts.ts";

type Line = readonly [string, string];

/** The lines that a case is about. */
const own = (lines: Iterable<Line>): Line[] =>
  [...lines].filter(([name]) => /^x-(?!content-type-options)|^set-cookie$/i.test(name));

/** What a message says of itself, and in which letters. */
export const headers: readonly TestCase[] = group(
  "headers",
  [
    "case",
    "the names of request headers keep their letter case",
    ["headerCase"],
    async (kit) => {
      const server = await kit.script({ requests: [reply("")] });
      const given = ["x-lower", "X-UPPER", "x-MiXeD", "X-Usual-Case"].map((name): Line => [name, "1"]);
      await (await kit.client().get(server.url, { headers: given })).discard();
      const [request] = requestsOf(await server.until({ requests: 1 }));
      const names = (lines: readonly Line[]): string[] => lines.map(([name]) => name).sort();
      same(names(own(request!.headers)), names(given), "names");
    },
  ],
  [
    "order",
    "request headers keep their order",
    ["headerOrder"],
    async (kit) => {
      const server = await kit.script({ requests: [reply("")] });
      const given = "hbzagc".split("").map((letter): Line => [`X-${letter}`, letter]);
      await (await kit.client().get(server.url, { headers: given })).discard();
      const [request] = requestsOf(await server.until({ requests: 1 }));
      same(
        own(request!.headers)
          .map(([, value]) => value)
          .join(""),
        "hbzagc",
        "order",
      );
    },
  ],
  [
    "repeats",
    "request headers of one name stay lines of their own, where they stand",
    ["headerOrder"],
    async (kit) => {
      const server = await kit.script({ requests: [reply("")] });
      const given: Line[] = [
        ["X-Same", "1"],
        ["X-Other", "a"],
        ["X-Same", "2"],
        ["X-Same", "1"],
      ];
      await (await kit.client().get(server.url, { headers: given })).discard();
      const [request] = requestsOf(await server.until({ requests: 1 }));
      same(
        own(request!.headers).map(([, value]) => value),
        ["1", "a", "2", "1"],
        "values",
      );
    },
  ],
  [
    "nothing-added",
    "no request header is added but for framing and the body's type",
    ["headerCase", "headerOrder"],
    async (kit) => {
      const server = await kit.script({ requests: [[body, ...reply("")]] });
      const client = kit.client();
      await (await client.get(server.url)).discard();
      await (await client.post(server.url, { body: "a" })).discard();
      const usual = ["host", "connection", "content-length", "content-type"];
      const names = requestsOf(await server.until({ complete: 2 })).flatMap((request) =>
        request.headers.map(([name]) => name.toLowerCase()),
      );
      same(
        names.filter((name) => !usual.includes(name)),
        [],
        "headers that nobody gave",
      );
    },
  ],
  [
    "latin-1-request",
    "characters up to U+00FF of a request header's value are bytes",
    ["latin1"],
    async (kit) => {
      const server = await kit.script({ requests: [reply("")] });
      await (await kit.client().get(server.url, { headers: { "X-Name": "caf\xe9 \xff\x80" } })).discard();
      const [request] = requestsOf(await server.until({ requests: 1 }));
      same(header(request!, "x-name"), "caf\xe9 \xff\x80", "value");
    },
  ],
  [
    "latin-1-response",
    "bytes of a response header's value are characters up to U+00FF",
    ["latin1"],
    async (kit) => {
      const server = await kit.script({ requests: [reply("", "X-Name: caf\xe9 \xff\x80", "X-Utf: h\xc3\xa9")] });
      const response = await kit.client().get(server.url);
      await response.discard();
      same(response.headers.get("x-name"), "caf\xe9 \xff\x80", "value");
      same(response.headers.get("x-utf"), "h\xc3\xa9", "value in UTF-8");
    },
  ],
  [
    "body-type",
    "the type of a body becomes the Content-Type, but where the headers have one",
    [],
    async (kit) => {
      const server = await kit.script({ requests: [[body, ...reply("")]] });
      const client = kit.client();
      const given = new Blob(["a"], { type: "image/x-own" });
      await (await client.post(server.url, { body: given })).discard();
      await (await client.post(server.url, { body: new URLSearchParams({ a: "b c" }) })).discard();
      await (await client.post(server.url, { body: given, headers: { "content-type": "text/x-mine" } })).discard();
      const requests = requestsOf(await server.until({ complete: 3 }));
      const form = "application/x-www-form-urlencoded;charset=utf-8";
      same(
        requests.map((request) => header(request, "content-type")?.toLowerCase()),
        ["image/x-own", form, "text/x-mine"],
        "Content-Type",
      );
      same(
        requests.map((request) => request.headers.filter(([name]) => name.toLowerCase() === "content-type").length),
        [1, 1, 1],
        "lines of it",
      );
      same(requests[1]!.body, "a=b+c", "form");
    },
  ],
  [
    "framing-given",
    "Host, Connection and Content-Length go out as given, and nothing else does",
    ["framingHeaders"],
    async (kit) => {
      const server = await kit.script({ requests: [[body, ...reply("")]] });
      const client = kit.client();
      const given: Line[] = [
        ["X-First", "1"],
        ["content-LENGTH", "3"],
        ["HOST", "named.test"],
        ["Content-Type", "text/plain"],
        ["connection", "Keep-Alive"],
        ["x-last", "2"],
      ];
      await (await client.post(server.url, { headers: given, body: "abc" })).discard();
      const [request] = requestsOf(await server.until({ complete: 1 }));
      same(request!.headers, given, "headers");
    },
  ],
  [
    "chunked-given",
    "Transfer-Encoding goes out as given, and frames the body",
    ["framingHeaders"],
    async (kit) => {
      const server = await kit.script({ requests: [[body, ...reply("")]] });
      const given: Line[] = [
        ["transfer-ENCODING", "chunked"],
        ["Host", "named.test"],
        ["Connection", "keep-alive"],
        ["Content-Type", "text/plain"],
      ];
      await (await kit.client().post(server.url, { headers: given, body: "abc" })).discard();
      const [request] = requestsOf(await server.until({ complete: 1 }));
      same([request!.headers, request!.body], [given, "abc"], "headers and content");
    },
  ],
  [
    "close-given",
    "a Connection: close of the caller's goes out, and no further request follows it",
    ["framingHeaders", "connections"],
    async (kit) => {
      const server = await kit.script({ requests: [reply("")] });
      const client = kit.client();
      await (await client.get(server.url, { headers: { Connection: "close" } })).text();
      await (await client.get(server.url)).text();
      const { connections } = await server.until({ connections: 2, open: 1 });
      same(header(connections[0]!.requests[0]!, "connection"), "close", "Connection");
    },
  ],
  [
    "raw-response",
    "response headers keep their letter case, order and repeats",
    ["rawResponseHeaders"],
    async (kit) => {
      const lines = ["x-lower: 1", "X-UPPER: 2", "x-MiXeD: 3", "X-Upper: 4", "x-lower: 5"];
      const server = await kit.script({ requests: [reply("", ...lines)] });
      const response = await kit.client().get(server.url);
      await response.discard();
      same(
        own(response.headers).map((line) => line.join(": ")),
        lines,
        "headers",
      );
    },
  ],
  [
    "set-cookie",
    "each Set-Cookie is a line of its own",
    ["rawResponseHeaders"],
    async (kit) => {
      const cookies = ["a=1; Expires=Thu, 01 Jan 2037 00:00:00 GMT", "b=2, 3; Path=/"];
      const server = await kit.script({ requests: [reply("", ...cookies.map((cookie) => `Set-Cookie: ${cookie}`))] });
      const response = await kit.client().get(server.url);
      await response.discard();
      same(response.headers.getAll("set-cookie"), cookies, "Set-Cookie");
    },
  ],
  [
    "reason",
    "the reason phrase comes as it was sent, and may be empty",
    ["rawResponseHeaders"],
    async (kit) => {
      const server = await kit.script({
        requests: [[sendHead("299 My Own Words", "Content-Length: 0")], [sendHead("200 ", "Content-Length: 0")]],
      });
      const client = kit.client();
      for (const expected of ["My Own Words", ""]) {
        const response = await client.get(server.url);
        await response.discard();
        same(response.reason, expected, "reason");
      }
    },
  ],
  [
    "white-space",
    "white space around a response header's value is no part of it, and a value may be empty",
    ["headerSpace"],
    async (kit) => {
      const server = await kit.script({ requests: [reply("", "X-Wide:   a  b  ", "X-Empty:", "X-Tight:c")] });
      const { headers } = await kit.client().get(server.url);
      const values = ["x-wide", "x-empty", "x-tight"].map((name) => headers.get(name));
      same(values, ["a  b", "", "c"], "values");
    },
  ],
  [
    "tabs",
    "tabs around a response header's value are no part of it",
    ["headerSpace"],
    async (kit) => {
      const server = await kit.script({ requests: [reply("", "X-Wide:\t \ta\tb\t \t", "X-White: \t ")] });
      const { headers } = await kit.client().get(server.url);
      same([headers.get("x-wide"), headers.get("x-white")], ["a\tb", ""], "values");
    },
  ],
  [
    "repeated-values",
    "response headers of one name have all their values",
    [],
    async (kit) => {
      const server = await kit.script({ requests: [reply("", "X-Same: 1", "X-Other: a", "x-same: 2")] });
      const response = await kit.client().get(server.url);
      await response.discard();
      same(response.headers.get("X-SAME"), "1, 2", "values");
    },
  ],
  [
    "status-line",
    "a status line without a reason is taken",
    [],
    async (kit) => {
      const text = "HTTP/1.1 202\r\nAccess-Control-Allow-Origin: *\r\nContent-Length: 2\r\n\r\nok";
      const server = await kit.script({ requests: [[send(text), end]] });
      const response = await kit.client().get(server.url);
      same([response.status, await response.text()], [202, "ok"], "response");
    },
  ],
  ...["301", "302", "303", "307", "308"].map(
    (status) =>
      [
        `redirect-${status}`,
        `a redirect of ${status} comes as it is`,
        ["manualRedirect"],
        async (kit) => {
          const server = await kit.script({
            requests: [[body, sendHead(`${status} Moved`, "Location: /elsewhere", "Content-Length: 5"), send("moved")]],
          });
          const response = await kit.client().post(server.url, { body: "a" });
          const { headers } = response;
          const seen = [response.status, headers.get("location"), await response.text()];
          same(seen, [Number(status), "/elsewhere", "moved"], "response");
          same(requestsOf(await server.record()).length, 1, "requests");
        },
      ] as const satisfies CaseOf,
  ),
);
