import { undiciAdapter } from "@posthaste/adapter-undici";
import requests, { exceptions } from "@posthaste/compat-requests";
import { createClient, HttpError, type ErrorCode } from "@posthaste/core";
import { multipart } from "@posthaste/multipart";
import { parseMultipart, startRawServer, type RawRequest, type RawServer } from "@posthaste/test-server";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { parameters, timeout } from "./runs.ts";

vi.setConfig({ testTimeout: timeout });

/*
 * Whatever a caller gives, the server sees one request that says just that, or none and the caller gets an error that says so.
 */

const client = createClient({ adapter: undiciAdapter() });
const session = new requests.Session();
session.trust_env = false;
let server: RawServer;
beforeAll(async () => {
  server = await startRawServer((socket) => void socket.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
});
afterAll(async () => {
  await Promise.all([client.close(), session.close()]);
  await server.idle();
  await server.close();
});

/** The one request that a call made, or the error it was refused with. */
async function sent(call: () => Promise<unknown>): Promise<{ request?: RawRequest; error?: unknown }> {
  const before = server.requests.length;
  let error: unknown;
  await call().catch((reason: unknown) => (error = reason));
  const made = server.requests.slice(before);
  expect(server.errors).toEqual([]);
  expect(made).toHaveLength(error === undefined ? 1 : 0);
  return error === undefined ? { request: made[0]! } : { error };
}

function expectRefusal(error: unknown, codes: readonly ErrorCode[]): void {
  if (!(error instanceof HttpError)) throw error;
  expect(codes).toContain(error.code);
  expect(error.message).not.toMatch(/[\r\n]/);
}

/** Text as nobody would send it on purpose. */
const odd = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.string({ unit: "binary-ascii", maxLength: 12 }),
  fc.string({
    unit: fc.constantFrom(...'\r\n\0\t :;,"\\%/?#@&=[]ab1\x7f\x80\xff\u010d\u2028\ud800'.split("")),
    maxLength: 12,
  }),
  fc.constantFrom(
    "\r\nX-Injected: 1",
    "\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n",
    " HTTP/1.1\r\nX-Injected: 1\r\n",
    "\u560d\u560aX: 1",
    "__proto__",
  ),
);

/** Names that the request has anyway, or that the adapter has a say in. */
const framing = /^(?:host|connection|content-length|transfer-encoding|expect|keep-alive|upgrade|te|trailer)$/i;
const fieldsOf = ({ headers }: RawRequest, own: RegExp) =>
  headers.filter(([name]) => !own.test(name)).map(([name, value]) => [name, value]);

describe("a request of a core client", () => {
  const refusals: ErrorCode[] = ["ERR_URL", "ERR_METHOD", "ERR_HEADER", "ERR_UNSUPPORTED"];

  test("goes to what the URL names, and to nothing else", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom("/", "?", "#", "\\", "/a?", "//"), odd, async (start, text) => {
        const url = `${server.url}${start}${text}`;
        const { request, error } = await sent(() => client.get(url));
        if (!request) {
          expectRefusal(error, ["ERR_URL"]);
          return;
        }
        expect(request.target).toBe(new URL(url).href.slice(server.url.length).replace(/#.*/s, ""));
        expect(request.target).toMatch(/^\/[!-~]*$/);
        expect(fieldsOf(request, framing)).toEqual([]);
      }),
      parameters(0.1),
    );
  });

  test("has the bytes of a URL that was made by a plugin", async () => {
    await fc.assert(
      fc.asyncProperty(odd, async (text) => {
        const raw = {
          method: "GET",
          url: `${server.url}/${text}`,
          headers: [] as never,
          body: null,
          options: {},
          call: {},
        };
        const { request, error } = await sent(() => client.send(raw));
        if (request) expect(request.target).toBe(`/${text.replace(/#.*/s, "")}`);
        else expect(error).toMatchObject({ code: "ERR_URL" });
      }),
      parameters(0.1),
    );
  });

  test("has no user information of the URL in it, and errors have none", async () => {
    await fc.assert(
      fc.asyncProperty(odd, odd, async (user, text) => {
        const url = `${server.url.replace("//", `//${user.replace(/[/\\?#]/g, "")}SECRET:SECRET@`)}/${text}`;
        const { request, error } = await sent(() => client.get(url));
        if (request) expect(request.bytes.toString("latin1")).not.toContain("SECRET");
        else {
          expectRefusal(error, ["ERR_URL"]);
          expect(String(error)).not.toContain("SECRET");
        }
      }),
      parameters(0.1),
    );
  });

  test("has the method that was given", async () => {
    await fc.assert(
      fc.asyncProperty(odd, async (method) => {
        const { request, error } = await sent(() => client.request(server.url, { method }));
        if (request) expect(request.method).toBe(method.toUpperCase());
        else expectRefusal(error, refusals);
      }),
      parameters(0.05),
    );
  });

  test("has the header that was given", async () => {
    const name = fc.oneof(odd, fc.stringMatching(/^[\w-]{1,10}$/));
    await fc.assert(
      fc.asyncProperty(name, odd, async (name, value) => {
        const { request, error } = await sent(() => client.get(server.url, { headers: [[name, value]] }));
        if (!request) expectRefusal(error, refusals);
        else if (!framing.test(name))
          expect(fieldsOf(request, framing)).toEqual([[name, value.replace(/^[\t ]+|[\t ]+$/g, "")]]);
      }),
      parameters(0.1),
    );
  });

  test("has the query that was given", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(odd, odd)), async (query) => {
        const { request } = await sent(() => client.get(server.url, { query }));
        const well = query.map(([name, value]) => [name.toWellFormed(), value.toWellFormed()]);
        expect([...new URL(request!.target, server.url).searchParams]).toEqual(well);
      }),
      parameters(0.05),
    );
  });

  test("has the parts of a form, each with its own name, file name and content", async () => {
    const part = fc.record({
      name: odd,
      filename: fc.option(odd, { nil: undefined }),
      value: odd,
      type: fc.option(odd, { nil: undefined }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 4 }), async (parts) => {
        // As in browsers, a backslash stands for itself, which not every reader knows.
        fc.pre(!parts.some(({ name, filename = "" }) => /\\/.test(name + filename)));
        const form = () => parts.map(({ name, ...part }) => [name, part] as const);
        const { request, error } = await sent(async () => client.post(server.url, { body: multipart(form()) }));
        if (!request) {
          expectRefusal(error, ["ERR_HEADER"]);
          return;
        }
        const [, type] = request.headers.find(([name]) => name.toLowerCase() === "content-type")!;
        const read = parseMultipart(request.body, type);
        const lines = (text: string) => text.toWellFormed().replace(/\r\n?|\n/g, "\r\n");
        expect(read.map(({ name }) => name)).toEqual(parts.map(({ name }) => unquoted(lines(name))));
        for (const [index, { filename, value }] of parts.entries()) {
          if (filename) expect(read[index]!.filename).toBe(unquoted(filename.toWellFormed()));
          expect([value.toWellFormed(), lines(value)]).toContain(read[index]!.body.toString("utf8"));
          expect(Object.keys(read[index]!.headers).toSorted()).toEqual(expect.arrayContaining(["content-disposition"]));
          expect(Object.keys(read[index]!.headers)).not.toContain("x-injected");
        }
      }),
      parameters(0.05),
    );
  });
});

/** What the server's reader makes of a name: it takes escapes for what they may stand for. */
function unquoted(text: string): string {
  return text
    .replace(/%(22|0D|0A)/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/\\(["\\])/g, "$1");
}

describe("a request of compat-requests", () => {
  const own = /^(?:host|connection|user-agent|accept|accept-encoding|content-length|content-type|authorization)$/i;
  /** All that Python's requests raises for what it is given. */
  const refuses = (error: unknown) => {
    const classes = [exceptions.RequestException, exceptions.ValueError, exceptions.UnicodeError];
    if (!classes.some((type) => error instanceof type)) throw error;
  };

  test("goes to what the URL names, and to nothing else", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom("/", "?", "#", "/a?", "//"), odd, async (start, text) => {
        const { request, error } = await sent(() => session.get(`${server.url}${start}${text}`));
        if (!request) {
          refuses(error);
          return;
        }
        expect(request.target).toMatch(/^\/[!-~]*$/);
        expect(fieldsOf(request, own)).toEqual([]);
      }),
      parameters(0.1),
    );
  });

  test("has the method that was given", async () => {
    await fc.assert(
      fc.asyncProperty(odd, async (method) => {
        const { request, error } = await sent(() => session.request(method, server.url));
        if (request) expect(request.method).toBe(method.toUpperCase());
        else refuses(error);
      }),
      parameters(0.05),
    );
  });

  test("has the header that was given", async () => {
    const name = fc.oneof(odd, fc.stringMatching(/^X-[\w-]{1,10}$/));
    await fc.assert(
      fc.asyncProperty(name, odd, async (name, value) => {
        const { request, error } = await sent(() => session.get(server.url, { headers: { [name]: value } }));
        if (!request) refuses(error);
        else if (!own.test(name) && !framing.test(name))
          expect(fieldsOf(request, own)).toEqual([[name, value.replace(/^[\t ]+|[\t ]+$/g, "")]]);
      }),
      parameters(0.1),
    );
  });

  test("has the cookies that were given, and nothing but them", async () => {
    await fc.assert(
      fc.asyncProperty(odd, odd, async (name, value) => {
        const { request, error } = await sent(() => session.get(server.url, { cookies: new Map([[name, value]]) }));
        if (!request) refuses(error);
        if (request)
          expect(fieldsOf(request, /^(?:cookie|host|connection|user-agent|accept|accept-encoding)$/i)).toEqual([]);
      }),
      parameters(0.05),
    );
  });

  test("has the parts of a form, each with its own name, file name and content", async () => {
    await fc.assert(
      fc.asyncProperty(odd, odd, odd, odd, async (field, filename, content, type) => {
        // As in Python, a backslash stands for itself, which not every reader knows.
        fc.pre(!/\\/.test(field + filename));
        const files = [["file", [filename, content, type]]] as never;
        const { request, error } = await sent(() => session.post(server.url, { data: [[field, content]], files }));
        if (!request) {
          refuses(error);
          return;
        }
        const [, media] = request.headers.find(([name]) => name.toLowerCase() === "content-type")!;
        const read = parseMultipart(request.body, media);
        expect(read.map(({ name }) => name)).toEqual([unquoted(field.toWellFormed()), "file"]);
        for (const { body, headers } of read) {
          expect(body.toString("utf8")).toBe(content.toWellFormed());
          expect(Object.keys(headers)).not.toContain("x-injected");
        }
      }),
      parameters(0.05),
    );
  });
});
