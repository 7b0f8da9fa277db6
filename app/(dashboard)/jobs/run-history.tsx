import { clsx } from "clsx";
import { ScanSearch } from "lucide-react";
import { jobsPath, RUN_KINDS, type RunKind, type RunsAsked } from "@/app/(dashboard)/jobs/runs-query";
import { requireUser } from "@/app/session";
import { RunTable } from "@/components/jobs/run-table";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { Link } from "@/components/ui/link";
import { Pager } from "@/components/ui/pager";
import { database } from "@/db/client";
import { countSilentRuns, listRuns } from "@/db/detection-runs";
import { formatCount, formatPlural } from "@/lib/format";
import { rangeUntil } from "@/lib/time-range";

const ROWS = 20;

/** The last runs of detection, of one kind or of all. */
export async function RunHistory({ asked, now }: { asked: RunsAsked; now: Date }) {
  await requireUser();
  const { kind, before } = asked;
  const db = database();
  const [runs, silent] = await Promise.all([
    listRuns(db, {
      ...(kind === "all" ? {} : { trigger: kind }),
      ...(before === null ? {} : { before }),
      isTelling: true,
      limit: ROWS + 1,
    }),
    countSilentRuns(db, rangeUntil(now, "24h").from),
  ]);
  const shown = runs.slice(0, ROWS);
  const last = shown.at(-1);
  const older = last && runs.length > ROWS ? jobsPath({ kind, before: last.id }) : null;
  return (
    <Card title="Detection runs" flush>
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 px-4 pb-3">
        <p className="min-w-0 flex-1 basis-80 text-xs text-pretty text-faint">
          {silent.runs > 0 && (kind === "all" || kind === "drain") ? (
            <>
              Not listed: {formatPlural(silent.runs, "run")} after a drain that examined visitors{" "}
              {formatCount(silent.examined)} times in the last 24 hours and found nobody.
            </>
          ) : (
            "Each time that somebody looked for suspicious visitors, the last first."
          )}
        </p>
        <Kinds chosen={kind} />
      </div>
      <div className="border-t border-line">
        {shown.length === 0 ? (
          <NoRuns isFiltered={kind !== "all" || before !== null} />
        ) : (
          <RunTable
            now={now.getTime()}
            runs={shown.map((run) => ({
              ...run,
              startedAt: run.startedAt.getTime(),
              windowFrom: run.windowFrom.getTime(),
              windowTo: run.windowTo.getTime(),
            }))}
          />
        )}
      </div>
      <Pager newer={before === null ? null : jobsPath({ kind, before: null })} older={older} />
    </Card>
  );
}

function Kinds({ chosen }: { chosen: RunKind }) {
  return (
    <nav aria-label="Kind of run" className="flex min-w-0 flex-wrap rounded-md border border-line p-0.5">
      {(Object.keys(RUN_KINDS) as RunKind[]).map((kind) => (
        <Link
          key={kind}
          href={jobsPath({ kind, before: null })}
          scroll={false}
          aria-current={kind === chosen ? "true" : undefined}
          className={clsx(
            "flex h-7 items-center rounded px-2.5 text-xs font-medium whitespace-nowrap max-md:h-9 max-md:px-2",
            kind === chosen ? "bg-inverse text-on-inverse" : "text-muted hover:bg-sunken hover:text-ink",
          )}
        >
          {RUN_KINDS[kind]}
        </Link>
      ))}
    </nav>
  );
}

function NoRuns({ isFiltered }: { isFiltered: boolean }) {
  if (isFiltered) return <p className="px-4 py-8 text-center text-muted">No such run.</p>;
  return (
    <EmptyState
      icon={ScanSearch}
      title="No detection has run yet"
      command="npm run gatehouse -- detect --window 24h"
    >
      It looks for suspicious visitors every hour, after each drain, and when somebody asks for it: by “Run
      now” above or on the command line.
    </EmptyState>
  );
}
