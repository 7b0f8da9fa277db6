import { VisitorMap } from "@/components/map/visitor-map";
import { countryHref, mapCountries, mapPlaces } from "@/components/overview/rows";
import { TopList } from "@/components/overview/top-list";
import { Card } from "@/components/ui/card";
import { CountryBadge } from "@/components/ui/country";
import type { Overview } from "@/db/overview";
import { countryName, formatCount, formatPlural } from "@/lib/format";

const LISTED = 8;

/** Where visitors come from: the map, and beside it the same facts as a list. */
export function WorldCard({ overview }: { overview: Overview }) {
  const { countries, places, range, current } = overview;
  const rows = countries.map((entry) => ({
    ...entry,
    label: (
      <>
        <CountryBadge code={entry.key} />
        <span className="truncate">{countryName(entry.key)}</span>
      </>
    ),
    href: countryHref(entry.key, range),
    note: entry.visitors === null ? undefined : formatPlural(entry.visitors, "visitor"),
  }));
  const others = rows.length - LISTED;
  return (
    <Card title="Where visitors come from" aside={<span className="text-xs text-faint">Requests</span>}>
      <div className="grid grid-cols-12 gap-x-6 gap-y-4">
        <div className="col-span-12 xl:col-span-8">
          <VisitorMap countries={mapCountries(countries, range)} places={mapPlaces(places, range)} />
        </div>
        <div className="col-span-12 xl:col-span-4">
          <TopList rows={rows.slice(0, LISTED)} total={current.requests} empty="No country in this range." />
          {others > 0 && (
            <details className="mt-1">
              <summary className="py-1 text-xs text-muted hover:text-ink">
                {formatCount(others)} more {others === 1 ? "country" : "countries"}
              </summary>
              <TopList rows={rows.slice(LISTED)} total={current.requests} empty="" />
            </details>
          )}
        </div>
      </div>
    </Card>
  );
}
