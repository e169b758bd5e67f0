import type { TestCase } from "./case.ts";
import { aborts } from "./cases/aborts.ts";
import { addresses } from "./cases/addresses.ts";
import { basic } from "./cases/basic.ts";
import { connections } from "./cases/connections.ts";
import { failures } from "./cases/failures.ts";
import { framing } from "./cases/framing.ts";
import { headers } from "./cases/headers.ts";
import { leaks } from "./cases/leaks.ts";
import { proxies } from "./cases/proxies.ts";
import { streaming } from "./cases/streaming.ts";
import { timeouts } from "./cases/timeouts.ts";
import { tls } from "./cases/tls.ts";

/**
 * All cases, in the order in which they run.
 *
 * @example
 * ```ts
 * const aboutProxies = cases.filter(({ needs }) => needs.includes("proxy")).map(({ id }) => id);
 * ```
 */
export const cases: readonly TestCase[] = [
  ...basic,
  ...addresses,
  ...framing,
  ...headers,
  ...connections,
  ...streaming,
  ...failures,
  ...timeouts,
  ...aborts,
  ...leaks,
  ...tls,
  ...proxies,
];
