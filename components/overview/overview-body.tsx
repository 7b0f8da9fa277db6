import { DoorOpen } from "lucide-react";
import { TrafficChart } from "@/components/charts/traffic-chart";
import { LivePanel } from "@/components/live/live-panel";
import { DecisionCard } from "@/components/overview/decision-card";
import { OverviewSentence } from "@/components/overview/overview-sentence";
import { networkHref, pathHref } from "@/components/overview/rows";
import { StatTiles } from "@/components/overview/stat-tiles";
import { TopList } from "@/components/overview/top-list";
import { WorldCard } from "@/components/overview/world-card";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import { Link } from "@/components/ui/link";
import type { Overview, TopEntry } from "@/db/overview";

const STEP_WORDS: Record<number, string> = {
  60: "Requests by minute",
  3600: "Requests by hour",
  21600: "Requests by 6 hours",
};

export function OverviewBody({ overview }: { overview: Overview }) {
  if (!overview.newestAt && overview.current.requests === 0) return <NothingYet />;
  const { range, current, steps, stepSeconds, from, to } = overview;
  const total = current.requests;
  const rowsOf = (entries: TopEntry[], hrefOf: typeof pathHref) =>
    entries.map((entry) => ({
      ...entry,
      label: <span className="truncate font-mono text-xs">{entry.key}</span>,
      href: hrefOf(entry.key, range),
    }));
  return (
    <div className="grid grid-cols-12 gap-4">
      <div className="col-span-12 mb-1">
        <OverviewSentence overview={overview} />
      </div>
      <div className="col-span-12">
        <StatTiles overview={overview} />
      </div>
      {overview.worstSuspects.length > 0 && (
        <div className="col-span-12">
          <DecisionCard overview={overview} />
        </div>
      )}
      <div className="col-span-12 xl:col-span-8">
        <TrafficChart
          title={STEP_WORDS[stepSeconds] ?? "Requests"}
          points={steps}
          stepSeconds={stepSeconds}
          from={from.getTime()}
          until={to.getTime()}
        />
      </div>
      <div className="col-span-12 xl:col-span-4">
        <LivePanel />
      </div>
      <div className="col-span-12">
        <WorldCard overview={overview} />
      </div>
      <Card title="Top networks" className="col-span-12 lg:col-span-6">
        <TopList
          rows={rowsOf(overview.networks, networkHref)}
          total={total}
          empty="No network in this range."
        />
      </Card>
      <Card title="Top paths" className="col-span-12 lg:col-span-6">
        <TopList rows={rowsOf(overview.paths, pathHref)} total={total} empty="No path in this range." />
      </Card>
      <p className="col-span-12 text-xs text-faint">
        Places and countries by{" "}
        <a href="https://db-ip.com" rel="noreferrer" className="underline underline-offset-2 hover:text-ink">
          IP Geolocation by DB-IP
        </a>
        , approximate by nature. Shapes of countries: Natural Earth.
      </p>
    </div>
  );
}

function NothingYet() {
  return (
    <div className="rounded-card border border-line bg-surface">
      <h1 className="sr-only">Overview: no requests yet</h1>
      <EmptyState
        icon={DoorOpen}
        title="Nobody has come through a door yet"
        command="npm run gatehouse -- replay access.log"
        action={
          <Link href="/" className="text-xs text-muted underline underline-offset-2 hover:text-ink">
            Look again
          </Link>
        }
      >
        This page will show who comes, from where, and who was turned away. Open the site in another tab, or
        replay an access log that you have:
      </EmptyState>
    </div>
  );
}
