import { writeFileSync } from "node:fs";
import { getPriority, setPriority } from "node:os";

/** About a third of the time of a process at 0, where both want all of it. */
const NICENESS = 5;

/**
 * Lets others go first where the processor is short: what this process does, or another one with all that it will start,
 * can wait, and visitors do not wait for it. A system that has no such thing, or does not allow it, leaves it as it is.
 */
export function stepBack(pid = process.pid): void {
  attempt(() => setPriority(pid, Math.max(getPriority(pid), NICENESS)));
  // Linux weighs the processes of a desktop's sessions by session first, and each part has one of its own.
  if (process.platform === "linux") attempt(() => writeFileSync(`/proc/${pid}/autogroup`, String(NICENESS)));
}

function attempt(change: () => void): void {
  try {
    change();
  } catch {
    // It only goes on with the share that it has.
  }
}
