import { readEnv } from "@/lib/env";
import type { RuleSet } from "@/lib/guard/rule-set";
import { ruleSetFetcher } from "@/lib/guard/rule-set-store";
import { edgeStore } from "@/lib/redis";

// A door's rules in a process of their own, for the rows that weigh them: asked by a message, it fetches what is published
// and answers what that took. Started with --expose-gc.

/** Of one refresh: what the rules weigh afterwards, against the start, and what there was at the most meanwhile. */
export type Weighed = {
  entries: number;
  milliseconds: number;
  /** Bytes on the heap and beside it, and of the whole process, more than before the first refresh. */
  held: number;
  resident: number;
  peakHeld: number;
  peakResident: number;
  /** Milliseconds for which nothing else could run, at the longest. */
  longestPauseMs: number;
};

const SAMPLE_MS = 2;
const fetchRules = ruleSetFetcher(edgeStore(readEnv(), { timeoutMs: 5000 }));
let known: RuleSet | null = null;
let base: { held: number; resident: number } | null = null;

function weigh(): { held: number; resident: number } {
  const { heapUsed, external, rss } = process.memoryUsage();
  return { held: heapUsed + external, resident: rss };
}

async function settle(): Promise<void> {
  for (let round = 0; round < 4; round++) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function refresh(): Promise<Weighed> {
  await settle();
  // Weighed again before the million: the first refresh, of a few, loads what a door runs.
  if (known === null || known.size < 1000) base = weigh();
  const start = base ?? weigh();
  const peak = weigh();
  let longestPauseMs = 0;
  let last = performance.now();
  const watch = setInterval(() => {
    const now = performance.now();
    longestPauseMs = Math.max(longestPauseMs, now - last - SAMPLE_MS);
    last = now;
    const { held, resident } = weigh();
    peak.held = Math.max(peak.held, held);
    peak.resident = Math.max(peak.resident, resident);
  }, SAMPLE_MS);
  const startedAt = performance.now();
  known = (await fetchRules(known)) ?? known;
  const milliseconds = performance.now() - startedAt;
  clearInterval(watch);
  await settle();
  const { held, resident } = weigh();
  return {
    entries: known?.size ?? 0,
    milliseconds,
    held: held - start.held,
    resident: resident - start.resident,
    peakHeld: peak.held - start.held,
    peakResident: peak.resident - start.resident,
    longestPauseMs,
  };
}

process.on("message", () => {
  refresh().then(
    (weighed) => process.send?.(weighed),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.on("disconnect", () => process.exit(0));
