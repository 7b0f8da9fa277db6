import { describe, expect, test } from "vitest";
import { BATCH_EVENTS_MAX, EventBuffer, type EventBufferOptions } from "@/lib/events/buffer";
import { CUT, cut, kindOf, type RequestEvent, referrerHostOf } from "@/lib/events/request-event";

const event = { id: "-", at: 1, path: "/", userAgent: "", query: null } as unknown as RequestEvent;

function bufferWith(options: Partial<EventBufferOptions> = {}) {
  const calls: { count: number; dropped: number }[] = [];
  const state = { isUp: true };
  const buffer = new EventBuffer({
    append: async (batch, dropped) => {
      if (!state.isUp) throw new Error("connection refused");
      calls.push({ count: batch?.count ?? 0, dropped });
      return { stored: true, publication: "" };
    },
    sealKey: "key",
    flushMs: 20,
    ...options,
  });
  return { buffer, calls, state };
}

describe("the events of a door", () => {
  test("those of one moment travel together", async () => {
    const { buffer, calls } = bufferWith();
    const flushes = Array.from({ length: 30 }, () => buffer.record(event));
    await Promise.all(flushes);
    expect(calls).toEqual([{ count: 30, dropped: 0 }]);
  });

  test("a full batch does not wait for the time", async () => {
    const { buffer, calls } = bufferWith({ flushMs: 60_000 });
    const flushes = Array.from({ length: BATCH_EVENTS_MAX }, () => buffer.record(event));
    await Promise.all(flushes);
    expect(calls).toEqual([{ count: BATCH_EVENTS_MAX, dropped: 0 }]);
  });

  test("those that come while others are sent gather for a batch of their own", async () => {
    const sizes: number[] = [];
    const buffer = new EventBuffer({
      append: async (batch) => {
        sizes.push(batch?.count ?? 0);
        if (sizes.length === 1) for (let n = 0; n < 3; n++) void buffer.record(event);
        return { stored: true, publication: "" };
      },
      sealKey: "key",
      flushMs: 60_000,
    });
    for (let n = 0; n < BATCH_EVENTS_MAX; n++) void buffer.record(event);
    await expect.poll(() => sizes).toEqual([BATCH_EVENTS_MAX]);
    expect(buffer.waiting).toBe(3);
    await buffer.flush();
    expect(sizes).toEqual([BATCH_EVENTS_MAX, 3]);
  });

  test("a flush that is asked for while one is under way takes the rest with it", async () => {
    const { buffer, calls } = bufferWith({ flushMs: 60_000 });
    void buffer.record(event);
    const first = buffer.flush();
    await Promise.resolve();
    void buffer.record(event);
    await buffer.flush();
    await first;
    expect(calls.reduce((sum, { count }) => sum + count, 0)).toBe(2);
    expect(buffer.waiting).toBe(0);
  });

  test("while the store is gone they wait, bounded, and the rest is counted and reported", async () => {
    const warnings: string[] = [];
    const { buffer, calls, state } = bufferWith({ eventsMax: 10, warn: (text) => warnings.push(text) });
    state.isUp = false;
    for (let n = 0; n < 25; n++) void buffer.record(event);
    await buffer.flush();
    await buffer.flush();
    expect(buffer.waiting).toBe(10);
    expect(warnings).toHaveLength(1);
    state.isUp = true;
    await buffer.flush();
    expect(calls).toEqual([{ count: 10, dropped: 15 }]);
    expect(buffer.waiting).toBe(0);
  });

  test("after a failure they are sent again without a further visitor", async () => {
    const { buffer, calls, state } = bufferWith({ flushMs: 5 });
    state.isUp = false;
    await buffer.record(event);
    state.isUp = true;
    await expect.poll(() => calls.length, { timeout: 3000 }).toBe(1);
  });
});

describe("with a question that a visitor waits for", () => {
  const rider = (calls: number[]) => async (batch: { count: number } | null) => {
    calls.push(batch?.count ?? 0);
    return { stored: true, publication: "p2|now" };
  };

  test("a few events ride along, and the flush that was to carry them is over", async () => {
    const { buffer, calls } = bufferWith({ flushMs: 60_000 });
    const flush = buffer.record(event);
    void buffer.record(event);
    const ridden: number[] = [];
    expect(await buffer.ride(rider(ridden))).toBe("p2|now");
    await flush;
    expect([ridden, calls, buffer.waiting]).toEqual([[2], [], 0]);
  });

  test("no large batch does: what is more waits for its own way", async () => {
    const { buffer, calls } = bufferWith({ flushMs: 60_000 });
    for (let n = 0; n < 164; n++) void buffer.record(event);
    const ridden: number[] = [];
    await buffer.ride(rider(ridden));
    expect([ridden, buffer.waiting]).toEqual([[128], 36]);
    const wide = { ...event, path: "x".repeat(2048) };
    for (let n = 0; n < 40; n++) void buffer.record(wide);
    await buffer.ride(rider(ridden));
    expect(ridden[1]).toBeLessThan(60);
    await buffer.flush();
    expect(calls.reduce((sum, { count }) => sum + count, 0) + (ridden[0] ?? 0) + (ridden[1] ?? 0)).toBe(204);
  });

  test("nothing rides where nothing waits, or while something is on its way", async () => {
    const { buffer } = bufferWith({ flushMs: 60_000 });
    const ridden: number[] = [];
    expect(await buffer.ride(rider(ridden))).toBeNull();
    void buffer.record(event);
    const both = await Promise.all([buffer.ride(rider(ridden)), buffer.ride(rider(ridden)), buffer.flush()]);
    expect([both[0], both[1], ridden]).toEqual(["p2|now", null, [1]]);
  });

  test("events of a ride that failed are sent with the next flush, whole and in order", async () => {
    const { buffer, calls } = bufferWith({ flushMs: 60_000 });
    void buffer.record(event);
    const failing = buffer.ride(async () => {
      throw new Error("connection refused");
    });
    void buffer.record(event);
    await expect(failing).rejects.toThrow("connection refused");
    await buffer.flush();
    expect(calls).toEqual([{ count: 2, dropped: 0 }]);
  });
});

describe("what a visitor sends", () => {
  test("is cut without leaving half a character, and holds no NUL", () => {
    expect(cut("a\u{1F600}", 2)).toBe("a\uFFFD");
    expect(cut("a\0b", 9)).toBe("a\uFFFDb");
    expect(cut("x".repeat(5000), CUT.path)).toHaveLength(2048);
  });

  test.each([
    ["https://Example.ORG:8443/a?b", "example.org:8443"],
    ["not an address", null],
    ["", null],
    [null, null],
    ["android-app://com.example.app/", "com.example.app"],
  ])("referrer %s comes from %s", (referrer, host) => {
    expect(referrerHostOf(referrer)).toBe(host);
  });

  test.each([
    ["/", {}, "page"],
    ["/_next/static/chunks/a.js", {}, "asset"],
    ["/logo.PNG", {}, "asset"],
    ["/a", { "next-router-prefetch": "1", rsc: "1" }, "prefetch"],
    ["/a", { "sec-purpose": "prefetch;prerender" }, "prefetch"],
    ["/a", { rsc: "1" }, "data"],
    ["/api/live", {}, "api"],
  ])("%s with %o is of kind %s", (path, headers, kind) => {
    expect(kindOf(path, new Headers(headers as Record<string, string>))).toBe(kind);
  });
});
