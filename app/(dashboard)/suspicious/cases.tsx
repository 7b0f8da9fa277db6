import { ArrowLeft } from "lucide-react";
import { shownReason, shownSuspect } from "@/app/(dashboard)/suspicious/shown-suspect";
import type { SuspiciousAsked } from "@/app/(dashboard)/suspicious/suspicious-query";
import { requireUser } from "@/app/session";
import { LiveCases } from "@/components/suspicious/live-cases";
import {
  NobodySuspicious,
  NoSuchCase,
  NoSuspectFits,
  NothingToDecide,
} from "@/components/suspicious/no-suspects";
import type { ShownSuspect } from "@/components/suspicious/shown-suspect";
import { SuspectFilters } from "@/components/suspicious/suspect-filters";
import { SuspectTable } from "@/components/suspicious/suspect-table";
import { SUSPICIOUS_PAGE, suspiciousHref } from "@/components/suspicious/suspicious-href";
import { Link } from "@/components/ui/link";
import { Pager } from "@/components/ui/pager";
import { database } from "@/db/client";
import {
  findSuspicious,
  listSuspicious,
  OPEN_COUNT_MAX,
  readLastVisits,
  type SuspiciousIpView,
  type SuspiciousList,
} from "@/db/suspicious-ips";
import { readEnv, required } from "@/lib/env";
import { formatPlural } from "@/lib/format";

/** Cases of one page: each is a decision, not a line of a log. */
const PAGE_ROWS = 25;

/** One page of the cases that the filter leaves. */
export async function SuspiciousCases({ asked: { filter, cursor } }: { asked: SuspiciousAsked }) {
  const user = await requireUser();
  const now = new Date();
  const { state, ...rest } = filter;
  const list = await listSuspicious(
    database(),
    { ...rest, status: state, cursor: cursor ?? undefined, limit: PAGE_ROWS },
    required(readEnv(), "IP_HASH_KEY"),
  );
  const { open, blocked, ignored, resolved } = list.counts;
  const counts = { ...list.counts, active: open + blocked, all: open + blocked + ignored + resolved };
  const canChange = user.role === "admin";
  const isFiltered = filter.reason !== "" || filter.search !== "";
  if (counts.all === 0)
    return (
      <LiveCases readAt={now.getTime()} open={0} isList={false}>
        <NobodySuspicious canDetect={canChange} />
      </LiveCases>
    );
  return (
    <>
      <SuspectFilters filter={filter} counts={counts} reasons={reasonsOf(list)} />
      <LiveCases readAt={now.getTime()} open={Math.min(open, OPEN_COUNT_MAX)} isList={list.rows.length > 0}>
        {list.rows.length > 0 ? (
          <>
            <SuspectTable
              key={suspiciousHref(filter, cursor)}
              suspects={await shown(list.rows, now)}
              now={now.getTime()}
              canChange={canChange}
              openId={null}
            />
            <p className="border-t border-line px-4 py-2.5 text-xs text-faint">
              {formatPlural(list.total, "case")}
            </p>
          </>
        ) : isFiltered || counts[state] > 0 ? (
          <NoSuspectFits search={filter.search} />
        ) : (
          <NothingToDecide decided={counts.all} />
        )}
      </LiveCases>
      <Pager
        newer={cursor && suspiciousHref(filter)}
        older={list.nextCursor && suspiciousHref(filter, list.nextCursor)}
      />
    </>
  );
}

function reasonsOf({ reasons }: SuspiciousList) {
  return reasons.map(({ reason, count }) => ({ ...shownReason(reason), count }));
}

async function shown(rows: readonly SuspiciousIpView[], now: Date): Promise<ShownSuspect[]> {
  const hashes = rows.filter(({ targetKind }) => targetKind === "hash").map(({ target }) => target);
  const visits = await readLastVisits(database(), hashes, now);
  return rows.map((row) => shownSuspect(row, visits.get(row.target) ?? null));
}

/** One case alone, with its whole story. */
export async function SuspiciousCase({ id }: { id: number }) {
  const user = await requireUser();
  const now = new Date();
  const row = await findSuspicious(database(), id);
  if (!row) return <NoSuchCase />;
  return (
    <>
      <p className="border-b border-line px-4 py-2.5 text-xs">
        <Link href={SUSPICIOUS_PAGE} className="inline-flex items-center gap-1 text-muted hover:text-ink">
          <ArrowLeft className="size-3.5" aria-hidden="true" />
          All suspicious addresses
        </Link>
      </p>
      <LiveCases readAt={now.getTime()}>
        <SuspectTable
          suspects={await shown([row], now)}
          now={now.getTime()}
          canChange={user.role === "admin"}
          openId={id}
        />
      </LiveCases>
    </>
  );
}
