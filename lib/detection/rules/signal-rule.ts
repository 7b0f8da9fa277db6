import type { DetectionRule, RuleId } from "@/lib/detection/finding";
import { askedFor, pacedWords } from "@/lib/detection/sentences";
import type { Signal } from "@/lib/detection/signals";
import type { ThresholdName, Thresholds } from "@/lib/detection/thresholds";

type NumberName = { [Name in ThresholdName]: Thresholds[Name] extends number ? Name : never }[ThresholdName];

type Marks = {
  id: RuleId;
  title: string;
  description: string;
  signal: Signal;
  /** null: one request is enough, whatever the settings say. */
  threshold: NumberName | null;
  score: number;
  /** What such a request is, in the singular: `request for a secret file`. */
  noun: string;
  plural?: string;
};

const MORE_SCORE_MAX = 9;

/** A rule that fires when enough requests show one signal; further ones raise its score a little. */
export function signalRule({ signal, threshold, score, noun, plural, ...about }: Marks): DetectionRule {
  return {
    ...about,
    needsStatus: false,
    window: "hour",
    find(activity, thresholds, { samples }) {
      const count = activity.signals[signal] ?? 0;
      const limit = threshold === null ? 1 : thresholds[threshold];
      if (count < limit) return null;
      const words = pacedWords(count, noun, activity, plural);
      const compared = limit > 1 ? ` (limit: ${limit} an hour)` : "";
      return {
        rule: about.id,
        score: score + Math.min(MORE_SCORE_MAX, count - limit),
        sentence: `${words}${compared}.${askedFor(samples, signal)}`,
        counts: { [signal]: count },
        threshold: limit,
      };
    },
  };
}
