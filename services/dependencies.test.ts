import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const { dependencies, devDependencies } = JSON.parse(readFileSync("package.json", "utf8"));
const section = readFileSync("README.md", "utf8")
  .split(/^## /m)
  .find((part) => part.startsWith("Dependencies"));
const [ours = "", forDevelopment = ""] = section?.split("For development only:") ?? [];

/** The packages of a table of the README, with the reason beside them. */
function reasonsIn(table: string): Map<string, string> {
  const rows = [...table.matchAll(/^\| (`.*?) \| (.*?) \|$/gm)];
  return new Map(
    rows.flatMap(([, names = "", why = ""]) =>
      [...names.matchAll(/`([^`]+)`/g)].map((found) => [found[1] as string, why] as const),
    ),
  );
}

test.each([
  ["package", ours, dependencies],
  ["package for development", forDevelopment, devDependencies],
])(
  "each %s has a reason in the table of the README, and none is there for nothing",
  (_kind, table, packages) => {
    const reasons = reasonsIn(table);
    expect([...reasons.keys()].sort()).toEqual(Object.keys(packages).sort());
    for (const [name, why] of reasons) expect(why.length, name).toBeGreaterThan(4);
  },
);
