"use client";

import { clsx } from "clsx";
import { usePathname, useSearchParams } from "next/navigation";
import { Link } from "@/components/ui/link";
import { LinkPending } from "@/components/ui/link-pending";
import { isRangeName, RANGE_SECONDS, type RangeName } from "@/lib/time-range";

const RANGES = Object.keys(RANGE_SECONDS) as RangeName[];
const SPOKEN: Record<RangeName, string> = {
  "1h": "the last hour",
  "24h": "the last 24 hours",
  "7d": "the last 7 days",
  "30d": "the last 30 days",
};
/** Pages that show a span of time; elsewhere there is nothing to choose. */
const PAGES = ["/", "/requests"];
/** What belongs to one page of rows, not to the question asked. */
const DROPPED = ["before", "after", "from", "to", "id"];

export function RangePicker() {
  const pathname = usePathname();
  const params = useSearchParams();
  if (!PAGES.includes(pathname)) return null;
  const asked = params.get("range");
  const isCustom = params.has("from") || params.has("to") || params.has("id");
  const chosen = isCustom ? null : isRangeName(asked) ? asked : "24h";
  const hrefOf = (range: RangeName) => {
    const next = new URLSearchParams(params);
    for (const name of DROPPED) next.delete(name);
    if (range === "24h") next.delete("range");
    else next.set("range", range);
    return next.size ? `${pathname}?${next}` : pathname;
  };
  return (
    <nav aria-label="Range of time" className="flex rounded-md border border-line bg-surface p-0.5">
      {RANGES.map((range) => (
        <Link
          key={range}
          href={hrefOf(range)}
          scroll={false}
          aria-current={range === chosen ? "true" : undefined}
          aria-label={`${range}: ${SPOKEN[range]}`}
          className={clsx(
            "flex h-7 items-center rounded px-2.5 text-xs font-medium max-md:h-8 max-md:px-2",
            range === chosen ? "bg-inverse text-on-inverse" : "text-muted hover:bg-sunken hover:text-ink",
          )}
        >
          <LinkPending>{range}</LinkPending>
        </Link>
      ))}
    </nav>
  );
}
