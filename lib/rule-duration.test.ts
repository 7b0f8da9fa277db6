import { expect, test } from "vitest";
import { endOf } from "@/lib/rule-duration";

const now = new Date("2025-11-22T12:00:00Z");

test("a duration ends that long from now, and for good never", () => {
  expect(endOf("1h", now)?.toISOString()).toBe("2025-11-22T13:00:00.000Z");
  expect(endOf("30d", now)?.toISOString()).toBe("2025-12-22T12:00:00.000Z");
  expect(endOf("forever", now)).toBeNull();
});
