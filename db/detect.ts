import { readActivity } from "@/db/activity";
import { type Guard, loadGuard } from "@/db/collateral";
import { BlockQueue } from "@/db/detect/block-queue";
import { type ExamineDeps, examineBatch } from "@/db/detect/examine-batch";
import type { Flagged } from "@/db/detect/flagged";
import { followUp, followUpHeld } from "@/db/detect/follow-up";
import { freshTargets } from "@/db/detect/fresh";
import { LoginTally, readLogins } from "@/db/detect/logins";
import { findCrowds, withoutClosed } from "@/db/detect/networks";
import { OneBehind } from "@/db/detect/one-behind";
import { RunTally } from "@/db/detect/run-tally";
import { findScriptSearchers } from "@/db/detect/script-search";
import { findSiteSpike } from "@/db/detect/site";
import { storeFlagged } from "@/db/detect/store";
import { readPolicy } from "@/db/detection-policy";
import { writeRun } from "@/db/detection-runs";
import { readThresholds } from "@/db/detection-settings";
import type { EnforcementDeps } from "@/db/enforcement";
import { withLock } from "@/db/locks";
import type { DetectionRun, DetectionTrigger } from "@/db/schema";
import { DETECTION_BLOCKS_MAX } from "@/lib/detection/block-room";
import type { Env } from "@/lib/env";
import { AppError, messageOf } from "@/lib/errors";
import type { TimeRange } from "@/lib/time-range";

export type DetectDeps = {
  enforcement: EnforcementDeps;
  env: Pick<Env, "TRUSTED_PROXIES">;
  now: () => Date;
  /** Where thresholds may stand; the process' own environment by default. */
  source?: Record<string, string | undefined>;
  /** Blocks that detection may have in force; `DETECTION_BLOCKS_MAX` unless said. */
  blocksMax?: number;
};

export type DetectRequest = {
  trigger: DetectionTrigger;
  actor: string;
  window: TimeRange;
  /** Only these visitors (hashes), as after a drain. */
  only?: readonly string[];
};

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
export const WINDOW_HOURS_MAX = 168;
const TIMEOUT_MS = { all: 600_000, live: 20_000 };

/** The window of so many milliseconds that ends at a time. */
export function windowUntil(to: Date, lengthMs = HOUR_MS): TimeRange {
  return { from: new Date(to.getTime() - lengthMs), to };
}

/**
 * One detection from end to end: what visitors did, who is suspicious, what follows; and the row of the run, whether it
 * succeeds or fails. Never two at once over any number of processes: null where another one is at it.
 * @throws AppError `bad-input` for a window that is empty or longer than a week; whatever stopped the run.
 */
export async function detect(deps: DetectDeps, request: DetectRequest): Promise<DetectionRun | null> {
  const hours = (request.window.to.getTime() - request.window.from.getTime()) / HOUR_MS;
  if (!(hours > 0 && hours <= WINDOW_HOURS_MAX)) {
    throw new AppError("bad-input", "Detection looks at a window of at most 7 days, such as 1h, 24h or 7d.");
  }
  const { db } = deps.enforcement;
  return withLock(db, `detection:${request.only ? "live" : "all"}`, () => runOnce(deps, request));
}

async function runOnce(deps: DetectDeps, request: DetectRequest): Promise<DetectionRun> {
  const { db } = deps.enforcement;
  const { trigger, actor, window, only = null } = request;
  const startedAt = deps.now();
  const started = performance.now();
  const tally = new RunTally();
  const run = (error: string | null) =>
    writeRun(db, {
      trigger,
      actor,
      window,
      startedAt,
      durationMs: performance.now() - started,
      examined: tally.examined,
      flagged: tally.flagged,
      error,
      details: tally.details,
    });
  const blocks = new BlockQueue({ ...deps, max: deps.blocksMax ?? DETECTION_BLOCKS_MAX });
  try {
    try {
      await examineWindow(deps, window, only, blocks, tally);
    } finally {
      // What was found before a failure is blocked all the same.
      tally.addFollowUps(await followUpHeld(db, blocks));
    }
    return await run(null);
  } catch (error) {
    await run(messageOf(error)).catch(() => {});
    throw error;
  }
}

async function examineWindow(
  deps: DetectDeps,
  window: TimeRange,
  only: readonly string[] | null,
  blocks: BlockQueue,
  tally: RunTally,
): Promise<void> {
  const { db, hashKey } = deps.enforcement;
  const [thresholds, policy] = await Promise.all([readThresholds(db, deps.source), readPolicy(db)]);
  const examining: ExamineDeps = {
    db,
    thresholds,
    policy,
    timeoutMs: only ? TIMEOUT_MS.live : TIMEOUT_MS.all,
  };
  let guard: Guard | null = null;
  const conclude = async (flagged: Flagged[]) => {
    if (flagged.length === 0) return;
    guard ??= await loadGuard(db, deps.env, hashKey, deps.now());
    await concludeBatch(flagged, { ...deps, policy, guard, blocks }, tally);
  };
  for (const slice of slicesOf(window)) {
    const logins = new LoginTally();
    const concluding = new OneBehind();
    const query = { ...examining, scope: "hour" as const, window: slice, only };
    const { visitors } = await readActivity(db, query, async (batch) => {
      for (const activity of batch) logins.add(activity);
      const flagged = await examineBatch(examining, batch, slice);
      await concluding.begin(() => conclude(flagged));
    });
    await concluding.finish();
    tally.examined += visitors;
    await conclude(await networksOf(deps, { ...examining, slice, only, logins }));
    // What many look for together over a day is the hourly run's to see.
    if (only || policy["path-probing"] === "off") continue;
    const searchers = await findScriptSearchers(db, thresholds, slice);
    await conclude(await withoutClosed(db, searchers, windowUntil(slice.to, DAY_MS)));
  }
  if (!only && policy["traffic-spike"] !== "off") {
    tally.site = await findSiteSpike(db, thresholds, window.to);
  }
}

/**
 * The networks whose visitors are suspicious together. A drain shows a few visitors of a network only: of their failed
 * logins the whole network's are counted, and which ranges are worth a block is the hourly run's to say.
 */
async function networksOf(
  { enforcement: { db }, now }: DetectDeps,
  deps: ExamineDeps & { slice: TimeRange; only: readonly string[] | null; logins: LoginTally },
): Promise<Flagged[]> {
  const { thresholds, policy, slice, only } = deps;
  const logins = only ? new LoginTally(await readLogins(db, only, slice)) : deps.logins;
  const stuffing = policy["credential-stuffing"] === "off" ? [] : logins.find(thresholds, slice);
  const crowds = only || policy.distributed === "off" ? [] : await findCrowds(db, thresholds, slice);
  const found = await withoutClosed(db, mergeTargets([...stuffing, ...crowds]), slice);
  if (!only || found.length === 0) return found;
  const fresh = await freshTargets(
    db,
    found.map(({ target }) => target),
    now(),
  );
  return found.filter(({ target }) => !fresh.has(target));
}

async function concludeBatch(
  flagged: readonly Flagged[],
  deps: DetectDeps & { policy: ExamineDeps["policy"]; guard: Guard; blocks: BlockQueue },
  tally: RunTally,
): Promise<void> {
  const now = deps.now();
  const at = flagged[0] && flagged[0].window.to < now ? flagged[0].window.to : now;
  const stored = await storeFlagged(deps.enforcement.db, flagged, at);
  const byTarget = new Map(flagged.map((one) => [one.target, one]));
  const found = stored.map((one) => ({ stored: one, flagged: byTarget.get(one.row.target) as Flagged }));
  tally.addFlagged(flagged, stored);
  tally.addFollowUps(await followUp(found, deps));
}

/** A network that two rules have found is one target with both findings. */
function mergeTargets(flagged: readonly Flagged[]): Flagged[] {
  const merged = new Map<string, Flagged>();
  for (const one of flagged) {
    const before = merged.get(one.target);
    merged.set(one.target, before ? { ...one, findings: [...before.findings, ...one.findings] } : one);
  }
  return [...merged.values()];
}

/** Hours of a window, the earliest first; the last may be shorter. */
function slicesOf({ from, to }: TimeRange): TimeRange[] {
  const slices: TimeRange[] = [];
  for (let at = from.getTime(); at < to.getTime(); at += HOUR_MS) {
    slices.push({ from: new Date(at), to: new Date(Math.min(at + HOUR_MS, to.getTime())) });
  }
  return slices;
}
