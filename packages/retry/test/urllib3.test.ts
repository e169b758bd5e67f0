import { HeaderList, HttpError, HttpResponse, createClient, type Adapter } from "@posthaste/core";
import { describe, expect, test } from "vitest";
import { categoryOf, parseRetryAfter, retry, type RetryOptions } from "@posthaste/retry";

/** The arguments of urllib3's `Retry`, by their Python names. */
interface Arguments {
  total?: number | null;
  connect?: number;
  read?: number;
  status?: number;
  other?: number;
  allowed_methods?: string[] | null;
  status_forcelist?: number[];
  backoff_factor?: number;
  backoff_max?: number;
  backoff_jitter?: number;
  raise_on_status?: boolean;
  respect_retry_after_header?: boolean;
  retry_after_max?: number;
}

/** The same as an option of this package; Python's times are seconds. */
function fromUrllib3(args: Arguments): RetryOptions {
  const { total = 10, allowed_methods: methods, status_forcelist: statuses = [] } = args;
  const { backoff_factor: factor = 0, backoff_max: max = 120, backoff_jitter: jitter = 0 } = args;
  const {
    respect_retry_after_header: respect = true,
    retry_after_max: longest = 21_600,
    connect,
    read,
    status,
    other,
  } = args;
  return {
    total: total ?? Infinity,
    ...(connect === undefined ? {} : { connect }),
    ...(read === undefined ? {} : { read }),
    ...(status === undefined ? {} : { status }),
    ...(other === undefined ? {} : { other }),
    ...(methods === undefined ? {} : { methods }),
    statuses,
    retryAfterStatuses: respect ? [413, 429, 503] : [],
    throws: args.raise_on_status ?? true,
    classify: (outcome, options) =>
      outcome instanceof HttpError && outcome.code === "ERR_TLS" ? "other" : categoryOf(outcome, options),
    delay(outcome, attempt) {
      const asked =
        outcome instanceof HttpResponse && respect ? parseRetryAfter(outcome.headers.get("retry-after") ?? "") : 0;
      if (asked > 0) return Math.min(asked, longest * 1000);
      return attempt < 2 ? 0 : 1000 * Math.max(0, Math.min(max, factor * 2 ** (attempt - 1) + Math.random() * jitter));
    },
  };
}

type Outcome = "connect" | "read" | "other" | number | [status: number, hasRetryAfter: true];

/** Sends against a list of outcomes; tells how many were used, and how it ended. */
async function run(args: Arguments, method: string, outcomes: Outcome[]): Promise<[number, string | number]> {
  let sent = 0;
  const codes = { connect: "ERR_TIMEOUT_CONNECT", read: "ERR_RESET", other: "ERR_TLS" } as const;
  const adapter: Adapter = {
    name: "list",
    can: {},
    send(request) {
      const outcome = outcomes[sent++]!;
      if (typeof outcome === "string") return Promise.reject(new HttpError(codes[outcome], "it", { request }));
      const [status, after] = [outcome].flat() as [number, true?];
      const headers = new HeaderList(after ? { "Retry-After": "1" } : {});
      const body = (async function* () {})();
      return Promise.resolve(new HttpResponse({ request, status, reason: "", headers, body, discard: async () => {} }));
    },
  };
  const client = createClient({ adapter, plugins: [retry({ ...fromUrllib3(args), delay: () => 0 })] });
  try {
    const response = await client.request("http://a.test/", { method });
    return [sent, response.status];
  } catch (error) {
    return [sent, (error as HttpError).code === "ERR_RETRY" ? "raise" : "original"];
  }
}

// What urllib3 2.7.0 answered to the same: is_retry() and increment() in the order of HTTPConnectionPool.urlopen().
describe("budgets and rules as in urllib3", () => {
  test.each<[Arguments, string, Outcome[], [number, string | number]]>([
    [{ total: 2 }, "GET", ["connect", "connect", "connect", "connect"], [3, "raise"]],
    [{ total: 2 }, "POST", ["connect", "connect", "connect", "connect"], [3, "raise"]],
    [{ total: 2 }, "GET", ["read", "read", "read", "read"], [3, "raise"]],
    [{ total: 2 }, "POST", ["read", "read", "read", "read"], [1, "original"]],
    [{ total: 2 }, "POST", ["other", "other", "other", "other"], [3, "raise"]],
    [{ total: 5, connect: 1, read: 2 }, "GET", ["read", "connect", "read", "read", "read"], [4, "raise"]],
    [{ total: 5, connect: 0 }, "GET", ["connect", "connect"], [1, "raise"]],
    [{ total: 5, other: 1 }, "GET", ["other", "other", "other"], [2, "raise"]],
    [{ total: 5, status: 1, status_forcelist: [500] }, "GET", [500, 500, 500], [2, "raise"]],
    [{ total: 5, status: 1, status_forcelist: [500], raise_on_status: false }, "GET", [500, 500, 500], [2, 500]],
    [{ total: 1, status_forcelist: [503] }, "GET", [503, 200], [2, 200]],
    [{ total: 3 }, "GET", [503, 200], [1, 503]],
    [{ total: 3 }, "GET", [[503, true], 200], [2, 200]],
    [{ total: 3 }, "GET", [[413, true], [429, true], 200], [3, 200]],
    [{ total: 3, respect_retry_after_header: false }, "GET", [[503, true], 200], [1, 503]],
    [{ total: 3, status_forcelist: [500], allowed_methods: ["POST"] }, "GET", [500, 200], [1, 500]],
    [{ total: 3, status_forcelist: [500], allowed_methods: ["POST"] }, "POST", [500, 200], [2, 200]],
    [{ total: 3, status_forcelist: [500], allowed_methods: null }, "PATCH", [500, 200], [2, 200]],
    [{ total: null, read: 2 }, "GET", ["read", "read", "read", "read", "read"], [3, "raise"]],
    [{ total: 2, connect: 5 }, "GET", ["connect", "connect", "connect", "connect"], [3, "raise"]],
    [{ total: 0, status_forcelist: [500] }, "GET", [500, 200], [1, "raise"]],
  ])("%j %s %j → %j", async (args, method, outcomes, expected) => {
    expect(await run(args, method, outcomes)).toEqual(expected);
  });
});

// What urllib3 2.7.0 gave for get_backoff_time() after one failure, two, and so on.
describe("waits as in urllib3", () => {
  test.each([
    [0.1, 120, [0, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8]],
    [1, 5, [0, 2, 4, 5, 5, 5, 5, 5]],
    [0, 120, [0, 0, 0, 0, 0, 0, 0, 0]],
    [2, 0.5, [0, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5]],
  ])("a factor of %d up to %d", (backoff_factor, backoff_max, seconds) => {
    const options = fromUrllib3({ backoff_factor, backoff_max });
    const lost = new HttpError("ERR_RESET", "it");
    const waits = seconds.map((_, index) => options.delay!(lost, index + 1, options)! / 1000);
    for (const [index, wait] of waits.entries()) expect(wait).toBeCloseTo(seconds[index]!, 9);
  });

  test.each([
    ["0", 0],
    ["5", 5],
    ["999999", 21_600],
    ["Fri, 31 Dec 1999 23:59:59 GMT", 0],
  ])("a Retry-After of %s", (value, seconds) => {
    const options = fromUrllib3({});
    const headers = new HeaderList({ "Retry-After": value });
    const request = {
      method: "GET",
      url: "http://a.test/",
      headers: new HeaderList(),
      body: null,
      options: {},
      call: {},
    };
    const body = (async function* () {})();
    const response = new HttpResponse({ request, status: 503, reason: "", headers, body, discard: async () => {} });
    expect(options.delay!(response, 1, options)).toBe(seconds * 1000);
  });
});
