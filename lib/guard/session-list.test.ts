import { expect, test, vi } from "vitest";
import { SessionList } from "@/lib/guard/session-list";

function listOf(answers: (() => Promise<ReadonlySet<string>>)[]) {
  let now = 1_000_000;
  const fetch = vi.fn(() => (answers.length > 1 ? answers.shift() : answers[0])?.() ?? Promise.reject());
  const list = new SessionList({ fetch, ttlSeconds: 1, now: () => now });
  return { list, fetch, pass: (milliseconds: number) => (now += milliseconds) };
}
const on =
  (...ids: string[]) =>
  async () =>
    new Set(ids);
const down = () => Promise.reject(new Error("down"));

test("a session that ended is a stranger's after a second, whoever asked meanwhile", async () => {
  const { list, fetch, pass } = listOf([on("one", "two"), on("two")]);
  expect(await list.isOn("one")).toBe(true);
  pass(1000);
  expect(await list.isOn("one")).toBe(true);
  expect(fetch).toHaveBeenCalledTimes(1);
  pass(1);
  expect(await list.isOn("one")).toBe(false);
  expect(await list.isOn("two")).toBe(true);
  expect(fetch).toHaveBeenCalledTimes(2);
});

test("many who ask at once cost one question", async () => {
  const { list, fetch } = listOf([on("one")]);
  const all = await Promise.all(Array.from({ length: 50 }, () => list.isOn("one")));
  expect(all.every(Boolean)).toBe(true);
  expect(fetch).toHaveBeenCalledTimes(1);
});

test("while the store does not answer the last known list holds, nobody waits, and it is asked again", async () => {
  const { list, fetch, pass } = listOf([on("one"), down, on()]);
  expect(await list.isOn("one")).toBe(true);
  pass(5000);
  expect(await list.isOn("one")).toBe(true);
  pass(4000);
  expect(list.isOn("one")).toBe(true);
  expect(fetch).toHaveBeenCalledTimes(2);
  pass(1001);
  expect(await list.isOn("one")).toBe(false);
});

test("without any list everybody is a stranger", async () => {
  const { list } = listOf([down]);
  expect(await list.isOn("one")).toBe(false);
});

test("a clock that is set back makes it ask again", async () => {
  const { list, fetch, pass } = listOf([on("one")]);
  await list.isOn("one");
  pass(-60_000);
  expect(await list.isOn("one")).toBe(true);
  expect(fetch).toHaveBeenCalledTimes(2);
});
