import { uuidv7obj } from "uuidv7";
import { describe, expect, test } from "vitest";
import { timeOfUuid, uuidFloor } from "@/lib/uuid-time";

describe("uuidFloor", () => {
  test("is not above any UUIDv7 of the same millisecond and above every one of the millisecond before", () => {
    const at = new Date("2025-11-22T09:30:00.123Z");
    const floor = uuidFloor(at);
    const same = `${floor.slice(0, 14)}7000-8000-000000000000`;
    const before = `${uuidFloor(new Date(at.getTime() - 1)).slice(0, 14)}7fff-bfff-ffffffffffff`;
    expect(floor <= same).toBe(true);
    expect(floor > before).toBe(true);
  });

  test("sorts as time does, from 1970 on", () => {
    const days = [0, 1, 1_000_000, Date.now(), Date.now() + 1];
    const floors = days.map((at) => uuidFloor(new Date(at)));
    expect([...floors].sort()).toEqual(floors);
    expect(uuidFloor(new Date(-5))).toBe("00000000-0000-0000-0000-000000000000");
  });
});

describe("timeOfUuid", () => {
  test("gives back the millisecond of a UUIDv7", () => {
    const before = Date.now();
    const at = timeOfUuid(uuidv7obj().toString())?.getTime() ?? 0;
    expect(at).toBeGreaterThanOrEqual(before);
    expect(at).toBeLessThanOrEqual(Date.now() + 1);
  });

  test.each(["", "019aaade-e6bb-4000-8000-000000000000", "nonsense"])("refuses %j", (text) => {
    expect(timeOfUuid(text)).toBeNull();
  });
});
