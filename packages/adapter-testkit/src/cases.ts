import type { TestCase } from "./case.ts";
import { basic } from "./cases/basic.ts";
import { framing } from "./cases/framing.ts";
import { headers } from "./cases/headers.ts";

/** All cases, in the order in which they run. */
export const cases: readonly TestCase[] = [...basic, ...framing, ...headers];
