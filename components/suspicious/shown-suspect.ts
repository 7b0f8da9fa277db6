import type { SuspiciousIp } from "@/db/schema";
import type { LastVisit } from "@/db/suspicious-ips";

/** A rule by its name. */
export type ShownReason = { id: string; title: string; description: string };

/** A number that a rule counted; with `limit` the one that decided. */
export type Measure = { name: string; value: number; limit: number | null };

export type ShownFinding = ShownReason & {
  sentence: string;
  score: number;
  measures: Measure[];
  at: number;
};

export type ShownSample = {
  id: string;
  at: number;
  method: string;
  path: string;
  status: number | null;
  /** What the request shows by itself, in words. */
  marks: string[];
};

/** A suspicious target as a client component gets it: times in milliseconds since 1970, rules by their names. */
export type ShownSuspect = Pick<
  SuspiciousIp,
  | "id"
  | "targetKind"
  | "target"
  | "ip"
  | "network"
  | "score"
  | "status"
  | "statusBy"
  | "detections"
  | "followUp"
  | "followUpNote"
> & {
  label: string;
  reasons: ShownReason[];
  /** The one of most weight first. */
  findings: ShownFinding[];
  samples: ShownSample[];
  window: { from: number; to: number };
  range: { flagged: number; cleanVisitors: number } | null;
  /** The block that followed; `holdsMore` where it is on more than this target. */
  rule: {
    id: number;
    isInForce: boolean;
    expiresAt: number | null;
    holdsMore: string | null;
  } | null;
  /** How long detection would block it now. */
  nextBlock: string;
  firstDetected: number;
  lastDetected: number;
  statusAt: number;
  visit: (Omit<LastVisit, "at"> & { at: number }) | null;
};

/** What a search for exactly this target takes. */
export const suspectSearch = ({ ip, target }: Pick<ShownSuspect, "ip" | "target">): string => ip ?? target;
