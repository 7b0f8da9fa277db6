"use client";

import { useRouter } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import { Bar, CartesianGrid, ComposedChart, Line, Tooltip, XAxis, YAxis } from "recharts";
import { timeTicks, valueTicks } from "@/components/charts/ticks";
import { SERIES, type TrafficChartProps, type TrafficPoint } from "@/components/charts/traffic-chart";
import { stepHref } from "@/components/charts/traffic-table";
import { TrafficTooltip } from "@/components/charts/traffic-tooltip";
import { VERDICTS } from "@/components/ui/verdict";
import { formatCompact, formatTime } from "@/lib/format";

const TICK_WIDTH = 90;
const AXIS_WIDTH = 40;
const totalOf = (point: TrafficPoint) => point.allowed + point.limited + point.blocked;
const zoneOffset = (at: number) => new Date(at).getTimezoneOffset();

function useSize() {
  const box = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  useEffect(() => {
    if (!box.current) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setSize({ width: entry.contentRect.width, height: entry.contentRect.height });
    });
    observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  return { box, ...size };
}

function tickText(at: number, stepSeconds: number, count: number): string {
  const date = new Date(at);
  if (stepSeconds * count <= 36 * 3600) return formatTime(date, "minute").split(", ")[1] as string;
  return formatTime(date, "day");
}

/** The stacked bars themselves. Loaded when the chart is seen, because recharts is the heaviest part of the page. */
export function TrafficPlot({ title, points, stepSeconds, from, until }: TrafficChartProps) {
  const router = useRouter();
  const { box, width, height } = useSize();
  const ticks = valueTicks(Math.max(0, ...points.flatMap((point) => [totalOf(point), point.before])));
  const times = points.map((point) => point.at);
  const shownTicks = timeTicks(times, stepSeconds, zoneOffset, Math.max(2, Math.floor(width / TICK_WIDTH)))
    // The words of a tick at the right edge would be cut.
    .filter((at) => (1 - times.indexOf(at) / times.length) * (width - AXIS_WIDTH) > TICK_WIDTH / 2.5);
  const open = (index: unknown) => {
    const point = points[Number(index)];
    if (point) router.push(stepHref(point.at, stepSeconds, from, until));
  };
  return (
    <div ref={box} className="h-full min-w-0">
      {width > 0 && (
        <ComposedChart
          width={width}
          height={height}
          data={points}
          margin={{ top: 6, right: 0, bottom: 0, left: 0 }}
          barCategoryGap={width / points.length > 8 ? "18%" : width / points.length > 3 ? 0.5 : 0}
          title={title}
          onClick={({ activeIndex }) => activeIndex != null && open(activeIndex)}
          className="cursor-pointer"
          desc="Requests over time, stacked by verdict. Arrow keys move through the steps; the same numbers are in the table."
        >
          <CartesianGrid vertical={false} stroke="var(--line)" />
          <XAxis
            dataKey="at"
            ticks={shownTicks}
            interval={0}
            tickFormatter={(at: number) => tickText(at, stepSeconds, points.length)}
            tick={{ fill: "var(--ink-faint)", fontSize: 12 }}
            tickLine={false}
            axisLine={{ stroke: "var(--line-strong)" }}
            height={24}
            tickMargin={6}
          />
          <YAxis
            ticks={ticks}
            domain={[0, ticks.at(-1) ?? 1]}
            tickFormatter={formatCompact}
            tick={{ fill: "var(--ink-faint)", fontSize: 12 }}
            tickLine={false}
            axisLine={false}
            width={AXIS_WIDTH}
          />
          <Tooltip
            isAnimationActive={false}
            cursor={{ stroke: "var(--ink-faint)", strokeWidth: 1 }}
            content={({ active, payload }) =>
              active && payload?.[0] ? (
                <TrafficTooltip
                  point={payload[0].payload as TrafficPoint}
                  stepSeconds={stepSeconds}
                  from={from}
                  until={until}
                />
              ) : null
            }
          />
          {SERIES.map(({ key, verdict }) => (
            <Bar
              key={key}
              dataKey={key}
              stackId="verdicts"
              fill={VERDICTS[verdict].fill}
              isAnimationActive={false}
              activeBar={false}
            />
          ))}
          <Line
            dataKey={(point: TrafficPoint) => (point.at < from ? null : point.before)}
            type="monotone"
            stroke="var(--ink)"
            strokeOpacity={0.65}
            strokeWidth={1.5}
            strokeDasharray="4 3"
            dot={false}
            activeDot={false}
            isAnimationActive={false}
          />
        </ComposedChart>
      )}
    </div>
  );
}
