import { authDigest } from "@posthaste/auth-digest";
import { auth, cookies, exceptions, models, Session } from "@posthaste/compat-requests";
import { toughJar } from "@posthaste/cookies/tough";
import { HeaderList, HttpError } from "@posthaste/core";
import { nextRequest } from "@posthaste/redirect";
import { startRawServer } from "@posthaste/test-server";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { parsers, responseWith } from "./parsers.ts";
import { parameters, timeout } from "./runs.ts";

vi.setConfig({ testTimeout: timeout });

/* What a server sends is read or passed over, never thrown at the caller as something that the documentation does not name. */

/** What can stand in a header value: anything but CR, LF and NUL. */
const char = fc.constantFrom(
  ...Array.from({ length: 255 }, (_, code) => String.fromCharCode(code + 1)).filter((one) => !/[\r\n]/.test(one)),
);
const words = [
  ..."= ; , \" \\ < > / ? # & % : ' [ ] @ - _ ! 1".split(" "),
  " ",
  "\t",
  ..."a rel next charset utf-8 utf-7 klingon __proto__ constructor toString idna punycode base64 hex".split(" "),
  ..."text/html application/json Digest Basic realm nonce qop auth auth-int algorithm MD5 MD5-sess SHA-256 opaque stale".split(
    " ",
  ),
  ..."Expires Max-Age Domain Path Secure HttpOnly SameSite None __Host- __Secure- a.example .example example www.a.example".split(
    " ",
  ),
  "Tue, 01 Jan 2999 00:00:00 GMT",
  "-1",
  "99999999999999999999",
  "http://127.0.0.1",
  "//",
  "../",
  "data:,x",
  "file:///etc/passwd",
  "javascript:1",
  "http://[",
  "http://a.test:99999/",
  "\xe4\xb8\xad",
];
const value = fc.oneof(
  fc.array(fc.constantFrom(...words), { maxLength: 14 }).map((list) => list.join("")),
  fc.array(fc.constantFrom(...words), { maxLength: 14 }).map((list) => list.join("=")),
  fc.string({ unit: char, maxLength: 40 }),
);

describe.each(Object.entries(parsers))("%s", (header, readers) => {
  test.each(Object.entries(readers))("%s takes whatever comes", async (_, parse) => {
    await fc.assert(
      fc.asyncProperty(value, async (text) => {
        try {
          await parse(text);
        } catch (error) {
          const known =
            error instanceof HttpError || (header === "Location" && error instanceof exceptions.RequestException);
          if (!known) throw error;
        }
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
      parameters(0.3),
    );
  });
});

test("a cookie comes back to its own host, and to no other", async () => {
  const attribute = fc.tuple(
    fc.constantFrom("Domain=", "Path=", "Expires=", "Max-Age=", "", "Secure", "HttpOnly"),
    value,
  );
  const line = fc
    .tuple(value, fc.array(attribute, { maxLength: 3 }))
    .map(([start, list]) => [start, ...list.map((one) => one.join(""))].join("; "));
  await fc.assert(
    fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 3 }), async (lines) => {
      const jar = toughJar();
      await jar.store("https://www.a.example/b/c", lines, { sameSite: "strict" });
      for (const url of ["https://www.a.example/b/c", "https://b.example/", "https://example/", "http://127.0.0.1/"]) {
        const sent = await jar.get(url, { sameSite: "strict" });
        if (!url.includes("a.example")) expect(sent).toBe("");
        expect(sent).toMatch(/^[\t -~\x80-\xff]*$/);
      }
      const compat = new cookies.RequestsCookieJar();
      const request = (url: string) => new cookies.MockRequest(new models.Request("GET", url).prepare());
      compat.extract_cookies(
        { info: () => ({ get_all: (name: string) => (name === "Set-Cookie" ? lines : null) }) },
        request("https://www.a.example/b/c"),
      );
      for (const url of ["https://b.example/", "http://127.0.0.1/"]) {
        const other = request(url);
        compat.add_cookie_header(other);
        expect(other.get_new_headers()).toEqual({});
      }
    }),
    parameters(0.1),
  );
});

test("a redirect leads to a http or https URL, and takes no credential to another origin", () => {
  const statuses = fc.constantFrom(301, 302, 303, 307, 308);
  fc.assert(
    fc.property(value, statuses, (location, status) => {
      const response = responseWith({ Location: location }, status);
      const given = ["Authorization", "Cookie", "Proxy-Authorization", "X-Own"];
      response.request.headers = new HeaderList(given.map((name) => [name, "1"] as const));
      let next;
      try {
        next = nextRequest(response);
      } catch (error) {
        expect(error).toMatchObject({ name: "HttpError", code: "ERR_REDIRECT" });
        return;
      }
      if (!next) return;
      const { protocol, origin } = new URL(next.url);
      expect(protocol).toMatch(/^https?:$/);
      if (origin !== "http://a.test") expect(next.headers.map(([name]) => name)).toEqual(["X-Own"]);
    }),
    parameters(0.3),
  );
});

test("an answer to a challenge never holds the password, and no line end", async () => {
  await fc.assert(
    fc.asyncProperty(value, fc.constantFrom("", "Digest ", 'Digest realm="r", nonce="n", '), async (text, start) => {
      const sent: string[] = [];
      const challenge = responseWith({ "WWW-Authenticate": start + text }, 401);
      const plugin = authDigest({ username: "user", password: "SECRET" });
      await plugin.send!(challenge.request, async ({ headers }) => {
        sent.push(...headers.getAll("authorization"));
        return challenge;
      });
      for (const line of sent) expect(line).not.toMatch(/SECRET|[\r\n\0]/);
    }),
    parameters(0.3),
  );
});

// oxlint-disable-next-line no-control-regex -- what no server may send
const control = /[\x01-\x08\x0b-\x1f\x7f]/g;

describe("compat-requests, over the wire", () => {
  test("reads a response with any of these headers", async () => {
    const names = [
      "WWW-Authenticate",
      "Content-Type",
      "Link",
      "Set-Cookie",
      "Location",
      "Retry-After",
      "Content-Disposition",
    ];
    let answer = Buffer.alloc(0);
    await using server = await startRawServer((socket) => void socket.write(answer));
    await using session = new Session();
    session.trust_env = false;
    session.auth = new auth.HTTPDigestAuth("user", "SECRET");
    session.max_redirects = 2;
    const status = fc.constantFrom(200, 200, 302, 401);
    const lines = fc.array(fc.tuple(fc.constantFrom(...names), value), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(status, lines, fc.uint8Array({ maxLength: 20 }), async (code, list, content) => {
        // Only to this server, so that nobody else is asked.
        const own = list.filter(
          ([name, text]) =>
            name !== "Location" || (!/^\W*(?:[a-z]+:|[/\\]{2})/i.test(text) && !/[\\@]|\/\//.test(text)),
        );
        const head = own.map(([name, text]) => `${name}: ${text.replaceAll(control, "")}\r\n`).join("");
        answer = Buffer.concat([
          Buffer.from(`HTTP/1.1 ${code} X\r\n${head}Content-Length: ${content.length}\r\n\r\n`, "latin1"),
          content,
        ]);
        let r;
        try {
          r = await session.get(server.url);
        } catch (error) {
          expect(String(error)).not.toContain("SECRET");
          // As Python has it for a Location that is not UTF-8.
          if (error instanceof exceptions.RequestException || error instanceof exceptions.UnicodeError) return;
          throw error;
        }
        expect(typeof r.text).toBe("string");
        expect(r.links).toBeTypeOf("object");
        expect(Object.getPrototypeOf(r.links)).toBe(Object.prototype);
        try {
          r.json();
        } catch (error) {
          expect(error).toBeInstanceOf(exceptions.JSONDecodeError);
        }
      }),
      parameters(0.05),
    );
  });
});
