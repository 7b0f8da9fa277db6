import { z } from "zod";
import type { Database } from "@/db/client";
import { requestJobRun } from "@/db/job-runs";
import { DETECTION_REQUESTED, inngest } from "@/inngest/client";
import { parseDuration } from "@/lib/time-range";

/** What a detection is asked for with: the event's data at Inngest, the wish in the database on one machine. */
export const detectionRequest = z.object({
  /** Such as `1h`, `24h` or `7d`. */
  window: z
    .string()
    .refine((text) => parseDuration(text) !== null, "a duration such as 1h")
    .optional(),
  /** The end of the window. */
  at: z.iso.datetime({ offset: true }).optional(),
  actor: z.string().max(200).optional(),
  trigger: z.enum(["manual", "api"]).optional(),
});
export type DetectionRequest = z.infer<typeof detectionRequest>;

type Source = Record<string, string | undefined>;

/** Whether Inngest is the dev server, which signs nothing. */
export function isInngestDev({ INNGEST_DEV: dev }: Source = process.env): boolean {
  return Boolean(dev) && dev !== "0" && dev !== "false";
}

/** Whether this process can send events to Inngest. */
export function hasInngest(source: Source = process.env): boolean {
  return Boolean(source.INNGEST_EVENT_KEY) || isInngestDev(source);
}

/**
 * Asks for a detection that runs elsewhere, and does not wait for it: by an event where Inngest is, else by a wish that
 * the scheduler of one machine finds within a second.
 */
export async function requestDetection(
  db: Database,
  request: DetectionRequest,
): Promise<"inngest" | "scheduler"> {
  if (hasInngest()) {
    await inngest.send({ name: DETECTION_REQUESTED, data: request });
    return "inngest";
  }
  const texts = Object.entries(request).filter((entry): entry is [string, string] => entry[1] !== undefined);
  await requestJobRun(db, "detect-anomalies", Object.fromEntries(texts));
  return "scheduler";
}
