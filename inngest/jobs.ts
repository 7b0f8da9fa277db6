import { database } from "@/db/client";
import { pruneRuns } from "@/db/detection-runs";
import { readThresholds } from "@/db/detection-settings";
import { geoLocator } from "@/db/geo";
import { endExpiredRules } from "@/db/ip-rules";
import { ensurePartitions } from "@/db/partitions";
import { publishRuleSet, repairPublication } from "@/db/publish";
import { recordEvents } from "@/db/record";
import { pruneRecords } from "@/db/retention";
import { publishSessions } from "@/db/session-publication";
import { pruneSessions } from "@/db/sessions";
import { settleEndedBlocks } from "@/db/suspicion-verbs";
import { foldTops } from "@/db/tops";
import { DETECTION_REQUESTED } from "@/inngest/client";
import { callOf, detectAfterDrain, detectAll, waitingVisitors } from "@/inngest/detection-jobs";
import { readEnv, required } from "@/lib/env";
import { drain } from "@/lib/events/drain";
import { EventStore } from "@/lib/events/store";
import { edgeStore } from "@/lib/redis";

/** What a run did, in numbers that the dashboard shows. */
export type JobResult = Record<string, number>;

/** What a run is asked for with, where somebody asks for more than the next turn. */
export type JobRequest = Readonly<Record<string, unknown>>;

export type JobOptions = { warn: (message: string) => void; request?: JobRequest | null };

/**
 * Something that has to be done again and again. `cron` is its schedule at Inngest, chosen so that all jobs together
 * stay within 50,000 executions a month; `everySeconds` is its pace on one machine, where runs cost nothing.
 */
export type Job = {
  readonly id: string;
  readonly description: string;
  readonly cron: string;
  readonly everySeconds: number;
  /** On one machine, too, it runs at the times of `cron` and not at a pace. */
  readonly keepsCron?: boolean;
  /** The event at Inngest that asks for a run. */
  readonly event?: string;
  readonly run: (options: JobOptions) => Promise<JobResult>;
};

const PATIENT = { timeoutMs: 5000, retries: 2 };

const FOLD_EVERY_MS = 60_000;
let foldedAt = 0;

/** The tops of hours and days that are over ride on the drain, so that they cost no executions of their own. */
async function foldSometimes(): Promise<void> {
  if (Date.now() - foldedAt < FOLD_EVERY_MS) return;
  foldedAt = Date.now();
  await foldTops(database(), new Date(), readEnv().RETENTION_DAYS);
}

export const JOBS: readonly Job[] = [
  {
    id: "drain-events",
    description: "Moves recorded requests from the edge store into Postgres",
    cron: "*/3 * * * *",
    everySeconds: 0.5,
    async run({ warn }) {
      const env = readEnv();
      const { sensitivePaths } = await readThresholds(database());
      const record = {
        db: database(),
        locator: geoLocator(),
        hashKey: required(env, "IP_HASH_KEY"),
        privacy: env.IP_PRIVACY,
        signals: { sensitivePaths },
        visitors: waitingVisitors,
      };
      const drained = await drain({
        store: new EventStore(edgeStore(env, PATIENT)),
        sealKey: required(env, "EVENT_SEAL_KEY"),
        insert: (events) => recordEvents(events, record),
        warn,
      });
      await foldSometimes();
      return { ...drained, flagged: await detectAfterDrain(warn) };
    },
  },
  {
    id: "detect-anomalies",
    description: "Finds suspicious visitors of the last hour, and does what the policy says with them",
    cron: "0 * * * *",
    everySeconds: 3600,
    keepsCron: true,
    event: DETECTION_REQUESTED,
    async run({ warn, request }) {
      const now = new Date();
      const call = request
        ? callOf(request, now)
        : { trigger: "schedule" as const, actor: "schedule", at: now, windowMs: 3_600_000 };
      const run = await detectAll(call, warn);
      const result: JobResult = run
        ? {
            examined: run.examined,
            flagged: run.flagged,
            blocked: run.details.blocked,
            noRoom: run.details.noRoom ?? 0,
          }
        : { skipped: 1 };
      return result;
    },
  },
  {
    id: "publish-rules",
    description:
      "Repairs the rule set, and the list of sessions, at the edge where they are missing or stale",
    cron: "*/15 * * * *",
    everySeconds: 2,
    async run() {
      const store = edgeStore(readEnv(), PATIENT);
      const { repaired, publication } = await repairPublication(database(), store);
      await publishSessions(database(), store, { publicationId: publication.id });
      return { repaired: repaired ? 1 : 0, entries: publication.entries };
    },
  },
  {
    id: "expire-rules",
    description: "Ends rules whose time is over and takes them out of the rule set",
    cron: "7 * * * *",
    everySeconds: 60,
    async run() {
      const ended = await endExpiredRules(database());
      await settleEndedBlocks(database());
      if (ended > 0) await publishRuleSet(database(), edgeStore(readEnv(), PATIENT));
      return { ended };
    },
  },
  {
    id: "prune-logs",
    description:
      "Drops records that are older than the retention, and lays out the partitions of the next days",
    cron: "20 3 * * *",
    everySeconds: 3600,
    async run() {
      const env = readEnv();
      await ensurePartitions(database(), new Date());
      const pruned = await pruneRecords(database(), new Date(), {
        days: env.RETENTION_DAYS,
        rollupMonths: env.ROLLUP_RETENTION_MONTHS,
      });
      await pruneSessions(database(), new Date());
      return { ...pruned, runs: await pruneRuns(database(), new Date()) };
    },
  },
];

export function findJob(id: string): Job | null {
  return JOBS.find((job) => job.id === id) ?? null;
}
