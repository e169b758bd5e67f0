import { openAsBlob, writeFileSync, createReadStream } from "node:fs";
import { join } from "node:path";
import { undiciAdapter } from "@posthaste/adapter-undici";
import { createClient, HttpError } from "@posthaste/core";
import { multipart, multipartPlugin } from "@posthaste/multipart";
import { redirect } from "@posthaste/redirect";
import { startTestServer } from "@posthaste/test-server";
import { temporaryFolder } from "@posthaste/test-server/program";
import { describe, expect, test } from "vitest";

interface Echo {
  form: Record<string, string | string[]>;
  files: Record<string, string>;
  headers: Record<string, string>;
}

async function start() {
  const server = await startTestServer();
  const client = createClient({
    adapter: undiciAdapter(),
    plugins: [multipartPlugin(), redirect()],
    defaults: { baseUrl: server.url },
  });
  return {
    server,
    client,
    async [Symbol.asyncDispose]() {
      await client.close();
      await server.close();
    },
  };
}

/** A header of the last request that the server got. */
function sent(server: { requests: readonly { headers: readonly string[] }[] }, name: string): string | undefined {
  const { headers } = server.requests.at(-1)!;
  return headers[headers.findIndex((text, at) => at % 2 === 0 && text.toLowerCase() === name) + 1];
}

async function* stream(...pieces: string[]): AsyncGenerator<string> {
  yield* pieces;
}

describe("over a socket", () => {
  test("a FormData arrives with its length", async () => {
    await using it = await start();
    const form = new FormData();
    form.append("a", "1");
    form.append("a", "2");
    form.append("f", new File(["hello"], "f.txt", { type: "text/plain" }));
    const body = multipart(form);
    const echo = await (await it.client.post("/post", { body })).json<Echo>();
    expect(echo.form).toEqual({ a: ["1", "2"] });
    expect(echo.files).toEqual({ f: "hello" });
    expect(sent(it.server, "content-length")).toBe(String(body.length));
    expect(sent(it.server, "content-type")).toBe(body.contentType);
  });

  test("streams of known length have one, others go in chunks", async () => {
    await using it = await start();
    const known = multipart({ f: { value: stream("he", "llo"), filename: "f", length: 5 } });
    expect((await (await it.client.post("/post", { body: known })).json<Echo>()).files).toEqual({ f: "hello" });
    expect(sent(it.server, "content-length")).toBe(String(known.length));
    const unknown = multipart({ f: { value: stream("he", "llo"), filename: "f" } });
    expect((await (await it.client.post("/post", { body: unknown })).json<Echo>()).files).toEqual({ f: "hello" });
    expect(sent(it.server, "transfer-encoding")).toBe("chunked");
  });

  test("files of the disk, by stream and as a Blob", async () => {
    await using it = await start();
    using folder = temporaryFolder();
    const path = join(folder.path, "large.txt");
    const content = "0123456789".repeat(50_000);
    writeFileSync(path, content);
    const form = {
      stream: { value: createReadStream(path), filename: "s", length: content.length },
      blob: { value: await openAsBlob(path), filename: "b" },
    };
    const seen: number[] = [];
    const body = multipart(form, { onProgress: ({ sent: bytes }) => seen.push(bytes) });
    const echo = await (await it.client.post("/post", { body })).json<Echo>();
    expect(echo.files["stream"] === content && echo.files["blob"] === content).toBe(true);
    expect(seen.at(-1)).toBe(body.length);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  });

  test("a redirect with 307 sends it again", async () => {
    await using it = await start();
    const url = `/redirect-to?url=${encodeURIComponent("/post")}&status_code=307`;
    const response = await it.client.post(url, { multipart: { a: "1", f: new Blob(["x"]) } });
    expect((await response.json<Echo>()).files).toEqual({ f: "x" });
    expect(it.server.requests).toHaveLength(2);
    const error: unknown = await it.client
      .post(url, { multipart: { f: stream("x") } })
      .catch((reason: unknown) => reason);
    expect((error as HttpError).code).toBe("ERR_BODY_CONSUMED");
  });

  test("a part that is not of its length fails the call", async () => {
    await using it = await start();
    for (const length of [1, 9]) {
      const form = { a: { value: stream("xyz"), length }, b: { value: stream("x".repeat(3 + length - 3)), length: 3 } };
      const error: unknown = await it.client.post("/post", { multipart: form }).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(HttpError);
      expect((error as HttpError).code).toBe("ERR_BODY");
    }
  });
});

describe("multipartPlugin()", () => {
  test("takes a form as an option", async () => {
    await using it = await start();
    const echo = await (await it.client.post("/post", { multipart: { a: "1", f: new File(["x"], "f") } })).json<Echo>();
    expect(echo.form).toEqual({ a: "1" });
    expect(echo.files).toEqual({ f: "x" });
  });

  test.each([
    ["multipart/form-data", /^multipart\/form-data; boundary=([0-9a-f]{32})$/],
    ["Multipart/Mixed", /^Multipart\/Mixed; boundary=([0-9a-f]{32})$/],
    ["multipart/form-data; boundary=mine", /^multipart\/form-data; boundary=([0-9a-f]{32})$/],
    ['multipart/related; Boundary="mi ne"; type="a/b"', /^multipart\/related; boundary=([0-9a-f]{32}); type="a\/b"$/],
    ['multipart/related; type="a/b"', /^multipart\/related; type="a\/b"; boundary=([0-9a-f]{32})$/],
  ])("gives %j the boundary of the body", async (type, expected) => {
    await using it = await start();
    for (const call of [{ multipart: { a: "1" } }, { body: multipart({ a: "1" }) }]) {
      await (await it.client.post("/post", { ...call, headers: { "content-type": type } })).discard();
      expect(sent(it.server, "content-type")).toMatch(expected);
      const boundary = expected.exec(sent(it.server, "content-type")!)![1]!;
      const [request] = (await it.server.waitForRequests(it.server.requests.length)).slice(-1);
      expect(request!.body.toString().startsWith(`--${boundary}\r\n`)).toBe(true);
    }
  });

  test("leaves other types and other bodies alone", async () => {
    await using it = await start();
    for (const type of ["application/json", "text/multipart/", ""]) {
      const headers = { "Content-Type": type };
      await (await it.client.post("/anything", { multipart: { a: "1" }, headers })).discard();
      expect(sent(it.server, "content-type")).toBe(type);
    }
    const headers = { "Content-Type": "multipart/mixed" };
    await (await it.client.post("/anything", { body: "--x--", headers })).discard();
    expect(sent(it.server, "content-type")).toBe("multipart/mixed");
    await (await it.client.get("/anything")).discard();
    expect(sent(it.server, "content-type")).not.toContain("multipart");
  });

  test("passes its options on", async () => {
    await using server = await startTestServer();
    const seen: unknown[] = [];
    await using client = createClient({
      adapter: undiciAdapter(),
      plugins: [multipartPlugin({ boundary: "mine", onProgress: (progress) => seen.push(progress) })],
    });
    await (await client.post(`${server.url}/post`, { multipart: { a: "1" } })).discard();
    expect(sent(server, "content-type")).toBe("multipart/form-data; boundary=mine");
    expect(seen).toHaveLength(1);
  });

  test("refuses two bodies", async () => {
    await using it = await start();
    for (const other of [{ body: "x" }, { json: {} }]) {
      await expect(it.client.post("/post", { multipart: { a: "1" }, ...other })).rejects.toMatchObject({
        code: "ERR_OPTION",
      });
    }
    expect(it.server.requests).toEqual([]);
  });
});
