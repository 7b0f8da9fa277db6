import { getPriority } from "node:os";
import { expect, test } from "vitest";
import { run } from "@/services/run";

test("a process that steps back has a lower priority than the one that started it", async () => {
  const script = `
    const { stepBack } = await import("./services/background.ts");
    stepBack();
    console.log("priority", (await import("node:os")).getPriority());`;
  const args = ["--import", "tsx", "--input-type=module", "--eval", script];
  const { output } = await run(process.execPath, args, { directory: process.cwd() });
  expect(Number(/priority (-?\d+)/.exec(output)?.[1])).toBe(Math.max(getPriority(), 5));
});
