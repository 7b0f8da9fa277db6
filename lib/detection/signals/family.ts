import type { Signal } from "@/lib/detection/signals/names";
import type { NormalRequest } from "@/lib/detection/signals/normal-request";

export type RuleMatch = { readonly rule: string; readonly evidence: string };

/** One signal and how a request gives it: the first rule that matches, or `null`. Pure, and linear in the request. */
export type SignalFamily = {
  readonly signal: Signal;
  readonly find: (request: NormalRequest) => RuleMatch | null;
};

/** Tells a visitor with a status from one whose answer is not known (edge door): unknown never excuses. */
export function wasServed(status: number | null): boolean {
  return status !== null && status < 400;
}
