import type { Call } from "./call.ts";
import { Matcher, type RequestMatch } from "./match.ts";
import type { UrlMatch } from "./pattern.ts";
import { RouteState, type Route } from "./route.ts";

/** Which calls an assertion is about: those of a route, those that a description or a URL pattern fits. */
// oxlint-disable-next-line typescript/no-explicit-any -- a route with any parameters
export type Wanted = Route<any> | RequestMatch | UrlMatch;

/** A failed assertion. Its message lists the calls that came, and says what is different about each. */
export class MockAssertionError extends Error {
  constructor(problem: string, calls: readonly Call[], wanted?: Wanted) {
    const lines = calls.map((call, at) => {
      const why = wanted === undefined ? [] : matcherOf(wanted).differences(call);
      return `\n  ${at + 1}. ${String(call)}${why.length > 0 ? ` (${why.join(", ")})` : ""}`;
    });
    super(`${problem}. ${calls.length > 0 ? `The calls:${lines.join("")}` : "There were no calls."}`);
  }

  // The name by which test runners know what is a failure and no error.
  override get name(): string {
    return "AssertionError";
  }
}

/** What is asked of calls. */
export function matcherOf(wanted: Wanted): Matcher {
  if (wanted instanceof RouteState) return wanted.matcher;
  const isPattern = typeof wanted !== "object" || wanted instanceof URL || "exec" in wanted;
  return new Matcher(isPattern ? { url: wanted } : (wanted as RequestMatch));
}

export function were(calls: readonly Call[]): string {
  return calls.length === 1 ? "was 1" : `were ${calls.length || "none"}`;
}

/** Says which routes a request just missed, and by what. */
export function nearest(call: Call, routes: readonly RouteState[], ordered = false): string {
  const next = ordered && routes.find((route) => !route.isDone);
  if (next) return `the next request should be ${next.matcher.text} (${next.matcher.differences(call).join(", ")})`;
  const ranked = routes
    .map((route) => {
      const differences = route.matcher.differences(call);
      const right = route.matcher.size - differences.length;
      if (route.isDone) differences.push("its replies are used up");
      const path = route.matcher.pattern.text.replace(/^\w+:\/\/[^/]*/, "");
      return { route, differences, right, distance: distance(path, call.url.pathname) };
    })
    .sort((a, b) => a.differences.length - b.differences.length || a.distance - b.distance || b.right - a.right)
    .slice(0, 3)
    .map(({ route, differences }) => `${route.matcher.text} (${differences.join(", ")})`);
  return ranked.length > 0 ? `no route is for it; the nearest: ${ranked.join("; ")}` : "no route was added";
}

/** How many characters must be added, dropped or changed to make one text of the other (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length]!;
}
