/* oxlint-disable eslint/no-underscore-dangle -- so HAR names fields of one's own */
import { gzipSync, brotliCompressSync } from "node:zlib";
import { copy, createClient, HeaderList, HttpError, type HttpRequest, type HttpResponse } from "@posthaste/core";
import {
  mockAdapter,
  recorder,
  replay,
  type Har,
  type MockAdapter,
  type Recorder,
  type ResponseReply,
} from "@posthaste/adapter-mock";
import fc from "fast-check";
import { har as validate } from "har-validator";
import { beforeEach, describe, expect, test } from "vitest";

let inner: MockAdapter;
let recording: Recorder;
beforeEach(() => {
  inner = mockAdapter();
  recording = recorder(inner);
});

const request = (url: string, changes: Partial<HttpRequest> = {}): HttpRequest => ({
  method: "GET",
  url,
  headers: new HeaderList(),
  body: null,
  options: {},
  call: {},
  ...changes,
});

/** As a file has it, after the published schema of HAR 1.2 was asked. */
async function written(from: Recorder = recording): Promise<Har> {
  const har = JSON.parse(JSON.stringify(await from.har())) as Har;
  await validate(har);
  return har;
}

async function seen(response: HttpResponse): Promise<object> {
  const { status, reason, headers, url } = response;
  const bytes = await response.bytes();
  return { status, reason, headers: [...headers], url, bytes: Buffer.from(bytes).toString("latin1") };
}

describe("round trip", () => {
  const token = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,8}$/).map((name) => `X-${name}`);
  const value = fc.stringMatching(/^[!-~\xa1-\xff]([\t -~\xa0-\xff]{0,10}[!-~\xa1-\xff])?$/);
  const headers = fc.array(fc.tuple(token, value), { maxLength: 4 });
  const content = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.string({ unit: "binary" }).map((text) => new TextEncoder().encode(text)),
    fc.json().map((text) => new TextEncoder().encode(text)),
  );
  const type = fc.constantFrom(
    [],
    [["content-type", "application/json"]],
    [["Content-Type", "text/html; charset=iso-8859-1"]],
    [["Content-Type", "text/plain; charset=utf-8"]],
    [["Content-Type", "application/x-www-form-urlencoded"]],
    [["Content-Type", "multipart/form-data; boundary=x"]],
  ) as fc.Arbitrary<[string, string][]>;
  const exchange = fc.record({
    method: fc.constantFrom("GET", "POST", "PUT", "DELETE", "PURGE", "HEAD"),
    path: fc.webPath(),
    query: fc.webQueryParameters(),
    headers,
    body: fc.option(content),
    type,
    status: fc.integer({ min: 200, max: 599 }),
    reason: value,
    answered: headers,
    content,
    contentType: type,
  });

  test("what is replayed is what was recorded", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(exchange, { maxLength: 4 }), async (exchanges) => {
        const inner = mockAdapter();
        const recording = recorder(inner);
        const requests: HttpRequest[] = [];
        const answers: object[] = [];
        for (const each of exchanges) {
          const isEmpty = each.status === 204 || each.status === 304;
          // Secrets are hidden, and so not the same.
          fc.pre(
            !/token|secret|passw|key|code|sig|jwt|pwd|assert/i.test(
              JSON.stringify(each) +
                Buffer.from(each.content).toString("latin1") +
                Buffer.from(each.body ?? []).toString("latin1"),
            ),
          );
          inner.on({}).replyOnce({
            status: each.status,
            reason: each.reason,
            headers: [...each.contentType, ...each.answered],
            body: isEmpty ? null : each.content,
          });
          const one = request(`http://a.test${each.path}?${each.query}`, {
            method: each.method,
            headers: new HeaderList([...each.type, ...each.headers]),
            body: each.body,
          });
          requests.push(one);
          answers.push(await seen(await recording.send(copy(one))));
        }
        const har = await written(recording);
        for (const ordered of [false, true]) {
          const again = replay(har, { ordered });
          for (const [index, one] of requests.entries()) {
            expect(await seen(await again.send(copy(one)))).toEqual(answers[index]);
          }
          again.assertDone();
        }
      }),
    );
  });
});

describe("recording", () => {
  test("writes the fields of HAR 1.2", async () => {
    inner.post("/users").reply({
      status: 201,
      reason: "Created",
      headers: [
        ["Location", "/users/7"],
        ["Set-Cookie", "a=1; Path=/; Secure; HttpOnly; Expires=Sun, 06 Nov 1994 08:49:37 GMT; Domain=a.test"],
        ["Set-Cookie", "b=2"],
      ],
      json: { id: 7 },
    });
    const client = createClient({ adapter: recording });
    const response = await client.post("http://a.test/users?x=1&x=2&y=%20#top", {
      json: { name: "Ada" },
      headers: { Cookie: "s=1; t" },
    });
    await response.text();
    const { log } = await written();
    expect(log).toMatchObject({ version: "1.2", creator: { name: "@posthaste/adapter-mock" } });
    const [entry] = log.entries;
    expect(entry!.request).toEqual({
      method: "POST",
      url: "http://a.test/users?x=1&x=2&y=%20",
      httpVersion: "unknown",
      cookies: [
        { name: "s", value: "REDACTED" },
        { name: "REDACTED", value: "" },
      ],
      headers: [
        { name: "Cookie", value: "s=REDACTED; REDACTED" },
        { name: "Content-Type", value: "application/json" },
      ],
      queryString: [
        { name: "x", value: "1" },
        { name: "x", value: "2" },
        { name: "y", value: " " },
      ],
      postData: { mimeType: "application/json", text: '{"name":"Ada"}' },
      headersSize: -1,
      bodySize: 14,
    });
    expect(entry!.response).toEqual({
      status: 201,
      statusText: "Created",
      httpVersion: "unknown",
      cookies: [
        {
          name: "a",
          value: "REDACTED",
          path: "/",
          domain: "a.test",
          expires: "1994-11-06T08:49:37.000Z",
          httpOnly: true,
          secure: true,
        },
        { name: "b", value: "REDACTED", httpOnly: false, secure: false },
      ],
      headers: expect.arrayContaining([{ name: "Set-Cookie", value: "b=REDACTED" }]),
      content: { size: 8, mimeType: "application/json", text: '{"id":7}' },
      redirectURL: "/users/7",
      headersSize: -1,
      bodySize: 8,
    });
    expect(new Date(entry!.startedDateTime).getTime()).toBeGreaterThan(0);
    const { wait, receive } = entry!.timings;
    expect(entry!.time).toBe(wait + receive);
  });

  test("keeps streams streams, both ways", async () => {
    inner.post("*").reply(({ bytes }) => ({ body: [bytes!, "!"] }));
    async function* pieces() {
      yield "a";
      yield new Uint8Array([255]);
    }
    const response = await recording.send(request("http://a.test/", { method: "POST", body: pieces() }));
    const chunks: number[] = [];
    for await (const chunk of response.body) chunks.push(chunk.length);
    expect(chunks).toEqual([2, 1]);
    await expect(response.bytes()).rejects.toMatchObject({ code: "ERR_BODY_CONSUMED" });
    const [entry] = (await written()).log.entries;
    expect(entry!.response._error).toBeUndefined();
    expect(entry!.request.postData).toEqual({ mimeType: "", text: btoa("a\xff"), _encoding: "base64" });
    expect(entry!.response.content).toEqual({ size: 3, mimeType: "", text: btoa("a\xff!"), encoding: "base64" });
  });

  test("hands a Blob on as it is", async () => {
    const body = new Blob(["blob"], { type: "text/x" });
    inner.post("*").reply(({ request }) => ({ json: request.body === body }));
    expect(await (await recording.send(request("http://a.test/", { method: "POST", body }))).json()).toBe(true);
    const [entry] = (await written()).log.entries;
    expect(entry!.request.postData).toMatchObject({ mimeType: "text/x", text: "blob" });
  });

  test("copies what it hears", async () => {
    inner.post("*").reply(200);
    const memory = Buffer.from("a");
    await recording.send(request("http://a.test/", { method: "POST", body: memory }));
    memory.fill(66);
    expect((await written()).log.entries[0]!.request.postData!.text).toBe("a");
  });

  test("takes Content-Encoding off, as the format wants it, and gives it back so", async () => {
    const json = { token: "hunter2", a: 1 };
    const coded = (name: string, body: Uint8Array): ResponseReply => ({
      body,
      headers: { "Content-Encoding": name, "Content-Type": "application/json" },
    });
    const text = JSON.stringify(json);
    inner
      .get("*")
      .replyOnce(coded("gzip", gzipSync(text)))
      .replyOnce(coded("br", brotliCompressSync(text)))
      .replyOnce(coded("identity", Buffer.from(text)))
      .replyOnce(coded("rot13", Buffer.from(text)));
    for (let i = 0; i < 4; i++) await (await recording.send(request("http://a.test/"))).bytes();
    const har = await written();
    const contents = har.log.entries.map((entry) => entry.response.content);
    const plain = { size: text.length, mimeType: "application/json", text: '{"token":"REDACTED","a":1}' };
    expect(contents).toEqual([
      plain,
      plain,
      plain,
      { size: text.length, mimeType: "application/json", comment: expect.stringContaining("left out") },
    ]);
    expect(JSON.stringify(har)).not.toContain("hunter");
    const again = replay(har);
    for (let i = 0; i < 3; i++) {
      const response = await again.send(request("http://a.test/"));
      expect(response.headers.has("content-encoding")).toBe(false);
      expect(await response.text()).toBe(plain.text);
    }
    await expect(again.send(request("http://a.test/"))).rejects.toMatchObject({ code: "ERR_UNSUPPORTED" });
  });

  test("leaves out the content of a request with a Content-Encoding, and asks for none", async () => {
    inner.post("*").reply(200);
    const changes = () => ({
      method: "POST",
      body: gzipSync('{"token":"hunter2"}'),
      headers: new HeaderList({ "Content-Encoding": "gzip" }),
    });
    await recording.send(request("http://a.test/", changes()));
    const har = await written();
    expect(har.log.entries[0]!.request.postData).toBeUndefined();
    expect((await replay(har).send(request("http://a.test/", changes()))).status).toBe(200);
  });

  test("has no error of an abort while the content was read", async () => {
    inner.get("*").reply({ body: ["a", "b"] });
    const controller = new AbortController();
    const response = await recording.send(request("http://a.test/", { options: { signal: controller.signal } }));
    const chunks = response.body[Symbol.asyncIterator]();
    await chunks.next();
    controller.abort(new HttpError("ERR_TIMEOUT_TOTAL", "enough"));
    await expect(chunks.next()).rejects.toThrow("enough");
    const [entry] = (await written()).log.entries;
    expect([entry!.response._error, entry!.response.content]).toEqual([
      undefined,
      expect.objectContaining({ text: "a", comment: "not read to its end" }),
    ]);
  });

  test("leaves what the platform decoded as it is", async () => {
    const inner = mockAdapter({ can: { rawContent: false } });
    inner.get("*").reply({ body: "text", headers: { "Content-Encoding": "gzip" } });
    const recording = recorder(inner);
    await (await recording.send(request("http://a.test/"))).text();
    const [entry] = (await written(recording)).log.entries;
    expect(entry!.response).toMatchObject({ content: { text: "text" }, bodySize: -1 });
  });

  test("says where a content was not read to its end", async () => {
    inner.get("*").reply({ body: ["ab", "cd"] });
    inner.head("*").reply({ body: "ab" });
    for await (const _ of (await recording.send(request("http://a.test/"))).body) break;
    await (await recording.send(request("http://a.test/"))).discard();
    await (await recording.send(request("http://a.test/", { method: "HEAD" }))).discard();
    const contents = (await written()).log.entries.map((entry) => entry.response.content);
    expect(contents).toEqual([
      { size: 2, mimeType: "", text: "ab", comment: "not read to its end" },
      { size: 0, mimeType: "", text: "", comment: "not read to its end" },
      { size: 0, mimeType: "text/plain;charset=UTF-8", text: "" },
    ]);
  });

  test("has failures, and replays them; has no aborted calls", async () => {
    inner
      .get("*")
      .replyOnce({ error: "ERR_RESET" })
      .replyOnce({ body: "ab", bodyError: "ERR_BODY_TRUNCATED" })
      .replyOnce({ error: new Error("mine") })
      .replyOnce({ body: "ab", bodyError: new Error("mine") })
      .replyOnce({ delay: Infinity });
    const get = async (adapter: { send(request: HttpRequest): Promise<HttpResponse> }) => {
      const response = await adapter.send(request("http://a.test/"));
      const chunks: number[] = [];
      try {
        for await (const chunk of response.body) chunks.push(chunk.length);
      } catch (error) {
        (error as { chunks?: number[] }).chunks = chunks;
        throw error;
      }
    };
    await expect(get(recording)).rejects.toMatchObject({ code: "ERR_RESET" });
    await expect(get(recording)).rejects.toMatchObject({ code: "ERR_BODY_TRUNCATED", chunks: [2] });
    await expect(get(recording)).rejects.toThrow("mine");
    await expect(get(recording)).rejects.toThrow("mine");
    // Under way: not there yet.
    const controller = new AbortController();
    const waiting = recording.send(request("http://a.test/", { options: { signal: controller.signal } }));
    const har = await written();
    expect(har.log.entries.map(({ response }) => [response.status, response._error, response.content.comment])).toEqual(
      [
        [0, "ERR_RESET", undefined],
        [200, "ERR_BODY_TRUNCATED", "not read to its end"],
        [200, undefined, "not read to its end"],
      ],
    );
    controller.abort(new HttpError("ERR_TIMEOUT_TOTAL", "enough"));
    await expect(waiting).rejects.toThrow("enough");
    expect((await written()).log.entries.length).toBe(3);
    const again = replay(har);
    await expect(get(again)).rejects.toMatchObject({ code: "ERR_RESET" });
    await expect(get(again)).rejects.toMatchObject({ code: "ERR_BODY_TRUNCATED", chunks: [2] });
  });

  test("stands in for its adapter", async () => {
    expect(recording).toMatchObject({ name: "adapter-mock", can: inner.can, options: inner.options });
    await recording.close?.();
    await expect(recording.send(request("http://a.test/"))).rejects.toMatchObject({ code: "ERR_CLOSED" });
    const bare = recorder({ name: "bare", can: inner.can, send: (request) => inner.send(request) });
    expect("options" in bare).toBe(false);
    await bare.close?.();
  });

  test("has no calls that were refused before anything was sent", async () => {
    const send = (changes: Partial<HttpRequest>) =>
      recording.send(request("http://a.test/", { method: "POST", ...changes }));
    await expect(send({ body: 7 as never })).rejects.toMatchObject({ code: "ERR_BODY" });
    await expect(send({ options: { timeout: { read: 0 } } as object })).rejects.toMatchObject({ code: "ERR_OPTION" });
    await expect(send({})).rejects.toMatchObject({ code: "ERR_UNSUPPORTED" });
    expect((await recording.har()).log.entries).toEqual([]);
  });
});

describe("replay", () => {
  const entry = (changes: { request?: object; response?: object }) => ({
    request: { method: "GET", url: "http://a.test/", headers: [], ...changes.request },
    response: {
      status: 200,
      statusText: "OK",
      headers: [],
      content: { size: 1, mimeType: "", text: "x" },
      ...changes.response,
    },
  });
  const harOf = (...entries: object[]) => JSON.stringify({ log: { version: "1.2", entries } });
  const text = async (adapter: MockAdapter, url = "http://a.test/", changes: Partial<HttpRequest> = {}) =>
    (await adapter.send(request(url, changes))).text();

  test("equal requests get their answers in order, and then none, or the last once more", async () => {
    const har = harOf(
      entry({ response: { content: { size: 1, mimeType: "", text: "1" } } }),
      entry({ request: { url: "http://a.test/b" } }),
      entry({ response: { content: { size: 1, mimeType: "", text: "2" } } }),
    );
    const strict = replay(har);
    expect(() => strict.assertDone()).toThrow("GET http://a.test/b has 1 reply left");
    expect([await text(strict), await text(strict), await text(strict, "http://a.test/b")]).toEqual(["1", "2", "x"]);
    strict.assertDone();
    await expect(text(strict)).rejects.toThrow(
      /no route is for it; the nearest: GET http:\/\/a.test\/ \(its replies are used up\)/,
    );
    const patient = replay(har, { repeat: true });
    expect([await text(patient), await text(patient), await text(patient)]).toEqual(["1", "2", "2"]);
    const ordered = replay(har, { ordered: true });
    expect(await text(ordered)).toBe("1");
    await expect(text(ordered)).rejects.toThrow("the next request should be GET http://a.test/b (the URL differs)");
    expect(() => replay(har, { ordered: true, repeat: true })).toThrow("ERR_OPTION");
  });

  test("method, URL, content and wanted headers must be the same", async () => {
    const har = harOf(
      entry({
        request: {
          method: "POST",
          url: "http://me:secret@a.test/x?a=1#b",
          headers: [{ name: "accept", value: "a/b" }],
          postData: { mimeType: "text/plain", text: "sent" },
        },
      }),
    );
    const send = (method: string, url: string, body: string, accept: string, options = {}) =>
      text(replay(har, options), url, { method, body, headers: new HeaderList({ Accept: accept }) }).catch(
        (error: HttpError) => error.message,
      );
    const strict = { match: { headers: ["Accept"] } };
    expect(await send("POST", "http://a.test/x?a=1", "sent", "c/d")).toBe("x");
    expect(await send("POST", "http://a.test/x?a=1", "sent", "a/b", strict)).toBe("x");
    expect(await send("POST", "http://a.test/x?a=1", "sent", "c/d", strict)).toContain("header Accept differs");
    expect(await send("POST", "http://a.test/x?a=2", "sent", "")).toContain("the URL differs");
    expect(await send("PUT", "http://a.test/x?a=1", "sent", "")).toContain("the method is PUT");
    expect(await send("POST", "http://a.test/x?a=1", "other", "")).toContain("the body differs");
    expect(await send("POST", "http://a.test/x?a=1", "other", "", { match: { body: false } })).toBe("x");
  });

  test("a multipart content may have another boundary, a form be given by its fields", async () => {
    const multipart = (boundary: string, value: string) => ({
      type: `multipart/form-data; boundary=${boundary}`,
      text: `--${boundary}\r\nContent-Disposition: form-data; name="a"\r\n\r\n${value}\r\n--${boundary}--\r\n`,
    });
    const { type, text: sent } = multipart('"first"', "1");
    const har = harOf(
      entry({
        request: {
          method: "POST",
          postData: { mimeType: type, params: [], text: sent.replaceAll('"first"', "first") },
        },
      }),
      entry({
        request: {
          method: "POST",
          postData: { mimeType: "application/x-www-form-urlencoded", params: [{ name: "a b", value: "1" }] },
        },
      }),
      entry({ request: { method: "POST", bodySize: 0 } }),
      entry({
        request: { method: "POST", bodySize: 9, postData: { mimeType: "multipart/form-data; boundary=x", params: [] } },
      }),
    );
    const send = (type: string, body: string | null) =>
      text(replay(har), "http://a.test/", { method: "POST", body, headers: new HeaderList({ "Content-Type": type }) });
    const again = multipart("second", "1");
    expect(await send(again.type, again.text)).toBe("x");
    expect(await send("application/x-www-form-urlencoded", "a+b=1")).toBe("x");
    expect(await send("a/b", null)).toBe("x");
    expect(await send("text/plain", "anything")).toBe("x");
  });

  test("what browsers write is understood", async () => {
    const [response, failed, large, empty, typed] = [
      entry({
        request: { url: "http://a.test/1" },
        response: {
          headers: [
            { name: ":status", value: "200" },
            { name: "set-cookie", value: "a=1\nb=2" },
            { name: "content-encoding", value: "gzip" },
            { name: "content-length", value: "9999" },
            { name: "transfer-encoding", value: "chunked" },
          ],
          content: { size: 4, mimeType: "image/png", text: btoa("\x89PNG"), encoding: "base64" },
        },
      }),
      entry({
        request: { url: "http://a.test/2" },
        response: { status: 0, statusText: "", _error: "net::ERR_NAME_NOT_RESOLVED" },
      }),
      entry({ request: { url: "http://a.test/3" }, response: { content: { size: 9, mimeType: "" } } }),
      entry({
        request: { url: "http://a.test/4" },
        response: {
          status: 304,
          headers: [{ name: "content-length", value: "9" }],
          content: { size: 9, mimeType: "" },
        },
      }),
      entry({
        request: { url: "http://a.test/5" },
        response: {
          headers: [{ name: "Content-Type", value: "text/html; charset=windows-1252" }],
          content: { size: 1, mimeType: "", text: "é" },
        },
      }),
    ];
    const mock = replay(`\ufeff${harOf(response, failed, large, empty, typed)}`);
    const first = await mock.send(request("http://a.test/1"));
    expect([...first.headers]).toEqual([
      ["set-cookie", "a=1"],
      ["set-cookie", "b=2"],
      ["Content-Length", "4"],
    ]);
    expect([...(await first.bytes())]).toEqual([0x89, 0x50, 0x4e, 0x47]);
    await expect(text(mock, "http://a.test/2")).rejects.toMatchObject({ code: "ERR_RESET" });
    await expect(text(mock, "http://a.test/3")).rejects.toMatchObject({
      code: "ERR_UNSUPPORTED",
      message: expect.stringContaining("does not hold the content"),
    });
    const fourth = await mock.send(request("http://a.test/4"));
    expect([fourth.status, [...fourth.headers]]).toEqual([304, [["content-length", "9"]]]);
    const fifth = await mock.send(request("http://a.test/5"));
    expect([fifth.headers.get("content-type"), await fifth.text()]).toEqual(["text/html; charset=utf-8", "é"]);
  });

  test.each([
    ["{", "the archive is no JSON"],
    ["null", "log.entries is no array"],
    ['{"log":{"entries":{}}}', "log.entries is no array"],
    [harOf(entry({}), {}), "log.entries[1].request.method is no string"],
    [harOf(entry({ request: { url: "/a" } })), "log.entries[0].request.url is no URL"],
    [harOf(entry({ request: { headers: {} } })), "log.entries[0].request.headers is no array"],
    [harOf(entry({ response: { status: "200" } })), "log.entries[0].response.status is no number"],
    [harOf(entry({ response: { content: null } })), "log.entries[0].response.content is no object"],
  ])("%s is refused", (har, problem) => {
    expect(() => replay(har)).toThrow(
      expect.objectContaining({ code: "ERR_OPTION", message: expect.stringContaining(problem) }),
    );
  });

  test("is a mock: more routes, a fallback, timeouts", async () => {
    const mock = replay(harOf(entry({})), { fallback: inner, timeout: { read: 1000 } });
    mock.get("/more").reply({ body: "more" });
    inner.get("*").reply({ body: "inner" });
    expect([await text(mock), await text(mock), await text(mock, "http://a.test/more")]).toEqual([
      "x",
      "inner",
      "more",
    ]);
    expect(mock.calls.length).toBe(3);
  });
});
