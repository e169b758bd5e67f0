import {
  createClient,
  type Adapter,
  type Client,
  type HttpError,
  type HttpRequest,
  type HttpResponse,
} from "@posthaste/core";
import { attemptsOf, delayFor, retry, type RetryAttempt, type RetryOption } from "@posthaste/retry";
import { expectTypeOf } from "vitest";

declare const adapter: Adapter;
declare const response: HttpResponse;
declare const error: HttpError;

const client = createClient({ adapter, plugins: [retry()], defaults: { retry: { total: 3 } } });
const plain = createClient({ adapter });

expectTypeOf(client).toExtend<Client<RetryOption>>();
// @ts-expect-error -- a client without the plugin is not one with it
expectTypeOf(plain).toExtend<Client<RetryOption>>();

void client.get("http://a.test/", { retry: false });
void client.get("http://a.test/", { retry: { statuses: [500], methods: null } });
// @ts-expect-error -- only false, for true would say nothing
void client.get("http://a.test/", { retry: true });
// @ts-expect-error -- no such option
void client.get("http://a.test/", { retry: { retries: 3 } });
// @ts-expect-error -- the stage is for the plugin, not for a call
void client.get("http://a.test/", { retry: { stage: "wire" } });
// @ts-expect-error -- the plugin is not installed
void plain.get("http://a.test/", { retry: false });

retry({ stage: "wire", total: Infinity, beforeRetry: () => false });
retry({ beforeRetry: async ({ request, delay }) => request.headers.set("X-Delay", String(delay)) });
// @ts-expect-error -- no such stage for it
retry({ stage: "decode" });
// @ts-expect-error -- true is no decision
retry({ beforeRetry: () => true });
// @ts-expect-error -- milliseconds
retry({ backoff: "1s" });

expectTypeOf(delayFor(response, 1, {})).toEqualTypeOf<number | undefined>();
expectTypeOf(attemptsOf(response)).toEqualTypeOf<readonly RetryAttempt[]>();
expectTypeOf(attemptsOf).toBeCallableWith(error);
expectTypeOf<RetryAttempt["request"]>().toEqualTypeOf<HttpRequest>();
