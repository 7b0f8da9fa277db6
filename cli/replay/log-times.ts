import type { LogSource } from "@/cli/replay/log-source";
import { planLine } from "@/cli/replay/plan";

/** When the first and the last request of the logs happened that can be sent, or null where there is none. */
export async function readLogTimes(
  logs: readonly LogSource[],
  limit: number | null,
): Promise<{ first: Date; last: Date } | null> {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  let count = 0;
  for (const log of logs) {
    for await (const line of log.lines()) {
      const plan = planLine(line);
      if (plan.kind !== "request") continue;
      const at = plan.request.at.getTime();
      if (at < first) first = at;
      if (at > last) last = at;
      if (++count === limit) return { first: new Date(first), last: new Date(last) };
    }
  }
  return count === 0 ? null : { first: new Date(first), last: new Date(last) };
}
