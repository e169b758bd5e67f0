import { HeaderList } from "@posthaste/core";
import type { Header } from "@posthaste/core";
import { OK, clients, failure, request } from "@posthaste/adapter-specs/client";
import { fieldName, fieldValue, requestSpecs } from "@posthaste/adapter-specs/request";
import { startRawServer, startTestServer } from "@posthaste/test-server";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { undiciAdapter } from "../src/index.ts";

const client = clients(undiciAdapter);

requestSpecs(undiciAdapter);

describe("header lines", () => {
  /** The lines that undici writes by itself. */
  const framing = /^(?:host|connection|content-length|transfer-encoding)$/i;
  const odd = /^(?:expect|keep-alive|upgrade)$/i;
  const name = fieldName.filter((text) => !framing.test(text) && !odd.test(text));

  test("keep case, order and repeats, and are Latin-1", async () => {
    await using server = await startRawServer((socket) => void socket.write(OK));
    await using http = client();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(name, fieldValue)), async (lines: Header[]) => {
        const response = await http.send(request(server.url, { headers: new HeaderList(lines) }));
        await response.text();
        const sent = server.requests.at(-1)!.headers.filter(([line]) => !framing.test(line));
        expect(sent).toEqual(lines);
      }),
      { numRuns: 50 },
    );
  });

  test("Connection: close closes, and keep-alive keeps", async () => {
    await using server = await startTestServer();
    await using http = client();
    for (const connection of ["keep-alive", "Keep-Alive", "close", "keep-alive"]) {
      await (await http.get(`${server.url}/get`, { headers: { Connection: connection } })).text();
    }
    expect(server.requests.map((sent) => sent.connection)).toEqual([1, 1, 1, 2]);
    expect(server.requests[2]!.headers).toContain("close");
  });

  test.each([
    ["Expect", "100-continue"],
    ["Upgrade", "websocket"],
    ["keep-alive", "timeout=5"],
    ["Connection", "upgrade"],
    ["Connection", "close, X-Hop"],
    ["Transfer-Encoding", "gzip, chunked"],
    ["Transfer-Encoding", "chunked"],
  ])("%s: %s, which undici cannot send, is refused by name before anything connects", async (name, value) => {
    await using server = await startRawServer([OK]);
    await using http = client();
    const error = await failure(http.post(server.url, { headers: { [name]: value }, body: "x" }));
    expect(error).toMatchObject({ code: "ERR_UNSUPPORTED", phase: "prepare" });
    expect(error.message).toContain(name);
    expect(server.connections).toHaveLength(0);
  });
});

describe("framing", () => {
  test.each([
    ["GET", undefined, /^GET \/ HTTP\/1\.1\r\nhost: [^\r]+\r\nconnection: keep-alive\r\n\r\n$/],
    ["HEAD", undefined, /connection: keep-alive\r\n\r\n$/],
    ["POST", undefined, /content-length: 0\r\n\r\n$/],
    ["PUT", "", /content-length: 0\r\n\r\n$/],
    ["POST", "é", /content-length: 2\r\n\r\n\u00c3\u00a9$/],
    ["DELETE", "x", /connection: keep-alive\r\n.*content-length: 1\r\n\r\nx$/s],
    ["PROPFIND", "x", /content-length: 1\r\n\r\nx$/],
  ])("%s with %j", async (method, body, bytes) => {
    await using server = await startRawServer([OK]);
    await using http = client();
    await http.request(server.url, { method, ...(body !== undefined && { body }) });
    expect(server.requests[0]!.bytes.toString("latin1")).toMatch(bytes);
  });

  test("a Content-Length that is the body's is sent once", async () => {
    await using server = await startRawServer([OK, OK]);
    await using http = client();
    await (await http.post(server.url, { body: "abc", headers: { "Content-Length": "3" } })).text();
    await http.delete(server.url, { headers: { "Content-Length": "0" } });
    const lengths = server.requests.map((sent) => new HeaderList(sent.headers).getAll("content-length"));
    expect(lengths).toEqual([["3"], []]);
  });
});
