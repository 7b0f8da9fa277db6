import { DoorOpen, SearchX } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { type ReactNode, Suspense } from "react";
import { visitorOf } from "@/app/(dashboard)/requests/visitor-of";
import { ruleActions } from "@/app/(dashboard)/rule-action-set";
import { requireUser } from "@/app/session";
import { BlockButton } from "@/components/requests/block-button";
import type { Country } from "@/components/requests/filter-fields";
import { FilterForm } from "@/components/requests/filter-form";
import { ReferenceSearch } from "@/components/requests/reference-search";
import { RequestDetail } from "@/components/requests/request-detail";
import { RequestTable } from "@/components/requests/request-table";
import { RuleActionsProvider } from "@/components/rules/rule-actions";
import { buttonClass } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { PageHead } from "@/components/ui/page-head";
import { Pager } from "@/components/ui/pager";
import { TableSkeleton } from "@/components/ui/table-skeleton";
import { database } from "@/db/client";
import {
  countRequests,
  findRequest,
  listRequests,
  listSeenCountries,
  newestRequestAt,
  type RequestQuery,
  type RequestRow,
} from "@/db/request-logs";
import { readEnv, required } from "@/lib/env";
import { countryName, formatCount, formatPlural } from "@/lib/format";
import {
  firstValues,
  type PageCursor,
  parseRequestFilter,
  type RequestFilter,
  requestQuery,
  type SearchParams,
  spanOf,
} from "@/lib/request-filter";
import { rangeUntil } from "@/lib/time-range";

export const metadata: Metadata = { title: "Requests" };

const COUNT_MAX = 10_000;

export default async function RequestsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const params = await searchParams;
  const now = new Date();
  const { filter, cursor } = parseRequestFilter(params, now);
  const { id } = firstValues(params);
  await requireUser(id ? `/requests?id=${encodeURIComponent(id)}` : `/requests${requestQuery(filter)}`);
  return (
    <RuleActionsProvider actions={ruleActions}>
      <PageHead
        title="Requests"
        note="Every request that a door saw, the newest first."
        action={<ReferenceSearch id={id ?? ""} />}
      />
      <Suspense fallback={<RequestsSkeleton />}>
        {id ? <OneRequest id={id.trim()} /> : <ManyRequests filter={filter} cursor={cursor} now={now} />}
      </Suspense>
    </RuleActionsProvider>
  );
}

function RequestsSkeleton() {
  return (
    <div className="flex flex-col gap-4">
      <div className="h-[146px] rounded-card border border-line bg-surface max-rail:h-[270px] max-md:h-[338px]" />
      <div className="rounded-card border border-line bg-surface">
        <TableSkeleton rows={14} />
      </div>
    </div>
  );
}

async function blockButtons(): Promise<((row: RequestRow) => ReactNode) | undefined> {
  const user = await requireUser();
  return user.role === "admin" ? (row) => <BlockButton row={row} /> : undefined;
}

async function OneRequest({ id }: { id: string }) {
  const blockOf = await blockButtons();
  const isId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id);
  const row = isId ? await findRequest(database(), id) : null;
  if (row) return <RequestDetail row={row} block={blockOf?.(row)} />;
  return (
    <div className="rounded-card border border-line bg-surface">
      <EmptyState
        icon={SearchX}
        title="No request has this reference"
        action={
          <Link href="/requests" className={buttonClass()}>
            Show all requests
          </Link>
        }
      >
        {isId
          ? "It may have come in just now: doors send what they saw in batches, so look again in a few seconds. Or it is older than what is kept."
          : "A reference looks like 019aaadf-2b1c-7def-8abc-0123456789ab and stands on the page that a refused visitor sees."}
      </EmptyState>
    </div>
  );
}

async function ManyRequests({
  filter,
  cursor,
  now,
}: {
  filter: RequestFilter;
  cursor: PageCursor;
  now: Date;
}) {
  const blockOf = await blockButtons();
  const env = readEnv();
  const db = database();
  const { selector, problem } = visitorOf(filter.address, {
    privacy: env.IP_PRIVACY,
    hashKey: required(env, "IP_HASH_KEY"),
  });
  const { path, method, verdict, country, status } = filter;
  const query: RequestQuery = {
    span: spanOf(filter, now),
    visitor: selector,
    path,
    method,
    verdict,
    country,
    status,
  };
  const [countries, page, count] = await Promise.all([
    listSeenCountries(db, rangeUntil(now, "30d")),
    problem ? { rows: [], newer: null, older: null } : listRequests(db, query, cursor),
    problem ? 0 : countRequests(db, query, COUNT_MAX + 1),
  ]);
  const { span, ...rest } = filter;
  const shown = { ...rest, from: span?.from.toISOString() ?? "", to: span?.to.toISOString() ?? "" };
  const hrefOf = (to: PageCursor | null) => to && `/requests${requestQuery(filter, to)}`;
  return (
    <div className="flex flex-col gap-4">
      <FilterForm filter={shown} countries={countryChoices(countries, country)} addressProblem={problem} />
      <div className="rounded-card border border-line bg-surface">
        {page.rows.length === 0 ? (
          <NoRequests filter={filter} problem={problem} hasAny={(await newestRequestAt(db)) !== null} />
        ) : (
          <>
            <p className="px-4 py-2.5 text-xs text-muted">
              {count > COUNT_MAX
                ? `More than ${formatCount(COUNT_MAX)} requests`
                : formatPlural(count, "request")}
            </p>
            <RequestTable rows={page.rows} range={filter.range} blockOf={blockOf} />
            <Pager newer={hrefOf(page.newer)} older={hrefOf(page.older)} />
          </>
        )}
      </div>
    </div>
  );
}

/** The countries to choose from, by name, with the one that a link brought. */
function countryChoices(codes: readonly string[], chosen: string | null): Country[] {
  const all = chosen && !codes.includes(chosen) ? [...codes, chosen] : codes;
  return all
    .map((code) => ({ code, name: countryName(code) }))
    .sort((x, y) => x.name.localeCompare(y.name, "en"));
}

function NoRequests({
  filter,
  problem,
  hasAny,
}: {
  filter: RequestFilter;
  problem: string | null;
  hasAny: boolean;
}) {
  if (!hasAny) {
    return (
      <EmptyState icon={DoorOpen} title="No requests yet" command="npm run gatehouse -- replay access.log">
        Each request that a door sees will stand here within seconds. Open the site in another tab, or replay
        an access log that you have:
      </EmptyState>
    );
  }
  const isFiltered = requestQuery({ ...filter, span: null, range: "24h" }) !== "";
  return (
    <EmptyState
      icon={SearchX}
      title={problem ? "This filter finds nothing" : "No request fits"}
      action={
        <Link href={isFiltered ? "/requests" : "/requests?range=30d"} className={buttonClass()}>
          {isFiltered ? "Clear the filter" : "Show 30 days"}
        </Link>
      }
    >
      {problem ??
        "Nothing in this span of time fits every field of the filter. Leave one out, or choose a longer range."}
    </EmptyState>
  );
}
