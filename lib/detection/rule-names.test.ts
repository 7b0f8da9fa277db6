import { expect, test } from "vitest";
import { ruleName } from "@/lib/detection/rule-names";
import { RULE_IDS } from "@/lib/detection/rules";

test("every rule has a title of its own and a sentence", () => {
  const names = RULE_IDS.map(ruleName);
  expect(new Set(names.map(({ title }) => title)).size).toBe(RULE_IDS.length);
  for (const [index, { title, description }] of names.entries()) {
    expect(title).not.toBe(RULE_IDS[index]);
    expect(description).toMatch(/^[A-Z].*\.$/);
  }
});

test("a rule of old evidence that there is no more goes by its id", () => {
  expect(ruleName("of-yesterday").title).toBe("of-yesterday");
});
