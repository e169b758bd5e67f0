import { HeaderList, HttpError, HttpResponse, type BodyInit, type Header, type HttpRequest } from "@posthaste/core";
import { nextRequest, type RedirectOptions } from "@posthaste/redirect";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

interface Given {
  status?: number;
  location?: string;
  method?: string;
  url?: string;
  headers?: readonly Header[];
  body?: BodyInit | null;
}

function redirectOf(given: Given): HttpResponse {
  const {
    status = 302,
    location,
    method = "GET",
    url = "http://a.test/dir/page?q=1",
    headers = [],
    body = null,
  } = given;
  const request: HttpRequest = { method, url, headers: new HeaderList(headers), body, options: {}, call: {} };
  return new HttpResponse({
    request,
    status,
    reason: "",
    headers: new HeaderList(location === undefined ? [] : [["LOCATION", location]]),
    body: (async function* () {})(),
    async discard() {},
  });
}

const next = (given: Given, options?: RedirectOptions) =>
  nextRequest(redirectOf({ location: "/next", ...given }), options);
const target = (location: string, url?: string) => nextRequest(redirectOf({ location, ...(url && { url }) }))?.url;

function errorOf(run: () => unknown): HttpError {
  try {
    run();
  } catch (error) {
    if (error instanceof HttpError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

test.each([200, 204, 300, 304, 305, 306, 309, 310, 400, 404, 503])("%i with a Location is no redirect", (status) => {
  expect(next({ status })).toBeUndefined();
});

test.each([301, 302, 303, 307, 308])("%i is one, but not without a Location or with an empty one", (status) => {
  expect(next({ status })?.url).toBe("http://a.test/next");
  expect(nextRequest(redirectOf({ status }))).toBeUndefined();
  expect(nextRequest(redirectOf({ status, location: "" }))).toBeUndefined();
});

// Rows: method; columns: 301, 302, 303, 307, 308. By the fetch standard, "HTTP-redirect fetch", step 12.
test.each([
  ["GET", "GET GET GET GET GET"],
  ["HEAD", "HEAD HEAD HEAD HEAD HEAD"],
  ["POST", "GET GET GET POST POST"],
  ["PUT", "PUT PUT GET PUT PUT"],
  ["PATCH", "PATCH PATCH GET PATCH PATCH"],
  ["DELETE", "DELETE DELETE GET DELETE DELETE"],
  ["OPTIONS", "OPTIONS OPTIONS GET OPTIONS OPTIONS"],
  ["HEADLINE", "HEADLINE HEADLINE GET HEADLINE HEADLINE"],
  ["XPOST", "XPOST XPOST GET XPOST XPOST"],
  ["POSTAL", "POSTAL POSTAL GET POSTAL POSTAL"],
])("the method after %s", (method, expected) => {
  expect([301, 302, 303, 307, 308].map((status) => next({ status, method })?.method).join(" ")).toBe(expected);
});

describe("the content", () => {
  const headers: Header[] = [
    ["Content-Type", "text/plain"],
    ["content-length", "2"],
    ["Content-Encoding", "identity"],
    ["Content-Language", "en"],
    ["Content-Location", "/x"],
    ["Transfer-Encoding", "chunked"],
    ["Digest", "sha-256=x"],
    ["Last-Modified", "Thu, 01 Jan 1970 00:00:00 GMT"],
    ["Expect", "100-continue"],
    ["Accept", "*/*"],
    ["X-Content-Type", "kept"],
  ];

  test("goes with the method that it came with, and what describes it, too", () => {
    const dropped = next({ status: 303, method: "POST", headers, body: "hi" });
    expect(dropped?.body).toBeNull();
    expect([...dropped!.headers]).toEqual(headers.slice(-2));
    const kept = next({ status: 307, method: "POST", headers, body: "hi" });
    expect(kept?.body).toBe("hi");
    expect([...kept!.headers]).toEqual(headers);
  });

  test("stays after 301 and 302 where the method does", () => {
    expect(next({ status: 301, method: "PUT", body: "hi" })?.body).toBe("hi");
    expect(next({ status: 302, method: "POST", body: "hi" })?.body).toBeNull();
  });

  test("follows the rules that were given", () => {
    const seen: unknown[] = [];
    // Python's: 302 makes everything but HEAD a GET, and only 307 and 308 keep the content.
    const python: RedirectOptions = {
      method: (status, method) => {
        seen.push([status, method]);
        return status === 302 && method !== "HEAD" ? "GET" : method;
      },
      keepBody: (status, ...methods) => {
        seen.push(methods);
        return status >= 307;
      },
    };
    expect(next({ status: 302, method: "PUT", body: "hi" }, python)).toMatchObject({ method: "GET", body: null });
    expect(seen).toEqual([
      [302, "PUT"],
      ["PUT", "GET"],
    ]);
    const put = next({ status: 301, method: "PUT", body: "hi", headers }, python);
    expect(put).toMatchObject({ method: "PUT", body: null });
    expect(put?.headers.has("content-type")).toBe(false);
    expect(next({ status: 308, method: "PUT", body: "hi" }, python)).toMatchObject({ method: "PUT", body: "hi" });
    expect(next({ status: 303, method: "POST", body: "hi" }, { keepBody: () => true })).toMatchObject({
      method: "GET",
      body: "hi",
    });
  });

  test("that can be read only once is not sent again", () => {
    const body = (async function* () {
      yield "hi";
    })();
    const response = redirectOf({ status: 307, location: "/next", method: "POST", body });
    const error = errorOf(() => nextRequest(response));
    expect(error).toMatchObject({ code: "ERR_BODY_CONSUMED", phase: "headers" });
    expect(error.response).toBe(response);
    expect(next({ status: 303, method: "POST", body })?.body).toBeNull();
  });
});

describe("Location", () => {
  test.each([
    ["/root", "http://a.test/root"],
    ["sibling", "http://a.test/dir/sibling"],
    ["../up?x=1", "http://a.test/up?x=1"],
    ["?only=query", "http://a.test/dir/page?only=query"],
    ["//b.test/x", "http://b.test/x"],
    ["https://b.test", "https://b.test/"],
    ["HTTP://B.TEST:80/x", "http://b.test/x"],
    ["  /trimmed\t", "http://a.test/trimmed"],
    ["/%7Euser/%e4%b8%ad", "http://a.test/%7Euser/%e4%b8%ad"],
    ["/a b|c", "http://a.test/a%20b|c"],
    ["/über?q=中", "http://a.test/%C3%BCber?q=%E4%B8%AD"],
    ["https://bücher.test/", "https://xn--bcher-kva.test/"],
    ["http://[::1]:8080/", "http://[::1]:8080/"],
  ])("%s", (location, expected) => {
    // On the wire it is UTF-8, and adapters read headers as Latin-1.
    expect(target(Buffer.from(location).toString("latin1"))?.toLowerCase()).toBe(expected.toLowerCase());
  });

  test("keeps bytes that are no UTF-8", () => {
    expect(target("/caf\xe9")).toBe("http://a.test/caf%E9");
  });

  test("any text in UTF-8 arrives as the URL parser reads it", () => {
    const character = fc.oneof(fc.nat(0xff), fc.nat(0x10ffff)).map((code) => String.fromCodePoint(code));
    fc.assert(
      fc.property(fc.array(character), (characters) => {
        const path = `/${characters.join("").replaceAll(/[\\/]/g, "")}`;
        const bytes = Buffer.from(path).toString("latin1");
        expect(target(bytes)?.toLowerCase()).toBe(new URL(path.toWellFormed(), "http://a.test").href.toLowerCase());
      }),
    );
  });

  test("inherits a fragment only where it has none", () => {
    expect(target("/next", "http://a.test/#here")).toBe("http://a.test/next#here");
    expect(target("/next#there", "http://a.test/#here")).toBe("http://a.test/next#there");
    expect(target("/next#", "http://a.test/#here")).toBe("http://a.test/next#");
    expect(target("http://b.test", "http://a.test/#here")).toBe("http://b.test/#here");
    expect(target("/next", "http://a.test/")).toBe("http://a.test/next");
  });

  test.each([
    "ftp://a.test/",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "data:text/plain,hi",
    "httpx://a.test/",
    "blob:http://a.test/x",
    "ws://a.test/",
    "http://",
    "http://a.test:99999/",
    "//[::1/",
    "http://user:secret@a b/",
  ])("%s is refused", (location) => {
    const response = redirectOf({ location });
    const error = errorOf(() => nextRequest(response));
    expect(error).toMatchObject({ code: "ERR_REDIRECT", phase: "headers" });
    expect(error.response).toBe(response);
    expect(error.request).toBe(response.request);
    expect(String(error)).not.toContain("secret");
  });

  test("is relative to the URL that answered", () => {
    const response = redirectOf({ location: "next" });
    response.url = "http://a.test/elsewhere/";
    expect(nextRequest(response)?.url).toBe("http://a.test/elsewhere/next");
  });
});

describe("credentials", () => {
  const headers: Header[] = [
    ["authorization", "Basic x"],
    ["Cookie", "a=1"],
    ["COOKIE", "b=2"],
    ["Proxy-Authorization", "Basic y"],
    ["Host", "a.test"],
    ["Accept", "*/*"],
  ];
  const left = (from: string, to: string, options?: RedirectOptions) =>
    nextRequest(redirectOf({ url: from, location: to, headers }), options)?.headers.map(([name]) => name);
  const all = headers.map(([name]) => name);

  test.each([
    ["http://a.test/", "http://a.test/x"],
    ["http://a.test/", "/x"],
    ["http://a.test/", "http://A.test:80/x"],
    ["https://a.test:443/", "//a.test/x"],
    ["http://u:p@a.test/", "http://a.test/x"],
  ])("stay from %s to %s", (from, to) => {
    expect(left(from, to)).toEqual(all);
  });

  test.each([
    ["http://a.test/", "http://b.test/"],
    ["http://a.test/", "http://sub.a.test/"],
    ["http://sub.a.test/", "http://a.test/"],
    ["http://a.test/", "http://a.test./"],
    ["http://a.test/", "http://a.test:8080/"],
    ["http://a.test:443/", "https://a.test/"],
    ["https://a.test/", "http://a.test/"],
    ["http://a.test/", "https://a.test/"],
    ["http://a.test/", "http://a.test@b.test/"],
    ["http://a.test/", String.raw`\\b.test/a.test`],
    ["http://[::1]/", "http://127.0.0.1/"],
  ])("go from %s to %s", (from, to) => {
    expect(left(from, to)).toEqual(["Accept"]);
  });

  test("Authorization outlives an upgrade on default ports where that is asked for", () => {
    const options = { keepAuthOnUpgrade: true };
    expect(left("http://a.test/", "https://a.test/", options)).toEqual(["authorization", "Accept"]);
    expect(left("http://a.test:80/", "https://a.test:443/", options)).toEqual(["authorization", "Accept"]);
    for (const [from, to] of [
      ["https://a.test/", "http://a.test/"],
      ["http://a.test/", "https://b.test/"],
      ["http://a.test/", "https://sub.a.test/"],
      ["http://a.test:8080/", "https://a.test/"],
      ["http://a.test:8443/", "https://a.test:8443/"],
      ["http://a.test/", "https://a.test:8443/"],
    ] as const) {
      expect(left(from, to, options)).toEqual(["Accept"]);
    }
  });
});

test("no redirect is left", () => {
  const response = redirectOf({ location: "/next" });
  const error = errorOf(() => nextRequest(response, { max: 0 }));
  expect(error).toMatchObject({ code: "ERR_REDIRECT", phase: "headers" });
  expect(error.response).toBe(response);
  expect(nextRequest(response, { max: 1 })?.url).toBe("http://a.test/next");
});

test("what is given is left as it is", () => {
  const response = redirectOf({
    status: 303,
    location: "http://b.test/",
    method: "POST",
    headers: [
      ["Authorization", "Basic x"],
      ["Content-Type", "text/plain"],
    ],
    body: "hi",
  });
  const before = structuredClone({ ...response.request, headers: [...response.request.headers] });
  const following = nextRequest(response);
  expect({ ...response.request, headers: [...response.request.headers] }).toEqual(before);
  expect(following?.headers).not.toBe(response.request.headers);
  expect(following?.call).toBe(response.request.call);
  expect(following?.options).toBe(response.request.options);
});

test("it starts from the request that is given", () => {
  const response = redirectOf({ location: "/next", headers: [["Authorization", "added further in"]] });
  const request: HttpRequest = { ...response.request, headers: new HeaderList({ Accept: "*/*" }) };
  expect([...nextRequest(response, {}, request)!.headers]).toEqual([["Accept", "*/*"]]);
});
