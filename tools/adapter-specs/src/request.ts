import { HeaderList } from "@posthaste/core";
import { startRawServer } from "@posthaste/test-server";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { OK, clients, failure, request } from "./client.ts";
import type { MakeAdapter } from "./client.ts";

/** Names of header lines, those included that mean something. */
export const fieldName: fc.Arbitrary<string> = fc.stringMatching(/^[A-Za-z][\w!#$%&'*+.^`|~-]{0,8}$/);

/** Values of header lines, without those that begin or end in what JavaScript, too, takes for white space. */
export const fieldValue: fc.Arbitrary<string> = fc
  .string({
    unit: fc
      .oneof(fc.integer({ min: 0x21, max: 0x7e }), fc.integer({ min: 0x80, max: 0xff }))
      .map((code) => String.fromCharCode(code)),
  })
  .filter((text) => text === text.trim());

export function requestSpecs(make: MakeAdapter): void {
  const client = clients(make);

  describe("the request target", () => {
    test.each([
      ["", "/"],
      ["/", "/"],
      ["?q", "/?q"],
      ["#f", "/"],
      ["/a#f?x", "/a"],
      ["/a/../b/./c//d", "/a/../b/./c//d"],
      ["/%7e/%7E/%zz/%", "/%7e/%7E/%zz/%"],
      ["/a|b{c}^`\\\"<>?x[]=|'", "/a|b{c}^`\\\"<>?x[]=|'"],
      ["/?a=1&a=2&&=?/?", "/?a=1&a=2&&=?/?"],
    ])("%j goes out as %j, byte for byte", async (end, target) => {
      await using server = await startRawServer([OK]);
      await using http = client();
      const response = await http.send(request(server.url + end));
      expect(await response.text()).toBe("ok");
      expect(server.requests[0]?.target).toBe(target);
    });

    test("any target that can be sent is sent as it is", async () => {
      await using server = await startRawServer((socket) => void socket.write(OK));
      await using http = client();
      const character = fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code));
      const target = fc.string({ unit: character.filter((text) => text !== "#") }).map((text) => `/${text}`);
      await fc.assert(
        fc.asyncProperty(target, async (path) => {
          await (await http.send(request(server.url + path))).text();
          expect(server.requests.at(-1)?.target).toBe(path);
        }),
        { numRuns: 50 },
      );
    });

    test("user information and fragment are not sent", async () => {
      await using server = await startRawServer([OK]);
      await using http = client();
      await http.send(request(`http://us@er:pass@127.0.0.1:${server.port}/x#secret`));
      expect(server.requests[0]?.head).toMatch(/^GET \/x HTTP\/1\.1\r\nhost: 127\.0\.0\.1:\d+(?:\r\n|$)/i);
      expect(server.requests[0]?.head).not.toMatch(/pass|secret|us@er|authorization/i);
    });

    test("scheme and host may be written in capitals", async () => {
      await using server = await startRawServer([OK]);
      await using http = client();
      await http.send(request(`HTTP://LOCALHOST:${server.port}/X`, { options: {} }));
      expect(server.requests[0]?.target).toBe("/X");
    });

    test.each([
      ["http://"],
      ["http:///x"],
      ["http://:80/"],
      ["http://host:99999/"],
      ["http://a b/"],
      ["http://[::1/"],
      ["http://good.test\\@127.0.0.1/"],
      ["http://127.0.0.1:1/a b"],
      ["http://127.0.0.1:1/é"],
      ["http://exämple.test/"],
      ["http://127.0.0.1:1/a\r\nX: y"],
      ["http://127.0.0.1:1/\0"],
      ["ftp://127.0.0.1/"],
      ["127.0.0.1/"],
      ["file:///etc/passwd"],
      [""],
    ])("%j is refused", async (url) => {
      await using http = client();
      expect(await failure(http.send(request(url)))).toMatchObject({ code: "ERR_URL", phase: "prepare" });
    });
  });

  describe("header lines", () => {
    test("the caller's Host is the one that is sent", async () => {
      await using server = await startRawServer([OK]);
      await using http = client();
      await http.get(server.url, { headers: { Host: "other.test:1" } });
      expect(new HeaderList(server.requests[0]!.headers).getAll("host")).toEqual(["other.test:1"]);
    });

    test.each([
      ["method", "ERR_METHOD", { method: "GE\r\nT" }],
      ["method", "ERR_METHOD", { method: "GE T" }],
      ["header name", "ERR_HEADER", { headers: { "X\r\nY": "1" } }],
      ["header name", "ERR_HEADER", { headers: { "X Y": "1" } }],
      ["header value", "ERR_HEADER", { headers: { X: "1\r\nY: 2" } }],
      ["header value", "ERR_HEADER", { headers: { X: "1\n2" } }],
      ["header value", "ERR_HEADER", { headers: { X: "\0" } }],
      ["header value", "ERR_HEADER", { headers: { X: "snow ☃" } }],
      ["header value", "ERR_HEADER", { headers: { X: 1 as unknown as string } }],
    ])("a %s that could inject a line is refused before anything connects (%s %j)", async (_, code, init) => {
      await using server = await startRawServer([OK]);
      await using http = client();
      expect(await failure(http.send(request(server.url, init)))).toMatchObject({ code });
      expect(server.connections).toHaveLength(0);
    });

    test("two Host lines are refused", async () => {
      await using http = client();
      const headers = [
        ["Host", "a"],
        ["host", "b"],
      ] as const;
      expect(await failure(http.get("http://127.0.0.1:1/", { headers }))).toMatchObject({ code: "ERR_HEADER" });
    });
  });

  describe("framing", () => {
    test.each([["4"], ["2"], ["-3"], ["3, 3"], ["0x3"], [""]])(
      "a Content-Length of %j for three bytes is refused before anything connects",
      async (length) => {
        await using server = await startRawServer([OK]);
        await using http = client();
        const error = await failure(http.post(server.url, { body: "abc", headers: { "Content-Length": length } }));
        expect(error).toMatchObject({ code: "ERR_HEADER", phase: "prepare" });
        expect(server.connections).toHaveLength(0);
      },
    );

    test("the body's type is the Content-Type where there is none", async () => {
      await using server = await startRawServer([OK, OK, OK]);
      await using http = client();
      await (await http.post(server.url, { body: new URLSearchParams({ a: "1" }) })).text();
      await (await http.post(server.url, { body: "x", headers: { "content-type": "text/x" } })).text();
      await http.post(server.url, { body: new Uint8Array(1) });
      expect(server.requests.map((sent) => new HeaderList(sent.headers).getAll("content-type"))).toEqual([
        ["application/x-www-form-urlencoded;charset=UTF-8"],
        ["text/x"],
        [],
      ]);
    });

    test("CONNECT is for proxies", async () => {
      await using http = client();
      const error = await failure(http.request("http://127.0.0.1:1/", { method: "connect" }));
      expect(error).toMatchObject({ code: "ERR_UNSUPPORTED", phase: "prepare" });
    });
  });
}
