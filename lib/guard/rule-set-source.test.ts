import { describe, expect, test } from "vitest";
import { RuleSet } from "@/lib/guard/rule-set";
import { type FetchRuleSet, RULE_WAIT_MS, RuleSetSource } from "@/lib/guard/rule-set-source";

function sourceWith(fetch: FetchRuleSet, clock = { now: 1_000_000 }) {
  const warnings: string[] = [];
  const source = new RuleSetSource({
    fetch,
    ttlSeconds: 1,
    now: () => clock.now,
    warn: (text) => warnings.push(text),
  });
  return { source, clock, warnings };
}

describe("the rules of a door", () => {
  test("the first visitor waits for them, the next ones do not ask at all", async () => {
    let asked = 0;
    const { source, clock } = sourceWith(async () => {
      asked++;
      return RuleSet.empty("first");
    });
    expect((await source.get())?.id).toBe("first");
    clock.now += 999;
    expect(source.get()).toBe(source.current);
    expect(asked).toBe(1);
  });

  test("an ageing set is used while a newer one is asked for", async () => {
    const ids = ["first", "second"];
    const { source, clock } = sourceWith(async () => RuleSet.empty(ids.shift()));
    await source.get();
    clock.now += 1500;
    expect((source.get() as RuleSet).id).toBe("first");
    await source.pending;
    expect((source.get() as RuleSet).id).toBe("second");
  });

  test("a set that could be two seconds old is waited for: a block holds after idle time, too", async () => {
    const ids = ["first", "second"];
    const { source, clock } = sourceWith(async () => RuleSet.empty(ids.shift()));
    await source.get();
    clock.now += 60_000;
    expect((await source.get())?.id).toBe("second");
  });

  test("a store that hangs costs the visitor the bounded wait, once", async () => {
    const { source } = sourceWith(() => new Promise(() => {}));
    const startedAt = performance.now();
    expect(await source.get()).toBeNull();
    const waited = performance.now() - startedAt;
    expect(waited).toBeGreaterThan(RULE_WAIT_MS - 20);
    expect(waited).toBeLessThan(RULE_WAIT_MS + 200);
  });

  test("while the store fails nobody waits, the last rules stay, and it recovers by itself", async () => {
    let isUp = true;
    let asked = 0;
    const { source, clock, warnings } = sourceWith(async () => {
      asked++;
      if (!isUp) throw new Error("connection refused");
      return RuleSet.empty(`set ${asked}`);
    });
    await source.get();
    isUp = false;
    clock.now += 10_000;
    expect((await source.get())?.id).toBe("set 1");
    expect(source.isFailing).toBe(true);
    expect(source.get()).toBe(source.current);
    expect(asked).toBe(2);
    clock.now += 1000;
    source.get();
    await source.pending;
    expect(asked).toBe(3);
    isUp = true;
    clock.now += 1000;
    source.get();
    await source.pending;
    expect(source.isFailing).toBe(false);
    expect(source.current?.id).toBe("set 4");
    expect(warnings).toHaveLength(2);
  });

  test("another answer of the store that names the same publication saves the question", async () => {
    let asked = 0;
    const { source, clock } = sourceWith(async () => {
      asked++;
      return RuleSet.empty("same");
    });
    await source.get();
    clock.now += 5000;
    source.noteVersion("same");
    expect(source.get()).toBe(source.current);
    expect(asked).toBe(1);
    source.noteVersion("another");
    await source.pending;
    expect(asked).toBe(2);
  });

  test("a clock that jumps back does not freeze the rules", async () => {
    const ids = ["first", "second"];
    const { source, clock } = sourceWith(async () => RuleSet.empty(ids.shift()));
    await source.get();
    clock.now -= 3_600_000;
    expect((await source.get())?.id).toBe("second");
  });
});
