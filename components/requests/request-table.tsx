import { clsx } from "clsx";
import type { ReactNode } from "react";
import { AddressCell } from "@/components/ui/address-cell";
import { Link } from "@/components/ui/link";
import { Time } from "@/components/ui/time";
import { reasonText, VerdictBadge } from "@/components/ui/verdict";
import type { RequestRow } from "@/db/request-logs";
import type { RangeName } from "@/lib/time-range";

const AGENT_WORDS: Record<string, string> = {
  browser: "Browser",
  crawler: "Crawler",
  bot: "Bot",
  tool: "Tool",
  scanner: "Scanner",
  unknown: "Unknown",
};

/** Requests, the newest first; `blockOf` makes the button at the end of a row. */
export function RequestTable({
  rows,
  range,
  blockOf,
}: {
  rows: readonly RequestRow[];
  range: RangeName;
  blockOf?: (row: RequestRow) => ReactNode;
}) {
  const head = "px-3 py-2 text-left text-xs font-medium text-muted first:pl-4 last:pr-4";
  return (
    <table className="card-table">
      <thead className="bg-surface md:sticky md:top-14 md:z-10">
        <tr className="shadow-[inset_0_-1px_var(--line)]">
          <th className={head}>Time</th>
          <th className={head}>Visitor</th>
          <th className={head}>Request</th>
          <th className={`${head} text-right`}>Status</th>
          <th className={head}>Verdict</th>
          <th className={`${head} max-rail:md:hidden`}>Agent</th>
          {blockOf && (
            <th className={head}>
              <span className="sr-only">Block</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <RequestTableRow key={row.id} row={row} range={range} block={blockOf?.(row)} />
        ))}
      </tbody>
    </table>
  );
}

function RequestTableRow({ row, range, block }: { row: RequestRow; range: RangeName; block?: ReactNode }) {
  const cell = "md:px-3 md:py-0.5 md:align-middle md:first:pl-4 md:last:pr-4 md:leading-4";
  return (
    <tr className="hover:bg-sunken/60 md:border-b md:border-line md:last:border-0">
      <td className={clsx(cell, "text-xs text-muted max-md:order-1")}>
        <Link href={`/requests?id=${row.id}`} title="Show all that is known" className="hover:underline">
          <Time at={row.at} style="log" />
        </Link>
      </td>
      <td className={clsx(cell, "max-md:order-4 max-md:col-span-2")}>
        <AddressCell visitor={row} range={range} />
      </td>
      <td className={clsx(cell, "max-md:order-3 max-md:col-span-2 md:w-2/5 md:max-w-0")}>
        <p className="truncate font-mono text-xs" title={row.path}>
          <span className="mr-1.5 text-muted">{row.method}</span>
          {row.path}
        </p>
        {row.referrerHost && <p className="truncate text-xs text-faint">from {row.referrerHost}</p>}
      </td>
      <td
        className={clsx(
          cell,
          "text-right max-md:hidden",
          (row.status ?? 0) >= 500 && "font-medium text-blocked",
        )}
      >
        {row.status ?? <span className="text-faint">–</span>}
      </td>
      <td className={clsx(cell, "max-md:order-2 max-md:justify-self-end")}>
        <span className="flex flex-wrap items-center gap-x-2 md:flex-nowrap">
          <span className="text-xs text-faint md:hidden">{row.status}</span>
          <VerdictBadge verdict={row.verdict} />
          <span className="text-xs whitespace-nowrap text-faint max-md:hidden">
            {reasonText(row.reason, row.policy)}
          </span>
        </span>
      </td>
      <td className={clsx(cell, "max-rail:md:hidden max-md:order-5 max-md:self-center")}>
        <AgentCell row={row} />
      </td>
      {block && <td className={clsx(cell, "text-right max-md:order-6")}>{block}</td>}
    </tr>
  );
}

function AgentCell({ row }: { row: RequestRow }) {
  const name = row.agentName || (row.agentText ? row.agentText.slice(0, 40) : "No agent");
  const kind = AGENT_WORDS[row.agentClass ?? "unknown"];
  return (
    <div
      className="max-w-36 min-w-0 max-md:max-w-none max-md:text-xs max-md:text-muted"
      title={row.agentText ?? undefined}
    >
      <p className="truncate text-xs max-md:inline">{name}</p>
      <p className="truncate text-xs text-faint max-md:ml-1.5 max-md:inline">
        {[kind, row.agentOs].filter(Boolean).join(", ")}
      </p>
    </div>
  );
}
