/** One request that stands for what an address did. The query string is not kept. */
export type SampleRequest = {
  id: string;
  at: string;
  method: string;
  path: string;
  status: number | null;
  signals: string[];
};

export type SuspicionFinding = {
  rule: string;
  /** What was seen, in plain words with its numbers. */
  sentence: string;
  score: number;
  counts: Record<string, number>;
  threshold: number | null;
  /** When it was found last. */
  at: string;
};

/** Why a target is suspicious, as it was found last: what the page shows as evidence. */
export type SuspicionDetails = {
  window: { from: string; to: string };
  findings: SuspicionFinding[];
  /** At most ten. */
  samples: SampleRequest[];
  /** Of a range: how many flagged addresses it holds, and how many clean visitors of 30 days it would have hit. */
  range?: { flagged: number; cleanVisitors: number };
};

/** Samples of one target at the most. */
export const SAMPLES_MAX = 10;

/** What a run of detection did. */
export type RunDetails = {
  /** Targets flagged by each rule. */
  rules: Record<string, number>;
  created: number;
  reopened: number;
  blocked: number;
  wouldBlock: number;
  guarded: number;
  failed: number;
  /** Not blocked because detection had as many blocks in force as it may; runs of before the bound have no such count. */
  noRoom?: number;
  /** What was found about the site as a whole: a spike of traffic. */
  site: SuspicionFinding[];
};
