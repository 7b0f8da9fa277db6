import type { DetectionTrigger } from "@/db/schema";
import { firstValues, type SearchParams } from "@/lib/request-filter";

/** Which runs of detection to list, in the words of the page. */
export const RUN_KINDS = {
  all: "All",
  schedule: "By the clock",
  manual: "By hand",
  drain: "After a drain",
  api: "By event",
} as const satisfies Record<DetectionTrigger | "all", string>;
export type RunKind = keyof typeof RUN_KINDS;

export type RunsAsked = {
  kind: RunKind;
  /** The id of the last run of the page before. */
  before: number | null;
};

/** What the query string asks for; what makes no sense is left out. */
export function readRunsAsked(params: SearchParams): RunsAsked {
  const { runs, before } = firstValues(params);
  const id = Number(before);
  return {
    kind: typeof runs === "string" && Object.hasOwn(RUN_KINDS, runs) ? (runs as RunKind) : "all",
    before: Number.isSafeInteger(id) && id > 0 ? id : null,
  };
}

export function jobsPath({ kind, before }: RunsAsked): string {
  const params = new URLSearchParams();
  if (kind !== "all") params.set("runs", kind);
  if (before !== null) params.set("before", String(before));
  return params.size ? `/jobs?${params}` : "/jobs";
}
