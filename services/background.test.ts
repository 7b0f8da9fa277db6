import { spawn } from "node:child_process";
import { getPriority } from "node:os";
import { expect, test } from "vitest";
import { stepBack } from "@/services/background";
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

test("another process is made to step back, too, and one that is gone is no error", async () => {
  const other = spawn(process.execPath, ["--eval", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
  const pid = other.pid ?? 0;
  try {
    stepBack(pid);
    expect(getPriority(pid)).toBe(Math.max(getPriority(), 5));
  } finally {
    const gone = new Promise((resolve) => other.once("close", resolve));
    other.kill("SIGKILL");
    await gone;
  }
  expect(() => stepBack(pid)).not.toThrow();
});
