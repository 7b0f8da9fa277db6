import type { Metadata } from "next";
import { Streamed } from "@/app/(dashboard)/streamed";
import { requireUser } from "@/app/session";
import { OverviewBody } from "@/components/overview/overview-body";
import { OverviewSkeleton } from "@/components/overview/overview-skeleton";
import { database } from "@/db/client";
import { readOverview } from "@/db/overview";
import { firstValues, type SearchParams } from "@/lib/request-filter";
import { isRangeName, type RangeName } from "@/lib/time-range";

export const metadata: Metadata = { title: "Overview" };

export default async function OverviewPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const { range: asked } = firstValues(await searchParams);
  const range = isRangeName(asked) ? asked : "24h";
  await requireUser(range === "24h" ? "/" : `/?range=${range}`);
  return (
    <Streamed fallback={<OverviewSkeleton />}>
      <Loaded range={range} />
    </Streamed>
  );
}

async function Loaded({ range }: { range: RangeName }) {
  await requireUser();
  return <OverviewBody overview={await readOverview(database(), range, new Date())} />;
}
