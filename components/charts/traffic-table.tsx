"use client";

import type { TrafficChartProps } from "@/components/charts/traffic-chart";
import { Time } from "@/components/ui/time";
import { formatCount } from "@/lib/format";

const HEADS = ["Allowed", "Limited", "Blocked", "Total", "Period before"];

/** The numbers of the chart, the newest first. */
export function TrafficTable({ title, points }: TrafficChartProps) {
  return (
    <section
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard.
      tabIndex={0}
      aria-label={`${title}, as table`}
      className="h-full overflow-auto rounded-md border border-line"
    >
      <table className="w-full text-right">
        <thead className="sticky top-0 bg-sunken text-xs text-muted">
          <tr>
            <th scope="col" className="px-3 py-2 text-left font-medium">
              From
            </th>
            {HEADS.map((head) => (
              <th key={head} scope="col" className="px-3 py-2 font-medium">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {[...points].reverse().map((point) => (
            <tr key={point.at} className="border-t border-line">
              <th scope="row" className="px-3 py-1.5 text-left font-normal text-muted">
                <Time at={point.at} />
              </th>
              {[
                ["allowed", point.allowed],
                ["limited", point.limited],
                ["blocked", point.blocked],
                ["total", point.allowed + point.limited + point.blocked],
                ["before", point.before],
              ].map(([name, value]) => (
                <td key={name} className="px-3 py-1.5">
                  {formatCount(Number(value))}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
