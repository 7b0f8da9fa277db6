import type { EvidenceRequest } from "@/db/detect/evidence";
import type { SuspicionDetails } from "@/db/suspicion-details";
import type { CrawlerStanding, Finding } from "@/lib/detection/rules";
import type { TimeRange } from "@/lib/time-range";

/** A target that rules have found, on its way to `suspicious_ips`. */
export type Flagged = {
  target: string;
  kind: "hash" | "range";
  network: string;
  ip: string | null;
  crawler: CrawlerStanding;
  findings: Finding[];
  samples: EvidenceRequest[];
  window: TimeRange;
  range?: SuspicionDetails["range"];
};
