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
      <thead className="bg-surface lg:sticky lg:top-14 lg:z-10">
        <tr className="shadow-[inset_0_-1px_var(--line)]">
          <th className={head}>Time</th>
          <th className={head}>Visitor</th>
          <th className={head}>Request</th>
          <th className={`${head} text-right`}>Status</th>
          <th className={head}>Verdict</th>
          <th className={`${head} lg:max-xl:hidden`}>Agent</th>
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
  const cell = "lg:px-3 lg:py-0.5 lg:align-middle lg:first:pl-4 lg:last:pr-4 lg:leading-4";
  return (
    <tr className="hover:bg-sunken/60 lg:border-b lg:border-line lg:last:border-0">
      <td className={clsx(cell, "text-xs text-muted max-lg:order-1")}>
        <Link href={`/requests?id=${row.id}`} title="Show all that is known" className="hover:underline">
          <Time at={row.at} style="log" />
        </Link>
      </td>
      <td className={clsx(cell, "max-lg:order-4 max-lg:col-span-2")}>
        <AddressCell visitor={row} range={range} />
      </td>
      <td className={clsx(cell, "max-lg:order-3 max-lg:col-span-2 lg:w-2/5 lg:max-w-0")}>
        <p className="truncate font-mono text-xs" title={row.path}>
          <span className="mr-1.5 text-muted">{row.method}</span>
          {row.path}
        </p>
        {row.referrerHost && <p className="truncate text-xs text-faint">from {row.referrerHost}</p>}
      </td>
      <td
        className={clsx(
          cell,
          "text-right max-lg:hidden",
          (row.status ?? 0) >= 500 && "font-medium text-blocked",
        )}
      >
        {row.status ?? <span className="text-faint">–</span>}
      </td>
      <td className={clsx(cell, "max-lg:order-2 max-lg:justify-self-end")}>
        <span className="flex flex-wrap items-center gap-x-2 lg:flex-nowrap">
          <span className="text-xs text-faint lg:hidden">{row.status}</span>
          <VerdictBadge verdict={row.verdict} title={reasonText(row.reason, row.policy)} />
          <span className="text-xs whitespace-nowrap text-faint max-xl:hidden">
            {reasonText(row.reason, row.policy)}
          </span>
        </span>
      </td>
      <td className={clsx(cell, "lg:max-xl:hidden max-lg:order-5 max-lg:self-center")}>
        <AgentCell row={row} />
      </td>
      {block && <td className={clsx(cell, "text-right max-lg:order-6")}>{block}</td>}
    </tr>
  );
}

function AgentCell({ row }: { row: RequestRow }) {
  const name = row.agentName || (row.agentText ? row.agentText.slice(0, 40) : "No agent");
  const kind = AGENT_WORDS[row.agentClass ?? "unknown"];
  return (
    <div
      className="max-w-36 min-w-0 max-lg:max-w-none max-lg:text-xs max-lg:text-muted"
      title={row.agentText ?? undefined}
    >
      <p className="truncate text-xs max-lg:inline">{name}</p>
      <p className="truncate text-xs text-faint max-lg:ml-1.5 max-lg:inline">
        {[kind, row.agentOs].filter(Boolean).join(", ")}
      </p>
    </div>
  );
}
