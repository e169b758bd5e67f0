import { getEventListeners } from "node:events";
import { HeaderList, HttpError, HttpResponse, type ErrorCode, type Header } from "@posthaste/core";
import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import { categoryOf, delayFor, parseRetryAfter, wait } from "@posthaste/retry";

function responseOf(status: number, ...headers: Header[]): HttpResponse {
  return new HttpResponse({
    request: { method: "GET", url: "http://a.test/", headers: new HeaderList(), body: null, options: {}, call: {} },
    status,
    reason: "",
    headers: new HeaderList(headers),
    body: (async function* () {})(),
    discard: async () => {},
  });
}

describe("categoryOf", () => {
  test.each<[ErrorCode, string | undefined]>([
    ["ERR_CONNECT", "connect"],
    ["ERR_TIMEOUT_CONNECT", "connect"],
    ["ERR_PROXY", "connect"],
    ["ERR_RESET", "read"],
    ["ERR_TIMEOUT_READ", "read"],
    ["ERR_PROTOCOL", "read"],
    ["ERR_TLS", undefined],
    ["ERR_TIMEOUT_TOTAL", undefined],
    ["ERR_BODY_CONSUMED", undefined],
    ["ERR_URL", undefined],
    ["ERR_AUTH", undefined],
  ])("%s is %s", (code, category) => {
    expect(categoryOf(new HttpError(code, "it"), {})).toBe(category);
  });

  test("a proxy that answered has decided", () => {
    expect(categoryOf(new HttpError("ERR_PROXY", "it", { response: responseOf(407) }), {})).toBeUndefined();
  });

  test.each([new Error("it"), new DOMException("it", "AbortError"), "text", undefined, null])(
    "%s is final",
    (thrown) => {
      expect(categoryOf(thrown, {})).toBeUndefined();
    },
  );

  test("statuses", () => {
    const retried = (headers: Header[], options = {}) =>
      [200, 301, 400, 401, 404, 408, 413, 425, 429, 500, 501, 502, 503, 504].filter(
        (status) => categoryOf(responseOf(status, ...headers), options) === "status",
      );
    expect(retried([])).toEqual([408, 429, 502, 503, 504]);
    expect(retried([["Retry-After", "1"]])).toEqual([408, 413, 429, 502, 503, 504]);
    expect(retried([], { statuses: [500] })).toEqual([500]);
    expect(retried([["retry-after", "1"]], { statuses: [500], retryAfterStatuses: [429] })).toEqual([429, 500]);
  });
});

describe("parseRetryAfter", () => {
  // 06 Nov 1994 08:48:37 GMT
  const now = 784_111_717_000;

  test.each([
    ["0", 0],
    ["120", 120_000],
    ["00120", 120_000],
    ["Sun, 06 Nov 1994 08:49:37 GMT", 60_000],
    ["Sunday, 06-Nov-94 08:49:37 GMT", 60_000],
    ["Sun Nov  6 08:49:37 1994", 60_000],
    ["Sun, 06 Nov 1994 08:48:07 GMT", -30_000],
  ])("%s", (value, expected) => {
    expect(parseRetryAfter(value, now)).toBe(expected);
  });

  test.each(["", "-1", "1.5", "1e3", "0x10", "120, 120", "1, 2099", "soon", "Soon", "2099-01-01T00:00:00Z", "+1"])(
    "%j is neither seconds nor a date",
    (value) => {
      expect(parseRetryAfter(value, now)).toBeNaN();
    },
  );

  test("a date is compared with the clock", () => {
    vi.useFakeTimers({ now, toFake: ["Date"] });
    expect(parseRetryAfter("Sun, 06 Nov 1994 08:49:37 GMT")).toBe(60_000);
  });

  test("any date comes back in all three forms", () => {
    const days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
    const date = fc.date({
      min: new Date("1970-01-01T00:00:00Z"),
      max: new Date("2049-12-31T23:59:59Z"),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(date, (wanted) => {
        wanted.setUTCMilliseconds(0);
        const text = wanted.toUTCString();
        const [, day = "", month = "", year = "", time = ""] = /^\w+, (\d+) (\w+) (\d+) (\S+) GMT$/.exec(text)!;
        const forms = [
          text,
          `${days[wanted.getUTCDay()]}, ${day}-${month}-${year.slice(2)} ${time} GMT`,
          `${text.slice(0, 3)} ${month} ${String(Number(day)).padStart(2)} ${time} ${year}`,
        ];
        expect(forms.map((form) => parseRetryAfter(form, 0))).toEqual(forms.map(() => wanted.getTime()));
      }),
    );
  });

  test("never throws", () => {
    fc.assert(fc.property(fc.string(), (value) => typeof parseRetryAfter(value, now) === "number"));
  });
});

afterEach(() => {
  vi.useRealTimers();
});

describe("delayFor", () => {
  const lost = new HttpError("ERR_RESET", "it");

  test("doubles up to the cap", () => {
    const options = { backoff: 100, backoffMax: 1000, jitter: 0 };
    expect([1, 2, 3, 4, 5, 6, 2000].map((attempt) => delayFor(lost, attempt, options))).toEqual([
      100, 200, 400, 800, 1000, 1000, 1000,
    ]);
  });

  test("full jitter is the default, and a share of it can be had", () => {
    expect(delayFor(lost, 1, { random: () => 0 })).toBe(500);
    expect(delayFor(lost, 2, { random: () => 0.75 })).toBe(250);
    expect(delayFor(lost, 2, { random: () => 0.5, jitter: 0.5 })).toBe(750);
  });

  test("stays within its bounds", () => {
    const arbitrary = fc.record({
      backoff: fc.double({ min: 0, max: 1e6, noNaN: true }),
      backoffMax: fc.double({ min: 0, max: 1e6, noNaN: true }),
      jitter: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), arbitrary, (attempt, options) => {
        const ms = delayFor(lost, attempt, options)!;
        expect(ms).toBeGreaterThanOrEqual(0);
        expect(ms).toBeLessThanOrEqual(options.backoffMax);
      }),
    );
  });

  test("what Retry-After says goes before the backoff", () => {
    const after = (value: string, options = {}) =>
      delayFor(responseOf(503, ["Retry-After", value]), 1, { backoff: 7, jitter: 0, ...options });
    expect(after("2")).toBe(2000);
    expect(after("0")).toBe(0);
    expect(after("Sun, 06 Nov 1994 08:49:37 GMT")).toBe(7);
    expect(after("rubbish")).toBe(7);
    expect(after("60")).toBe(60_000);
    expect(after("61")).toBeUndefined();
    expect(after("61", { retryAfterMax: 61_000 })).toBe(61_000);
    expect(after("9".repeat(400))).toBeUndefined();
  });

  test("two Retry-After lines say nothing", () => {
    expect(delayFor(responseOf(503, ["Retry-After", "2"], ["Retry-After", "3"]), 1, { backoff: 7, jitter: 0 })).toBe(7);
  });
});

describe("wait", () => {
  test("waits as long as it is told and leaves no listener", async () => {
    vi.useFakeTimers();
    const { signal } = new AbortController();
    let done = false;
    const waiting = wait(1000, signal).then(() => (done = true));
    await vi.advanceTimersByTimeAsync(999);
    expect(done).toBe(false);
    expect(getEventListeners(signal, "abort")).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(done).toBe(true);
    await waiting;
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("an abort ends it with its reason, and leaves neither timer nor listener", async () => {
    vi.useFakeTimers();
    const controller = new AbortController();
    const waiting = wait(1000, controller.signal);
    controller.abort("enough");
    await expect(waiting).rejects.toBe("enough");
    expect(getEventListeners(controller.signal, "abort")).toHaveLength(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("a signal that is aborted already", async () => {
    vi.useFakeTimers();
    const signal = AbortSignal.abort("before");
    await expect(wait(1000, signal)).rejects.toBe("before");
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("for ever is not at once", async () => {
    vi.useFakeTimers();
    let done = false;
    void wait(Infinity).then(() => (done = true));
    await vi.advanceTimersByTimeAsync(1e9);
    expect(done).toBe(false);
  });
});
