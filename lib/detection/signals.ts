import { adminProbe } from "@/lib/detection/signals/admin-probe";
import type { SignalFamily } from "@/lib/detection/signals/family";
import { injection } from "@/lib/detection/signals/injection";
import { knownExploit } from "@/lib/detection/signals/known-exploit";
import { loginAttempt, loginFailure } from "@/lib/detection/signals/login";
import { malformed } from "@/lib/detection/signals/malformed";
import { missingScript } from "@/lib/detection/signals/missing-script";
import {
  DEFAULT_SENSITIVE_PATHS,
  SIGNAL_BITS,
  SIGNALS,
  type Signal,
  type SignalMatch,
  type SignalOptions,
  type SignalRequest,
} from "@/lib/detection/signals/names";
import { asset, crawlerClaim, wellKnown } from "@/lib/detection/signals/nature";
import { normaliseRequest } from "@/lib/detection/signals/normal-request";
import { openProxy } from "@/lib/detection/signals/open-proxy";
import { scannerAgent } from "@/lib/detection/signals/scanner-agent";
import { sensitiveFile } from "@/lib/detection/signals/sensitive-file";
import { findSensitivePath } from "@/lib/detection/signals/sensitive-path";
import { traversal } from "@/lib/detection/signals/traversal";

export * from "@/lib/detection/signals/names";

const EVIDENCE_LENGTH_MAX = 200;

const FAMILIES: readonly SignalFamily[] = [
  sensitiveFile,
  traversal,
  injection,
  knownExploit,
  scannerAgent,
  openProxy,
  malformed,
  adminProbe,
  loginAttempt,
  loginFailure,
  asset,
  crawlerClaim,
  wellKnown,
  missingScript,
];

/** The signals of one request as bits. Linear in what a visitor sends, of which the first 2,048 characters a field count. */
export function signalsOf(request: SignalRequest, options: SignalOptions = {}): number {
  const normal = normaliseRequest(request);
  let mask = 0;
  for (const { signal, find } of FAMILIES) if (find(normal) !== null) mask |= SIGNAL_BITS[signal];
  if (findSensitivePath(normal, options.sensitivePaths ?? DEFAULT_SENSITIVE_PATHS) !== null)
    mask |= SIGNAL_BITS["sensitive-path"];
  return mask;
}

/** The same with the rules that matched and their evidence, for sentences; not for the hot path. */
export function matchesOf(request: SignalRequest, options: SignalOptions = {}): SignalMatch[] {
  const normal = normaliseRequest(request);
  const found = FAMILIES.map(({ signal, find }) => ({ signal, match: find(normal) }));
  const places = options.sensitivePaths ?? DEFAULT_SENSITIVE_PATHS;
  found.push({ signal: "sensitive-path", match: findSensitivePath(normal, places) });
  return SIGNALS.flatMap((signal) => {
    const match = found.find((one) => one.signal === signal)?.match;
    return match ? [{ signal, rule: match.rule, evidence: clean(match.evidence) }] : [];
  });
}

/** Whether a stored number holds a signal. */
export function hasSignal(mask: number, signal: Signal): boolean {
  return (mask & SIGNAL_BITS[signal]) !== 0;
}

/** The names in a stored number, in the order of their bits. */
export function signalNames(mask: number): Signal[] {
  return SIGNALS.filter((signal) => hasSignal(mask, signal));
}

/** Evidence goes to a page and a database: neither takes control characters. */
function clean(text: string): string {
  return text.replace(/\p{C}/gu, "\u00b7").slice(0, EVIDENCE_LENGTH_MAX).toWellFormed();
}
