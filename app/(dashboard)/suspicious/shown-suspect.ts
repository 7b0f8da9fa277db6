import type { Measure, ShownFinding, ShownReason, ShownSuspect } from "@/components/suspicious/shown-suspect";
import { markWords } from "@/components/suspicious/words";
import { blockLength } from "@/db/detection-policy";
import type { SuspicionFinding } from "@/db/suspicion-details";
import type { LastVisit, SuspiciousIpView } from "@/db/suspicious-ips";
import { ruleName } from "@/lib/detection/rule-names";
import { shortPath } from "@/lib/detection/sentences";

/**
 * What the rules with more than one count decide by: of several the first that reaches the threshold. Stored counts have
 * no order of their own.
 */
const DECISIVE: Record<string, readonly string[]> = {
  "high-volume": ["limited", "requests"],
  "path-probing": ["failedPaths"],
  "admin-probing": ["adminRefused", "adminProbes"],
  "sensitive-path": ["sensitiveRefused", "sensitivePath"],
  "login-bruteforce": ["loginFailures", "loginAttempts"],
  "credential-stuffing": ["failures"],
  "user-agent-switching": ["userAgents"],
  "low-and-slow": ["probes"],
  distributed: ["visitors"],
};

export function shownReason(id: string): ShownReason {
  return { id, ...ruleName(id) };
}

/** Prepares a row for the page: names for rules and marks, times as numbers, no path longer than a line. */
export function shownSuspect(row: SuspiciousIpView, visit: LastVisit | null): ShownSuspect {
  const { id, targetKind, target, ip, network, label, score, status, statusBy, detections } = row;
  const { followUp, followUpNote, rule, details } = row;
  const findings = details.findings.map(shownFinding).sort((one, other) => other.score - one.score);
  return {
    id,
    targetKind,
    target,
    ip,
    network,
    label,
    score,
    status,
    statusBy,
    detections,
    followUp,
    followUpNote,
    reasons: findings.map(({ id: rule, title, description }) => ({ id: rule, title, description })),
    findings,
    samples: details.samples.map(({ at, path, signals, ...sample }) => ({
      ...sample,
      at: Date.parse(at),
      path: shortPath(path),
      marks: markWords(signals),
    })),
    window: { from: Date.parse(details.window.from), to: Date.parse(details.window.to) },
    range: details.range ?? null,
    rule: rule && {
      id: rule.id,
      isInForce: rule.isInForce,
      expiresAt: rule.expiresAt?.getTime() ?? null,
      holdsMore: rule.target === target || rule.target === ip ? null : rule.target,
    },
    nextBlock: blockLength(row.automaticBlocks).words,
    firstDetected: row.firstDetected.getTime(),
    lastDetected: row.lastDetected.getTime(),
    statusAt: row.statusAt.getTime(),
    visit: visit && { ...visit, at: visit.at.getTime() },
  };
}

function shownFinding(finding: SuspicionFinding): ShownFinding {
  const { rule, sentence, score, at } = finding;
  return { ...shownReason(rule), sentence, score, at: Date.parse(at), measures: measuresOf(finding) };
}

/** The counts of a finding, the decisive one first and with the threshold that it passed. */
export function measuresOf({ rule, counts, threshold }: SuspicionFinding): Measure[] {
  const names = Object.keys(counts);
  const decisive =
    DECISIVE[rule]?.find((name) => (counts[name] ?? Number.NEGATIVE_INFINITY) >= (threshold ?? 0)) ??
    names[0];
  const measures = names.map((name) => ({
    name,
    value: counts[name] ?? 0,
    limit: name === decisive ? threshold : null,
  }));
  return measures
    .filter(({ name, value }) => name === decisive || value > 0)
    .sort((one, other) => Number(other.name === decisive) - Number(one.name === decisive));
}
