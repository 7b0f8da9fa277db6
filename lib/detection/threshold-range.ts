import { z } from "zod";
import { numberProblem, pathsProblem, type ThresholdRange } from "@/lib/detection/threshold-input";
import { THRESHOLDS, type ThresholdName } from "@/lib/detection/thresholds";

/** The range of a threshold; null for one that is no number. */
export function rangeOf(name: ThresholdName): ThresholdRange | null {
  const { minimum, maximum } = z.toJSONSchema(THRESHOLDS[name].schema, {
    io: "output",
    unrepresentable: "any",
  });
  return minimum === undefined || maximum === undefined ? null : { min: minimum, max: maximum };
}

/** What is wrong with a value for a threshold, with what would be right; null where nothing is. */
export function thresholdProblem(name: ThresholdName, value: unknown): string | null {
  const range = rangeOf(name);
  return range ? numberProblem(value, range) : pathsProblem(value);
}
