import type { Report } from "./run.ts";

/**
 * A report as a table in Markdown, a line per group: how many cases passed, how many failed and which, and what was declared.
 *
 * @example
 * ```ts
 * console.log(table(await runKit({ adapter: undiciAdapter, server })));
 * ```
 */
export function table(report: Report): string {
  const rows = [...new Set(report.results.map(({ group }) => group))].map((group) => {
    const results = report.results.filter((result) => result.group === group);
    const failed = results.filter(({ outcome }) => outcome === "failed");
    const declared = results.filter(({ outcome }) => outcome === "declared");
    const passed = results.length - failed.length - declared.length;
    const words = new Set(declared.flatMap(({ problem = "" }) => problem.split(", ")));
    const cannot = [...words].map((word) => `\`${word}\``).join(", ");
    const broken = failed.map(({ id }) => `\`${id}\``).join(", ");
    return [
      group,
      `${passed}`,
      failed.length > 0 ? `${failed.length}: ${broken}` : "0",
      declared.length > 0 ? `${declared.length}: ${cannot}` : "0",
    ];
  });
  const { passed, failed, declared } = report;
  const lines = [
    ["group", "passed", "failed", "declared: cannot"],
    ...rows,
    ["**all**", `**${passed}**`, `**${failed}**`, `**${declared}**`],
  ];
  // As formatters of Markdown leave it, so that what was written once is not changed by them.
  const widths = [0, 1, 2, 3].map((column) => Math.max(...lines.map((cells) => cells[column]!.length)));
  const rule = widths.map((width, column) => (column === 1 ? `${"-".repeat(width - 1)}:` : "-".repeat(width)));
  const pad = (cell: string, column: number): string =>
    column === 1 ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!);
  const aligned = lines.map((cells) => cells.map(pad));
  aligned.splice(1, 0, rule);
  return aligned.map((cells) => `| ${cells.join(" | ")} |\n`).join("");
}
