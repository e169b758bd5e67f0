import { styleText } from "node:util";

/** One stop of the tour. */
export interface Step<T> {
  title: string;
  /** Its source is shown as it stands. */
  run(): Promise<T>;
  /** What came back, in a few lines. */
  show(result: T): string[];
  /** Whether that is what should come back. */
  expect(result: T): boolean;
}

/** Runs a step and prints its title, its code and what came back. */
export async function walk<T>({ title, run, show, expect }: Step<T>): Promise<boolean> {
  console.log(`\n${styleText("bold", title)}`);
  for (const line of codeOf(run)) console.log(styleText("cyan", `    ${line}`));
  try {
    const result = await run();
    for (const line of show(result)) console.log(`  → ${line}`);
    if (expect(result)) return true;
    console.log(styleText("red", "  ✗ not what should come back"));
  } catch (error) {
    console.log(styleText("red", `  ✗ ${String(error)}`));
  }
  return false;
}

/** The lines of a function's body as they stand in its source, but for its last `return` and for what stripped types left. */
function codeOf(run: () => unknown): string[] {
  const lines = run.toString().split("\n").slice(1, -1);
  const indents = lines.filter((line) => line.trim()).map((line) => line.length - line.trimStart().length);
  const code = lines.map((line) => line.slice(Math.min(...indents)).replaceAll(/(?<=\S) {2,}/g, ""));
  return code.at(-1)?.startsWith("return ") ? code.slice(0, -1) : code;
}
