import { ArrowLeftRight, UsersRound } from "lucide-react";
import { StatTile } from "@/components/overview/stat-tile";
import { VERDICTS } from "@/components/ui/verdict";
import type { Overview } from "@/db/overview";
import { formatShare } from "@/lib/format";

/** Requests, visitors, and those who were turned away, each beside the period before. */
export function StatTiles({ overview }: { overview: Overview }) {
  const { current, before } = overview;
  const shareOf = (part: number) => (current.requests > 0 ? formatShare(part, current.requests) : undefined);
  return (
    <dl className="grid grid-cols-4 gap-4 max-lg:grid-cols-2 max-md:gap-3">
      <StatTile
        label="Requests"
        icon={ArrowLeftRight}
        iconClass="text-faint"
        value={current.requests}
        before={before.requests}
      />
      <StatTile
        label="Visitors"
        icon={UsersRound}
        iconClass="text-faint"
        value={current.visitors.count}
        before={before.visitors.count}
        isApproximate={current.visitors.isApproximate}
      />
      <StatTile
        label="Blocked"
        icon={VERDICTS.block.icon}
        iconClass={VERDICTS.block.text}
        value={current.counts.blocked}
        before={before.counts.blocked}
        share={shareOf(current.counts.blocked)}
      />
      <StatTile
        label="Limited"
        icon={VERDICTS.limit.icon}
        iconClass={VERDICTS.limit.text}
        value={current.counts.limited}
        before={before.counts.limited}
        share={shareOf(current.counts.limited)}
      />
    </dl>
  );
}
