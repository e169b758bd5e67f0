import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { parsers, type Parser } from "./parsers.ts";
import { parameters, timeout } from "./runs.ts";

vi.setConfig({ testTimeout: timeout });

/*
 * What a server sends is read in time that grows with its length and no faster. Twice the value takes a linear reader twice the
 * time, and a quadratic one four times. The processor's time of this process is counted, not the clock's, and nothing counts as
 * slow that takes less than what a linear reader needs a hundred times over.
 */

/** Bytes of a value: as many as some servers let headers have in all. */
const size = 64 * 1024;
/** Milliseconds of the processor that no linear reader needs for so much. */
const plenty = 250;

/** A value that is one thing again and again, between others. */
const repeated = fc.tuple(unit(), unit(), unit()).map(([start, again, end]) => ({
  start,
  again,
  end,
  make: (length: number) => start + again.repeat(Math.ceil(length / again.length)) + end,
}));

function unit(): fc.Arbitrary<string> {
  const pieces = [
    ..."= ; , \" \\ < > / ? & % : ' - _ ! 1 a \t \x80".split(" "),
    " ",
    '="',
    '"=',
    '\\"',
    "a=",
    "a=b,",
    "a=b;",
    'a="b",',
    "Digest ",
    "Digest a=",
    "Basic ,",
    "charset=",
    ';charset="',
    "; charset",
    "<a>; rel=",
    ", <",
    "<a>;",
    "a=b; Expires=",
    "Expires=1 jan 1",
    "Domain=a.",
    "Path=/",
    "gzip,",
    "br, ",
    "../",
    "%2e/",
    "//",
    "@",
    "[",
    "xn--",
    "Sun, ",
    "00:00:00 ",
    "<meta",
    "<meta charset=",
    "<meta content=;charset=",
    "<?xml encoding=",
    "<!--",
  ];
  return fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...pieces) },
    {
      weight: 1,
      arbitrary: fc.tuple(fc.constantFrom(...pieces), fc.constantFrom(...pieces)).map((two) => two.join("")),
    },
    { weight: 1, arbitrary: fc.stringMatching(/^[\t -~]{1,3}$/) },
  );
}

/** Milliseconds of the processor. */
async function cost(parse: Parser, value: string): Promise<number> {
  const before = process.cpuUsage();
  try {
    await parse(value);
  } catch {
    // Refused; what matters is how soon.
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

describe.each(Object.entries(parsers))("%s", (_, readers) => {
  test.each(Object.entries(readers))(
    "%s takes time in proportion",
    async (_, parse) => {
      await fc.assert(
        fc.asyncProperty(repeated, async ({ make }) => {
          const value = make(size);
          if ((await cost(parse, value)) < plenty) return;
          // Something else may have happened at the same time: the least of a few counts.
          const costs = async (length: number) => {
            const all = [];
            for (let time = 0; time < 3; time++) all.push(await cost(parse, make(length)));
            return Math.min(...all);
          };
          const whole = await costs(size);
          if (whole >= plenty) expect(whole / (await costs(size / 2))).toBeLessThan(3);
        }),
        { ...parameters(0.01), interruptAfterTimeLimit: 60_000 },
      );
    },
    120_000,
  );
});
