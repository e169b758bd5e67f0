import { createClient, type Adapter, type Client, type HttpRequest, type HttpResponse } from "@posthaste/core";
import { nextRequest, redirect, type RedirectOption, type RedirectOptions } from "@posthaste/redirect";
import { expectTypeOf } from "vitest";

declare const adapter: Adapter;
declare const response: HttpResponse;

const client = createClient({ adapter, plugins: [redirect()], defaults: { redirect: { max: 3 } } });
const plain = createClient({ adapter });

expectTypeOf(client).toExtend<Client<RedirectOption>>();
// @ts-expect-error -- a client without the plugin is not one with it
expectTypeOf(plain).toExtend<Client<RedirectOption>>();

void client.get("http://a.test/", { redirect: false });
void client.get("http://a.test/", { redirect: { max: 1, keepAuthOnUpgrade: true } });
// @ts-expect-error -- only false, for true would say nothing
void client.get("http://a.test/", { redirect: true });
// @ts-expect-error -- no such option
void client.get("http://a.test/", { redirect: { maximum: 1 } });
// @ts-expect-error -- the plugin is not installed
void plain.get("http://a.test/", { redirect: false });

// @ts-expect-error -- a number, or Infinity
redirect({ max: "3" });
redirect({ max: Infinity, method: (status, method) => (status === 303 ? "GET" : method) });
redirect({ keepBody: (status) => status >= 307 });
// @ts-expect-error -- the method is text
redirect({ method: () => undefined });
redirect({ beforeRedirect: () => {} });
redirect({ beforeRedirect: () => false });
redirect({ beforeRedirect: async (next) => next });
redirect({ beforeRedirect: async (next, { status }) => (status === 301 ? next : undefined) });
// @ts-expect-error -- true is no decision
redirect({ beforeRedirect: () => true });

expectTypeOf<Parameters<NonNullable<RedirectOptions["beforeRedirect"]>>>().toEqualTypeOf<[HttpRequest, HttpResponse]>();
expectTypeOf(nextRequest(response)).toEqualTypeOf<HttpRequest | undefined>();
expectTypeOf(nextRequest).toBeCallableWith(response, { max: 1 }, response.request);
// @ts-expect-error -- false has no meaning here
nextRequest(response, false);
