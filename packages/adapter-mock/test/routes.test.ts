import { createClient, HeaderList, type HttpError, type Client } from "@posthaste/core";
import { mockAdapter, type MockAdapter, type MockOption, type RequestMatch } from "@posthaste/adapter-mock";
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";

let mock: MockAdapter;
let client: Client<MockOption>;
beforeEach(() => {
  mock = mockAdapter();
  client = createClient({ adapter: mock, defaults: { baseUrl: "https://api.test" } });
});

const message = (promise: Promise<unknown>) =>
  promise.then(
    () => "",
    (error: HttpError) => `${error.code} ${error.message}`,
  );

describe("by URL", () => {
  test.each<[pattern: string, url: string, params: object | undefined]>([
    ["/users", "/users", {}],
    ["/users", "/users?page=2#top", {}],
    ["/users", "/users/", undefined],
    ["/users/:id", "/users/7", { id: "7" }],
    ["/users/:id", "/users/a%20b%2Fc", { id: "a b/c" }],
    ["/users/:id", "/users/%ff", { id: "%ff" }],
    ["/users/:id", "/users/7/posts", undefined],
    ["/users/:id/posts/:post.json", "/users/7/posts/8.json", { id: "7", post: "8" }],
    ["/:a-:b", "/x-y-z", { a: "x", b: "y-z" }],
    ["/files/*", "/files/a/b", {}],
    ["*", "/anything/at?all", {}],
    ["/é", "/%C3%A9", {}],
    ["/a.b", "/axb", undefined],
    ["/(a|b)+$", "/(a|b)+$", {}],
    ["https://api.test/users", "/users", {}],
    ["HTTPS://API.test:443/users", "/users", {}],
    ["https://api.test", "/", {}],
    ["https://api.test:8443/users", "/users", undefined],
    ["http://api.test/users", "/users", undefined],
    ["https://*.test/:id", "https://a.b.test/7", { id: "7" }],
    ["https://*.test/*", "https://test/", undefined],
    ["http://[::1]:81/:id", "http://[::1]:81/7", { id: "7" }],
    ["/users?page=2", "/users?x=1&page=2", {}],
    ["/users?page=2", "/users?page=3", undefined],
    ["/users?page=2", "/users", undefined],
    ["/users?id=1&id=2", "/users?id=1&id=2", {}],
    ["/users?id=1&id=2", "/users?id=2&id=1", undefined],
  ])("%s for %s: %j", async (pattern, url, params) => {
    mock.get(pattern).reply(({ params }) => ({ json: params }));
    const got = await client.get(url).then(
      (response) => response.json(),
      () => undefined,
    );
    expect(got).toEqual(params);
  });

  test.each(["users", "ftp://api.test/", "", "https://", "http://a.test:x/", "/:id/:id"])("%j is none", (pattern) => {
    expect(() => mock.get(pattern)).toThrow(expect.objectContaining({ code: "ERR_OPTION" }));
  });

  test("by regular expression, against the whole URL without user information", async () => {
    mock.get(/^https:\/\/api\.test\/(?<kind>\w+)\?id=\d+$/g).reply(({ params }) => ({ json: params }));
    for (let i = 0; i < 3; i++) {
      const response = await client.get("https://me:secret@api.test/users?id=1#x");
      expect(await response.json()).toEqual({ kind: "users" });
    }
  });

  test("by URL, URLPattern and function", async () => {
    mock.get(new URL("https://api.test/a?b=1")).reply(201);
    // What URLPattern gives, which not every supported Node has.
    mock
      .get({
        exec: (input: string) =>
          input.includes("/c/")
            ? { pathname: { groups: { id: "7", 0: "x", none: undefined } }, inputs: [input] }
            : null,
      })
      .reply(({ params }) => ({ json: params }));
    mock.get(/\/e(?<one>1)?(?<two>2)?$/).reply(({ params }) => ({ json: Object.keys(params) }));
    mock.get(({ pathname }) => pathname.endsWith("/d")).reply(203);
    expect((await client.get("/a?b=1")).status).toBe(201);
    expect(await (await client.get("/c/7")).json()).toEqual({ id: "7" });
    expect((await client.get("/x/d")).status).toBe(203);
    expect(await (await client.get("/e2")).json()).toEqual(["two"]);
    expect(await message(client.get("/a?b=2"))).toContain('query b is "2", not ["1"]');
  });

  test.skipIf(!("URLPattern" in globalThis))("by the platform's URLPattern", async () => {
    const URLPattern = (
      globalThis as unknown as { URLPattern: new (init: object) => { exec(input: string): object | null } }
    ).URLPattern;
    mock.get(new URLPattern({ pathname: "/users/:id" })).reply(({ params }) => ({ json: params }));
    expect(await (await client.get("/users/7")).json()).toEqual({ id: "7" });
  });

  test("any segment comes back as a parameter", async () => {
    mock.get("/:one/x/:two").reply(({ params }) => ({ json: params }));
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "grapheme", minLength: 1 }), fc.string({ minLength: 1 }), async (one, two) => {
        fc.pre(![one, two].some((part) => /^\.\.?$/.test(part)));
        const response = await client.get(`/${encodeURIComponent(one)}/x/${encodeURIComponent(two)}`);
        expect(await response.json()).toEqual({ one, two });
      }),
    );
  });
});

test("by method", async () => {
  mock.post("/a").reply(201);
  mock.put("/a").reply(202);
  mock.patch("/a").reply(203);
  mock.delete("/a").reply(206);
  mock.head("/a").reply(207);
  mock.get("/a").reply(208);
  mock.on({ method: ["options", "TRACE"], url: "/a" }).reply(209);
  mock.on({ url: "/a" }).reply(299);
  const statuses: Record<string, number> = {};
  for (const method of ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PURGE"]) {
    statuses[method] = (await client.request("/a", { method })).status;
  }
  expect(statuses).toEqual({
    GET: 208,
    HEAD: 207,
    POST: 201,
    PUT: 202,
    PATCH: 203,
    DELETE: 206,
    OPTIONS: 209,
    TRACE: 209,
    PURGE: 299,
  });
});

describe("by query, header and content", () => {
  test.each([
    [{ query: { a: 1 } }, true],
    [{ query: { a: "2" } }, false],
    [{ query: { b: /^t/ } }, true],
    [{ query: { b: true } }, true],
    [{ query: { a: (value: string) => value > "0" } }, true],
    [{ query: { a: expect.stringMatching(/\d/) } }, true],
    [{ query: { list: ["x", /y/] } }, true],
    [{ query: { list: "y" } }, true],
    [{ query: { list: ["y", "x"] } }, false],
    [{ query: { list: ["x"] } }, false],
    [{ query: { none: null } }, true],
    [{ query: { a: null } }, false],
    [{ query: { none: [] } }, true],
    [{ query: { none: "" } }, false],
    [{ headers: { "X-ONE": "1" } }, true],
    [{ headers: { "X-One": 1 } }, true],
    [{ headers: { "X-One": "2" } }, false],
    [{ headers: { "X-Two": "b" } }, true],
    [{ headers: { "X-Two": "a, b" } }, true],
    [{ headers: { "X-Two": null } }, false],
    [{ headers: { "X-Three": null } }, true],
    [{ headers: { "X-Three": /./ } }, false],
    [{ headers: { "Content-Type": "application/json" } }, true],
    [{ body: '{"user":{"name":"Ada","age":36},"tags":["x",{"y":1}]}' }, true],
    [{ body: "{}" }, false],
    [{ body: /"Ada"/ }, true],
    [{ body: new TextEncoder().encode('{"user":{"name":"Ada","age":36},"tags":["x",{"y":1}]}') }, true],
    [{ body: new Uint8Array(55) }, false],
    [{ body: (bytes: Uint8Array) => bytes.length > 10 }, true],
    [{ json: { user: { name: "Ada" } } }, true],
    [{ json: { user: { name: /^A/, age: (age: unknown) => age === 36 } } }, true],
    [{ json: { user: expect.objectContaining({ age: expect.any(Number) }) } }, true],
    [{ json: { user: { name: "Bob" } } }, false],
    [{ json: { user: { name: { first: "Ada" } } } }, false],
    [{ json: { tags: ["x", {}] } }, true],
    [{ json: { tags: ["x"] } }, false],
    [{ json: { tags: { length: 2 } } }, false],
    [{ json: { toString: undefined } }, true],
    [{ json: null }, false],
    [{ json: [] }, false],
  ])("%j: %s", async (match, right) => {
    mock.post("/x", match).reply(204);
    const headers = new HeaderList([
      ["x-one", "1"],
      ["X-Two", "a"],
      ["x-two", "b"],
    ]);
    const json = { user: { name: "Ada", age: 36 }, tags: ["x", { y: 1 }] };
    const status = await client.post("/x?a=1&b=true&list=x&list=y", { json, headers }).then(
      (response) => response.status,
      () => 0,
    );
    expect(status).toBe(right ? 204 : 0);
  });

  test("by the fields of a form", async () => {
    mock.post("/x", { form: { name: "Ada", tag: ["a", "b"] } }).reply(204);
    const send = (body: string) =>
      client.post("/x", { body: new URLSearchParams(body) }).then(
        ({ status }) => status,
        () => 0,
      );
    expect(await send("name=Ada&tag=a&tag=b&more=1")).toBe(204);
    expect(await send("name=Ada&tag=a")).toBe(0);
  });

  test("an unknown member is refused", () => {
    expect(() => mock.on({ path: "/a" } as RequestMatch)).toThrow('a request has no "path" to match (ERR_OPTION)');
  });
});

describe("order and sequences", () => {
  test("the first route that fits answers, until its replies are used up", async () => {
    mock.get("/a").replyOnce(201).replyOnce(202);
    mock.get("*").replyOnce(203).reply(204);
    const statuses = [];
    for (const path of ["/a", "/b", "/a", "/a", "/a"]) statuses.push((await client.get(path)).status);
    expect(statuses).toEqual([201, 203, 202, 204, 204]);
  });

  test("concurrent requests get the replies in their order", async () => {
    const route = mock.get("/a");
    for (let i = 0; i < 20; i++) route.replyOnce({ json: i });
    const got = await Promise.all(Array.from({ length: 20 }, async () => (await client.get("/a")).json()));
    expect(got).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect(route.calls.length).toBe(20);
  });

  test("with `ordered`, requests must come in the order of the routes", async () => {
    mock = mockAdapter({ ordered: true });
    client = createClient({ adapter: mock, defaults: { baseUrl: "https://api.test" } });
    mock.get("/a").replyOnce(201);
    mock.get("/b").replyOnce(202).replyOnce(203);
    mock.get("/a").replyOnce(204);
    expect(await message(client.get("/b"))).toBe(
      "ERR_UNSUPPORTED GET https://api.test/b: the next request should be GET /a (the URL differs) (ERR_UNSUPPORTED)",
    );
    const statuses = [];
    for (const path of ["/a", "/b", "/b", "/a"]) statuses.push((await client.get(path)).status);
    expect(statuses).toEqual([201, 202, 203, 204]);
    expect(await message(client.get("/a"))).toContain("its replies are used up");
  });
});

describe("a request without a route", () => {
  test("names the nearest routes, and what is different", async () => {
    mock.get("/users").reply(200);
    mock.post("/user").reply(200);
    mock.post("/users", { json: { name: "Ada" } }).reply(200);
    mock.delete("/something/else/altogether").reply(200);
    expect(await message(client.post("/users?secret=1", { json: { name: "Grace" } }))).toBe(
      "ERR_UNSUPPORTED POST https://api.test/users: no route is for it; the nearest: " +
        'POST /users json {"name":"Ada"} (the JSON differs at name); GET /users (the method is POST); ' +
        "POST /user (the URL differs) (ERR_UNSUPPORTED)",
    );
    expect(await message(client.get("/nothing/like/it"))).toContain("the nearest: ");
  });

  test("says where there is no route at all", async () => {
    expect(await message(client.get("/a"))).toBe(
      "ERR_UNSUPPORTED GET https://api.test/a: no route was added (ERR_UNSUPPORTED)",
    );
  });

  test("tells no credentials", async () => {
    mock
      .post("/a", {
        headers: { Authorization: "Bearer hunter2" },
        query: { token: "hunter3" },
        json: { user: "ada", password: "hunter4" },
      })
      .reply(200);
    mock.post("/a", { form: { password: "hunter5" } }).reply(200);
    const call = client.post("https://me:hunter6@api.test/a?token=hunter7", {
      headers: { Authorization: "Bearer hunter8" },
      json: { password: "hunter9" },
    });
    const text = await message(call);
    expect(text).toContain("header Authorization is (hidden), not (hidden)");
    expect(text).not.toContain("hunter");
    expect(() => mock.assertDone()).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining("hunter") }),
    );
    expect(() => mock.assertDone()).toThrow(
      /POST https:\/\/api\.test\/a\?token=REDACTED \{"password":"REDACTED"\} → ERR_UNSUPPORTED/,
    );
  });

  test("goes to the fallback", async () => {
    const inner = mockAdapter();
    inner.post("*").reply(({ headers, bytes }) => ({ body: bytes!, headers }));
    mock = mockAdapter({ fallback: inner });
    mock.post("/a", { body: "mine" }).reply(201);
    client = createClient({ adapter: mock, defaults: { baseUrl: "https://api.test" } });
    const stream = () => new Blob(["one-shot"], { type: "text/x" }).stream();
    expect((await client.post("/a", { body: "mine" })).status).toBe(201);
    expect(await (await client.post("/a", { body: stream() })).text()).toBe("one-shot");
    const other = await client.post("/b", { body: new Blob(["typed"], { type: "text/x" }) });
    expect([other.headers.get("content-type"), await other.text()]).toEqual(["text/x", "typed"]);
    expect(mock.calls.map(String)).toEqual([
      "POST https://api.test/a mine → 201",
      "POST https://api.test/a one-shot → 200",
      "POST https://api.test/b → 200",
    ]);
    mock.assertDone();
    await mock.close();
    await expect(inner.send({ ...mock.calls[0]!.request })).rejects.toMatchObject({ code: "ERR_CLOSED" });
  });
});
