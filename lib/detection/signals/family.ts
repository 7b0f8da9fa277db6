import type { Signal } from "@/lib/detection/signals/names";
import type { NormalRequest } from "@/lib/detection/signals/normal-request";

export type RuleMatch = { readonly rule: string; readonly evidence: string };

/** One signal and how a request gives it: the first rule that matches, or `null`. Pure, and linear in the request. */
export type SignalFamily = {
  readonly signal: Signal;
  readonly find: (request: NormalRequest) => RuleMatch | null;
};

/** Whether the site gave what was asked for; an answer that is not known (edge door) excuses nothing. */
export function wasServed(status: number | null): boolean {
  return status !== null && status < 400;
}

/** Whether the site is known not to have given what was asked for: for names that it may well have. */
export function wasRefused(status: number | null): boolean {
  return status !== null && status >= 400;
}

/** Whether the site answered with a document; a redirection may be that of the whole site. */
export function wasGiven(status: number | null): boolean {
  return status !== null && ((status >= 200 && status < 300) || status === 304);
}
