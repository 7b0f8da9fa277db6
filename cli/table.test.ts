import { describe, expect, test } from "vitest";
import { type Column, formatPairs, formatTable, printable } from "@/cli/table";

type Row = { id: number; reason: string };
const columns: Column<Row>[] = [
  { head: "RULE", of: (row) => String(row.id), align: "right" },
  { head: "REASON", of: (row) => row.reason, gives: true },
];

describe("tables", () => {
  test("columns stand under their heads, numbers to the right", () => {
    const rows = [
      { id: 7, reason: "first" },
      { id: 12_345, reason: "" },
    ];
    expect(formatTable(columns, rows, null)).toEqual([" RULE  REASON", "    7  first", "12345"]);
  });

  test("only the column that gives way is cut to the terminal's width, and not where there is no terminal", () => {
    const rows = [{ id: 7, reason: "a reason of many words that goes on and on" }];
    const narrow = formatTable(columns, rows, 30);
    expect(narrow[1]).toBe("   7  a reason of many words …");
    expect(formatTable(columns, rows, null)[1]).toContain("on and on");
    expect(formatTable(columns, rows, 5)[1]).toBe("   7  a reason of…");
  });

  test("a text of somebody else cannot move the cursor or turn the line around", () => {
    expect(printable("a\u001b[2Jb\r\nc\u009b1m\u202ed")).toBe("a·[2Jb··c·1m·d");
    expect(formatTable(columns, [{ id: 1, reason: "x\u001b]0;t\u0007" }], null)[1]).toBe("   1  x·]0;t·");
  });

  test("pairs stand under each other", () => {
    expect(
      formatPairs([
        ["Database", "answers"],
        ["Url", ""],
      ]),
    ).toEqual(["Database  answers", "Url"]);
  });
});
