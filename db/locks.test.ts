import { expect, test } from "vitest";
import { openDatabase } from "@/db/client";
import { afterLock, heldLocks, withLock } from "@/db/locks";
import { openTestDatabase } from "@/services/test/database";

const { db, url } = await openTestDatabase();

test("who comes while another one holds the lock is sent away at once, and gets it afterwards", async () => {
  const other = openDatabase(url, { connectionsMax: 1 });
  await withLock(db, "one", async () => {
    expect(await withLock(other, "one", async () => "inside")).toBeNull();
    expect(await withLock(other, "two", async () => "inside")).toBe("inside");
  });
  expect(await withLock(other, "one", async () => "inside")).toBe("inside");
  await other.$client.end();
});

test("who would rather wait gets the lock as soon as the other one is done", async () => {
  const order: string[] = [];
  const turn = (name: string) =>
    afterLock(db, "one", async () => {
      order.push(`${name} begins`);
      await new Promise((resolve) => setTimeout(resolve, 50));
      order.push(`${name} ends`);
      return name;
    });
  expect(await Promise.all([turn("a"), turn("b")])).toEqual(["a", "b"]);
  expect(order.map((line) => line.split(" ")[1])).toEqual(["begins", "ends", "begins", "ends"]);
});

test("whether a lock is held can be seen without asking for it, from everywhere", async () => {
  const other = openDatabase(url, { connectionsMax: 1 });
  const names = ["one", "two", "a name with a negative number"];
  for (const name of names) {
    await withLock(db, name, async () => expect(await heldLocks(other, names)).toEqual(new Set([name])));
  }
  expect(await heldLocks(other, names)).toEqual(new Set());
  await other.$client.end();
});

test("a failure gives the lock back", async () => {
  const failing = withLock(db, "one", async () => {
    throw new Error("no more");
  });
  await expect(failing).rejects.toThrow("no more");
  expect(await withLock(db, "one", async () => "inside")).toBe("inside");
});

test("all jobs at once, with two locks and a transaction each and two with a third lock, still get another connection", async () => {
  const arrived: (() => void)[] = [];
  const everybody = (count: number) =>
    new Promise<void>((resolve) => {
      arrived.push(resolve);
      if (arrived.length === count) for (const go of arrived) go();
    });
  const job = (name: string) =>
    withLock(db, `job:${name}`, () =>
      withLock(db, `detection:${name}`, () =>
        db.$client.begin(async () => {
          await everybody(5);
          const ask = async () => (await db.$client`select 1 as one`)[0]?.one;
          return name < "c" ? afterLock(db, "detection:room", ask) : ask();
        }),
      ),
    );
  expect(await Promise.all(["a", "b", "c", "d", "e"].map(job))).toEqual([1, 1, 1, 1, 1]);
});
