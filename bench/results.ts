import type { Figure } from "@/bench/row";

/** The rows in the order of the table; one that is not named here comes after them. */
const ORDER = [
  "edge-door",
  "node-door",
  "refused",
  "lookup",
  "memory",
  "publish",
  "drain",
  "pages",
  "redis-commands",
  "bytes",
  "restart",
];

/** What a run of a row has brought, with when, of which state of the code and on which machine. */
export type Measured = {
  id: string;
  what: string;
  against: string;
  figures: readonly Figure[];
  /** The day in UTC: 2026-01-31. */
  date: string;
  commit: string;
  machine: string;
  /** What else the machine did: processes that ran or wanted to, on average of the minute before; null if unknown. */
  load: number | null;
};

const HEADS = ["row", "what", "measured against", "figure", "median (spread)", "to reach", "", "measured"];
const REACHED = "reached";
const SHORT = "short";
const MACHINE = /^(\d+)\. (.+)$/;
const STAMP = /^(\S+), (\S+), machine (\d+)(?:, beside a load of (\d+\.\d))?$/;

/** Ids in the order of the table. */
export function inOrder(ids: readonly string[]): string[] {
  const place = (id: string) => (ORDER.includes(id) ? ORDER.indexOf(id) : ORDER.length);
  return [...ids].sort((one, other) => place(one) - place(other) || (one < other ? -1 : 1));
}

/** Puts what was measured now in the place of what was measured before; other rows stay as they are. */
export function merge(before: readonly Measured[], now: readonly Measured[]): Measured[] {
  const all = new Map([...before, ...now].map((row) => [row.id, row]));
  return inOrder([...all.keys()]).map((id) => all.get(id) as Measured);
}

/** The ids of rows with a figure that falls short. */
export function shortOf(rows: readonly Measured[]): string[] {
  return rows.filter(({ figures }) => figures.some((figure) => !figure.isReached)).map(({ id }) => id);
}

/** The lines of the table, cell by cell: one a figure, what they share only in a row's first. */
export function cellsOf(rows: readonly Measured[], machines: readonly string[]): string[][] {
  return rows.flatMap((row) =>
    row.figures.map(({ name, value, target, isReached }) => {
      const reached = target === null ? "" : isReached ? REACHED : SHORT;
      const beside = row.load === null ? "" : `, beside a load of ${row.load.toFixed(1)}`;
      const stamp = `${row.date}, ${row.commit}, machine ${machines.indexOf(row.machine) + 1}${beside}`;
      return [row.id, row.what, row.against, name, value, target ?? "", reached, stamp];
    }),
  );
}

export function machinesOf(rows: readonly Measured[]): string[] {
  return [...new Set(rows.map(({ machine }) => machine))];
}

/** The whole file, which `parseResults` reads back. */
export function formatResults(rows: readonly Measured[]): string {
  const machines = machinesOf(rows);
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [
    "# What was measured",
    "",
    "Written by `npm run bench`; `npm run bench -- ROW` measures a row anew. Each figure is the median of runs that took",
    "turns with what it is measured against, in brackets the least and the greatest.",
    "",
    line(HEADS),
    line(HEADS.map(() => "---")),
    ...cellsOf(rows, machines).map(line),
    "",
    "Machines:",
    "",
    ...machines.map((machine, at) => `${at + 1}. ${machine}`),
    "",
  ].join("\n");
}

/** The rows of a file that `formatResults` has written; a line that is none of the table's is passed over. */
export function parseResults(text: string): Measured[] {
  const lines = text.split("\n");
  const machines = new Map(
    lines.flatMap((line) => {
      const [, number, machine] = MACHINE.exec(line) ?? [];
      return number && machine ? [[number, machine] as const] : [];
    }),
  );
  const rows = new Map<string, Measured & { figures: Figure[] }>();
  for (const line of lines) {
    const cells = line.startsWith("| ") ? line.slice(2, -2).split(/(?<!\\) \| /) : [];
    const [id = "", what = "", against = "", name = "", value = "", target = "", reached = "", stamp = ""] =
      cells.map((cell) => cell.replaceAll("\\|", "|").trim());
    const [, date, commit, number = "", beside] = STAMP.exec(stamp) ?? [];
    if (!date || !commit) continue;
    const machine = machines.get(number) ?? "a machine that nobody named";
    const load = beside === undefined ? null : Number(beside);
    const row = rows.get(id) ?? { id, what, against, figures: [], date, commit, machine, load };
    row.figures.push({ name, value, target: target || null, isReached: reached !== SHORT });
    rows.set(id, row);
  }
  return [...rows.values()];
}
