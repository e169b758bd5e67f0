import { auth, bearer } from "@posthaste/auth";
import { createClient, type HttpRequest } from "@posthaste/core";
import { redirect } from "@posthaste/redirect";
import { describe, expect, test } from "vitest";
import { memoryAdapter, type Answer } from "./support.ts";

const ok: Answer = [200];
const tokenOf = ({ headers }: HttpRequest) => headers.get("authorization");
const accepting = (token: string) => (request: HttpRequest) =>
  tokenOf(request) === `Bearer ${token}` ? ok : ([401] as const);

/** A refresh that waits until it is let go. */
function held() {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const calls: string[] = [];
  return { refresh: (rejected: string) => (calls.push(rejected), promise), calls, resolve, reject };
}

const soon = () => new Promise((done) => setImmediate(done));

test("a token, a function and a function that takes its time", async () => {
  const { adapter, requests } = memoryAdapter(() => ok);
  const client = createClient({ adapter, plugins: [auth(bearer("a"))] });
  let count = 0;
  const counting = bearer(() => `c${++count}`);
  await client.get("http://a.test/");
  await client.get("http://a.test/", { auth: bearer(async () => "b") });
  await client.get("http://a.test/", { auth: counting });
  await client.get("http://a.test/", { auth: counting });
  expect(requests.map(tokenOf)).toEqual(["Bearer a", "Bearer b", "Bearer c1", "Bearer c2"]);
});

test("without `refresh` a 401 is the response", async () => {
  const { adapter, requests } = memoryAdapter(() => [401]);
  const response = await createClient({ adapter, plugins: [auth(bearer("a"))] }).get("http://a.test/");
  expect([response.status, response.history, requests.length]).toEqual([401, [], 1]);
});

describe("after a 401", () => {
  test("the token is renewed, the request sent again, and the 401 dropped", async () => {
    const { adapter, requests, discarded } = memoryAdapter(accepting("new"));
    const rejected: string[] = [];
    const method = bearer("old", { refresh: (token) => (rejected.push(token), "new") });
    const client = createClient({ adapter, plugins: [auth(method)] });
    const response = await client.post("http://a.test/", { body: "content", headers: { "X-A": "1" } });
    expect(response.status).toBe(200);
    expect(response.history.map(({ status }) => status)).toEqual([401]);
    expect(discarded).toEqual(response.history);
    await client.get("http://a.test/");
    expect(requests.map(tokenOf)).toEqual(["Bearer old", "Bearer new", "Bearer new"]);
    expect(requests.slice(0, 2).map(({ body, headers }) => [body, headers.get("x-a")])).toEqual([
      ["content", "1"],
      ["content", "1"],
    ]);
    expect(rejected).toEqual(["old"]);
  });

  test("only once: a second 401 is the response", async () => {
    const { adapter, requests } = memoryAdapter(() => [401]);
    let renewals = 0;
    const method = bearer("old", { refresh: () => `new${++renewals}` });
    const client = createClient({ adapter, plugins: [auth(method)] });
    expect((await client.get("http://a.test/")).status).toBe(401);
    expect(requests.map(tokenOf)).toEqual(["Bearer old", "Bearer new1"]);
    expect((await client.get("http://a.test/")).status).toBe(401);
    expect(requests.slice(2).map(tokenOf)).toEqual(["Bearer new1", "Bearer new2"]);
  });

  test.each([403, 407, 500, 200])("a %i is none", async (status) => {
    const { adapter, requests } = memoryAdapter(() => [status]);
    const method = bearer("old", { refresh: () => "new" });
    await createClient({ adapter, plugins: [auth(method)] }).get("http://a.test/");
    expect(requests).toHaveLength(1);
  });

  test("a body that cannot be sent again keeps the 401, and the next request has the new token", async () => {
    const { adapter, requests, discarded } = memoryAdapter(accepting("new"));
    const client = createClient({ adapter, plugins: [auth(bearer("old", { refresh: () => "new" }))] });
    const body = (async function* () {
      yield "once";
    })();
    const response = await client.post("http://a.test/", { body });
    expect([response.status, response.history]).toEqual([401, []]);
    expect(discarded).toEqual([]);
    expect((await client.get("http://a.test/")).status).toBe(200);
    expect(requests.map(tokenOf)).toEqual(["Bearer old", "Bearer new"]);
  });

  test("a foreign origin's is not for us", async () => {
    const { adapter, requests } = memoryAdapter(({ url }) =>
      url === "http://a.test/" ? [302, { Location: "http://b.test/" }] : [401],
    );
    const method = bearer("old", {
      refresh: () => {
        throw new Error("called");
      },
    });
    const client = createClient({ adapter, plugins: [redirect(), auth(method)] });
    expect((await client.get("http://a.test/")).status).toBe(401);
    expect(requests.map(tokenOf)).toEqual(["Bearer old", null]);
  });

  test("redirects and the 401 stand in the history in their order", async () => {
    const { adapter } = memoryAdapter((request) =>
      request.url === "http://a.test/" ? [302, { Location: "/next" }] : accepting("new")(request),
    );
    const client = createClient({ adapter, plugins: [redirect(), auth(bearer("old", { refresh: () => "new" }))] });
    const response = await client.get("http://a.test/");
    expect(response.history.map(({ status }) => status)).toEqual([302, 401]);
  });

  test.each([
    ["rejects", () => Promise.reject(new Error("s3cret"))],
    [
      "throws",
      () => {
        throw new Error("s3cret");
      },
    ],
  ])("a refresh that %s is an ERR_AUTH, the 401 is discarded, and the next request tries again", async (_, fail) => {
    const { adapter, discarded } = memoryAdapter(accepting("new"));
    let refresh: () => string | Promise<string> = fail;
    const client = createClient({ adapter, plugins: [auth(bearer("old", { refresh: () => refresh() }))] });
    const failed = client.get("http://a.test/");
    await expect(failed).rejects.toMatchObject({
      code: "ERR_AUTH",
      message: "GET http://a.test/: no credentials (ERR_AUTH)",
      cause: new Error("s3cret"),
      response: { status: 401 },
    });
    expect(discarded).toHaveLength(1);
    refresh = () => "new";
    expect((await client.get("http://a.test/")).status).toBe(200);
  });
});

describe("many requests at a time", () => {
  test("are answered by one refresh, those that come late included", async () => {
    const { adapter, requests } = memoryAdapter(accepting("new"));
    const { refresh, calls, resolve } = held();
    const client = createClient({ adapter, plugins: [auth(bearer("old", { refresh }))] });
    const early = Array.from({ length: 10 }, () => client.get("http://a.test/"));
    await soon();
    const later = Array.from({ length: 10 }, () => client.get("http://a.test/"));
    await soon();
    expect(calls).toEqual(["old"]);
    resolve("new");
    const statuses = (await Promise.all([...early, ...later])).map(({ status }) => status);
    expect(statuses).toEqual(Array(20).fill(200));
    expect(calls).toEqual(["old"]);
    expect(requests.map(tokenOf).filter((token) => token === "Bearer new")).toHaveLength(20);
  });

  test("one whose 401 comes after the refresh uses what is there", async () => {
    const slow = Promise.withResolvers<void>();
    const { adapter, requests } = memoryAdapter(async (request) => {
      if (request.url.endsWith("/slow") && tokenOf(request) === "Bearer old") await slow.promise;
      return accepting("new")(request);
    });
    let renewals = 0;
    const method = bearer("old", { refresh: () => (renewals++, "new") });
    const client = createClient({ adapter, plugins: [auth(method)] });
    const late = client.get("http://a.test/slow");
    await soon();
    await client.get("http://a.test/");
    slow.resolve();
    expect((await late).status).toBe(200);
    expect(renewals).toBe(1);
    expect(requests).toHaveLength(4);
  });

  test("a token function that was asked while another request refreshed does not refresh again", async () => {
    const asked: ((token: string) => void)[] = [];
    const { adapter } = memoryAdapter(accepting("new"));
    let renewals = 0;
    const method = bearer(() => new Promise<string>((resolve) => asked.push(resolve)), {
      refresh: () => (renewals++, "new"),
    });
    const client = createClient({ adapter, plugins: [auth(method)] });
    const responses = [client.get("http://a.test/1"), client.get("http://a.test/2")];
    await soon();
    for (const resolve of asked.splice(0)) resolve("old");
    await soon();
    // Both got a 401 and ask for the token once more; the first one to know refreshes.
    expect(asked).toHaveLength(2);
    asked[0]!("old");
    await soon();
    asked[1]!("old");
    expect((await Promise.all(responses)).map(({ status }) => status)).toEqual([200, 200]);
    expect(renewals).toBe(1);
  });

  test("a failed refresh fails those that waited for it, and is made anew for those that come later", async () => {
    const { adapter } = memoryAdapter(accepting("new"));
    const first = held();
    let refresh = first.refresh;
    const client = createClient({ adapter, plugins: [auth(bearer("old", { refresh: (old) => refresh(old) }))] });
    const waiting = [client.get("http://a.test/"), client.get("http://a.test/")];
    const settled = Promise.allSettled(waiting);
    await soon();
    first.reject(new Error("down"));
    expect((await settled).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(first.calls).toEqual(["old"]);
    refresh = async () => "new";
    expect((await client.get("http://a.test/")).status).toBe(200);
  });

  test("one that is aborted leaves the refresh to the others, and its 401 is discarded", async () => {
    const { adapter, discarded } = memoryAdapter(accepting("new"));
    const { refresh, calls, resolve } = held();
    const client = createClient({ adapter, plugins: [auth(bearer("old", { refresh }))] });
    const controller = new AbortController();
    const aborted = client.get("http://a.test/", { signal: controller.signal });
    const other = client.get("http://a.test/");
    await soon();
    controller.abort(new Error("enough"));
    await expect(aborted).rejects.toThrow("enough");
    expect(discarded).toHaveLength(1);
    resolve("new");
    expect((await other).status).toBe(200);
    expect(calls).toEqual(["old"]);
  });
});
