import type { Metadata } from "next";
import { RequestResults, SingleRequest } from "@/app/(dashboard)/requests/results";
import { visitorOf } from "@/app/(dashboard)/requests/visitor-of";
import { ruleActions } from "@/app/(dashboard)/rule-action-set";
import { Streamed } from "@/app/(dashboard)/streamed";
import { requireUser } from "@/app/session";
import type { Country } from "@/components/requests/filter-fields";
import { FilterForm } from "@/components/requests/filter-form";
import { ReferenceSearch } from "@/components/requests/reference-search";
import { RuleActionsProvider } from "@/components/rules/rule-actions";
import { PageHead } from "@/components/ui/page-head";
import { TableSkeleton } from "@/components/ui/table-skeleton";
import { database } from "@/db/client";
import { listSeenCountries } from "@/db/request-logs";
import { readEnv, required } from "@/lib/env";
import { countryName } from "@/lib/format";
import { firstValues, parseRequestFilter, requestQuery, type SearchParams } from "@/lib/request-filter";
import { rangeUntil } from "@/lib/time-range";

export const metadata: Metadata = { title: "Requests" };

export default async function RequestsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const params = await searchParams;
  const now = new Date();
  const { filter, cursor } = parseRequestFilter(params, now);
  const id = firstValues(params).id?.trim();
  const user = await requireUser(
    id ? `/requests?id=${encodeURIComponent(id)}` : `/requests${requestQuery(filter)}`,
  );
  const canBlock = user.role === "admin";
  const head = (
    <PageHead
      title="Requests"
      note="Every request that a door saw, the newest first."
      action={<ReferenceSearch id={id ?? ""} />}
    />
  );
  if (id) {
    return (
      <RuleActionsProvider actions={ruleActions}>
        {head}
        <SingleRequest id={id} canBlock={canBlock} />
      </RuleActionsProvider>
    );
  }
  const env = readEnv();
  const visitor = visitorOf(filter.address, {
    privacy: env.IP_PRIVACY,
    hashKey: required(env, "IP_HASH_KEY"),
  });
  const { span, ...rest } = filter;
  const shown = { ...rest, from: span?.from.toISOString() ?? "", to: span?.to.toISOString() ?? "" };
  return (
    <RuleActionsProvider actions={ruleActions}>
      {head}
      <div className="flex flex-col gap-4">
        <FilterForm
          filter={shown}
          countries={await countryChoices(filter.country, now)}
          addressProblem={visitor.problem}
        />
        <div className="rounded-card border border-line bg-surface">
          <Streamed fallback={<TableSkeleton rows={14} />}>
            <RequestResults filter={filter} cursor={cursor} visitor={visitor} canBlock={canBlock} now={now} />
          </Streamed>
        </div>
      </div>
    </RuleActionsProvider>
  );
}

/** The countries to choose from, by name, with the one that a link brought. */
async function countryChoices(chosen: string | null, now: Date): Promise<Country[]> {
  const codes = new Set(await listSeenCountries(database(), rangeUntil(now, "30d")));
  if (chosen) codes.add(chosen);
  return [...codes]
    .map((code) => ({ code, name: countryName(code) }))
    .sort((x, y) => x.name.localeCompare(y.name, "en"));
}
