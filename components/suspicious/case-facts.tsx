"use client";

import { clsx } from "clsx";
import type { ReactNode } from "react";
import { CaseButtons } from "@/components/suspicious/case-buttons";
import { followUpWords } from "@/components/suspicious/follow-up";
import { type ShownSuspect, suspectSearch } from "@/components/suspicious/shown-suspect";
import { suspiciousHref } from "@/components/suspicious/suspicious-href";
import { Link } from "@/components/ui/link";
import { RelativeTime, Time } from "@/components/ui/time";
import { countryName, formatPlural } from "@/lib/format";
import { requestQuery } from "@/lib/request-filter";

const linkClass = "underline underline-offset-2 hover:text-ink";

/** Beside the evidence: what followed, what a block would hit, when, from where, and where to look further. */
export function CaseFacts({
  suspect,
  now,
  canChange,
}: {
  suspect: ShownSuspect;
  now: number;
  canChange: boolean;
}) {
  const { firstDetected, lastDetected, detections, visit, targetKind, network } = suspect;
  const place =
    visit && [visit.city, visit.countryCode && countryName(visit.countryCode)].filter(Boolean).join(", ");
  const facts: [string, ReactNode][] = [
    ["First detected", <Time key="first" at={firstDetected} />],
    [
      "Last detected",
      <>
        <Time at={lastDetected} />
        {detections > 1 && <span className="text-faint">, in {formatPlural(detections, "bout")}</span>}
      </>,
    ],
    ["Last request", visit && <RelativeTime key="visit" at={visit.at} now={now} />],
    ["Place", place],
    ["Operator", visit?.asn ? `AS${visit.asn}` : null],
    [
      "Agent",
      visit?.agent && (
        <span key="agent" className="line-clamp-2 font-mono text-xs break-all" title={visit.agent}>
          {visit.agent}
        </span>
      ),
    ],
  ];
  return (
    <div className="flex flex-col gap-4">
      <Followed suspect={suspect} />
      {canChange && <CaseButtons suspect={suspect} />}
      <dl className="grid grid-cols-[7rem_minmax(0,1fr)] gap-x-3 gap-y-1 text-xs">
        {facts.map(
          ([name, value]) =>
            value && (
              <div key={name} className="contents">
                <dt className="text-muted">{name}</dt>
                <dd className="min-w-0">{value}</dd>
              </div>
            ),
        )}
      </dl>
      <p className="flex flex-wrap gap-x-4 gap-y-1 text-xs text-muted">
        <Link
          href={`/requests${requestQuery({ range: "30d", address: suspectSearch(suspect) })}`}
          className={linkClass}
        >
          All its requests
        </Link>
        <Link href={suspiciousHref({ state: "all", search: network })} className={linkClass}>
          {targetKind === "range" ? "Suspicious visitors in it" : "Others of its network"}
        </Link>
      </p>
    </div>
  );
}

function Followed({ suspect }: { suspect: ShownSuspect }) {
  const words = followUpWords(suspect);
  const { range, target } = suspect;
  if (!words && !range) return null;
  return (
    <div
      className={clsx(
        "flex flex-col gap-2 rounded-md px-3 py-2 text-xs",
        words?.isWarning ? "bg-limited-soft" : "bg-sunken",
      )}
    >
      {words && (
        <div className="flex gap-2">
          <words.icon
            className={clsx("mt-0.5 size-4 shrink-0", words.isWarning ? "text-limited" : "text-muted")}
            aria-hidden="true"
          />
          <p className="min-w-0 text-pretty break-words">
            <span className="block font-medium">{words.title}</span>
            <span className="text-muted">{words.text}</span>
          </p>
        </div>
      )}
      {range && (
        <p className="text-pretty text-muted">
          <span className="block font-medium text-ink">Proposed range: {target}</span>
          It holds {formatPlural(range.flagged, "suspicious visitor")}. In 30 days a block would have hit{" "}
          {range.cleanVisitors === 0
            ? "no clean visitor"
            : formatPlural(range.cleanVisitors, "clean visitor")}
          .
        </p>
      )}
    </div>
  );
}
