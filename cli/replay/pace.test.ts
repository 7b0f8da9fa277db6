import { describe, expect, test } from "vitest";
import { DistinctCount } from "@/cli/replay/distinct";
import { Pace } from "@/cli/replay/pace";
import { Slots } from "@/cli/replay/slots";

const at = (seconds: number) => new Date(Date.UTC(2026, 2, 10) + seconds * 1000);

function paceOf(speed: number | null, signal = new AbortController().signal) {
  let clock = 5000;
  const waits: number[] = [];
  const wait = async (milliseconds: number) => {
    waits.push(milliseconds);
    clock += milliseconds;
  };
  const pace = new Pace({ speed, signal, now: () => clock, wait });
  return { pace, waits, pass: (milliseconds: number) => (clock += milliseconds) };
}

describe("the pace", () => {
  test("is the log's own, divided by the speed", async () => {
    const { pace, waits } = paceOf(60);
    for (const seconds of [0, 60, 60, 240]) await pace.until(at(seconds));
    expect(waits).toEqual([1000, 3000]);
    expect(pace.behindMs).toBe(0);
  });

  test("does not wait at full speed, and not for a request whose time is over", async () => {
    const full = paceOf(null);
    await full.pace.until(at(0));
    await full.pace.until(at(3600));
    expect(full.waits).toEqual([]);
    const late = paceOf(1);
    await late.pace.until(at(0));
    late.pass(10_000);
    await late.pace.until(at(2));
    expect(late.waits).toEqual([]);
    expect(late.pace.behindMs).toBe(8000);
  });

  test("keeps the order of a log whose times go back", async () => {
    const { pace, waits } = paceOf(1);
    for (const seconds of [0, 5, 3, 6]) await pace.until(at(seconds));
    expect(waits).toEqual([5000, 1000]);
  });

  test("waits no longer when the replay is stopped", async () => {
    const stop = new AbortController();
    const pace = new Pace({ speed: 1, signal: stop.signal });
    await pace.until(at(0));
    const startedAt = performance.now();
    setTimeout(() => stop.abort(), 20);
    await pace.until(at(86_400 * 40));
    await pace.until(at(86_400 * 80));
    expect(performance.now() - startedAt).toBeLessThan(2000);
  });
});

describe("slots", () => {
  test("let so many through at a time, the rest in the order of asking", async () => {
    const slots = new Slots(2);
    const order: number[] = [];
    const takers = [1, 2, 3, 4].map(async (number) => {
      await slots.take();
      order.push(number);
    });
    await Promise.all(takers.slice(0, 2));
    expect(order).toEqual([1, 2]);
    slots.give();
    slots.give();
    await Promise.all(takers);
    expect(order).toEqual([1, 2, 3, 4]);
  });

  test("tell when all are free again", async () => {
    const slots = new Slots(3);
    await slots.idle();
    await slots.take();
    await slots.take();
    let isIdle = false;
    const idle = slots.idle().then(() => {
      isIdle = true;
    });
    slots.give();
    await Promise.resolve();
    expect(isIdle).toBe(false);
    slots.give();
    await idle;
  });
});

describe("counting different texts", () => {
  test("is exact up to a bound and about right beyond it, in memory that does not grow", () => {
    const few = new DistinctCount();
    for (let n = 0; n < 5000; n++) few.add(`192.0.2.${n % 1753}`);
    expect([few.count, few.isExact]).toEqual([1753, true]);
    const many = new DistinctCount(1000);
    for (let n = 0; n < 50_000; n++) many.add(`address ${n % 20_000}`);
    expect(many.isExact).toBe(false);
    expect(Math.abs(many.count - 20_000) / 20_000).toBeLessThan(0.05);
  });
});
