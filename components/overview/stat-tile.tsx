import { clsx } from "clsx";
import { ArrowDownRight, ArrowRight, ArrowUpRight, type LucideIcon } from "lucide-react";
import { type Change, changeBetween, formatCount } from "@/lib/format";

const ARROWS: Record<Change["direction"], LucideIcon> = {
  up: ArrowUpRight,
  down: ArrowDownRight,
  same: ArrowRight,
  new: ArrowUpRight,
};

/** A number, what it means, and how it stands against the period before. */
export function StatTile({
  label,
  icon: Icon,
  iconClass,
  value,
  before,
  isApproximate = false,
  share,
}: {
  label: string;
  icon: LucideIcon;
  iconClass: string;
  value: number;
  before: number;
  isApproximate?: boolean;
  /** Such as "2.5 % of requests". */
  share?: string;
}) {
  const change = changeBetween(before, value);
  const Arrow = ARROWS[change.direction];
  return (
    <div className="flex min-w-0 flex-col gap-1 rounded-card border border-line bg-surface px-4 py-3">
      <dt className="flex items-center gap-1.5 text-muted">
        <Icon className={clsx("size-4 shrink-0", iconClass)} aria-hidden="true" />
        {label}
      </dt>
      <dd className="text-2xl leading-8 font-semibold tracking-tight">
        {isApproximate && <span title="An estimate, right within about 2 %">≈ </span>}
        {formatCount(value)}
        {share && <span className="ml-2 text-xs font-normal tracking-normal text-faint">{share}</span>}
      </dd>
      <dd className="flex flex-wrap items-center gap-x-1.5 text-xs text-faint">
        {before === 0 ? (
          "None in the period before"
        ) : (
          <>
            <span className="inline-flex items-center gap-0.5 font-medium text-muted">
              <Arrow className="size-3.5 text-faint" aria-hidden="true" />
              {change.text}
            </span>
            <span>
              {formatCount(before)} <span className="max-sm:sr-only">in the period</span> before
            </span>
          </>
        )}
      </dd>
    </div>
  );
}
