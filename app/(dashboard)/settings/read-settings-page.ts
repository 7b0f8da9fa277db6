import { RULE_GROUPS, THRESHOLD_LABELS } from "@/components/settings/rule-groups";
import {
  MODES,
  type ShownAuthor,
  type ShownGroup,
  type ShownThreshold,
} from "@/components/settings/shown-settings";
import { database } from "@/db/client";
import { readAuthors } from "@/db/detection-authors";
import { countFindings } from "@/db/detection-findings";
import { readPolicy } from "@/db/detection-policy";
import { readThresholdViews, type ThresholdView } from "@/db/detection-settings";
import { ruleName } from "@/lib/detection/rule-names";
import { type RuleId, VISITOR_RULES } from "@/lib/detection/rules";
import { rangeUntil } from "@/lib/time-range";

const NEEDS_STATUS =
  "It needs the status of answers: behind the edge door, which does not see them, it finds nobody.";
const NOBODY = { found: 0, blocked: 0, wouldBlock: 0, guarded: 0 };

/** The rules by groups, with their settings and what they found in 7 days. */
export async function readSettingsPage(now: Date): Promise<ShownGroup[]> {
  const db = database();
  const [views, policy, authors, findings] = await Promise.all([
    readThresholdViews(db),
    readPolicy(db),
    readAuthors(db),
    countFindings(db, rangeUntil(now, "7d").from),
  ]);
  const byName = new Map(views.map((view) => [view.name, shownThreshold(view)]));
  const shown = (names: readonly ThresholdView["name"][]) => names.flatMap((name) => byName.get(name) ?? []);
  return RULE_GROUPS.map(({ rules, shared, ...group }) => ({
    ...group,
    shared: shown(shared),
    rules: rules.map(({ id, thresholds, note, hasNobody }) => ({
      id,
      ...ruleName(id),
      note: note ?? (needsStatus(id) ? NEEDS_STATUS : null),
      mode: hasNobody && policy[id] === "enforce" ? "observe" : policy[id],
      modes: hasNobody ? MODES.filter((mode) => mode !== "enforce") : MODES,
      author: shownAuthor(authors[`rule:${id}`]),
      findings: findings.get(id) ?? NOBODY,
      thresholds: shown(thresholds),
    })),
  }));
}

function needsStatus(id: RuleId): boolean {
  return VISITOR_RULES.some((rule) => rule.id === id && rule.needsStatus);
}

function shownThreshold({ author, ...view }: ThresholdView): ShownThreshold {
  return {
    ...view,
    label: THRESHOLD_LABELS[view.name],
    author: author && { name: author.name, at: author.at.getTime() },
  };
}

function shownAuthor(author: { name: string; at: string } | undefined): ShownAuthor | null {
  return author ? { name: author.name, at: Date.parse(author.at) } : null;
}
