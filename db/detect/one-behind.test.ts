import { expect, test } from "vitest";
import { OneBehind } from "@/db/detect/one-behind";

const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

test("a piece is at work while the next one is prepared, and never two at once", async () => {
  const order: string[] = [];
  const behind = new OneBehind();
  for (const name of ["a", "b", "c"]) {
    order.push(`prepare ${name}`);
    await behind.begin(async () => {
      order.push(`begin ${name}`);
      await pause(5);
      order.push(`end ${name}`);
    });
  }
  await behind.finish();
  expect(order).toEqual([
    ...["prepare a", "begin a", "prepare b", "end a", "begin b", "prepare c", "end b", "begin c", "end c"],
  ]);
});

test("a failure reaches whoever begins the next piece, or finishes", async () => {
  const failing = async () => {
    throw new Error("no more");
  };
  const behind = new OneBehind();
  await behind.begin(failing);
  await pause(1);
  await expect(behind.begin(async () => {})).rejects.toThrow("no more");
  const other = new OneBehind();
  await other.begin(failing);
  await expect(other.finish()).rejects.toThrow("no more");
});
