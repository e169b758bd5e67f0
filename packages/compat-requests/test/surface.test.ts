import { startTestServer } from "@posthaste/test-server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import requests, { auth, cookies, exceptions, structures, utils } from "../src/index.ts";

let server: Awaited<ReturnType<typeof startTestServer>>;
let url: string;
beforeAll(async () => {
  server = await startTestServer();
  url = server.url.replace(/\/$/, "");
});
afterAll(() => server.close());

interface Echo {
  args: Record<string, string | string[]>;
  form: Record<string, string>;
  files: Record<string, string>;
  headers: Record<string, string>;
  json: unknown;
  data: string;
}

describe("verbs", () => {
  test("a GET with parameters has status, headers, text and JSON", async () => {
    const r = await requests.get(`${url}/get`, { params: { a: [1, 2], b: null, c: "é" } });
    expect(r.status_code).toBe(200);
    expect(r.ok).toBe(true);
    expect(r.url).toBe(`${url}/get?a=1&a=2&c=%C3%A9`);
    expect(r.headers["CONTENT-TYPE"]).toContain("application/json");
    expect("content-type" in r.headers).toBe(true);
    expect(r.json<Echo>().args).toEqual({ a: ["1", "2"], c: "é" });
    expect(r.encoding).toBe("utf-8");
    expect(r.elapsed.total_seconds()).toBeGreaterThan(0);
    expect(r.history).toEqual([]);
    expect(r.request.method).toBe("GET");
    expect(String(r)).toBe("<Response [200]>");
  });

  test("form, JSON and multipart bodies are laid out as Python's", async () => {
    const form = await requests.post(`${url}/post`, { data: { a: 1, b: true } });
    expect(form.json<Echo>().form).toEqual({ a: "1", b: "True" });
    const json = await requests.post(`${url}/post`, { json: { é: [1, null] } });
    expect(Buffer.from(json.request.body as Uint8Array).toString()).toBe('{"\\u00e9": [1, null]}');
    expect(json.json<Echo>().json).toEqual({ é: [1, null] });
    const files = await requests.post(`${url}/post`, { files: { f: ["a.txt", "hi"] }, data: { x: "y" } });
    expect(files.json<Echo>()).toMatchObject({ files: { f: "hi" }, form: { x: "y" } });
  });

  test("every verb sends its method", async () => {
    for (const verb of ["put", "patch", "delete"] as const) {
      const r = await requests[verb](`${url}/${verb}`);
      expect([verb, r.status_code, r.request.method]).toEqual([verb, 200, verb.toUpperCase()]);
    }
    expect((await requests.head(`${url}/get`)).text).toBe("");
    expect((await requests.options(`${url}/get`)).request.method).toBe("OPTIONS");
  });

  test("an unknown keyword is a TypeError in Python's words, before anything is sent", async () => {
    const before = server.requests.length;
    await expect(async () => requests.post(`${url}/post`, { a: 1 } as object)).rejects.toThrow(
      /^Session\.request\(\) got an unexpected keyword argument 'a' .*did you mean \{ data: \{ a: … \} \}/,
    );
    expect(server.requests.length).toBe(before);
  });

  test("a signal ends the call with its reason", async () => {
    const reason = new Error("enough");
    await expect(requests.get(`${url}/delay/5`, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

describe("Session", () => {
  test("headers, params and cookies go with every request, and a cookie survives a redirect", async () => {
    await using s = new requests.Session();
    s.headers.update({ "X-Test": "1" });
    s.params = { k: "v" };
    const r = await s.get(`${url}/cookies/set`, { params: { a: "1" } });
    expect(r.history.map((step) => step.status_code)).toEqual([302]);
    expect(r.json()).toMatchObject({ cookies: { a: "1" } });
    expect(s.cookies["a"]).toBe("1");
    const echo = (await s.get(`${url}/get`)).json<Echo>();
    expect(echo.args).toMatchObject({ k: "v" });
    expect(echo.headers).toMatchObject({ "X-Test": "1" });
    expect((await s.get(`${url}/get`, { headers: { "x-test": null } })).json<Echo>().headers).not.toHaveProperty(
      "X-Test",
    );
  });

  test("basic and digest auth are accepted, and wrong passwords are not", async () => {
    await using s = new requests.Session();
    s.auth = ["user", "passwd"];
    expect((await s.get(`${url}/basic-auth/user/passwd`)).status_code).toBe(200);
    const digest = new auth.HTTPDigestAuth("user", "passwd");
    const r = await requests.get(`${url}/digest-auth/auth/user/passwd`, { auth: digest });
    expect([r.status_code, ...r.history.map((step) => step.status_code)]).toEqual([200, 401]);
    const wrong = new auth.HTTPDigestAuth("user", "wrong");
    expect((await requests.get(`${url}/digest-auth/auth/user/passwd`, { auth: wrong })).status_code).toBe(401);
  });

  test("one digest auth serves many requests at once", async () => {
    await using s = new requests.Session();
    s.auth = new auth.HTTPDigestAuth("user", "passwd");
    const all = await Promise.all(Array.from({ length: 20 }, () => s.get(`${url}/digest-auth/auth/user/passwd`)));
    expect(all.map((r) => r.status_code)).toEqual(all.map(() => 200));
  });

  test("too many redirects raise, and redirects can be left alone", async () => {
    await using s = new requests.Session();
    s.max_redirects = 3;
    await expect(s.get(`${url}/redirect/5`)).rejects.toBeInstanceOf(exceptions.TooManyRedirects);
    const r = await s.get(`${url}/redirect/1`, { allow_redirects: false });
    expect([r.status_code, r.is_redirect, r.next?.url]).toEqual([302, true, `${url}/get`]);
  });

  test("an overridden rebuild_auth takes effect on the wire", async () => {
    class Keep extends requests.Session {
      override rebuild_auth(): void {}
      override should_strip_auth(): boolean {
        return false;
      }
    }
    await using s = new Keep();
    const r = await s.get(`${url}/redirect-to?url=/headers`, { headers: { Authorization: "Bearer t" } });
    expect(r.json<Echo>().headers["Authorization"]).toBe("Bearer t");
  });

  test("a mounted adapter answers in the place of the network", async () => {
    class Fixed extends requests.adapters.BaseAdapter {
      override async send(request: InstanceType<typeof requests.PreparedRequest>) {
        const response = new requests.Response();
        Object.assign(response, { status_code: 418, url: request.url, request, _content: Buffer.from("tea") });
        return response;
      }
      override close(): void {}
    }
    await using s = new requests.Session();
    s.mount("mock://", new Fixed());
    const r = await s.get("mock://pot/");
    expect([r.status_code, r.text]).toEqual([418, "tea"]);
  });

  test("a hook replaces the response, and a callable auth changes the request", async () => {
    const r = await requests.get(`${url}/get`, {
      hooks: { response: (response) => Object.assign(response, { marked: true }) },
      auth: (request) => {
        request.headers["X-Auth"] = "mine";
        return request;
      },
    });
    expect(r).toHaveProperty("marked", true);
    expect(r.json<Echo>().headers["X-Auth"]).toBe("mine");
  });

  test("after close it can be used again", async () => {
    const s = new requests.Session();
    await s.get(`${url}/get`);
    await s.close();
    expect((await s.get(`${url}/get`)).status_code).toBe(200);
    await s.close();
  });
});

describe("streaming", () => {
  test("pieces and lines come as they are read", async () => {
    const r = await requests.get(`${url}/bytes/10`, { stream: true });
    expect(() => r.content).toThrow(/await r\.read\(\)/);
    const sizes: number[] = [];
    for await (const piece of r.iter_content(4)) sizes.push(piece.length);
    expect(sizes).toEqual([4, 4, 2]);
    expect(() => r.iter_content()).toThrow(exceptions.StreamConsumedError);
    const lines = await requests.get(`${url}/stream/3`, { stream: true });
    let count = 0;
    for await (const line of lines.iter_lines()) count += line.length > 0 ? 1 : 0;
    expect(count).toBe(3);
  });

  test("read gives the rest, after which the properties work", async () => {
    await using r = await requests.get(`${url}/gzip`, { stream: true });
    await r.read();
    expect(r.json()).toMatchObject({ gzipped: true });
  });

  test("a body in memory can be taken in pieces again and again, without await too", async () => {
    const r = await requests.get(`${url}/bytes/5`);
    expect(Array.from(r.iter_content(2), (piece) => piece.length)).toEqual([2, 2, 1]);
    const again: number[] = [];
    for await (const piece of r.iter_content(2)) again.push(piece.length);
    expect(again).toEqual([2, 2, 1]);
  });
});

describe("exceptions", () => {
  test("instanceof holds for every base, Python's and requests'", () => {
    const error = new exceptions.ConnectTimeout("late");
    for (const base of [
      exceptions.ConnectionError,
      exceptions.Timeout,
      exceptions.RequestException,
      exceptions.OSError,
      Error,
    ]) {
      expect(error).toBeInstanceOf(base);
    }
    expect(new exceptions.InvalidURL("x")).toBeInstanceOf(exceptions.ValueError);
    expect(new exceptions.StreamConsumedError()).toBeInstanceOf(TypeError);
    expect(new exceptions.StreamConsumedError()).toBeInstanceOf(exceptions.RequestException);
    expect(new exceptions.ReadTimeout("x")).not.toBeInstanceOf(exceptions.ConnectionError);
    class Mine extends exceptions.ConnectTimeout {}
    expect(new Mine()).toBeInstanceOf(exceptions.Timeout);
  });

  test("a status raises with request and response, and nothing of them is printed", async () => {
    const r = await requests.get(`${url}/status/503`);
    expect(() => r.raise_for_status()).toThrow(`503 Server Error: ${String(r.reason)} for url: ${url}/status/503`);
    try {
      r.raise_for_status();
    } catch (error) {
      expect(error).toBeInstanceOf(exceptions.HTTPError);
      expect((error as InstanceType<typeof exceptions.HTTPError>).response).toBe(r);
      expect(Object.keys(error as object)).not.toContain("response");
    }
  });

  test("what goes wrong before and on the way has its class", async () => {
    await expect(requests.get("example.com")).rejects.toBeInstanceOf(exceptions.MissingSchema);
    await expect(requests.get("ftp://example.com/")).rejects.toBeInstanceOf(exceptions.InvalidSchema);
    await expect(requests.get("http://*.com/")).rejects.toBeInstanceOf(exceptions.InvalidURL);
    await expect(requests.get(url, { headers: { "X-A": "a\r\nb" } })).rejects.toBeInstanceOf(exceptions.InvalidHeader);
    await expect(requests.get(`${url}/delay/5`, { timeout: [3, 0.05] })).rejects.toBeInstanceOf(exceptions.ReadTimeout);
    await expect(requests.get("http://127.0.0.1:1/")).rejects.toBeInstanceOf(exceptions.ConnectionError);
    expect(() => new requests.Request("POST", url, { json: Number.NaN }).prepare()).toThrow(
      exceptions.InvalidJSONError,
    );
  });

  test("a generator that would be sent again empty is an error", async () => {
    const body = (function* () {
      yield "x";
    })();
    const sent = requests.post(`${url}/redirect-to?status_code=307&url=/post`, { data: body });
    await expect(sent).rejects.toBeInstanceOf(exceptions.UnrewindableBodyError);
  });
});

describe("structures", () => {
  test("a case-insensitive dictionary works by brackets, in, delete and spread", () => {
    const dict = new structures.CaseInsensitiveDict({ Accept: "a" });
    dict["aCCEPT"] = "b";
    expect([...dict]).toEqual(["aCCEPT"]);
    expect(Object.entries(dict)).toEqual([["aCCEPT", "b"]]);
    expect("ACCEPT" in dict).toBe(true);
    delete dict["accept"];
    expect(dict.size).toBe(0);
    expect(() => dict.pop("x")).toThrow(exceptions.KeyError);
  });

  test("a jar is a dictionary, and refuses a public suffix", () => {
    const jar = new cookies.RequestsCookieJar();
    jar["a"] = "1";
    jar.set("b", "2", { domain: "example.test", path: "/x" });
    expect(jar.get_dict()).toEqual({ a: "1", b: "2" });
    expect(jar.get("b", { domain: "other.test" })).toBe(null);
    delete jar["a"];
    expect(jar.keys()).toEqual(["b"]);
    const request = new requests.Request("GET", "http://shop.co.uk/").prepare();
    const response = {
      info: () => ({ get_all: (name: string) => (name === "Set-Cookie" ? ["s=1; Domain=co.uk"] : null) }),
    };
    jar.extract_cookies(response, new cookies.MockRequest(request));
    expect(jar.keys()).toEqual(["b"]);
  });

  test("one optional argument is taken by place and by name", () => {
    expect(utils.default_user_agent({ name: "a" })).toBe(utils.default_user_agent("a"));
    expect(utils.unquote_header_value('"\\\\\\\\a"', { is_filename: true })).toBe("\\\\\\\\a");
    expect(() => utils.default_user_agent({ nam: "a" } as object)).toThrow(TypeError);
  });

  test("white space before a header is ASCII's alone in bytes", () => {
    const value = Uint8Array.of(0xa0, 0x61);
    expect(() => utils.check_header_validity(["a", value])).not.toThrow();
    expect(() => utils.check_header_validity(["a", "\u00a0a"])).toThrow(exceptions.InvalidHeader);
    expect(() => utils.check_header_validity(["a", Uint8Array.of(0x20, 0x61)])).toThrow(exceptions.InvalidHeader);
  });

  test("a URL that cannot be parsed is named, and the cause says why", () => {
    expect(() => utils.prepend_scheme_if_needed("http://[zz]/", "http")).toThrow(
      expect.objectContaining({
        message: "Failed to parse: http://[zz]/",
        cause: expect.objectContaining({ message: "Failed to parse: '[zz]' is not a valid host or port" }) as Error,
      }) as Error,
    );
  });

  test("status codes have all their names", () => {
    expect([requests.codes["ok"], requests.codes["✓"], requests.codes["NOT_FOUND"], requests.codes["\\o/"]]).toEqual([
      200, 200, 404, 200,
    ]);
  });
});
