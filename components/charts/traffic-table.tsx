"use client";

import type { TrafficChartProps } from "@/components/charts/traffic-chart";
import { Link } from "@/components/ui/link";
import { Time } from "@/components/ui/time";
import { formatCount } from "@/lib/format";
import { requestQuery } from "@/lib/request-filter";

const HEADS = ["Allowed", "Limited", "Blocked", "Total", "Period before"];

/** The requests of one step, as far as it lies in the range. */
export function stepHref(at: number, stepSeconds: number, from: number, until: number): string {
  const span = {
    from: new Date(Math.max(at, from)),
    to: new Date(Math.min(at + stepSeconds * 1000, until)),
  };
  return `/requests${requestQuery({ span })}`;
}

/** The numbers of the chart, the newest first. */
export function TrafficTable({ title, points, stepSeconds, from, until }: TrafficChartProps) {
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
                <Link href={stepHref(point.at, stepSeconds, from, until)} className="hover:underline">
                  <Time at={point.at} />
                </Link>
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
