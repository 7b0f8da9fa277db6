"use client";

import { ChartColumnStacked, Table2 } from "lucide-react";
import dynamic from "next/dynamic";
import { useState } from "react";
import { TrafficTable } from "@/components/charts/traffic-table";
import { WhenSeen } from "@/components/charts/when-seen";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { VERDICTS } from "@/components/ui/verdict";

/** Requests of one step of time; `at` is its start in milliseconds since 1970, `before` those of the period before. */
export type TrafficPoint = { at: number; allowed: number; limited: number; blocked: number; before: number };
export type TrafficChartProps = {
  title: string;
  points: TrafficPoint[];
  stepSeconds: number;
  /** The range, in milliseconds since 1970: the first and the last step may lie in it only partly. */
  from: number;
  until: number;
};

/** The verdicts from the axis up, with the key of their numbers. */
export const SERIES = [
  { key: "allowed", verdict: "allow" },
  { key: "limited", verdict: "limit" },
  { key: "blocked", verdict: "block" },
] as const;

const placeholder = <Skeleton className="h-full" />;
const TrafficPlot = dynamic(
  () => import("@/components/charts/traffic-plot").then((module) => module.TrafficPlot),
  { ssr: false, loading: () => placeholder },
);

/** Requests over time by verdict, as a chart or as the same numbers in a table. */
export function TrafficChart(props: TrafficChartProps) {
  const [isTable, setTable] = useState(false);
  const Icon = isTable ? ChartColumnStacked : Table2;
  const toggle = (
    <Button look="bare" size="small" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
      <Icon className="size-4" aria-hidden="true" />
      {isTable ? "As chart" : "As table"}
    </Button>
  );
  return (
    <Card title={props.title} aside={toggle} className="h-full">
      <Legend />
      <WhenSeen className="h-64" placeholder={placeholder}>
        {isTable ? <TrafficTable {...props} /> : <TrafficPlot {...props} />}
      </WhenSeen>
    </Card>
  );
}

function Legend() {
  return (
    <ul className="mb-3 flex flex-wrap gap-x-4 gap-y-1 text-xs text-muted">
      {SERIES.map(({ key, verdict }) => {
        const { word, icon: Icon, text, fill } = VERDICTS[verdict];
        return (
          <li key={key} className="flex items-center gap-1.5">
            <svg viewBox="0 0 8 8" className="size-2" aria-hidden="true">
              <rect width="8" height="8" rx="2" fill={fill} />
            </svg>
            <Icon className={`size-3 ${text}`} aria-hidden="true" />
            {word}
          </li>
        );
      })}
      <li className="flex items-center gap-1.5">
        <svg viewBox="0 0 16 2" className="h-0.5 w-4" aria-hidden="true">
          <path d="M0 1h16" stroke="var(--ink)" strokeOpacity="0.65" strokeWidth="2" strokeDasharray="4 2" />
        </svg>
        Period before
      </li>
    </ul>
  );
}
