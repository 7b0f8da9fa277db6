import { database } from "@/db/client";
import { type DetectDeps, detect, windowUntil } from "@/db/detect";
import { freshTargets } from "@/db/detect/fresh";
import { enforcementDeps } from "@/db/enforcement";
import type { DetectionRun, DetectionTrigger } from "@/db/schema";
import { settleEndedBlocks } from "@/db/suspicion-verbs";
import { type DetectionRequest, detectionRequest } from "@/inngest/detection-request";
import { readEnv } from "@/lib/env";
import { AppError, messageOf } from "@/lib/errors";
import { parseDuration } from "@/lib/time-range";

const HOUR_MS = 3_600_000;
/** The clock of a door may be ahead of ours by so much. */
const CLOCK_SKEW_MS = 2000;

function deps(warn: (message: string) => void): DetectDeps {
  return { enforcement: { ...enforcementDeps(), warn }, env: readEnv(), now: () => new Date() };
}

export type DetectionCall = { trigger: DetectionTrigger; actor: string; at: Date; windowMs: number };

/** A detection of all visitors; null where another one is at it. */
export async function detectAll(
  call: DetectionCall,
  warn: (message: string) => void,
): Promise<DetectionRun | null> {
  await settleEndedBlocks(database());
  const window = windowUntil(call.at, call.windowMs);
  return detect(deps(warn), { trigger: call.trigger, actor: call.actor, window });
}

/** The call that a request from outside stands for. @throws AppError `bad-input` where it makes no sense. */
export function callOf(request: unknown, now: Date): DetectionCall {
  const parsed = detectionRequest.safeParse(request ?? {});
  if (!parsed.success)
    throw new AppError(
      "bad-input",
      "A detection takes a window such as 1h and a time such as 2027-03-01T18:00Z.",
    );
  const { window, at, actor, trigger }: DetectionRequest = parsed.data;
  const windowMs = window === undefined ? HOUR_MS : (parseDuration(window) as number) * 1000;
  return { trigger: trigger ?? "api", actor: actor ?? "event", at: at ? new Date(at) : now, windowMs };
}

/** Visitors with new requests who are still to be examined: a drain fills it, and detection after it empties it. */
export const waitingVisitors = new Set<string>();
/** Beyond so many the hourly run is the better one. */
const WAITING_MAX = 50_000;

/**
 * Examines over their last hour those whose requests have just been stored. Whoever was found a moment ago waits for a
 * later drain. What they sent is stored already: a failure is told and has its row, and is no reason to drain again.
 */
export async function detectAfterDrain(
  warn: (message: string) => void,
  waiting = waitingVisitors,
): Promise<number> {
  if (waiting.size === 0) return 0;
  const now = new Date();
  const window = windowUntil(new Date(now.getTime() + CLOCK_SKEW_MS), HOUR_MS);
  let due: string[] = [];
  try {
    const fresh = await freshTargets(database(), [...waiting], now);
    due = [...waiting].filter((visitor) => !fresh.has(visitor));
    if (due.length === 0) return 0;
    const call = { trigger: "drain", actor: "drain-events", window, only: due } as const;
    const run = await detect(deps(warn), call);
    // Where another process is at it they wait for the next time.
    if (run === null && waiting.size < WAITING_MAX) due = [];
    return run?.flagged ?? 0;
  } catch (error) {
    warn(`Detection after a drain failed: ${messageOf(error)}`);
    due = [...waiting];
    return 0;
  } finally {
    for (const visitor of due) waiting.delete(visitor);
  }
}
