import { inspect } from "node:util";
import { createClient, type Client } from "@posthaste/core";
import { mockAdapter, MockAssertionError, type MockAdapter, type MockOption } from "@posthaste/adapter-mock";
import { beforeEach, describe, expect, test } from "vitest";

let mock: MockAdapter;
let client: Client<MockOption>;
beforeEach(() => {
  mock = mockAdapter();
  client = createClient({ adapter: mock, defaults: { baseUrl: "https://api.test" } });
});

function failure(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(MockAssertionError);
    expect((error as Error).name).toBe("AssertionError");
    return (error as Error).message;
  }
  return "nothing";
}

describe("calls", () => {
  test("are kept with their content and what became of them", async () => {
    const users = mock.post("/users/:id").replyOnce({ status: 201, json: {} }).replyOnce({ error: "ERR_RESET" });
    await client.post("https://me:secret@api.test/users/7?a=1#top", { json: { name: "Ada" } });
    await client.post("/users/8", { body: new Uint8Array([0, 255]) }).catch(() => {});
    await client.get("/nothing").catch(() => {});
    expect(users.calls).toEqual(mock.calls.slice(0, 2));
    const [first, second] = users.calls;
    expect(first).toMatchObject({ method: "POST", params: { id: "7" }, status: 201, error: undefined });
    expect(first!.url.href).toBe("https://api.test/users/7?a=1");
    expect(first!.json<{ name: string }>().name).toBe("Ada");
    expect(first!.headers.get("content-type")).toBe("application/json");
    expect(first!.request.url).toContain("me:secret");
    expect([...second!.bytes!]).toEqual([0, 255]);
    expect(second).toMatchObject({ status: undefined, error: { code: "ERR_RESET" } });
    expect(mock.calls[2]!.bytes).toEqual(new Uint8Array());
  });

  test("print as one line, without credentials", async () => {
    mock
      .post("/a")
      .replyOnce(201)
      .replyOnce(200)
      .replyOnce({ error: new TypeError("mine") })
      .replyOnce({ delay: Infinity });
    await client.post("https://me:hunter2@api.test/a?token=hunter2", { json: { password: "hunter2", x: 1 } });
    await client.post("/a", { body: new Uint8Array([0, 255]) });
    await client.post("/a", { body: `long ${"x".repeat(200)}\n` }).catch(() => {});
    const waiting = client.post("/a", { headers: { Authorization: "hunter2" } });
    await Promise.resolve();
    expect(mock.calls.map(String)).toEqual([
      'POST https://api.test/a?token=REDACTED {"password":"REDACTED","x":1} → 201',
      "POST https://api.test/a (2 bytes) → 200",
      `POST https://api.test/a long ${"x".repeat(114)}… → TypeError`,
      "POST https://api.test/a → no answer yet",
    ]);
    expect(inspect(mock.calls[0])).toBe(`Call(${String(mock.calls[0])})`);
    await client.close();
    await expect(waiting).rejects.toMatchObject({ code: "ERR_CLOSED" });
    expect(String(mock.calls[3])).toBe("POST https://api.test/a → ERR_CLOSED");
  });
});

describe("assertCalled", () => {
  beforeEach(async () => {
    mock.on({}).reply(200);
    await client.get("/users/7");
    await client.post("/users", { json: { name: "Ada" } });
    await client.post("/users", { json: { name: "Grace" } });
  });

  test("gives the calls that fit", () => {
    expect(mock.assertCalled({ method: "POST" }).map((call) => call.json())).toEqual([
      { name: "Ada" },
      { name: "Grace" },
    ]);
    expect(mock.assertCalled("/users/:id", 1)).toEqual([mock.calls[0]]);
    expect(mock.assertCalled(/users/, 3).length).toBe(3);
    expect(mock.assertCalled(new URL("https://api.test/users")).length).toBe(2);
    expect(mock.assertCalled((url) => url.pathname === "/users").length).toBe(2);
    expect(mock.assertCalled({ json: { name: "Ada" } }, 1).length).toBe(1);
    expect(mock.assertCalled({ method: "PUT" }, 0)).toEqual([]);
  });

  test("says what came instead", () => {
    expect(failure(() => mock.assertCalled({ method: "POST", url: "/users", json: { name: "Alan" } }))).toBe(
      [
        'expected a call of POST /users json {"name":"Alan"}, but there were none. The calls:',
        "  1. GET https://api.test/users/7 → 200 (the method is GET, the URL differs, the body is no JSON)",
        '  2. POST https://api.test/users {"name":"Ada"} → 200 (the JSON differs at name)',
        '  3. POST https://api.test/users {"name":"Grace"} → 200 (the JSON differs at name)',
      ].join("\n"),
    );
    expect(failure(() => mock.assertCalled("/users", 1))).toMatch(
      /^expected 1 call of \* \/users, but there were 2\. The calls:\n {2}1\. GET/,
    );
    expect(failure(() => mock.assertCalled("/users/7", 2))).toMatch(
      /^expected 2 calls of \* \/users\/7, but there was 1\./,
    );
  });

  test("takes a route", async () => {
    const route = mock.put("/x").reply(200);
    expect(failure(() => mock.assertCalled(route))).toMatch(/^expected a call of PUT \/x, but there were none\./);
    // The first route takes everything.
    await client.put("/x");
    expect(failure(() => mock.assertCalled(route))).toContain("4. PUT https://api.test/x → 200");
  });
});

test("assertNotCalled", async () => {
  mock.on({}).reply(200);
  mock.assertNotCalled();
  await client.get("/a");
  mock.assertNotCalled("/b");
  mock.assertNotCalled({ method: "POST" });
  expect(failure(() => mock.assertNotCalled("/a"))).toBe(
    "expected no call of * /a, but there was 1. The calls:\n  1. GET https://api.test/a → 200",
  );
  expect(failure(() => mock.assertNotCalled())).toContain("expected no call of * *, but there was 1.");
});

test("assertDone tells of replies that are left and of requests without a route, also those whose error was caught", async () => {
  mock.get("/a").replyOnce(200).replyOnce(200);
  mock.get("/b").replyOnce(200).reply(200);
  mock.get("/c").reply(200);
  await client.get("/a");
  await client.get("/d").catch(() => {});
  expect(failure(() => mock.assertDone())).toBe(
    [
      "expected all to be done, but GET /a has 1 reply left; GET /b has 1 reply left; no route is for GET https://api.test/d → ERR_UNSUPPORTED. The calls:",
      "  1. GET https://api.test/a → 200",
      "  2. GET https://api.test/d → ERR_UNSUPPORTED",
    ].join("\n"),
  );
  mock.reset();
  mock.assertDone();
  expect(mock.calls).toEqual([]);
  expect(failure(() => mock.assertCalled("/a"))).toBe(
    "expected a call of * /a, but there were none. There were no calls.",
  );
  await expect(client.get("/a")).rejects.toThrow("no route was added");
});
