import type { ReactNode } from "react";
import { AddressCell } from "@/components/ui/address-cell";
import { Card } from "@/components/ui/card";
import { CopyButton } from "@/components/ui/copy-button";
import { Link } from "@/components/ui/link";
import { Time } from "@/components/ui/time";
import { reasonText, VerdictBadge } from "@/components/ui/verdict";
import type { RequestRow } from "@/db/request-logs";
import { formatCount, formatUtc } from "@/lib/format";

const DOOR_WORDS: Record<string, string> = { edge: "Edge door", node: "Node door", ask: "Ask door" };

/** All that is known of one request. */
export function RequestDetail({ row, block }: { row: RequestRow; block?: ReactNode }) {
  const agent = [row.agentName, row.agentOs, row.agentClass].filter(Boolean).join(", ");
  const facts: [string, ReactNode][] = [
    [
      "Time",
      <>
        <Time at={row.at} style="full" /> <span className="text-faint">({formatUtc(row.at)})</span>
      </>,
    ],
    ["Visitor", <AddressCell key="visitor" visitor={row} range="24h" />],
    [
      "Verdict",
      <span key="verdict" className="flex flex-wrap items-center gap-2">
        <VerdictBadge verdict={row.verdict} /> {reasonText(row.reason, row.policy)}
        {row.ruleId !== null && (
          <Link
            href={`/${row.reason === "allow-rule" ? "allowed" : "blocked"}?rule=${row.ruleId}`}
            className="underline"
          >
            rule {row.ruleId}
          </Link>
        )}
      </span>,
    ],
    [
      "Request",
      <span key="request" className="font-mono text-xs break-all">
        {row.method} {row.path}
      </span>,
    ],
    ["Host", row.host],
    ["Came from", row.referrerHost],
    ["Status", row.status],
    ["Duration", row.durationMs === null ? null : `${formatCount(row.durationMs)} ms`],
    [
      "Agent",
      <>
        {agent && <p>{agent}</p>}
        <p className="font-mono text-xs break-all text-muted">{row.agentText}</p>
      </>,
    ],
    ["Network operator", row.asn === null ? null : `AS${row.asn}`],
    ["Seen by", DOOR_WORDS[row.door]],
    [
      "Reference",
      <span key="id" className="flex items-center gap-1">
        <span className="font-mono text-xs break-all">{row.id}</span>
        <CopyButton text={row.id} label="Copy the reference" />
      </span>,
    ],
  ];
  return (
    <Card title="One request" aside={block} className="max-w-4xl">
      <dl className="grid grid-cols-[9rem_minmax(0,1fr)] gap-x-4 gap-y-3 max-md:grid-cols-1 max-md:gap-y-1">
        {facts.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-muted max-md:mt-2 max-md:text-xs">{name}</dt>
            <dd className="min-w-0">{value ?? <span className="text-faint">not known</span>}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}
