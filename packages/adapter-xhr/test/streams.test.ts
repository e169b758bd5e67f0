import { startRawServer, startTestServer, type TestServer } from "@posthaste/test-server";
import type { Scope } from "@posthaste/test-server/browser";
import { afterAll, beforeAll, expect, test } from "vitest";
import { inChromium } from "./helpers.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

inChromium((open) => {
  let scope: Scope;
  beforeAll(async () => {
    scope = await open();
  });

  test("contents that come in pieces arrive whole, and others as they are", async () => {
    const answers = await scope.evaluate(async (url) => {
      const client = modules.createClient({ adapter: modules.streamsAdapter() });
      async function* generate() {
        yield "a";
        yield new Uint8Array([98]);
        yield "c";
      }
      const form = new FormData();
      form.append("name", "Ada");
      const pieces = [new Uint8Array([97]), "bc"];
      const bodies = {
        generator: generate(),
        stream: new Blob(["abc"]).stream(),
        array: pieces,
        set: new Set(pieces),
        body: modules.toBody(generate()),
        typed: { ...modules.toBody(pieces), contentType: "text/X-Own" },
        whole: modules.toBody("abc"),
        text: "abc",
        bytes: new TextEncoder().encode("abc"),
        blob: new Blob(["abc"], { type: "image/x-own" }),
        fields: new URLSearchParams({ a: "b" }),
        form: modules.formBody(form),
      };
      const sent: Record<string, unknown> = {};
      for (const [name, body] of Object.entries(bodies)) {
        const { data, form, headers } = await (
          await client.post(`${url}/post`, { body })
        ).json<{ data: string; form: object; headers: Record<string, string> }>();
        sent[name] = { data, form, type: headers["Content-Type"], length: headers["Content-Length"] };
      }
      const got = await client.get(`${url}/get`);
      return { sent, status: got.status };
    }, server.url);
    expect(answers.status).toBe(200);
    const abc = { data: "abc", length: "3" };
    expect(answers.sent).toMatchObject({
      generator: abc,
      stream: abc,
      array: abc,
      set: abc,
      body: abc,
      typed: { ...abc, type: "text/X-Own" },
      whole: { ...abc, type: "text/plain;charset=UTF-8" },
      text: { ...abc, type: "text/plain;charset=UTF-8" },
      bytes: abc,
      blob: { ...abc, type: "image/x-own" },
      fields: { form: { a: "b" } },
      form: { form: { name: "Ada" } },
    });
    expect((answers.sent["generator"] as { type?: string }).type).toBeUndefined();
  });

  test("a Content-Type of the caller's counts, and the request that was given stays as it is", async () => {
    const answer = await scope.evaluate(async (url) => {
      const client = modules.createClient({ adapter: modules.streamsAdapter() });
      const body = { ...modules.toBody(["a"]), contentType: "text/x-own" };
      const request = {
        method: "POST",
        url: `${url}/post`,
        headers: new modules.HeaderList(),
        body,
        options: {},
        call: {},
      };
      await (await client.send(request)).discard();
      const response = await client.post(`${url}/post`, { body, headers: { "content-type": "text/x-mine" } });
      const { headers } = await response.json<{ headers: Record<string, string> }>();
      return [headers["Content-Type"], request.headers.length, request.body === body];
    }, server.url);
    expect(answer).toEqual(["text/x-mine", 0, true]);
  });

  test("an upload's progress rises to its end", async () => {
    const last = await scope.evaluate(async (url) => {
      const client = modules.createClient({ adapter: modules.streamsAdapter() });
      let last: object | undefined;
      const body = Array.from({ length: 100 }, () => new Uint8Array(10_000));
      const response = await client.post(`${url}/anything`, { body, onUploadProgress: (step) => (last = step) });
      await response.discard();
      return last;
    }, server.url);
    expect(last).toEqual({ sent: 1_000_000, total: 1_000_000 });
  });

  test("what cannot be sent, or not again, is refused", async () => {
    const errors = await scope.evaluate(async (url) => {
      const client = modules.createClient({ adapter: modules.streamsAdapter() });
      const stream = new Blob(["x"]).stream();
      await (await client.post(`${url}/post`, { body: stream })).discard();
      const calls = [
        client.post(url, { body: stream }),
        client.post(url, { body: {} as string }),
        client.post(url, { body: 5 as unknown as string }),
        client.post(url, { body: [5] as unknown as string[] }),
        client.get(url, { body: ["x"] }),
      ];
      return Promise.all(calls.map((call) => modules.failure(call)));
    }, server.url);
    expect(errors.map(({ code }) => code)).toEqual([
      "ERR_BODY_CONSUMED",
      "ERR_BODY",
      "ERR_UNSUPPORTED",
      "ERR_BODY",
      "ERR_UNSUPPORTED",
    ]);
  });

  test("what a content's own source throws comes as it is", async () => {
    const message = await scope.evaluate(async (url) => {
      const client = modules.createClient({ adapter: modules.streamsAdapter() });
      const broken = async function* () {
        yield "a";
        throw new Error("no more");
      };
      return (await modules.failure(client.post(url, { body: broken() }))).message;
    }, server.url);
    expect(message).toBe("no more");
  });

  test("an abort while a content is made leaves its source, and nothing is sent", async () => {
    await using target = await startRawServer([]);
    const answer = await scope.evaluate(async (url) => {
      const client = modules.createClient({ adapter: modules.streamsAdapter() });
      const reason = new Error("changed my mind");
      const same = (promise: Promise<unknown>) => promise.then(String, (error) => error === reason);

      let opened = false;
      const unread = async function* () {
        opened = true;
        yield "a";
      };
      const before = await same(client.post(url, { body: unread(), signal: AbortSignal.abort(reason) }));

      const making = new AbortController();
      const { promise: left, resolve: leave } = Promise.withResolvers<boolean>();
      const endless = async function* () {
        try {
          for (let count = 0; ; count++) {
            if (count === 3) making.abort(reason);
            yield "a";
          }
        } finally {
          leave(true);
        }
      };
      const make = await same(client.post(url, { body: endless(), signal: making.signal }));

      const waiting = new AbortController();
      const silent = async function* () {
        waiting.abort(reason);
        await new Promise(() => {});
        yield "a";
      };
      const wait = await same(client.post(url, { body: silent(), signal: waiting.signal }));
      return [before, opened, make, await left, wait];
    }, target.url);
    expect(answer).toEqual([true, false, true, true, true]);
    expect(target.requests).toEqual([]);
  });

  test("close() ends the making, too, and nothing is sent afterwards", async () => {
    const codes = await scope.evaluate(async (url) => {
      const client = modules.createClient({ adapter: modules.streamsAdapter() });
      const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
      const silent = async function* () {
        begin();
        await new Promise(() => {});
        yield "a";
      };
      const ends = [modules.failure(client.post(url, { body: silent() }))];
      await begun;
      await client.close();
      ends.push(modules.failure(client.post(url, { body: ["a"] })), modules.failure(client.get(url)));
      return (await Promise.all(ends)).map(({ code }) => code);
    }, server.url);
    expect(codes).toEqual(["ERR_CLOSED", "ERR_CLOSED", "ERR_CLOSED"]);
  });
});
