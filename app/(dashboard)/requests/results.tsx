import type { VisitorSearch } from "@/app/(dashboard)/requests/visitor-of";
import { requireUser } from "@/app/session";
import { BlockButton } from "@/components/requests/block-button";
import { NoRequestsFit, NoRequestsYet, NoSuchRequest } from "@/components/requests/no-requests";
import { RequestDetail } from "@/components/requests/request-detail";
import { RequestTable } from "@/components/requests/request-table";
import { Pager } from "@/components/ui/pager";
import { database } from "@/db/client";
import {
  countRequests,
  findRequest,
  listRequests,
  newestRequestAt,
  type RequestRow,
} from "@/db/request-logs";
import { formatCount, formatPlural } from "@/lib/format";
import { type PageCursor, type RequestFilter, requestQuery, spanOf } from "@/lib/request-filter";

/** Requests are counted up to here; beyond, the page says "more than". */
const COUNT_MAX = 10_000;
const blockButton = (row: RequestRow) => <BlockButton row={row} />;

type Props = {
  filter: RequestFilter;
  cursor: PageCursor;
  visitor: VisitorSearch;
  canBlock: boolean;
  now: Date;
};

/** One page of the requests that the filter leaves. */
export async function RequestResults({ filter, cursor, visitor, canBlock, now }: Props) {
  await requireUser();
  const { path, method, verdict, country, status, kind } = filter;
  const span = spanOf(filter, now);
  const query = { span, visitor: visitor.selector, path, method, verdict, country, status, kind };
  const isFiltered = requestQuery({ ...filter, span: null, range: "24h" }) !== "";
  if (visitor.problem) return <NoRequestsFit problem={visitor.problem} isFiltered />;

  const db = database();
  const [page, count] = await Promise.all([
    listRequests(db, query, cursor),
    countRequests(db, query, COUNT_MAX + 1),
  ]);
  if (page.rows.length === 0) {
    if (!(await newestRequestAt(db))) return <NoRequestsYet />;
    return <NoRequestsFit problem={null} isFiltered={isFiltered} />;
  }
  const hrefOf = (to: PageCursor | null) => to && `/requests${requestQuery(filter, to)}`;
  return (
    <>
      <p className="px-4 py-2.5 text-xs text-muted">
        {count > COUNT_MAX ? `More than ${formatCount(COUNT_MAX)} requests` : formatPlural(count, "request")}
      </p>
      <RequestTable rows={page.rows} range={filter.range} blockOf={canBlock ? blockButton : undefined} />
      <Pager newer={hrefOf(page.newer)} older={hrefOf(page.older)} />
    </>
  );
}

/** The request that a reference stands for. */
export async function SingleRequest({ id, canBlock }: { id: string; canBlock: boolean }) {
  await requireUser();
  const isReference = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id);
  const row = isReference ? await findRequest(database(), id) : null;
  if (row) return <RequestDetail row={row} block={canBlock ? blockButton(row) : undefined} />;
  return (
    <div className="rounded-card border border-line bg-surface">
      <NoSuchRequest isReference={isReference} />
    </div>
  );
}
