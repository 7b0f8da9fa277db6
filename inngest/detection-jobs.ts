import { database } from "@/db/client";
import { type DetectDeps, detect, windowUntil } from "@/db/detect";
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

/**
 * Examines over their last hour those whose requests a drain has just stored. What they sent is stored already: a failure
 * is told and has its row, and is no reason to drain again.
 */
export async function detectAfterDrain(
  visitors: ReadonlySet<string>,
  warn: (message: string) => void,
): Promise<number> {
  if (visitors.size === 0) return 0;
  const window = windowUntil(new Date(Date.now() + CLOCK_SKEW_MS), HOUR_MS);
  try {
    const run = await detect(deps(warn), {
      trigger: "drain",
      actor: "drain-events",
      window,
      only: [...visitors],
    });
    return run?.flagged ?? 0;
  } catch (error) {
    warn(`Detection after a drain failed: ${messageOf(error)}`);
    return 0;
  }
}
