import { expect, test } from "vitest";
import { readSuspiciousAsked, suspiciousPath } from "@/app/(dashboard)/suspicious/suspicious-query";
import { NO_FILTER, suspiciousHref } from "@/components/suspicious/suspicious-href";

test("without a query the worst of those that are active are shown", () => {
  expect(readSuspiciousAsked({})).toEqual({ filter: NO_FILTER, cursor: null, id: null });
  expect(suspiciousPath(readSuspiciousAsked({}))).toBe("/suspicious");
});

test("a filter stands in the address and is read from it again", () => {
  const filter = {
    state: "resolved",
    reason: "injection",
    search: "203.0.113.0/24",
    order: "latest",
  } as const;
  const href = suspiciousHref(filter, "1-2-3-4");
  const params = Object.fromEntries(new URL(href, "http://localhost").searchParams);
  expect(readSuspiciousAsked(params)).toEqual({ filter, cursor: "1-2-3-4", id: null });
});

test("what makes no sense is left out rather than refused", () => {
  const asked = readSuspiciousAsked({
    status: "constructor",
    reason: "no-such-rule",
    order: "random",
    cursor: "'; --",
    id: "1e9999",
  });
  expect(asked).toEqual({ filter: NO_FILTER, cursor: null, id: null });
  expect(readSuspiciousAsked({ id: "-1" }).id).toBeNull();
  expect(readSuspiciousAsked({ search: "x".repeat(500) }).filter.search).toHaveLength(200);
});

test("one case has an address of its own", () => {
  expect(suspiciousPath(readSuspiciousAsked({ id: "12" }))).toBe("/suspicious?id=12");
});
