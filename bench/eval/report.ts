import type { Check, SetResult } from "@/bench/eval/measure";

/** One set as text: what it is, every rule's figures, every target. */
export function sayResult(result: SetResult, withDetails: boolean): string {
  const rows = result.rules.map(({ rule, flagged, rightly, ofHostile }) => [
    rule,
    String(flagged),
    figure(rightly / flagged),
    figure(ofHostile === 0 ? 0 : rightly / ofHostile),
  ]);
  return [
    `${result.set} (${result.kind})`,
    ...result.facts.map((fact) => `  ${fact}`),
    ...(rows.length === 0 ? [] : table([["rule", "flagged", "precision", "recall"], ...rows])),
    ...result.checks.map((check) => `  ${sayCheck(check)}`),
    ...(withDetails ? result.details.map((detail) => `    ${detail}`) : []),
    "",
  ].join("\n");
}

export function missedTargets({ set, checks }: SetResult): string[] {
  return checks.filter(({ isMet }) => !isMet).map((check) => `${set}, ${sayCheck(check)}`);
}

function sayCheck({ name, value, wanted, isMet }: Check): string {
  return `${name} ${figure(value)} (target ${wanted}): ${isMet ? "reached" : "missed"}`;
}

function figure(value: number): string {
  return Number.isInteger(value) && value > 1 ? String(value) : value.toFixed(3);
}

function table(rows: readonly string[][]): string[] {
  const widths = (rows[0] as string[]).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) => {
    const cells = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[column] as number) : cell.padStart(widths[column] as number),
    );
    return `    ${cells.join("  ")}`;
  });
}
