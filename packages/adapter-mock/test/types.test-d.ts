import { createClient, type Adapter, type Client, type HttpRequest, type HttpResponse } from "@posthaste/core";
import {
  mockAdapter,
  recorder,
  replay,
  type Call,
  type Har,
  type MockAdapter,
  type MockOption,
  type ParamsOf,
  type Recorder,
  type Route,
} from "@posthaste/adapter-mock";
import type { Har as PublishedHar } from "har-format";
import { expectTypeOf } from "vitest";

const mock = mockAdapter();
expectTypeOf(mock).toExtend<Adapter<MockOption>>();
const client = createClient({ adapter: mock });
expectTypeOf(client).toExtend<Client<MockOption>>();
void client.get("http://a.test/", { timeout: { connect: 1, read: 1 }, connection: { proxy: null } });
// @ts-expect-error -- no such option
void client.get("http://a.test/", { withCredentials: true });

// The options of what it stands in for.
const other = mockAdapter<{ withCredentials?: boolean }>({ options: ["withCredentials"] });
void createClient({ adapter: other }).get("http://a.test/", { withCredentials: true, timeout: { read: 1 } });
// @ts-expect-error -- an option that its type does not have
mockAdapter<{ withCredentials?: boolean }>({ options: ["credentials"] });
declare const adapter: Adapter<{ credentials?: string }>;
expectTypeOf(mockAdapter({ fallback: adapter })).toEqualTypeOf<MockAdapter<MockOption & { credentials?: string }>>();

// A pattern's parameters.
expectTypeOf<ParamsOf<"/users/:id">>().toEqualTypeOf<{ id: string }>();
expectTypeOf<ParamsOf<"https://api.test:8080/:a-:b/:c.json?x=:y">>().toEqualTypeOf<{
  a: string;
  b: string;
  c: string;
}>();
// oxlint-disable-next-line typescript/no-generated-empty-object-type -- that is what is tested
expectTypeOf<keyof ParamsOf<"/users">>().toBeNever();
expectTypeOf<ParamsOf<"http://[::1]:81/:id">>().toEqualTypeOf<{ id: string }>();
expectTypeOf<ParamsOf<RegExp>>().toEqualTypeOf<Record<string, string>>();
expectTypeOf<ParamsOf<string>>().toEqualTypeOf<Record<string, string>>();
const route = mock.get("/users/:id/posts/:post");
expectTypeOf(route).toEqualTypeOf<Route<{ id: string; post: string }>>();
route.reply(({ params }) => ({ json: params.id + params.post }));
// @ts-expect-error -- the pattern has no such parameter
route.reply(({ params }) => ({ json: params.name }));
mock.on({ method: "GET", url: "/users/:id" }).replyOnce(({ params }) => ({ body: params.id }));
mock.get(/(?<id>.)/).reply(({ params }) => ({ body: params["id"] ?? "" }));
expectTypeOf(mock.calls).toEqualTypeOf<readonly Call[]>();
expectTypeOf(mock.assertCalled(route)).toEqualTypeOf<Call[]>();

// @ts-expect-error -- either a response or a failure
route.reply({ error: "ERR_RESET", status: 200 });
// @ts-expect-error -- no code of the core's
route.reply({ error: "ERR_BOOM" });
// @ts-expect-error -- it has a method of its own
mock.get("/", { method: "POST" });
// @ts-expect-error -- nothing to match by
mock.on({ path: "/" });
mock.on({
  url: new URL("http://a.test/"),
  json: { a: /b/ },
  headers: { a: null },
  query: { a: [1, /2/] },
  when: () => true,
});

expectTypeOf(recorder(adapter)).toEqualTypeOf<Recorder<{ credentials?: string }>>();
expectTypeOf(recorder(adapter).har()).resolves.toEqualTypeOf<Har>();
expectTypeOf<ReturnType<Recorder["send"]>>().toEqualTypeOf<Promise<HttpResponse>>();
expectTypeOf<Parameters<Recorder["send"]>>().toEqualTypeOf<[HttpRequest]>();
expectTypeOf(replay("{}", { ordered: true, match: { body: false } })).toEqualTypeOf<MockAdapter<MockOption & object>>();
// What is written is what others read, and the other way round.
declare const har: Har;
declare const published: PublishedHar;
void (har satisfies PublishedHar);
replay(har);
replay(published);
// @ts-expect-error -- no archive
replay({ entries: [] });
