import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".tsx"))
    .map((name) => join(folder, name));
}

test("every link is the one that fetches nothing ahead of a click, which the doors would record as traffic", () => {
  const others = [...sources("app"), ...sources("components")].filter((file) =>
    /import \w+.*from "next\/link"/.test(readFileSync(file, "utf8")),
  );
  expect(others).toEqual([join("components", "ui", "link.tsx")]);
});
