import { once } from "node:events";
import { createServer, request as forward } from "node:http";
import type { AddressInfo } from "node:net";
import { startRawServer, startTestServer, type TestServer } from "@posthaste/test-server";
import { findChromium, type Scope, startBrowser, type TestBrowser } from "@posthaste/test-server/browser";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type * as browserModules from "./browser-modules.ts";
import type { Echo } from "./browser-modules.ts";

declare global {
  const modules: typeof browserModules;
}

/** Leave to read; and Chromium would hold a head back to guess the content's type, and let one request to a URL wait for another. */
const cors =
  "Access-Control-Allow-Origin: *\r\nAccess-Control-Expose-Headers: *\r\nX-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\n";

const path = findChromium();
let browser: TestBrowser;
let server: TestServer;

/** Answers every request with a head and a content. */
const answering = (head: string, content: string | Uint8Array = "") =>
  startRawServer((socket) => {
    const bytes = Buffer.from(content as string);
    socket.write(`HTTP/1.1 200 OK\r\n${cors}Content-Length: ${bytes.length}\r\n${head}\r\n`, "latin1");
    socket.write(bytes);
  });

/** The test server behind another origin, which lets pages see all headers. */
async function exposing(): Promise<{ url: string; [Symbol.asyncDispose](): Promise<void> }> {
  const relay = createServer((request, response) => {
    const { method = "GET", url = "/", headers } = request;
    const target = forward(server.url + url, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode!, { ...answer.headers, "access-control-expose-headers": "*" });
      answer.pipe(response);
    });
    request.pipe(target);
  });
  relay.listen(0, "127.0.0.1");
  await once(relay, "listening");
  const close = async (): Promise<void> => {
    relay.closeAllConnections();
    relay.close();
    await once(relay, "close");
  };
  return { url: `http://127.0.0.1:${(relay.address() as AddressInfo).port}`, [Symbol.asyncDispose]: close };
}

describe.skipIf(!path)("in Chromium", () => {
  beforeAll(async () => {
    const source = 'export * from "./browser-modules.ts";';
    [server, browser] = await Promise.all([
      startTestServer(),
      startBrowser({ path: path!, source, resolveDir: import.meta.dirname }),
    ]);
  });
  afterAll(async () => {
    await Promise.all([browser?.close(), server?.close()]);
  });

  test("a challenge of the page's own origin is answered when the user has sent the browser's question away", async () => {
    const tab = (await browser.window(`${server.url}/html`)) as Awaited<ReturnType<TestBrowser["page"]>>;
    const user = await tab.context().newCDPSession(tab);
    const asked: string[] = [];
    user.on("Fetch.requestPaused", ({ requestId }) => void user.send("Fetch.continueRequest", { requestId }));
    user.on("Fetch.authRequired", ({ requestId, authChallenge }) => {
      asked.push(authChallenge.scheme);
      void user.send("Fetch.continueWithAuth", { requestId, authChallengeResponse: { response: "CancelAuth" } });
    });
    await user.send("Fetch.enable", { handleAuthRequests: true });
    const answer = await tab.evaluate(async (url) => {
      const { requests, auth } = modules;
      const r = await requests.get(url, { auth: new auth.HTTPDigestAuth("user", "passwd") });
      return [r.status_code, r.history.length];
    }, `${server.url}/digest-auth/auth/user/passwd/SHA-256`);
    expect(answer).toEqual([200, 1]);
    expect(asked).toEqual(["digest"]);
  });

  describe.each(["window", "worker"] as const)("%s", (kind) => {
    /** Of the test server's own origin, and of another one. */
    let own: Scope;
    let other: Scope;
    beforeAll(async () => {
      [own, other] = await Promise.all([browser[kind](`${server.url}/html`), browser[kind]()]);
    });

    describe.each([
      ["the page's own origin", () => own],
      ["another origin", () => other],
    ] as const)("to %s", (_, scopeOf) => {
      test("a GET with parameters has status, headers, text and JSON", async () => {
        const answer = await scopeOf().evaluate(async (url) => {
          const r = await modules.requests.get(`${url}/get`, { params: { a: [1, 2], b: null, c: "é" } });
          r.raise_for_status();
          const { args, headers } = r.json<Echo>();
          const { status_code, reason, ok, encoding } = r;
          const elapsed = r.elapsed.total_seconds() > 0;
          return {
            args,
            headers,
            kept: {
              status_code,
              reason,
              ok,
              encoding,
              elapsed,
              url: r.url,
              history: r.history,
              text: r.text.length > 9,
            },
            type: r.headers["Content-Type"],
            asked: Object.keys(r.request.headers.copy()),
          };
        }, server.url);
        expect(answer.args).toEqual({ a: ["1", "2"], c: "é" });
        expect(answer.kept).toEqual({
          status_code: 200,
          reason: "OK",
          ok: true,
          encoding: "utf-8",
          elapsed: true,
          url: `${server.url}/get?a=1&a=2&c=%C3%A9`,
          history: [],
          text: true,
        });
        expect(answer.type).toContain("application/json");
        expect(answer.headers).toMatchObject({ Accept: "*/*", "User-Agent": expect.stringContaining("Mozilla") });
      });

      test("every verb sends its method", async () => {
        const answers = await scopeOf().evaluate(async (url) => {
          const { requests } = modules;
          const called = [requests.put, requests.patch, requests.delete, requests.head, requests.options];
          const paths = ["put", "patch", "delete", "get", "get"];
          const answers: unknown[] = [];
          for (const [at, verb] of called.entries()) {
            const r = await verb(`${url}/${paths[at]}`);
            answers.push([r.request.method, r.status_code]);
          }
          const session = new requests.Session();
          for (const verb of ["put", "patch", "delete", "head", "options"] as const)
            answers.push((await session[verb](`${url}/${verb === "head" || verb === "options" ? "get" : verb}`)).ok);
          return answers;
        }, server.url);
        const called = ["PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"].map((method) => [method, 200]);
        expect(answers).toEqual([...called, true, true, true, true, true]);
      });

      test("contents of each kind go out", async () => {
        const sent = await scopeOf().evaluate(async (url) => {
          const pieces = async function* () {
            yield "a";
            yield new Uint8Array([98]);
          };
          const kinds = {
            form: { data: { a: 1, b: true, c: ["x y", "é"] } },
            pairs: { data: [["a", "1"]] as [string, string][] },
            json: { json: { é: [1, null] } },
            text: { data: "hé" },
            bytes: { data: new Uint8Array([104, 105]) },
            buffer: { data: new Uint8Array([104, 105]).buffer },
            blob: { data: new Blob(["blob"]) },
            generator: { data: pieces() },
            stream: { data: new Blob(["stream"]).stream() },
            reader: { data: { read: (size?: number) => (size === undefined ? "" : "").slice(), length: 0 } },
            files: {
              data: { tag: ["1", "2"] },
              files: {
                text: ["a.txt", "té"] as [string, string],
                typed: ["b.json", "{}", "application/json", { "X-Part": "1" }] as [string, string, string, object],
                bytes: new Uint8Array([120]),
                file: new File(["file"], "c.txt"),
              },
            },
          };
          const all: Record<string, object> = {};
          for (const [kind, kwargs] of Object.entries(kinds)) {
            const { form, files, json, data, headers } = await modules
              .posted(url, kwargs as object)
              .catch((e: Error) => {
                throw new Error(kind + e.message);
              });
            all[kind] = { form, files, json, data, type: headers["Content-Type"], length: headers["Content-Length"] };
          }
          return all;
        }, server.url);
        const form = { type: "application/x-www-form-urlencoded" };
        expect(sent).toMatchObject({
          form: { form: { a: "1", b: "True", c: ["x y", "é"] }, ...form },
          pairs: { form: { a: "1" }, ...form, length: "3" },
          json: { json: { é: [1, null] }, type: "application/json", length: "21" },
          text: { data: "hé", length: "3" },
          bytes: { data: "hi", length: "2" },
          buffer: { data: "hi" },
          blob: { data: "blob", length: "4" },
          generator: { data: "ab", length: "2" },
          stream: { data: "stream", length: "6" },
          reader: { data: "" },
          files: {
            form: { tag: ["1", "2"] },
            files: { text: "té", typed: "{}", bytes: "x", file: "file" },
            type: expect.stringMatching(/^multipart\/form-data; boundary=[\da-f]{32}$/),
          },
        });
      });

      test("a session adds its headers, parameters and credentials, and calls hooks", async () => {
        const answer = await scopeOf().evaluate(async (url) => {
          const { requests, exceptions } = modules;
          const session = new requests.Session();
          session.headers.update({ "X-Own": "1", "X-Gone": "1" });
          session.params = { p: "1" };
          session.auth = ["user", "pässwd"];
          session.hooks = { response: (r: { status_code: number }) => void seen.push(r.status_code) };
          const seen: number[] = [];
          const r = await session.get(`${url}/get`, { params: { q: 2 }, headers: { "X-Gone": null } });
          const echo = r.json<Echo>();
          session.params = {};
          session.auth = null;
          const basic = await session.get(`${url}/basic-auth/user/passwd`, { auth: ["user", "passwd"] });
          const token = await session.get(`${url}/bearer`, {
            auth: (request) => (request.headers.set("Authorization", "Bearer t"), request),
          });
          const prepared = session.prepare_request(new requests.Request("POST", `${url}/post`, { json: [1] }));
          const sent = await session.send(prepared);
          const missing = await session.get(`${url}/status/404`);
          let error: unknown;
          try {
            missing.raise_for_status();
          } catch (thrown) {
            error = thrown;
          }
          return {
            args: echo.args,
            headers: echo.headers,
            basic: basic.status_code,
            token: token.json<{ token: string }>().token,
            sent: sent.json<Echo>().json,
            seen,
            error: [error instanceof exceptions.HTTPError, (error as Error).message],
          };
        }, server.url);
        expect(answer).toMatchObject({
          args: { p: "1", q: "2" },
          headers: { "X-Own": "1", Authorization: "Basic dXNlcjpw5HNzd2Q=" },
          basic: 200,
          token: "t",
          sent: [1],
          seen: [200, 200, 200, 200, 404],
          error: [true, `404 Client Error: Not Found for url: ${server.url}/status/404`],
        });
        expect(answer.headers).not.toHaveProperty("X-Gone");
      });

      test("the browser follows redirects, and tells where they led", async () => {
        const answer = await scopeOf().evaluate(async (url) => {
          const { requests } = modules;
          const plain = await requests.get(`${url}/get#part`);
          const r = await requests.get(`${url}/redirect/2`);
          const head = await requests.head(`${url}/redirect/1`);
          const told = [r.url, r.history, r.is_redirect, r.next, r.request.url];
          return [plain.url, ...told, head.url, head.status_code];
        }, server.url);
        const { url } = server;
        expect(answer).toEqual([
          `${url}/get#part`,
          `${url}/get`,
          [],
          false,
          null,
          `${url}/redirect/2`,
          `${url}/get`,
          200,
        ]);
      });

      test("the browser decodes contents", async () => {
        const answer = await scopeOf().evaluate(async (url) => {
          const { requests } = modules;
          const gzip = await requests.get(`${url}/gzip`);
          const pieces: number[] = [];
          for await (const piece of (await requests.get(`${url}/deflate`, { stream: true })).iter_content(50))
            pieces.push(piece.length);
          return [gzip.json(), (await requests.get(`${url}/brotli`)).json(), pieces.length > 1];
        }, server.url);
        expect(answer).toMatchObject([{ gzipped: true }, { brotli: true }, true]);
      });

      test("a streamed content comes whole, and is read in pieces and lines", async () => {
        const answer = await scopeOf().evaluate(async (url) => {
          const { requests, failure } = modules;
          const lengths: number[] = [];
          const session = new requests.Session();
          const r = await session.get(`${url}/bytes/2500`, { stream: true });
          const early = await failure((async () => r.content)());
          for await (const piece of r.iter_content(1000)) lengths.push(piece.length);
          const lines: unknown[] = [];
          const streamed = await session.get(`${url}/stream/3`, { stream: true });
          for await (const line of streamed.iter_lines({ decode_unicode: true })) lines.push(JSON.parse(line).id);
          const rest = await session.get(`${url}/get`, { stream: true });
          await rest.read();
          const raw = await session.get(`${url}/bytes/10`, { stream: true });
          const start = await raw.raw.read(4);
          await raw.close();
          const kept = await session.get(`${url}/bytes/5`);
          const again = [...kept.iter_content(2)].map((piece) => piece.length);
          return { early, lengths, lines, json: rest.json<Echo>().url, start: start.length, again };
        }, server.url);
        expect(answer).toEqual({
          early: expect.objectContaining({ name: "RuntimeError", message: expect.stringContaining("await r.read()") }),
          lengths: [1000, 1000, 500],
          lines: [0, 1, 2],
          json: `${server.url}/get`,
          start: 4,
          again: [2, 2, 1],
        });
      });
    });

    test("text is read by its charset, its byte order mark, and by what it seems to be", async () => {
      const cases: readonly (readonly [type: string, content: Uint8Array])[] = [
        ["text/plain; charset=utf-8", Buffer.from("é→")],
        ["text/plain", Buffer.from("é", "latin1")],
        ["text/plain; charset=shift_jis", Uint8Array.of(0x93, 0xfa, 0x96, 0x7b)],
        ["text/plain; charset=cp437", Uint8Array.of(0x81)],
        ["text/plain; charset=klingon", Buffer.from("é")],
        ["application/json", Buffer.from('"é"')],
        ["application/json; charset=utf-16", Buffer.from('\ufeff"é"', "utf16le")],
        ["", Buffer.from("naïve")],
        [
          "application/xml",
          Uint8Array.from("Привет, мир. Как дела? Хорошо, спасибо.", (char) => {
            const code = char.charCodeAt(0);
            return code < 128 ? code : code - 0x350;
          }),
        ],
      ];
      const texts: string[] = [];
      for (const [type, content] of cases) {
        await using target = await answering(type && `Content-Type: ${type}\r\n`, content);
        texts.push(await other.evaluate(async (url) => (await modules.requests.get(url)).text, target.url));
      }
      expect(texts).toEqual([
        "é→",
        "é",
        "日本",
        "ü",
        "é",
        '"é"',
        '\ufeff"é"'.slice(1),
        "naïve",
        "Привет, мир. Как дела? Хорошо, спасибо.",
      ]);
    });

    test("what guesses encodings is not loaded for a picture, but when it is read once more", async () => {
      const target = await browser[kind](`${server.url}/html`);
      const answer = await target.evaluate(async (url) => {
        const r = await modules.requests.get(`${url}/image/png`);
        const early = await modules.failure((async () => r.apparent_encoding)());
        await r.read();
        return [early, r.content.length > 0, typeof r.apparent_encoding] as const;
      }, server.url);
      expect(answer[0]).toMatchObject({ name: "RuntimeError", message: expect.stringContaining("await r.read()") });
      expect(answer.slice(1)).toEqual([true, "object"]);
    });

    test("headers that the server lets a page see are told", async () => {
      await using target = await answering('X-A: 1\r\nx-a: 2\r\nLink: </n>; rel="next"\r\nSet-Cookie: a=1\r\n');
      const answer = await other.evaluate(async (url) => {
        const r = await modules.requests.get(url);
        return { a: r.headers["x-A"], links: r.links, cookies: r.cookies.get_dict(), length: r.content.length };
      }, target.url);
      expect(answer).toEqual({ a: "1, 2", links: { next: { url: "/n", rel: "next" } }, cookies: {}, length: 0 });
    });

    test("digest challenges that another origin lets the page see are answered, and later requests answer at once", async () => {
      await using target = await exposing();
      const before = server.requests.length;
      const answer = await own.evaluate(async (url) => {
        const { requests, auth } = modules;
        const all: unknown[] = [];
        const session = new requests.Session();
        for (const algorithm of ["MD5", "SHA-256", "SHA-512"]) {
          session.auth = new auth.HTTPDigestAuth("user", "passwd");
          const r = await session.get(`${url}/digest-auth/auth/user/passwd/${algorithm}`);
          all.push([r.status_code, r.history.length]);
        }
        const again = await session.get(`${url}/digest-auth/auth/user/passwd/SHA-512`);
        session.auth = new auth.HTTPDigestAuth("user", "wrong");
        const refused = await session.get(`${url}/digest-auth/auth/user/passwd/MD5`);
        return [...all, [again.status_code, again.history.length], refused.status_code];
      }, target.url);
      expect(answer).toEqual([[200, 1], [200, 1], [200, 1], [200, 0], 401]);
      const got = server.requests.slice(before).filter(({ method }) => method === "GET");
      expect(got).toHaveLength(9);
    });

    test("a digest challenge is answered by the URL as the browser writes it, and as a redirect leads to it", async () => {
      await using target = await exposing();
      const answer = await other.evaluate(async (url) => {
        const { requests, auth } = modules;
        const session = new requests.Session();
        session.auth = new auth.HTTPDigestAuth("user", "passwd");
        const path = "/digest-auth/auth/user/passwd";
        const written = await session.get(`${url}${path}?q='a'`);
        session.auth = new auth.HTTPDigestAuth("user", "passwd");
        const led = await session.get(`${url}/redirect-to`, { params: { url: path } });
        return [written.status_code, written.url, led.status_code, led.url];
      }, target.url);
      const url = `${target.url}/digest-auth/auth/user/passwd`;
      expect(answer).toEqual([200, `${url}?q=%27a%27`, 200, url]);
    });

    test("a digest challenge of a redirect's target on another origin is not answered", async () => {
      await using target = await exposing();
      const before = server.requests.length;
      const status = await other.evaluate(
        async ([from, to]) => {
          const { requests, auth } = modules;
          const params = { url: `${to}/digest-auth/auth/user/passwd` };
          const session = new requests.Session();
          session.auth = new auth.HTTPDigestAuth("user", "passwd");
          return (await session.get(`${from}/redirect-to`, { params })).status_code;
        },
        [server.url, target.url] as const,
      );
      expect(status).toBe(401);
      expect(server.requests.slice(before).filter(({ method }) => method === "GET")).toHaveLength(2);
    });

    test("what a browser forbids is refused at once, by what was asked for and what to do", async () => {
      const before = server.requests.length;
      const refused = await own.evaluate(async (url) => {
        const { requests, adapters, failure } = modules;
        const secure = "https://127.0.0.1:1/";
        const mounted = (kwargs: object, to = url): Promise<unknown> => {
          const session = new requests.Session();
          session.mount(to.replace(/\/\/.*/, "//"), new adapters.HTTPAdapter(kwargs));
          return session.get(to);
        };
        class Bound extends adapters.HTTPAdapter {
          override init_poolmanager(connections: number, maxsize: number, block?: boolean): void {
            super.init_poolmanager(connections, maxsize, block, { source_address: ["127.0.0.1", 0] });
          }
        }
        class Secure extends adapters.HTTPAdapter {
          override init_poolmanager(connections: number, maxsize: number, block?: boolean): void {
            super.init_poolmanager(connections, maxsize, block, { ssl_context: { servername: "a.test" } });
          }
        }
        const on = (adapter: InstanceType<typeof adapters.HTTPAdapter>, to: string): Promise<unknown> => {
          const session = new requests.Session();
          session.mount(to.replace(/\/\/.*/, "//"), adapter);
          return session.get(to);
        };
        const calls = {
          allow_redirects: requests.get(url, { allow_redirects: false }),
          head: requests.head(url, { allow_redirects: false }),
          proxies: requests.get(url, { proxies: { http: "http://user:secret@127.0.0.1:1" } }),
          verify: requests.get(secure, { verify: false }),
          bundle: requests.get(secure, { verify: "/etc/ca.pem" }),
          cert: requests.get(secure, { cert: ["/a.pem", "/b.pem"] }),
          cookies: requests.get(url, { cookies: { a: "1" } }),
          host: requests.get(url, { headers: { Host: "other.test" } }),
          coding: requests.get(url, { headers: { "Accept-Encoding": "gzip" } }),
          connection: requests.get(url, { headers: { Connection: "close" } }),
          body: requests.get(url, { data: { a: 1 } }),
          method: requests.request("TRACE", url),
          connect: requests.get(url, { timeout: [1, null] }),
          exact: mounted({ exact: true }),
          block: mounted({ pool_block: true }),
          source_address: on(new Bound(), url),
          ssl_context: on(new Secure(), secure),
        };
        const out: Record<string, { name: string; is: string[]; message: string }> = {};
        for (const [name, call] of Object.entries(calls))
          out[name] = await failure(call).catch((e: Error) => ({ name: e.message, is: [], message: "" }));
        return out;
      }, `${server.url}/get`);
      const named = (name: string, start: string) => ({
        name,
        is: expect.arrayContaining(["RequestException"].filter((base) => base !== name)),
        message: expect.stringMatching(new RegExp(`^${start}: .* browser .*`)),
      });
      expect(refused).toEqual({
        allow_redirects: named("RequestException", "allow_redirects"),
        head: named("RequestException", "allow_redirects"),
        proxies: named("ProxyError", "proxies"),
        verify: named("SSLError", "verify"),
        bundle: named("SSLError", "verify"),
        cert: named("SSLError", "cert"),
        cookies: named("InvalidHeader", "Cookie"),
        host: named("InvalidHeader", "Host"),
        coding: named("InvalidHeader", "Accept-Encoding"),
        connection: named("InvalidHeader", "Connection"),
        body: named("RequestException", "data"),
        method: named("RequestException", "method"),
        connect: named("RequestException", "timeout"),
        exact: named("RequestException", "exact"),
        block: named("RequestException", "pool_block"),
        source_address: named("RequestException", "source_address"),
        ssl_context: named("SSLError", "ssl_context, .*"),
      });
      expect(JSON.stringify(refused)).not.toContain("secret");
      expect(server.requests.length).toBe(before);
    });

    test("what is no matter of the browser's is let through", async () => {
      const statuses = await own.evaluate(async (url) => {
        const { requests } = modules;
        const calls = [
          { verify: true, cert: null, proxies: {}, timeout: null, stream: false, allow_redirects: true },
          { proxies: { https: "http://127.0.0.1:1" } },
          { proxies: { http: null } },
          // As in Python, nobody looks at it without TLS.
          { verify: false },
          { headers: { "Content-Length": "0", "Accept-Language": "eo", "X-Own": new Uint8Array([0xe9]) } },
          { timeout: 5 },
          { timeout: [1, 5] as const },
        ];
        return Promise.all(calls.map(async (kwargs) => (await requests.get(url, kwargs)).status_code));
      }, `${server.url}/headers`);
      expect(statuses).toEqual([200, 200, 200, 200, 200, 200, 200]);
    });

    test("the browser keeps cookies, and sends them elsewhere where it is told to", async () => {
      const answer = await own.evaluate(async (url) => {
        const session = new modules.requests.Session();
        const set = await session.get(`${url}/cookies/set?kept=1`);
        return [(await session.get(`${url}/cookies`)).json(), set.cookies.get_dict(), session.cookies.get_dict()];
      }, server.url);
      expect(answer).toEqual([{ cookies: { kept: "1" } }, {}, {}]);
      const elsewhere = await other.evaluate(async (url) => {
        const { requests, adapters } = modules;
        const session = new requests.Session();
        await session.get(`${url}/cookies/set?lost=1`);
        const without = (await session.get(`${url}/cookies`)).json();
        session.mount(url, new adapters.HTTPAdapter({ with_credentials: true }));
        await session.get(`${url}/cookies/set?sent=1`);
        return [without, (await session.get(`${url}/cookies`)).json()];
      }, server.url);
      expect(elsewhere).toEqual([{ cookies: {} }, { cookies: { sent: "1" } }]);
    });

    test("silence is a ReadTimeout, and while a content comes a ConnectionError as in Python", async () => {
      await using silent = await startRawServer(() => {});
      await using halting = await startRawServer((socket) => {
        socket.write(`HTTP/1.1 200 OK\r\n${cors}Content-Length: 9\r\n\r\npart`);
      });
      const answer = await other.evaluate(
        async ([silent, halting]) => {
          const { requests, failure } = modules;
          const calls = [
            requests.get(silent, { timeout: 0.2 }),
            requests.get(silent, { timeout: [9, 0.2] }),
            requests.get(silent, { timeout: new modules.adapters.Timeout({ total: 0.2 }) }),
            requests.get(halting, { timeout: 2 }),
            requests.get(silent, { timeout: 0 }),
            requests.get(silent, { signal: AbortSignal.abort(new Error("given up")) }),
          ];
          return Promise.all(calls.map(failure));
        },
        [silent.url, halting.url] as const,
      );
      const [number, pair, total, body, zero, abort] = answer;
      expect(number).toMatchObject({ name: "ReadTimeout", message: expect.stringContaining("(read timeout=0.2)") });
      expect(number!.is).toContain("Timeout");
      expect(pair).toMatchObject({ name: "ReadTimeout" });
      expect(total).toMatchObject({ name: "ReadTimeout", message: expect.stringContaining("(read timeout=0.2)") });
      expect(body).toMatchObject({ name: "ConnectionError" });
      expect(zero).toMatchObject({ name: "ValueError" });
      expect(abort).toMatchObject({ name: "Error", message: "given up" });
    });

    test("an answer that cannot be seen is a ConnectionError, which says that nobody is told why", async () => {
      await using forbidding = await startRawServer((socket) => {
        socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno");
      });
      const answer = await other.evaluate(async (forbidding) => {
        const { requests, failure } = modules;
        const calls = [requests.get(forbidding), requests.get("http://127.0.0.1:1/")];
        return Promise.all([...calls, requests.get("ftp://a.test/"), requests.get("a/b")].map(failure));
      }, forbidding.url);
      for (const refused of answer.slice(0, 2)) {
        expect(refused).toMatchObject({ name: "ConnectionError", message: expect.stringContaining("CORS") });
        expect(refused.message).toContain("does not tell");
      }
      expect(answer.slice(2).map(({ name }) => name)).toEqual(["InvalidSchema", "MissingSchema"]);
    });

    test("a content that breaks off is a ChunkedEncodingError", async () => {
      let cut: (() => void) | undefined;
      await using target = await startRawServer((socket) => {
        cut = () => void socket.end();
        socket.write(`HTTP/1.1 200 OK\r\n${cors}Content-Length: 9\r\n\r\npart`);
      });
      await other.evaluate(async (url) => {
        Object.assign(globalThis, { streamed: await modules.requests.get(url, { stream: true }) });
      }, target.url);
      const reading = other.evaluate(async () => {
        const { streamed } = globalThis as unknown as { streamed: { read(): Promise<unknown> } };
        return modules.failure(streamed.read());
      });
      cut!();
      expect(await reading).toMatchObject({ name: "ChunkedEncodingError" });
    });

    test("an adapter sends again what its Retry says, and one of the user's own takes what is mounted for it", async () => {
      const before = server.requests.length;
      const answer = await own.evaluate(async (url) => {
        const { requests, adapters, failure } = modules;
        const session = new requests.Session();
        const max_retries = new adapters.Retry({ total: 2, status_forcelist: [503] });
        session.mount("http://", new adapters.HTTPAdapter({ max_retries }));
        const retried = await failure(session.get(`${url}/status/503`));
        class Memory extends adapters.BaseAdapter {
          override async send(request: InstanceType<typeof requests.PreparedRequest>) {
            const isFirst = request.url === "memory://a/";
            return Object.assign(new requests.Response(), {
              status_code: isFirst ? 302 : 200,
              headers: new modules.structures.CaseInsensitiveDict(isFirst ? { location: "memory://b/" } : {}),
              url: request.url,
              request,
              _content: new TextEncoder().encode("kept"),
              _content_consumed: true,
              raw: { _original_response: null },
            });
          }
          override close() {}
        }
        session.mount("memory://", new Memory());
        const followed = await session.get("memory://a/");
        const stayed = await session.get("memory://a/", { allow_redirects: false });
        return {
          retried,
          followed: [followed.text, followed.url, followed.history.length],
          stayed: stayed.status_code,
        };
      }, server.url);
      expect(answer).toEqual({
        retried: expect.objectContaining({ name: "RetryError" }),
        followed: ["kept", "memory://b/", 1],
        stayed: 302,
      });
      expect(server.requests.length - before).toBe(3);
    });

    test("what needs files or an environment answers as where there are none", async () => {
      const answer = await own.evaluate(async (url) => {
        const { utils, failure, requests, help } = modules;
        const tell = { fileno: () => 3 };
        const size = utils.super_len(tell);
        const netrc = utils.get_netrc_auth(url);
        const path = utils.extract_zipped_paths("a.zip/b.pem");
        const open = await failure((async () => utils.atomic_open("a.txt", () => {}))());
        const none = utils.get_environ_proxies(url);
        const { platform } = help.info() as { platform: { system: string } };
        const variable = utils.set_environ("HTTP_PROXY", "http://127.0.0.1:1");
        const proxied = await failure(requests.get(url));
        const some = utils.get_environ_proxies(url);
        variable.__exit__();
        const after = (await requests.get(url)).ok;
        return {
          size,
          netrc,
          path,
          open,
          none,
          some,
          after,
          proxied,
          platform,
          ca: utils.DEFAULT_CA_BUNDLE_PATH,
        };
      }, `${server.url}/get`);
      expect(answer).toEqual({
        size: 0,
        netrc: null,
        path: "a.zip/b.pem",
        open: expect.objectContaining({ name: "OSError" }),
        none: {},
        some: { http: "http://127.0.0.1:1" },
        after: true,
        proxied: expect.objectContaining({ name: "ProxyError" }),
        platform: expect.objectContaining({ system: "browser" }),
        ca: expect.stringContaining("/"),
      });
    });
  });
});
