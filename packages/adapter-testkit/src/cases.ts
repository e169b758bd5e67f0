import type { TestCase } from "./case.ts";
import { basic } from "./cases/basic.ts";

/** All cases, in the order in which they run. */
export const cases: readonly TestCase[] = [...basic];
