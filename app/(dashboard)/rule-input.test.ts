import { describe, expect, test } from "vitest";
import { readRuleChange, readRuleDraft, readRuleId } from "@/app/(dashboard)/rule-input";
import { AppError } from "@/lib/errors";

const now = new Date("2025-11-22T12:00:00Z");
const form = (fields: Record<string, string>) => {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.set(name, value);
  return data;
};
const block = { action: "block", target: " 203.0.113.7 ", reason: "Spam", duration: "24h" };

describe("readRuleDraft", () => {
  test("a duration becomes the time at which the rule ends", () => {
    expect(readRuleDraft(form(block), now)).toEqual({
      action: "block",
      target: "203.0.113.7",
      network: null,
      reason: "Spam",
      expiresAt: new Date("2025-11-23T12:00:00Z"),
      force: false,
    });
    expect(readRuleDraft(form({ ...block, duration: "forever" }), now).expiresAt).toBeNull();
    expect(readRuleDraft(form({ ...block, force: "on" }), now).force).toBe(true);
  });

  test("a day of one's own choice is taken in the zone that it names", () => {
    const until = { ...block, duration: "until", until: "2025-12-01T10:00:00+02:00" };
    expect(readRuleDraft(form(until), now).expiresAt?.toISOString()).toBe("2025-12-01T08:00:00.000Z");
  });

  test.each([
    [{ ...block, target: "  " }, "Enter an address or a range."],
    [{ ...block, duration: "1y" }, "Choose how long the rule is to hold."],
    [{ ...block, duration: "until" }, "Enter the day and the time until which the rule is to hold."],
    [{ ...block, reason: "x".repeat(501) }, "Reason and note hold 500 characters at most."],
  ])("says which field is not right: %#", (fields, message) => {
    expect(() => readRuleDraft(form(fields), now)).toThrow(new AppError("bad-input", message));
  });
});

test("a change that keeps the end does not touch it", () => {
  const fields = { id: "7", reason: "Spam", note: "", duration: "keep" };
  expect(readRuleChange(form(fields), now)).toEqual({ id: 7, change: { reason: "Spam", note: "" } });
  expect(readRuleChange(form({ ...fields, duration: "forever" }), now).change).toMatchObject({
    expiresAt: null,
  });
});

test("only a whole positive number names a rule", () => {
  expect(readRuleId(12)).toBe(12);
  for (const value of ["abc", -1, 0, 1.5, undefined, {}]) expect(() => readRuleId(value)).toThrow(AppError);
});
