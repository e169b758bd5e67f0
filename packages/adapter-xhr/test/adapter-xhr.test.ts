import { once } from "node:events";
import type { Socket } from "node:net";
import { startRawServer, startTestServer, type RawServer, type TestServer } from "@posthaste/test-server";
import type { Scope } from "@posthaste/test-server/browser";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { xhrAdapter } from "../src/index.ts";
import { inChromium } from "./helpers.ts";

/** Leave to read; and Chromium would hold a head back to guess the content's type, and let one request to a URL wait for another. */
const cors =
  "Access-Control-Allow-Origin: *\r\nAccess-Control-Expose-Headers: *\r\nX-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\n";
/** Lets the browser send whatever it asks for. */
const leave = `HTTP/1.1 204 No Content\r\n${cors}Access-Control-Allow-Methods: *\r\nAccess-Control-Allow-Headers: *\r\n\r\n`;

/** Resolves when the connections that had a request are closed; a browser may have opened others for later. */
const gone = ({ connections }: RawServer) =>
  Promise.all(connections.filter(({ received }) => received.length > 0).map(({ closed }) => closed));

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

test("it says what it cannot, and is told so where there is no browser", async () => {
  const adapter = xhrAdapter();
  expect(adapter.name).toBe("adapter-xhr");
  expect(adapter.can).toEqual({});
});

inChromium((open) => {
  let scope: Scope;
  beforeAll(async () => {
    scope = await open();
  });

  describe("requests", () => {
    test("JSON goes and comes", async () => {
      const answer = await scope.evaluate(async (url) => {
        const client = modules.createClient({ adapter: modules.xhrAdapter(), defaults: { baseUrl: url } });
        const got = await client.get("/get", { query: { a: 1 }, headers: { "X-One": "1" } });
        const posted = await client.post("/post", { json: { b: "é" } });
        return [got.status, got.url, (await got.json<{ args: object }>()).args, await posted.json()] as const;
      }, server.url);
      expect(answer[0]).toBe(200);
      expect(answer[1]).toBe(`${server.url}/get?a=1`);
      expect(answer[2]).toEqual({ a: "1" });
      expect(answer[3]).toMatchObject({ json: { b: "é" }, headers: { "Content-Type": "application/json" } });
    });

    test("contents of each kind", async () => {
      const answers = await scope.evaluate(async (url) => {
        const client = modules.createClient({ adapter: modules.xhrAdapter() });
        const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
        const form = new FormData();
        form.append("name", "Ada");
        form.append("file", new File(["text"], "a.txt", { type: "text/plain" }));
        const bodies = {
          text: "hé",
          empty: "",
          bytes,
          view: new DataView(bytes.buffer, 65, 3),
          clamped: new Uint8ClampedArray(bytes.buffer, 65, 3),
          buffer: bytes.slice(65, 68).buffer,
          blob: new Blob(["blob"], { type: "image/x-own" }),
          form: modules.formBody(form),
          fields: new URLSearchParams({ a: "b c" }),
          body: modules.toBody(new URLSearchParams({ a: "1" })),
        };
        const sent: Record<string, unknown> = {};
        for (const [name, body] of Object.entries(bodies)) {
          const { data, files, form, headers } = await (
            await client.post(`${url}/post`, { body })
          ).json<{ data: string; files: object; form: object; headers: Record<string, string> }>();
          sent[name] = { data, files, form, type: headers["Content-Type"], length: headers["Content-Length"] };
        }
        return sent;
      }, server.url);
      const all = Buffer.from(Uint8Array.from({ length: 256 }, (_, index) => index));
      expect(answers).toMatchObject({
        text: { data: "hé", type: "text/plain;charset=UTF-8", length: "3" },
        empty: { data: "", length: "0" },
        bytes: { data: `data:application/octet-stream;base64,${all.toString("base64")}`, length: "256" },
        view: { data: "ABC" },
        clamped: { data: "ABC" },
        buffer: { data: "ABC" },
        blob: { data: "blob", type: "image/x-own" },
        form: {
          form: { name: "Ada" },
          files: { file: "text" },
          type: expect.stringMatching(/^multipart\/form-data; b/),
        },
        fields: { form: { a: "b c" }, type: "application/x-www-form-urlencoded;charset=UTF-8" },
        body: { form: { a: "1" }, type: "application/x-www-form-urlencoded;charset=UTF-8" },
      });
      expect((answers["bytes"] as { type?: string }).type).toBeUndefined();
    });

    test("a Content-Type of the caller's counts, and other headers of one name are one", async () => {
      const answer = await scope.evaluate(async (url) => {
        const client = modules.createClient({ adapter: modules.xhrAdapter() });
        const headers = [
          ["content-type", "text/x-mine"],
          ["X-Two", "1"],
          ["x-two", "\xe9"],
        ] as const;
        const body = modules.toBody(new URLSearchParams({ a: "1" }));
        return (await client.post(`${url}/post`, { body, headers })).json<{ headers: object }>();
      }, server.url);
      expect(answer.headers).toMatchObject({ "Content-Type": "text/x-mine", "X-Two": "1, é" });
    });

    test("neither user information nor a fragment of the URL goes out", async () => {
      await using target = await startRawServer([`HTTP/1.1 200 OK\r\n${cors}Content-Length: 0\r\n\r\n`]);
      const url = await scope.evaluate(
        async (url) => {
          const client = modules.createClient({ adapter: modules.xhrAdapter() });
          const response = await client.get(url);
          await response.discard();
          return response.url;
        },
        `${target.url.replace("//", "//user:secret@")}/path?x@y#part`,
      );
      expect(String(target.requests[0]!.bytes)).toMatch(/^GET \/path\?x@y HTTP/);
      expect(String(target.requests[0]!.bytes)).not.toMatch(/authorization/i);
      expect(url).toBe(`${target.url}/path?x@y`);
    });

    test("what a page may not ask for is refused before anything goes out", async () => {
      const before = server.requests.length;
      const errors = await scope.evaluate(async (url) => {
        const client = modules.createClient({ adapter: modules.xhrAdapter() });
        const lines = [
          ["Cookie", "a=1"],
          ["Host", "other.test"],
          ["content-length", "1"],
          ["Proxy-Authorization", "x"],
          ["Sec-Own", "x"],
          ["Accept-Encoding", "gzip"],
          ["X-HTTP-Method-Override", "TRACE"],
        ] as const;
        const calls = [
          ...lines.map((line) => client.get(url, { headers: [line] })),
          client.request(url, { method: "TRACE" }),
          client.get(url, { body: "x" }),
          client.head(url, { body: "x" }),
          client.post(url, { body: new Blob(["x"]).stream() }),
          client.post(url, { body: ["x"] }),
          client.post(url, { body: modules.toBody(["x"]) }),
          client.get(url, { timeout: { connect: 1 } as object }),
          client.get(url, { timeout: { read: 0 } }),
        ];
        return Promise.all(calls.map((call) => modules.failure(call)));
      }, server.url);
      expect(errors.map(({ code }) => code)).toEqual([
        ...Array<string>(13).fill("ERR_UNSUPPORTED"),
        "ERR_OPTION",
        "ERR_OPTION",
      ]);
      expect(errors[0]).toEqual({
        name: "HttpError",
        code: "ERR_UNSUPPORTED",
        phase: "prepare",
        message: `GET ${server.url}/: not sent: Cookie (ERR_UNSUPPORTED)`,
      });
      for (const { message } of errors.slice(10, 13)) expect(message).toContain("not sent: stream");
      expect(server.requests).toHaveLength(before);
    });

    test("nothing that stands on Object.prototype is taken for an option", async () => {
      const credentials = await scope.evaluate(async (url) => {
        const { prototype } = XMLHttpRequest;
        const real = Object.getOwnPropertyDescriptor(prototype, "withCredentials")!;
        const seen: unknown[] = [];
        Object.defineProperty(prototype, "withCredentials", {
          configurable: true,
          set(value) {
            seen.push(value);
            real.set!.call(this, value);
          },
        });
        Object.assign(Object.prototype, { withCredentials: true });
        try {
          await (await modules.createClient({ adapter: modules.xhrAdapter() }).get(url)).discard();
        } finally {
          delete (Object.prototype as { withCredentials?: boolean }).withCredentials;
          Object.defineProperty(prototype, "withCredentials", real);
        }
        return seen.map(Boolean);
      }, `${server.url}/get`);
      expect(credentials).toEqual([false]);
    });

    test("no header that was given is lost without a word", async () => {
      const names = ["Accept", "Accept-Language", "Cache-Control", "If-None-Match", "Range", "Authorization"];
      const headers = await scope.evaluate(
        async ([url, names]) => {
          const client = modules.createClient({ adapter: modules.xhrAdapter() });
          const response = await client.get(`${url}/headers`, { headers: names.map((name) => [name, "own"] as const) });
          return (await response.json<{ headers: Record<string, string> }>()).headers;
        },
        [server.url, names] as const,
      );
      expect(names.map((name) => [name, headers[name]])).toEqual(names.map((name) => [name, "own"]));
    });
  });

  describe("responses", () => {
    test("headers come in lower case, and those of one name in one", async () => {
      await using target = await startRawServer([
        `HTTP/1.1 299 My Words\r\n${cors}X-B: 1\r\nX-Empty:\r\nx-b: two: 2\r\nX-A: \xe9\r\nContent-Length: 2\r\n\r\nok`,
      ]);
      const answer = await scope.evaluate(async (url) => {
        const response = await modules.createClient({ adapter: modules.xhrAdapter() }).get(url);
        const { status, reason, headers } = response;
        return {
          status,
          reason,
          headers: headers.filter(([name]) => /^x-.{1,5}$/.test(name)),
          text: await response.text(),
        };
      }, target.url);
      expect(answer).toEqual({
        status: 299,
        reason: "My Words",
        headers: [
          ["x-a", "é"],
          ["x-b", "1, two: 2"],
          ["x-empty", ""],
        ],
        text: "ok",
      });
    });

    test("the head comes before the content, which is read once", async () => {
      await using target = await startRawServer([
        async (socket) => {
          socket.write(`HTTP/1.1 200 OK\r\n${cors}Content-Length: 4\r\n\r\nta`);
          await once(socket, "close");
        },
        (socket) => void socket.write(`HTTP/1.1 200 OK\r\n${cors}Content-Length: 4\r\n\r\ntale`),
      ]);
      const answer = await scope.evaluate(async (url) => {
        const client = modules.createClient({ adapter: modules.xhrAdapter() });
        const first = await client.get(url);
        await first.discard();
        await first.discard();
        const second = await client.get(url);
        const text = await second.text();
        return [
          first.status,
          text,
          await modules.failure(first.text()),
          await modules.failure(second.bytes()),
        ] as const;
      }, target.url);
      expect(answer.slice(0, 2)).toEqual([200, "tale"]);
      expect(answer.slice(2)).toMatchObject([
        { code: "ERR_BODY_CONSUMED", phase: "body" },
        { code: "ERR_BODY_CONSUMED", phase: "body" },
      ]);
      // discard() ended the exchange.
      await target.connections[0]!.closed;
    });

    test("a content that is discarded while it is read breaks off", async () => {
      await using target = await startRawServer([
        (socket) => void socket.write(`HTTP/1.1 200 OK\r\n${cors}Content-Length: 4\r\n\r\nta`),
      ]);
      const error = await scope.evaluate(async (url) => {
        const response = await modules.createClient({ adapter: modules.xhrAdapter() }).get(url);
        const reading = modules.failure(response.text());
        await response.discard();
        return reading;
      }, target.url);
      expect(error).toMatchObject({ code: "ERR_BODY_TRUNCATED", phase: "body" });
      await gone(target);
    });

    test("a content can be iterated over, and none is none", async () => {
      const answer = await scope.evaluate(async (url) => {
        const client = modules.createClient({ adapter: modules.xhrAdapter(), defaults: { baseUrl: url } });
        let length = 0;
        for await (const chunk of (await client.get("/bytes/100000")).body) length += chunk.length;
        const empty = await Promise.all(
          [client.head("/get"), client.get("/status/204"), client.get("/bytes/0")].map(
            async (call) => (await (await call).bytes()).length,
          ),
        );
        return [length, ...empty];
      }, server.url);
      expect(answer).toEqual([100_000, 0, 0, 0]);
    });

    test("redirects are followed, and the URL is the last one", async () => {
      const answer = await scope.evaluate(async (url) => {
        const response = await modules.createClient({ adapter: modules.xhrAdapter() }).get(`${url}/redirect/2`);
        return [response.status, response.url, response.history.length, (await response.bytes()).length > 0];
      }, server.url);
      expect(answer).toEqual([200, `${server.url}/get`, 0, true]);
    });

    test("a content is decoded by the browser", async () => {
      const answer = await scope.evaluate(async (url) => {
        const response = await modules.createClient({ adapter: modules.xhrAdapter() }).get(`${url}/gzip`);
        return response.json();
      }, server.url);
      expect(answer).toMatchObject({ gzipped: true });
    });

    test("cookies go to another origin where credentials are asked for", async () => {
      const answer = await scope.evaluate(
        async (url) => {
          const client = modules.createClient({ adapter: modules.xhrAdapter(), defaults: { baseUrl: url } });
          await (await client.get("/cookies/set?kept=1", { withCredentials: true })).discard();
          const cookies = async (options: object) =>
            (await client.get("/cookies", options)).json<{ cookies: object }>();
          return [(await cookies({ withCredentials: true })).cookies, (await cookies({})).cookies];
        },
        server.url.replace("127.0.0.1", "127.0.0.1"),
      );
      expect(answer).toEqual([{ kept: "1" }, {}]);
    });
  });

  describe("progress", () => {
    test("an upload's rises to its end", async () => {
      const { seen, length } = await scope.evaluate(async (url) => {
        const client = modules.createClient({ adapter: modules.xhrAdapter() });
        const seen: { sent: number; total: number | undefined }[] = [];
        const body = new Blob([new Uint8Array(5_000_000)]);
        const response = await client.post(`${url}/anything`, { body, onUploadProgress: (step) => seen.push(step) });
        await response.discard();
        return { seen, length: body.size };
      }, server.url);
      expect(seen.length).toBeGreaterThan(0);
      expect(seen.map(({ sent }) => sent)).toEqual(seen.map(({ sent }) => sent).toSorted((a, b) => a - b));
      expect(seen.at(-1)).toEqual({ sent: length, total: length });
      expect(seen.every(({ total }) => total === length)).toBe(true);
    });

    test("a download's rises to its end, with and without a known length", async () => {
      const both = await scope.evaluate(async (url) => {
        const client = modules.createClient({ adapter: modules.xhrAdapter(), defaults: { baseUrl: url } });
        const watch = async (path: string) => {
          const seen: { received: number; total: number | undefined }[] = [];
          const response = await client.get(path, { onDownloadProgress: (step) => seen.push(step) });
          return { seen, length: (await response.bytes()).length };
        };
        return Promise.all([watch("/bytes/3000000"), watch("/stream-bytes/300000"), watch("/bytes/0")]);
      }, server.url);
      for (const { seen, length } of both) {
        const received = seen.map((step) => step.received);
        expect(received).toEqual(received.toSorted((a, b) => a - b));
        expect(seen.at(-1)).toEqual({ received: length, total: length });
      }
      expect(both[0].seen.every(({ total }) => total === 3_000_000)).toBe(true);
      expect(both[1].seen[0]!.total).toBeUndefined();
    });

    test("what a listener throws ends the call", async () => {
      const answer = await scope.evaluate(async (url) => {
        const client = modules.createClient({ adapter: modules.xhrAdapter() });
        const stop = () => {
          throw new Error("enough");
        };
        const response = await client.get(`${url}/bytes/300000`, { onDownloadProgress: stop });
        const upload = client.post(`${url}/post`, { body: new Blob(["x".repeat(100)]), onUploadProgress: stop });
        return [await modules.failure(response.bytes()), await modules.failure(upload)];
      }, server.url);
      expect(answer.map(({ message }) => message)).toEqual(["enough", "enough"]);
    });

    test("without a listener or a budget, a simple POST is not asked for first", async () => {
      await using target = await startRawServer([
        `HTTP/1.1 200 OK\r\n${cors}Content-Length: 0\r\n\r\n`,
        leave,
        `HTTP/1.1 200 OK\r\n${cors}Content-Length: 0\r\n\r\n`,
      ]);
      await scope.evaluate(async (url) => {
        const client = modules.createClient({ adapter: modules.xhrAdapter() });
        await (await client.post(url, { body: "a" })).bytes();
        await (await client.post(url, { body: "a", timeout: { read: 10_000 } })).bytes();
      }, target.url);
      expect(target.requests.map(({ bytes }) => String(bytes).split(" ", 1)[0])).toEqual(["POST", "OPTIONS", "POST"]);
    });
  });

  describe("aborts", () => {
    test("before, while waiting, while a content goes out and while one comes", async () => {
      const waits = Promise.withResolvers<void>();
      await using target = await startRawServer(async (socket, { bytes }) => {
        const text = String(bytes);
        if (text.startsWith("OPTIONS")) socket.write(leave);
        else if (text.includes("/body")) socket.write(`HTTP/1.1 200 OK\r\n${cors}Content-Length: 4\r\n\r\nta`);
        else if (text.includes("/wait")) waits.resolve();
        else if (text.includes("/seen")) {
          await waits.promise;
          socket.write(`HTTP/1.1 204 No Content\r\n${cors}\r\n`);
        }
      });
      const answer = await scope.evaluate(async (url) => {
        const client = modules.createClient({ adapter: modules.xhrAdapter(), defaults: { baseUrl: url } });
        const reason = new Error("changed my mind");
        const same = (promise: Promise<unknown>) => promise.then(String, (error) => error === reason);
        const before = await same(client.get("/", { signal: AbortSignal.abort(reason) }));

        const waiting = new AbortController();
        const wait = same(client.get("/wait", { signal: waiting.signal }));
        await (await client.get("/seen")).discard();
        waiting.abort(reason);

        const sending = new AbortController();
        const send = await same(
          client.post("/send", {
            body: new Blob([new Uint8Array(50_000_000)]),
            signal: sending.signal,
            onUploadProgress: () => sending.abort(reason),
          }),
        );

        const reading = new AbortController();
        const response = await client.get("/body", { signal: reading.signal });
        const read = same(response.bytes());
        reading.abort(reason);
        return [before, await wait, send, await read];
      }, target.url);
      expect(answer).toEqual([true, true, true, true]);
      // An aborted exchange ends on the wire too.
      await gone(target);
    });

    test("a listener on a shared signal is taken off in each way a call ends", async () => {
      const counts = await scope.evaluate(async (url) => {
        const client = modules.createClient({ adapter: modules.xhrAdapter(), defaults: { baseUrl: url } });
        const { signal } = new AbortController();
        let count = 0;
        const { addEventListener, removeEventListener } = signal;
        signal.addEventListener = (...rest: Parameters<typeof addEventListener>) => (
          count++,
          addEventListener.apply(signal, rest)
        );
        signal.removeEventListener = (...rest: Parameters<typeof addEventListener>) => (
          count--,
          removeEventListener.apply(signal, rest)
        );
        const counts: number[] = [];
        await (await client.get("/get", { signal })).text();
        counts.push(count);
        await (await client.get("/bytes/100", { signal })).discard();
        await Promise.resolve();
        counts.push(count);
        await modules.failure(client.get("http://127.0.0.1:1/", { signal }));
        counts.push(count);
        await modules.failure(client.get("/get", { signal, headers: { Cookie: "a" } }));
        counts.push(count);
        return counts;
      }, server.url);
      expect(counts).toEqual([0, 0, 0, 0]);
    });

    test("close() ends what is under way, and nothing is sent afterwards", async () => {
      await using target = await startRawServer((socket, { bytes }) => {
        if (String(bytes).includes("/body")) socket.write(`HTTP/1.1 200 OK\r\n${cors}Content-Length: 4\r\n\r\nta`);
      });
      const answer = await scope.evaluate(async (url) => {
        const client = modules.createClient({ adapter: modules.xhrAdapter(), defaults: { baseUrl: url } });
        const response = await client.get("/body");
        const ends = [modules.failure(response.text()), modules.failure(client.get("/wait"))];
        await client.close();
        ends.push(modules.failure(client.get("/late")));
        return Promise.all(ends);
      }, target.url);
      expect(answer.map(({ code }) => code)).toEqual(["ERR_CLOSED", "ERR_CLOSED", "ERR_CLOSED"]);
      await gone(target);
    });
  });

  describe("timeouts", () => {
    test("silence before the head, in the content, and while a content goes out", async () => {
      await using target = await startRawServer(
        (socket, { bytes }) => {
          const text = String(bytes);
          if (text.startsWith("OPTIONS")) socket.write(leave);
          else if (text.includes("/body")) socket.write(`HTTP/1.1 200 OK\r\n${cors}Content-Length: 4\r\n\r\nta`);
        },
        { onHead: (socket, head) => void (/send/.test(JSON.stringify(head)) && socket.pause()) },
      );
      const answer = await scope.evaluate(async (url) => {
        const client = modules.createClient({ adapter: modules.xhrAdapter(), defaults: { baseUrl: url } });
        const timeout = { read: 1000 };
        const response = await client.get("/body", { timeout });
        return Promise.all([
          modules.failure(response.text()),
          modules.failure(client.get("/wait", { timeout })),
          modules.failure(client.post("/send", { timeout, body: new Blob([new Uint8Array(50_000_000)]) })),
        ]);
      }, target.url);
      expect(answer.map(({ code }) => code)).toEqual(Array.from({ length: 3 }, () => "ERR_TIMEOUT_READ"));
      expect(answer.map(({ phase }) => phase)).toEqual(["body", "headers", "headers"]);
    });

    test("bytes keep it from passing, and Infinity is none", async () => {
      const lengths = await scope.evaluate(async (url) => {
        const client = modules.createClient({ adapter: modules.xhrAdapter(), defaults: { baseUrl: url } });
        const read = async (read: number) =>
          (await (await client.get("/drip?duration=2.5&numbytes=300", { timeout: { read } })).bytes()).length;
        return Promise.all([read(2000), read(Infinity)]);
      }, server.url);
      expect(lengths).toEqual([300, 300]);
    });

    test("the whole call's is the plugin's", async () => {
      await using target = await startRawServer([
        (socket) => void socket.write(`HTTP/1.1 200 OK\r\n${cors}Content-Length: 4\r\n\r\nta`),
      ]);
      const error = await scope.evaluate(async (url) => {
        const client = modules.createClient({ adapter: modules.xhrAdapter(), plugins: [modules.totalTimeout()] });
        const response = await client.get(url, { timeout: { total: 1500, read: 60_000 } });
        return modules.failure(response.text());
      }, target.url);
      expect(error.code).toBe("ERR_TIMEOUT_TOTAL");
      await gone(target);
    });
  });

  describe("failures", () => {
    test("no server, a lost connection and no leave by CORS look alike, and a message says so", async () => {
      await using target = await startRawServer([
        (socket) => void socket.destroy(),
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno",
      ]);
      const answer = await scope.evaluate(async (url) => {
        const client = modules.createClient({ adapter: modules.xhrAdapter() });
        const first = await modules.failure(client.post(url, { body: "x" }));
        const second = await modules.failure(client.get(url));
        return [first, second, await modules.failure(client.get("http://127.0.0.1:9/a?token=secret"))];
      }, target.url);
      expect(answer.map(({ code, phase }) => [code, phase])).toEqual(
        Array.from({ length: 3 }, () => ["ERR_RESET", "headers"]),
      );
      expect(answer[2]!.message).toBe("GET http://127.0.0.1:9/a: no answer, or no CORS (ERR_RESET)");
    });

    test("a content that breaks off", async () => {
      const heads = ["Content-Length: 4\r\n\r\nta", "Transfer-Encoding: chunked\r\n\r\n2\r\nta\r\n"];
      let started: Socket | undefined;
      await using target = await startRawServer((socket, { bytes }) => {
        if (String(bytes).includes("/cut")) {
          started!.end();
          socket.write(`HTTP/1.1 204 No Content\r\n${cors}\r\n`);
        } else {
          started = socket;
          socket.write(`HTTP/1.1 200 OK\r\n${cors}${heads.shift()}`);
        }
      });
      const answer = await scope.evaluate(async (url) => {
        const client = modules.createClient({ adapter: modules.xhrAdapter(), defaults: { baseUrl: url } });
        const read = async () => {
          const response = await client.get("/content");
          await (await client.get("/cut")).discard();
          return modules.failure(response.text());
        };
        return [await read(), await read()];
      }, target.url);
      expect(answer.map(({ code, phase }) => [code, phase])).toEqual(
        Array.from({ length: 2 }, () => ["ERR_BODY_TRUNCATED", "body"]),
      );
    });

    test("a content that the browser has no room for is an error, not an empty one", async () => {
      const failed = await scope.evaluate(async (url) => {
        const { prototype } = XMLHttpRequest;
        const real = Object.getOwnPropertyDescriptor(prototype, "response")!;
        Object.defineProperty(prototype, "response", { configurable: true, get: () => null });
        try {
          const response = await modules.createClient({ adapter: modules.xhrAdapter() }).get(url);
          return await response.text().then(
            () => false,
            () => true,
          );
        } finally {
          Object.defineProperty(prototype, "response", real);
        }
      }, `${server.url}/get`);
      expect(failed).toBe(true);
    });
  });
});
