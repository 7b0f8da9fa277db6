import type { Metadata } from "next";
import { ruleActions } from "@/app/(dashboard)/rule-action-set";
import { SuspiciousCase, SuspiciousCases } from "@/app/(dashboard)/suspicious/cases";
import { suspectActions } from "@/app/(dashboard)/suspicious/suspect-action-set";
import { readSuspiciousAsked, suspiciousPath } from "@/app/(dashboard)/suspicious/suspicious-query";
import { requireUser } from "@/app/session";
import { RuleActionsProvider } from "@/components/rules/rule-actions";
import { DetectionLine, type DetectionState } from "@/components/suspicious/detection-line";
import { SuspectActionsProvider } from "@/components/suspicious/suspect-actions";
import { PageHead } from "@/components/ui/page-head";
import { database } from "@/db/client";
import { readPolicy } from "@/db/detection-policy";
import { listRuns } from "@/db/detection-runs";
import type { SearchParams } from "@/lib/request-filter";

export const metadata: Metadata = { title: "Suspicious IPs" };

// Not behind a skeleton: that one is there or not by how the page is asked for, and what is open or chosen in the list
// would be lost when it is read anew.
export default async function SuspiciousPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const asked = readSuspiciousAsked(await searchParams);
  await requireUser(suspiciousPath(asked));
  return (
    <RuleActionsProvider actions={ruleActions}>
      <SuspectActionsProvider actions={suspectActions}>
        <PageHead
          title="Suspicious IPs"
          note="Who behaves as a visitor does not, why, and what to do about it."
          action={<DetectionLine state={await detectionState()} now={Date.now()} />}
        />
        <div className="rounded-card border border-line bg-surface">
          {asked.id === null ? <SuspiciousCases asked={asked} /> : <SuspiciousCase id={asked.id} />}
        </div>
      </SuspectActionsProvider>
    </RuleActionsProvider>
  );
}

async function detectionState(): Promise<DetectionState> {
  const [[run], policy] = await Promise.all([listRuns(database(), { limit: 1 }), readPolicy(database())]);
  const modes = Object.values(policy);
  return {
    ranAt: run?.startedAt.getTime() ?? null,
    hasFailed: Boolean(run?.error),
    enforced: modes.filter((mode) => mode === "enforce").length,
    rules: modes.filter((mode) => mode !== "off").length,
  };
}
